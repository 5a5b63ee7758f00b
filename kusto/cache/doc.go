// Package cache keeps the schemas of clusters on disk, a file for each database, so that an editor knows names at once after a
// start, and without a network. It doesn't decide when a schema is too old, and it fetches nothing: connection does.
//
// A file is a line of JSON that says what it is (entry.go), then a schema file as kusto/schemafile writes it. It holds names, types,
// docs and stored texts, no rows; secrets in stored texts are masked, and addresses carry no user, query or token. Whatever is in
// the folder, reading it gives an entry, nothing, or an Unreadable error after the file was put aside.
//
// Start at Folder (folder.go).
package cache
