package diag

// nameRows are the codes of the binder: 2xxx for names, 3xxx for types and calls.
var nameRows = []Row{}
