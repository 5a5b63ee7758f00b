package main

import (
	"fmt"

	"github.com/spf13/cobra"

	"calypso/engine/rest"
)

func serveCommand() *cobra.Command {
	var listen, data string
	cmd := &cobra.Command{
		Use:   "serve [--listen ADDR] [--data DIR]",
		Short: "serve the embedded engine with Kusto's REST protocol",
		Long: `Serves the embedded engine with Kusto's own REST protocol, for any Kusto client, until it is interrupted. It listens on loopback
addresses only and asks for no sign-in. Port 0 takes a free port; the address is printed on standard output.

Exit code 0 after an interrupt; 1 when serving failed; 2: wrong use, a port in use, a folder that can't be read.`,
		Example: "  calypso serve --listen 127.0.0.1:8080 --data ./logs",
		Args:    cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			log, err := newLog("warn", cmd.ErrOrStderr())
			if err != nil {
				return err
			}
			e, err := openEngine(cmd.Context(), data)
			if err != nil {
				return err
			}
			l, err := rest.Listen(listen)
			if err != nil {
				return err
			}
			fmt.Fprintf(cmd.OutOrStdout(), "Calypso's embedded Kusto listens on %s (databases: %v). Press Ctrl+C to stop.\n", rest.URL(l), e.Databases())
			if err := rest.New(e, rest.Options{Log: log}).Serve(cmd.Context(), l); err != nil {
				return failed(err)
			}
			return nil
		},
	}
	cmd.Flags().StringVar(&listen, "listen", "127.0.0.1:8080", "loopback `ADDR`ess to listen on, as 127.0.0.1:8080")
	cmd.Flags().StringVar(&data, "data", "", "`DIR` whose files are tables, in place of the samples")
	return cmd
}
