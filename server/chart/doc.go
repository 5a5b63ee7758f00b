// Package chart makes pictures of tables ready to be drawn: it decides which columns are x, y and series, brings rows into series,
// thins them out to what a screen can show, and says what it left out. The rules for what a query doesn't say are those of the public
// documentation of the render operator and of each kind's own page; ours stand in docs/charts.md.
//
// It draws nothing, knows no editor and no protocol, and never runs a query. Start at Make; kinds.go has the table of kinds, roles.go
// the rules for columns. What can't be drawn is an error that names the way out, never an empty picture.
package chart
