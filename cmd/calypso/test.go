package main

import (
	"bytes"
	"context"
	"fmt"
	"os"
	"time"

	"github.com/spf13/cobra"

	"calypso/kqltest"
	"calypso/wholefile"
)

// testFlags are the flags of calypso test.
type testFlags struct {
	format, junit   string
	update, verbose bool
	timeout         time.Duration
	parallel        int
}

func testCommand() *cobra.Command {
	var flags testFlags
	cmd := &cobra.Command{
		Use:   "test [--format text|json] [--junit FILE] [--update] PATH…",
		Short: "run query tests",
		Long: `Runs test files, and all .kqltest files below folders, on the embedded engine. A test file holds tables, a query and the rows that are
wanted:

  -- case two failures --
  -- table SignIns --
  User:string,Success:bool
  ann,false
  ann,false
  -- query --
  SignIns | where not(Success) | summarize Failures = count() by User
  -- rows --
  User,Failures
  ann,2

Exit code 0: all passed; 1: a case failed, or the engine can't run its query; 2: wrong use, or a test that can't be read (the others
are run all the same).`,
		Args: atLeastOne("test file or folder"),
		RunE: func(cmd *cobra.Command, paths []string) error {
			if flags.format != "text" && flags.format != "json" {
				return fmt.Errorf("unknown format %q; choose text or json", flags.format)
			}
			if flags.timeout < 0 || flags.parallel < 0 {
				return fmt.Errorf("--timeout and --parallel can't be negative; leave them out for the defaults")
			}
			return runTests(cmd, flags, paths)
		},
	}
	cmd.Flags().StringVar(&flags.format, "format", "text", "text or json")
	cmd.Flags().StringVar(&flags.junit, "junit", "", "write JUnit's XML to `FILE` too")
	cmd.Flags().BoolVar(&flags.update, "update", false, "change the files to want what came")
	cmd.Flags().BoolVarP(&flags.verbose, "verbose", "v", false, "name the cases that pass too")
	cmd.Flags().DurationVar(&flags.timeout, "timeout", kqltest.DefaultTimeout, "time of a case that sets none")
	cmd.Flags().IntVar(&flags.parallel, "parallel", 0, "cases that run at a time (default: one a core)")
	return cmd
}

func runTests(cmd *cobra.Command, flags testFlags, paths []string) error {
	files, unreadable := kqltest.Find(paths)
	runner := kqltest.NewRunner(kqltest.Options{Timeout: flags.timeout, Parallel: flags.parallel, Update: flags.update})
	var all []*kqltest.Result
	var printing error
	// The first text that can't be written stops the run: nobody reads the rest.
	ctx, stop := context.WithCancel(cmd.Context())
	defer stop()
	runner.RunAll(ctx, files, func(f *kqltest.File, results []*kqltest.Result) {
		if flags.update {
			unreadable = append(unreadable, rewrite(f, results)...)
		}
		all = append(all, results...)
		if flags.format == "text" && printing == nil {
			if printing = kqltest.WriteText(cmd.OutOrStdout(), results, flags.verbose); printing != nil {
				stop()
			}
		}
	})
	if flags.format == "json" {
		printing = kqltest.WriteJSON(cmd.OutOrStdout(), all)
	}
	for _, err := range unreadable {
		fmt.Fprintf(cmd.ErrOrStderr(), "calypso: %v\n", err)
	}
	count := kqltest.Of(all)
	if flags.format == "text" {
		fmt.Fprintln(cmd.ErrOrStderr(), count.Summary())
	}
	if flags.junit != "" {
		if err := writeJUnit(flags.junit, all); err != nil {
			return fmt.Errorf("write the JUnit report: %w", err)
		}
	}
	switch {
	case printing != nil:
		return failed(printing)
	case len(unreadable) > 0 || count[kqltest.Broken] > 0:
		return &exit{code: exitUsage}
	case count[kqltest.Passed]+count[kqltest.Updated] < count.Total():
		return &exit{code: exitFindings}
	}
	return nil
}

// rewrite makes the files want what came.
func rewrite(f *kqltest.File, results []*kqltest.Result) (problems []error) {
	for _, w := range f.Rewrites(results) {
		if err := wholefile.Write(w.Path, []byte(w.Text), 0o644); err != nil {
			problems = append(problems, fmt.Errorf("update: %w", err))
		}
	}
	return problems
}

func writeJUnit(path string, results []*kqltest.Result) error {
	var out bytes.Buffer
	if err := kqltest.WriteJUnit(&out, results); err != nil {
		return err
	}
	return os.WriteFile(path, out.Bytes(), 0o644)
}
