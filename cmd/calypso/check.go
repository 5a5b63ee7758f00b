package main

import (
	"encoding/json"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"calypso/check"
	"calypso/config"
	"calypso/kql/diag"
	"calypso/kql/lint"
)

// checkFlags are the flags of check as given.
type checkFlags struct {
	schema, format, failOn, baseline, writeBaseline, config, sizes string
	keys                                                           []string
	maxScore                                                       int
}

func checkCommand() *cobra.Command {
	var f checkFlags
	cmd := &cobra.Command{
		Use:   "check [flags] PATH…",
		Short: "find mistakes, slow and dear queries in query files, detections and Markdown",
		Long: `Checks query files (.kql, .csl, .kusto), the queries in YAML detections (query: keys) and Markdown fences (` + "```kql" + `), and all of
these below folders. Without --schema no name is an error, and the rules that need types are silent.

Comments silence a finding: // calypso: ignore CAL6001 reason (this line), ignore-next-line, ignore-file. Rules are set in [lint] of
config.toml or of --config FILE; docs/lint.md lists them. Nothing is sent anywhere.

Exit code 0: nothing at or above --fail-on; 1: findings, or a score above --max-score; 2: wrong use, or a file that can't be read (the
others are checked all the same).`,
		Args: atLeastOne("file or folder"),
		RunE: func(cmd *cobra.Command, paths []string) error { return runCheck(cmd, paths, f) },
	}
	flags := cmd.Flags()
	flags.StringVar(&f.schema, "schema", "", "schema `FILE` (JSON)")
	flags.StringVar(&f.format, "format", "text", "text, json or sarif")
	flags.StringVar(&f.failOn, "fail-on", "error", "least `SEVERITY` that fails: error, warning, info, hint or never")
	flags.StringVar(&f.baseline, "baseline", "", "`FILE` of findings that are known")
	flags.StringVar(&f.writeBaseline, "write-baseline", "", "write what is found to `FILE` as a baseline, and fail on nothing")
	flags.IntVar(&f.maxScore, "max-score", 0, "most that a file's queries may cost: the weights of its cost findings, summed; 0 means any")
	flags.StringVar(&f.config, "config", "", "settings `FILE` to use in place of config.toml")
	flags.StringVar(&f.sizes, "sizes", "", "`FILE` with the rows of tables: {\"Table\": 1000000}")
	flags.StringSliceVar(&f.keys, "yaml-key", []string{"query"}, "YAML `KEY` whose values are queries; may be given more than once")
	return cmd
}

// severities are the words of --fail-on, gravest first.
var severities = map[string]diag.Severity{"error": diag.Error, "warning": diag.Warning, "info": diag.Info, "hint": diag.Hint, "never": 0}

func runCheck(cmd *cobra.Command, paths []string, f checkFlags) error {
	failOn, ok := severities[f.failOn]
	if !ok {
		return fmt.Errorf("unknown severity %q; choose error, warning, info, hint or never", f.failOn)
	}
	if !slices.Contains([]string{"text", "json", "sarif"}, f.format) {
		return fmt.Errorf("unknown format %q; choose text, json or sarif", f.format)
	}
	options, known, err := f.options(cmd)
	if err != nil {
		return err
	}
	report, dear := checkPaths(paths, options, f.maxScore)
	if report.Files == 0 && len(report.Problems) == 0 {
		fmt.Fprintf(cmd.ErrOrStderr(), "calypso: there are no query files, YAML or Markdown files in %s\n", strings.Join(paths, ", "))
	}
	known.Mark(report.Findings)
	if f.writeBaseline != "" {
		if err := writeBaseline(f.writeBaseline, report); err != nil {
			return err
		}
		failOn, dear = 0, nil
	}
	if err := printReport(cmd, report, f.format); err != nil {
		return failed(err)
	}
	for _, line := range dear {
		fmt.Fprintln(cmd.ErrOrStderr(), "calypso: "+line)
	}
	failing := slices.ContainsFunc(report.Findings, func(f check.Finding) bool { return f.Active() && severities[f.Severity] <= failOn })
	switch {
	case len(report.Problems) > 0:
		return &exit{code: exitUsage}
	case failing, len(dear) > 0:
		return &exit{code: exitFindings}
	}
	return nil
}

// options reads the files that flags name.
func (f checkFlags) options(cmd *cobra.Command) (check.Options, check.Baseline, error) {
	o := check.Options{Keys: f.keys, Fixes: f.format == "sarif"}
	var err error
	if o.Schema, err = readSchema(f.schema); err != nil {
		return o, nil, err
	}
	if o.Severity, err = f.rules(cmd); err != nil {
		return o, nil, err
	}
	if f.sizes != "" {
		body, err := readUpTo(f.sizes, maxSchemaFile)
		if err != nil {
			return o, nil, fmt.Errorf("read table sizes: %w", err)
		}
		if err := json.Unmarshal(body, &o.Rows); err != nil {
			return o, nil, fmt.Errorf("read table sizes: %s: %w; write {\"Table\": 1000000}", f.sizes, err)
		}
	}
	if f.baseline == "" {
		return o, check.Baseline{}, nil
	}
	body, err := readUpTo(f.baseline, maxSchemaFile)
	if err != nil {
		return o, nil, fmt.Errorf("read baseline: %w", err)
	}
	known, err := check.ReadBaseline(body)
	if err != nil {
		return o, nil, fmt.Errorf("read baseline: %s: %w", f.baseline, err)
	}
	return o, known, nil
}

