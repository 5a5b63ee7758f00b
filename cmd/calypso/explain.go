package main

import (
	"fmt"

	"github.com/spf13/cobra"

	"calypso/connection"
	"calypso/server"
)

// explainFlags ask for a query's plan in place of its rows.
type explainFlags struct{ explain, analyze bool }

func (x *explainFlags) add(cmd *cobra.Command) {
	cmd.Flags().BoolVar(&x.explain, "explain", false, "print the plan of the embedded engine, without running the query")
	cmd.Flags().BoolVar(&x.analyze, "analyze", false, "run the query and print its plan with rows and time of each step")
}

// run explains each query of a text.
func (x *explainFlags) run(cmd *cobra.Command, cluster connection.Cluster, text queries) error {
	embedded, ok := cluster.(connection.Embedded)
	if !ok {
		return fmt.Errorf("--explain and --analyze show what the embedded engine does; add --cluster embedded")
	}
	return text.each(func(q server.Query, start int) error {
		plan, err := embedded.Explain(cmd.Context(), q, x.analyze)
		if err != nil {
			return text.failed(err, start)
		}
		if _, err := fmt.Fprint(cmd.OutOrStdout(), plan); err != nil {
			return failed(err)
		}
		return nil
	})
}
