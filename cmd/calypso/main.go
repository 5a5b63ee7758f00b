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
	quiet()
	ends := []os.Signal{os.Interrupt, syscall.SIGTERM}
	if !signal.Ignored(syscall.SIGHUP) { // as nohup has it
		ends = append(ends, syscall.SIGHUP) // the terminal was closed, or an editor ends what it started
	}
	ctx, stop := signal.NotifyContext(context.Background(), ends...)
	context.AfterFunc(ctx, stop) // the second Ctrl-C ends what the first one couldn't
	code := run(ctx, os.Args[1:], os.Stdin, os.Stdout, os.Stderr)
	stop()
	os.Exit(code)
}

// run is main without the process, so that tests can call it.
func run(ctx context.Context, args []string, stdin io.Reader, stdout, stderr io.Writer) int {
	root := rootCommand()
	understood := false // flags and arguments fit the command
	root.PersistentPreRun = func(*cobra.Command, []string) { understood = true }
	root.SetArgs(args)
	root.SetIn(stdin)
	root.SetOut(stdout)
	root.SetErr(stderr)
	cmd, err := root.ExecuteContextC(ctx)
	if err == nil {
		return exitFine
	}
	var e *exit
	if !errors.As(err, &e) {
		fmt.Fprintf(stderr, "calypso: %v\n", err)
		if !understood {
			fmt.Fprintf(stderr, "Run '%s --help' for usage.\n", cmd.CommandPath())
		}
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
		Version:       version,
		SilenceErrors: true,
		SilenceUsage:  true,
		Args:          onlySubcommand,
		RunE:          wantsSubcommand,
	}
	// No template of our own anywhere: the linker would keep text/template, and with it every method there is, 4 MB.
	root.CompletionOptions.DisableDefaultCmd = true
	root.AddCommand(lspCommand(), queryCommand(), checkCommand(), fmtCommand(), analyzeCommand(), schemaCommand(), serveCommand(), testCommand(), askCommand(), mcpCommand(),
		loginCommand(), logoutCommand(), whoamiCommand(), doctorCommand(), versionCommand())
	for _, cmd := range root.Commands() {
		cmd.DisableFlagsInUseLine = true // the lines say which flags matter
	}
	return root
}

// onlySubcommand takes no arguments: what stands there was meant as a subcommand.
func onlySubcommand(cmd *cobra.Command, args []string) error {
	if len(args) == 0 {
		return nil
	}
	cmd.SuggestionsMinimumDistance = 2
	message := fmt.Sprintf("unknown command %q", args[0])
	if like := cmd.SuggestionsFor(args[0]); len(like) > 0 {
		message += fmt.Sprintf("; did you mean %q?", like[0])
	}
	return errors.New(message)
}

// wantsSubcommand is for commands that do nothing by themselves.
func wantsSubcommand(cmd *cobra.Command, _ []string) error {
	cmd.SetOut(cmd.ErrOrStderr())
	_ = cmd.Help()
	return &exit{code: exitUsage}
}

// atLeastOne asks for arguments, by what they are.
func atLeastOne(what string) cobra.PositionalArgs {
	return func(_ *cobra.Command, args []string) error {
		if len(args) == 0 {
			return fmt.Errorf("give at least one %s", what)
		}
		return nil
	}
}
