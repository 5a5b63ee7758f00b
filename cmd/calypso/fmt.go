package main

import (
	"fmt"
	"io"
	"os"

	"github.com/spf13/cobra"

	"calypso/kql/format"
	"calypso/kql/script"
	"calypso/kql/symbol"
)

func fmtCommand() *cobra.Command {
	var check, write bool
	var style formatSettings
	cmd := &cobra.Command{
		Use:   "fmt [--check|--write] PATH…|-",
		Short: "format query files",
		Long: `Formats query files, and all .kql, .csl and .kusto files below folders: a pipe a line, nested queries indented, long lists broken.
Only white space changes; comments stay by what they stood by; what has a syntax error stays as it is.

Without a flag the result is printed. --write changes the files; --check only lists those that would change.
Exit code 0; 1 when --check found a file to format; 2: wrong use, or a file that can't be read or written.`,
		Args: cobra.MinimumNArgs(1),
		RunE: func(cmd *cobra.Command, paths []string) error {
			if check && write {
				return fmt.Errorf("--check and --write exclude each other")
			}
			options, err := style.options()
			if err != nil {
				return err
			}
			if len(paths) == 1 && paths[0] == "-" {
				return formatStdin(cmd, options)
			}
			return formatFiles(cmd, paths, check, write, options)
		},
	}
	cmd.Flags().BoolVar(&check, "check", false, "list the files that would change")
	cmd.Flags().BoolVar(&write, "write", false, "change the files")
	style.flags(cmd)
	return cmd
}

// flags are the editor's settings calypso.format.… by the same words.
func (s *formatSettings) flags(cmd *cobra.Command) {
	cmd.Flags().IntVar(&s.Indent, "indent", 4, "spaces a level")
	cmd.Flags().IntVar(&s.Width, "width", 100, "longest line")
	for _, word := range []struct {
		to                 *string
		name, first, usage string
	}{
		{&s.Pipes, "pipes", "always", "a pipe begins a line `always`, when there are several, or keep"},
		{&s.Lists, "lists", "long", "items have a line each when they are `long`, several, or keep"},
		{&s.Brackets, "brackets", "same line", "the bracket of a query stands on the `same line`, or own line"},
		{&s.Braces, "braces", "same line", "the brace of a function's body stands on the `same line`, or own line"},
		{&s.Semicolon, "semicolon", "same line", "the semicolon behind several lines stands on the `same line`, or own line"},
		{&s.Equals, "equals", "spaced", "the sign that names a column is `spaced`, or tight"},
	} {
		cmd.Flags().StringVar(word.to, word.name, word.first, word.usage)
	}
}

func formatText(src string, o format.Options) string {
	s := script.Analyze(src, func(string) *symbol.Schema { return &symbol.Schema{} }, nil)
	return format.Apply(src, format.Document(s, o))
}

func formatStdin(cmd *cobra.Command, o format.Options) error {
	body, err := io.ReadAll(io.LimitReader(cmd.InOrStdin(), maxQueryFile))
	if err != nil {
		return err
	}
	_, err = io.WriteString(cmd.OutOrStdout(), formatText(string(body), o))
	return err
}

func formatFiles(cmd *cobra.Command, paths []string, check, write bool, o format.Options) error {
	files, problems := queryFiles(paths)
	changed := 0
	for _, path := range files {
		body, err := readQueryFile(path)
		if err != nil {
			problems = append(problems, err)
			continue
		}
		result := formatText(body, o)
		switch {
		case !check && !write:
			_, _ = io.WriteString(cmd.OutOrStdout(), result)
		case result == body:
		case check:
			changed++
			fmt.Fprintln(cmd.OutOrStdout(), path)
		default:
			if err := replaceFile(path, result); err != nil {
				problems = append(problems, err)
				continue
			}
			fmt.Fprintln(cmd.OutOrStdout(), path)
		}
	}
	for _, err := range problems {
		fmt.Fprintf(cmd.ErrOrStderr(), "calypso: %v\n", err)
	}
	switch {
	case len(problems) > 0:
		return &exit{code: exitUsage}
	case changed > 0:
		return &exit{code: exitFindings}
	}
	return nil
}

// replaceFile writes a file anew with the rights it had, at once or not at all.
func replaceFile(path, body string) error {
	info, err := os.Stat(path)
	if err != nil {
		return err
	}
	next := path + ".calypso-new"
	if err := os.WriteFile(next, []byte(body), info.Mode().Perm()); err != nil {
		return err
	}
	if err := os.Rename(next, path); err != nil {
		os.Remove(next)
		return err
	}
	return nil
}
