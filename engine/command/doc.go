// Package command runs management commands: those that tell what is there, .show databases, tables, schema, queries and their like,
// and those that change it, .create, .alter, .drop, .rename, .set, .append, .ingest. Which command a text is, and where its names and
// values stand, kql/command and the binder say; nothing here reads text on its own. A command that isn't run is refused by name.
//
// Every change is one step of engine.Change: all of it is there afterwards, and kept, or nothing of it.
//
// Start at Run; each command is a row of the table in table.go.
package command
