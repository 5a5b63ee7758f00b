package syntax

// Parse reads one block: a query or a management command. It never fails; what was wrong is in the tree's Diagnostics.
func Parse(src string) *Tree { return &Tree{Text: src} }
