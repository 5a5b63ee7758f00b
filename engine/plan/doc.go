// Package plan turns a bound query into a logical plan: typed nodes whose expressions address columns by ordinal and whose
// functions are resolved to kernels. It invents no name and no type: both come from the binder, and where a kernel's result
// differs from the binder's type the query is refused, never answered differently.
//
// What isn't built is refused here, before the first row, with its name and place (NotBuilt). Nothing is run here; a toscalar
// subquery is handed to Options.Run. Start at Build, then node.go for the plan's parts; Explain prints a plan.
package plan
