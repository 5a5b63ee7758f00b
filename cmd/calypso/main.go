// Command calypso is all of Calypso in one binary: language server, query runner, embedded Kusto, checker. This package is
// wiring only: flags, files, exit codes; each subcommand has its file.
package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/signal"
	"syscall"

	"github.com/spf13/cobra"
)

// The exit codes, the same for all subcommands.
const (
	exitFine     = 0
	exitFindings = 1 // findings, or a query that failed
	exitUsage    = 2 // wrong use, or a file that can't be read
	exitRefused  = 3 // a query needed a yes and didn't get it
	exitSignIn   = 4 // nobody is signed in, or the sign-in was refused
	exitNoModel  = 5
	exitStopped  = 130 // interrupted
)

// exit carries an exit code through cobra; err may be nil when all has been said already.
type exit struct {
	code int
	err  error
}

func (e *exit) Error() string {
	if e.err == nil {
		return fmt.Sprintf("exit code %d", e.code)
	}
	return e.err.Error()
}

func (e *exit) Unwrap() error { return e.err }

// failed makes an error that ends the process with exit code 1.
func failed(err error) error { return &exit{exitFindings, err} }

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	code := run(ctx, os.Args[1:], os.Stdin, os.Stdout, os.Stderr)
	stop()
	os.Exit(code)
}

// run is main without the process, so that tests can call it.
func run(ctx context.Context, args []string, stdin io.Reader, stdout, stderr io.Writer) int {
	root := rootCommand()
	root.SetArgs(args)
	root.SetIn(stdin)
	root.SetOut(stdout)
	root.SetErr(stderr)
	err := root.ExecuteContext(ctx)
	if err == nil {
		return exitFine
	}
	var e *exit
	if !errors.As(err, &e) {
		fmt.Fprintf(stderr, "calypso: %v\nRun 'calypso --help' for usage.\n", err)
		return exitUsage
	}
	if e.err != nil {
		fmt.Fprintf(stderr, "calypso: %v\n", e.err)
	}
	return e.code
}

func rootCommand() *cobra.Command {
	root := &cobra.Command{
		Use:           "calypso",
		Short:         "Calypso: KQL language server, query runner and embedded Kusto",
		SilenceErrors: true,
		SilenceUsage:  true,
		Args:          cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			_ = cmd.Help()
			return &exit{code: exitUsage}
		},
	}
	root.CompletionOptions.DisableDefaultCmd = true
	root.AddCommand(lspCommand(), queryCommand(), checkCommand(), fmtCommand(), analyzeCommand(), schemaCommand(), serveCommand(), testCommand(), askCommand(), mcpCommand(),
		loginCommand(), logoutCommand(), whoamiCommand(), doctorCommand(), versionCommand())
	return root
}
