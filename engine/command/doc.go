// Package command answers the management commands that clients send to learn what is there: .show databases, tables, schema and
// their like, from one schema snapshot. It changes nothing and reads no rows; any other command is refused by name.
//
// Start at Run; each command is a row of the table in show.go.
package command
