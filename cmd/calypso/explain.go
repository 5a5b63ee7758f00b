package main

import (
	"fmt"

	"github.com/spf13/cobra"

	"calypso/connection"
	"calypso/kql/syntax"
	"calypso/server"
)

// explainFlags ask for a query's plan in place of its rows.
type explainFlags struct{ explain, analyze bool }

func (x *explainFlags) add(cmd *cobra.Command) {
	cmd.Flags().BoolVar(&x.explain, "explain", false, "print the plan of the embedded engine, without running the query")
	cmd.Flags().BoolVar(&x.analyze, "analyze", false, "run the query and print its plan with rows and time of each step")
}

// run explains each query of a text.
func (x *explainFlags) run(cmd *cobra.Command, cluster connection.Cluster, database, src, name string) error {
	embedded, ok := cluster.(connection.Embedded)
	if !ok {
		return fmt.Errorf("--explain and --analyze show what the embedded engine does; add --cluster embedded")
	}
	ran := 0
	for _, b := range syntax.Blocks(src) {
		tree := syntax.Parse(b.Span.Of(src))
		if tree.Command == nil && len(tree.Statements) == 0 && len(tree.Diagnostics) == 0 {
			continue // comments and directives only
		}
		ran++
		q := server.Query{Target: server.Target{Database: database}, Text: tree.Text}
		text, err := embedded.Explain(cmd.Context(), q, x.analyze)
		if err != nil {
			return failed(explain(err, src, name, b.Span.Start))
		}
		if _, err := fmt.Fprint(cmd.OutOrStdout(), text); err != nil {
			return failed(err)
		}
	}
	if ran == 0 {
		return fmt.Errorf("there is no query in the text; see 'calypso query --help'")
	}
	return nil
}