// rules gives the severities that settings give to a file.
func (f checkFlags) rules(cmd *cobra.Command) (func(string) map[diag.Code]diag.Severity, error) {
	settings, warnings, err := settingsOf(f.config)
	if err != nil {
		return nil, err
	}
	for _, w := range warnings {
		fmt.Fprintf(cmd.ErrOrStderr(), "calypso: %s\n", w)
	}
	for _, name := range unknownRules(settings.Lint) {
		fmt.Fprintf(cmd.ErrOrStderr(), "calypso: lint.rules: there is no rule %q; docs/lint.md lists them\n", name)
	}
	return func(path string) map[diag.Code]diag.Severity { return lintSeverities(settings.Lint.For(path)) }, nil
}

// settingsOf reads a file of settings; "" is the person's own config.toml.
func settingsOf(file string) (config.Settings, []config.Warning, error) {
	if file != "" {
		return config.File(file)
	}
	return config.Load(os.Getenv)
}

// unknownRules gives the names in the settings that no rule has.
func unknownRules(l config.Lint) []string {
	var list []string
	for _, rules := range append([]config.LintPaths{{Rules: l.Rules}}, l.Paths...) {
		for _, name := range slices.Sorted(maps.Keys(rules.Rules)) {
			if _, ok := lint.Find(name); !ok {
				list = append(list, name)
			}
		}
	}
	return list
}

// lintSeverities turns the words of settings into codes and severities: a later table wins, and within one the slug over the code.
// Rules that there aren't have been told already.
func lintSeverities(tables []map[string]string) map[diag.Code]diag.Severity {
	levels := map[diag.Code]diag.Severity{}
	for _, rules := range tables {
		for _, name := range slices.Sorted(maps.Keys(rules)) {
			code, ok := lint.Find(name)
			if !ok {
				continue
			}
			levels[code] = severities[rules[name]]
			if rules[name] == "off" {
				levels[code] = lint.Off
			}
		}
	}
	return levels
}

// besides reads what the files create, so that each knows the names of the others.
func besides(files []string, o check.Options) *check.Beside {
	all := &check.Beside{}
	for _, path := range files {
		if body, err := readQueryFile(path); err == nil { // else it is told when the file is checked
			all.Add(path, body, o)
		}
	}
	return all
}

func checkPaths(paths []string, o check.Options, maxScore int) (report *check.Report, dear []string) {
	report = &check.Report{Version: version}
	files, problems := filesBelow(paths, check.Reads)
	for _, err := range problems {
		report.Problems = append(report.Problems, check.Problem{Path: pathOf(err), Err: err})
	}
	o.Beside = besides(files, o)
	for _, path := range files {
		body, err := readQueryFile(path)
		if err == nil {
			var r check.Result
			if r, err = check.File(path, body, o); err == nil {
				report.Files++
				report.Findings = append(report.Findings, r.Findings...)
				report.Score += r.Score
				if maxScore > 0 && r.Score > maxScore {
					dear = append(dear, fmt.Sprintf("%s: cost score %d is above %d", path, r.Score, maxScore))
				}
				continue
			}
			err = fmt.Errorf("%s: %w", path, err)
		}
		report.Problems = append(report.Problems, check.Problem{Path: path, Err: err})
	}
	return report, dear
}

func printReport(cmd *cobra.Command, report *check.Report, format string) error {
	write := map[string]func() error{
		"text":  func() error { return report.WriteText(cmd.OutOrStdout()) },
		"json":  func() error { return report.WriteJSON(cmd.OutOrStdout()) },
		"sarif": func() error { return report.WriteSARIF(cmd.OutOrStdout()) },
	}[format]
	if err := write(); err != nil {
		return err
	}
	for _, p := range report.Problems {
		fmt.Fprintf(cmd.ErrOrStderr(), "calypso: %v\n", p.Err)
	}
	if format == "text" {
		fmt.Fprintln(cmd.ErrOrStderr(), report.Summary())
	}
	return nil
}

func writeBaseline(path string, report *check.Report) error {
	var b strings.Builder
	if err := check.WriteBaseline(&b, report.Findings); err != nil {
		return err
	}
	if err := os.WriteFile(filepath.Clean(path), []byte(b.String()), 0o644); err != nil {
		return fmt.Errorf("write baseline: %w", err)
	}
	return nil
}
