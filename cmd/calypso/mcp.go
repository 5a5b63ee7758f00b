package main

import (
	"context"
	"errors"
	"io"
	"os"

	"github.com/spf13/cobra"

	sdk "github.com/modelcontextprotocol/go-sdk/mcp"

	"calypso/assistant"
	"calypso/config"
	"calypso/mcp"
)

func mcpCommand() *cobra.Command {
	var where placeFlags
	var approval, level string
	cmd := &cobra.Command{
		Use:   "mcp [--cluster URL] [--database NAME] [--approval HOW]",
		Short: "offer the agent's tools to other programs by the Model Context Protocol",
		Long: `Speaks the Model Context Protocol over stdio: eight tools that read one database, under the guard that holds the agent. Standard output
carries the protocol alone, the log goes to standard error. Nobody is prompted to sign in: run 'calypso login' before.

With --approval auto, the default, the host's person is asked for what is dear or can't be judged; with ask for each query; with never
queries are checked and not run.

Exit code 0 when the host closed the connection; 1 when it broke; 2: wrong use or settings.`,
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error { return serveMCP(cmd, &where, approval, level) },
	}
	where.add(cmd)
	cmd.Flags().StringVar(&approval, "approval", "auto", "ask, auto or never")
	cmd.Flags().StringVar(&level, "log", "warn", "debug, info, warn or error")
	return cmd
}

func serveMCP(cmd *cobra.Command, where *placeFlags, approval, level string) error {
	log, err := newLog(level, cmd.ErrOrStderr())
	if err != nil {
		return err
	}
	defer func() { _ = log.Sync() }()
	in, out := cmd.InOrStdin(), cmd.OutOrStdout()
	os.Stdout = os.Stderr // whatever prints by mistake must not end up in the protocol
	settings, err := loadSettings(cmd.ErrOrStderr())
	if err != nil {
		return err
	}
	if err := (config.Agent{Approval: approval}).Check(); err != nil {
		return err
	}
	at, err := where.spot(cmd, settings, nil)
	if err != nil {
		return err
	}
	tools, err := assistant.Tools(cmd.Context(), assistant.Place{
		Cluster: at.Cluster, Name: at.address, Database: at.database, Allowed: at.ids.ClusterSettings(at.address).AllowedDatabases,
	}, settings, "mcp")
	if err != nil {
		return failed(explain(err, "", "", 0))
	}
	log.Info("serving tools")
	server := mcp.New(tools, mcp.Approval(approval), version)
	err = server.Run(cmd.Context(), draining{&sdk.IOTransport{Reader: readCloser{in}, Writer: writeCloser{out}}})
	if err != nil && !errors.Is(err, io.EOF) && !errors.Is(err, context.Canceled) {
		return failed(err)
	}
	return nil
}

// readCloser and writeCloser leave the process's streams open: they aren't the connection's.
type readCloser struct{ io.Reader }

func (readCloser) Close() error { return nil }

type writeCloser struct{ io.Writer }

func (writeCloser) Close() error { return nil }
