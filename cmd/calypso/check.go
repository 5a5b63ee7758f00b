package main

import (
	"encoding/json"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"calypso/kql/diag"
	"calypso/kql/script"
	"calypso/kql/symbol"
	"calypso/kql/text"
)

// finding is a diagnostic with its place in a file; lines and columns count from 1, columns in characters.
type finding struct {
	Path      string    `json:"path"`
	Line      int       `json:"line"`
	Column    int       `json:"column"`
	EndLine   int       `json:"endLine"`
	EndColumn int       `json:"endColumn"`
	Severity  string    `json:"severity"`
	Code      diag.Code `json:"code"`
	Official  string    `json:"official,omitempty"`
	Message   string    `json:"message"`
}

func checkCommand() *cobra.Command {
	var schemaFile, format string
	cmd := &cobra.Command{
		Use:   "check [--schema FILE] [--format text|json] PATH…",
		Short: "find mistakes in query files",
		Long: `Checks query files, and all .kql, .csl and .kusto files below folders. Without --schema no name is an error: only the language
itself is checked. Exit code 0: no errors; 1: errors were found; 2: wrong use, or a file that can't be read (the others are
checked all the same).`,
		Args: cobra.MinimumNArgs(1),
		RunE: func(cmd *cobra.Command, paths []string) error {
			if format != "text" && format != "json" {
				return fmt.Errorf("unknown format %q; choose text or json", format)
			}
			schema, err := readSchema(schemaFile)
			if err != nil {
				return err
			}
			return check(cmd, paths, schema, format)
		},
	}
	cmd.Flags().StringVar(&schemaFile, "schema", "", "schema `FILE` (JSON)")
	cmd.Flags().StringVar(&format, "format", "text", "text or json")
	return cmd
}

func check(cmd *cobra.Command, paths []string, schema *symbol.Schema, format string) error {
	files, unreadable := queryFiles(paths)
	findings := []finding{}
	errors := 0
	for _, path := range files {
		found, err := checkFile(path, schema)
		if err != nil {
			unreadable = append(unreadable, err)
			continue
		}
		findings = append(findings, found...)
	}
	for _, f := range findings {
		if f.Severity == diag.Error.String() {
			errors++
		}
	}
	if err := printFindings(cmd.OutOrStdout(), findings, format); err != nil {
		return failed(err)
	}
	for _, err := range unreadable {
		fmt.Fprintf(cmd.ErrOrStderr(), "calypso: %v\n", err)
	}
	if format == "text" {
		fmt.Fprintf(cmd.ErrOrStderr(), "%d files checked, %d errors, %d other findings\n", len(files), errors, len(findings)-errors)
	}
	switch {
	case len(unreadable) > 0:
		return &exit{code: exitUsage}
	case errors > 0:
		return &exit{code: exitFindings}
	}
	return nil
}

// queryFiles lists the files that are named, and the query files below the folders that are.
func queryFiles(paths []string) (files []string, problems []error) {
	for _, path := range paths {
		info, err := os.Stat(path)
		if err != nil {
			problems = append(problems, err)
			continue
		}
		if !info.IsDir() {
			files = append(files, path)
			continue
		}
		err = filepath.WalkDir(path, func(p string, d fs.DirEntry, err error) error {
			if err != nil {
				problems = append(problems, err)
				return nil
			}
			if ext := strings.ToLower(filepath.Ext(p)); !d.IsDir() && (ext == ".kql" || ext == ".csl" || ext == ".kusto") {
				files = append(files, p)
			}
			return nil
		})
		if err != nil {
			problems = append(problems, err)
		}
	}
	return slices.Compact(files), problems
}

// maxQueryFile bounds a query file: more is data.
const maxQueryFile = 64 << 20

// readQueryFile reads a query file; what can't be one is an error.
func readQueryFile(path string) (string, error) {
	info, err := os.Stat(path)
	if err != nil {
		return "", err
	}
	if !info.Mode().IsRegular() || info.Size() > maxQueryFile {
		return "", fmt.Errorf("%s is no regular file or larger than %d MB; it can't be a query", path, maxQueryFile>>20)
	}
	body, err := os.ReadFile(path)
	return string(body), err
}

func checkFile(path string, schema *symbol.Schema) ([]finding, error) {
	body, err := readQueryFile(path)
	if err != nil {
		return nil, err
	}
	s := script.Analyze(body, func(string) *symbol.Schema { return schema }, nil)
	file := text.NewFile(s.Text)
	var found []finding
	for _, d := range s.Diagnostics() {
		line, column := place(file, d.Span.Start)
		endLine, endColumn := place(file, d.Span.End)
		found = append(found, finding{path, line, column, endLine, endColumn, d.Severity.String(), d.Code, d.Official, d.Message})
	}
	return found, nil
}

// place gives line and column from 1; the column counts characters.
func place(f *text.File, offset int) (line, column int) {
	line = f.LineAt(offset)
	start := f.Line(line).Start
	return line + 1, len([]rune(f.Text()[start:max(offset, start)])) + 1
}

func printFindings(w io.Writer, findings []finding, format string) error {
	if format == "json" {
		out := json.NewEncoder(w)
		out.SetEscapeHTML(false)
		out.SetIndent("", "  ")
		return out.Encode(findings)
	}
	for _, f := range findings {
		official := ""
		if f.Official != "" {
			official = " (" + f.Official + ")"
		}
		if _, err := fmt.Fprintf(w, "%s:%d:%d: %s %s%s: %s\n", f.Path, f.Line, f.Column, f.Severity, f.Code, official, f.Message); err != nil {
			return err
		}
	}
	return nil
}
