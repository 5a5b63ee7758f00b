package main

import (
	"fmt"
	"io"
	"path/filepath"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"calypso/config"
	"calypso/kql/diag"
	"calypso/kql/format"
	"calypso/kql/script"
	"calypso/kql/symbol"
	"calypso/kql/text"
	"calypso/wholefile"
)

func fmtCommand() *cobra.Command {
	var check, write bool
	var style config.Format
	var settings string
	cmd := &cobra.Command{
		Use:   "fmt [--check|--write] PATH…|-",
		Short: "format query files",
		Long: `Formats query files, and all .kql, .csl and .kusto files below folders: a pipe a line, nested queries indented, long lists broken.
Only white space changes; comments stay by what they stood by; what has a syntax error stays as it is and is told on stderr.

The layout is that of [format] in config.toml, or of --config FILE; flags win over it.
Without a flag the result is printed. --write changes the files; --check only lists those that would change.
Exit code 0; 1 when --check found a file to format; 2: wrong use, or a file that can't be read or written.`,
		Args: atLeastOne("file or folder, or -"),
		RunE: func(cmd *cobra.Command, paths []string) error {
			if check && write {
				return fmt.Errorf("--check and --write exclude each other")
			}
			options, err := layout(cmd, style, settings)
			if err != nil {
				return err
			}
			if len(paths) == 1 && paths[0] == "-" {
				if write {
					return fmt.Errorf("--write changes files; leave it out for standard input")
				}
				return formatStdin(cmd, check, options)
			}
			return formatFiles(cmd, paths, check, write, options)
		},
	}
	cmd.Flags().BoolVar(&check, "check", false, "list the files that would change")
	cmd.Flags().BoolVar(&write, "write", false, "change the files")
	cmd.Flags().StringVar(&settings, "config", "", "settings `FILE` to use in place of config.toml")
	layoutFlags(cmd, &style)
	return cmd
}

// layout lays the flags over [format] of the settings.
func layout(cmd *cobra.Command, flags config.Format, file string) (format.Options, error) {
	settings, warnings, err := settingsOf(file)
	if err != nil {
		return format.Options{}, err
	}
	for _, w := range warnings {
		fmt.Fprintf(cmd.ErrOrStderr(), "calypso: %s\n", w)
	}
	return flags.Over(settings.Format).Options()
}

// layoutFlags are the keys of [format] by the same words; one that isn't given leaves what config.toml says.
func layoutFlags(cmd *cobra.Command, s *config.Format) {
	cmd.Flags().IntVar(&s.Indent, "indent", 0, "spaces a level (default 4)")
	cmd.Flags().IntVar(&s.Width, "width", 0, "longest line (default 100)")
	for _, word := range []struct {
		to          *string
		name, usage string
	}{
		{&s.Pipes, "pipes", "a pipe begins a line, by `STYLE`: always, several (where there are several), keep (default always)"},
		{&s.Lists, "lists", "items have a line each, by `STYLE`: long (where they are long), several, keep (default long)"},
		{&s.Brackets, "brackets", "the opening bracket of a query stands at `PLACE`: same line, own line (default same line)"},
		{&s.Braces, "braces", "the opening brace of a function's body stands at `PLACE`: same line, own line (default same line)"},
		{&s.Semicolon, "semicolon", "the semicolon behind several lines stands at `PLACE`: same line, own line (default same line)"},
		{&s.Equals, "equals", "the sign that names a column, by `STYLE`: spaced, tight (default spaced)"},
	} {
		cmd.Flags().StringVar(word.to, word.name, "", word.usage)
	}
}

// formatText formats a document, and tells on stderr which of its queries stay as they are, and why.
func formatText(cmd *cobra.Command, name, src string, o format.Options) string {
	s := script.Analyze(src, func(string) *symbol.Schema { return &symbol.Schema{} }, nil)
	lines := text.NewFile(src)
	for _, b := range s.Blocks {
		found := b.Bound.Tree.Diagnostics
		if i := slices.IndexFunc(found, func(d diag.Diagnostic) bool { return d.Severity == diag.Error }); i >= 0 {
			line, column := place(lines, b.Shift(found[i].Span).Start)
			fmt.Fprintf(cmd.ErrOrStderr(), "calypso: %s:%d:%d: not formatted: %s\n", name, line, column, found[i].Message)
		}
	}
	return format.Apply(src, format.Document(s, o))
}

func formatStdin(cmd *cobra.Command, check bool, o format.Options) error {
	body, err := readInput(cmd.Context(), cmd.InOrStdin())
	if err != nil {
		return err
	}
	result := formatText(cmd, "-", body, o)
	if check {
		if result == body {
			return nil
		}
		_, err = fmt.Fprintln(cmd.OutOrStdout(), "-")
		return &exit{exitFindings, err}
	}
	_, err = io.WriteString(cmd.OutOrStdout(), result)
	return err
}

// readToFormat reads a file that is a query through and through: other text isn't KQL.
func readToFormat(path string) (string, error) {
	switch ext := strings.ToLower(filepath.Ext(path)); ext {
	case ".md", ".markdown", ".yaml", ".yml", ".json", ".ipynb", ".kqlnb":
		return "", fmt.Errorf("%s: a %s file isn't formatted: only parts of it are queries", path, ext)
	}
	return readQueryFile(path)
}

func formatFiles(cmd *cobra.Command, paths []string, check, write bool, o format.Options) error {
	files, problems := queryFiles(paths)
	changed := 0
	for _, path := range files {
		body, err := readToFormat(path)
		if err != nil {
			problems = append(problems, err)
			continue
		}
		result := formatText(cmd, path, body, o)
		switch {
		case !check && !write:
			_, _ = io.WriteString(cmd.OutOrStdout(), result)
		case result == body:
		case check:
			changed++
			fmt.Fprintln(cmd.OutOrStdout(), path)
		default:
			if err := wholefile.Write(path, []byte(result), 0o644); err != nil {
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
