package main

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"calypso/auth"
	"calypso/auth/httpauth"
	"calypso/cmd/calypso/print"
	"calypso/config"
	"calypso/connection"
	"calypso/identity"
	"calypso/kql/syntax"
	"calypso/kql/text"
	"calypso/kusto/value"
	"calypso/server"
	"calypso/server/protocol"
)

// place says where queries run; several commands take these flags.
type placeFlags struct {
	cluster  string
	database string
	data     string
}

func (p *placeFlags) add(cmd *cobra.Command) {
	cmd.Flags().StringVar(&p.cluster, "cluster", "", "`ADDRESS` of a cluster, its name in config.toml, or 'embedded'; default: config.toml, else embedded")
	cmd.Flags().StringVar(&p.database, "database", "", "`NAME` of the database to use")
	cmd.Flags().StringVar(&p.data, "data", "", "`DIR` whose files are tables of the embedded engine, in place of the samples")
}

func queryCommand() *cobra.Command {
	var where placeFlags
	var format string
	var explained explainFlags
	var params []string
	var chosen blockFlags
	cmd := &cobra.Command{
		Use:   "query [flags] TEXT|FILE|-",
		Short: "run a query and print its rows",
		Long: `Runs each query of a text, of a file, or of standard input (-) and prints the rows. An argument that ends in .kql, .csl or .kusto,
or that names an existing file, is a file.

Exit code 0: all queries ran; 1: one failed, or its result was cut; 2: wrong use; 4: sign in first; 130: interrupted.`,
		Example: `  calypso query 'StormEvents | where State == "TEXAS" | summarize n=count() by EventType | top 5 by n'
  calypso query --data ./logs --format csv errors.kql
  calypso query --cluster http://localhost:8080 --database NetDefaultDB 'T | count'
  calypso query --block storms.kql:12 --connection help
  calypso query --param state=TEXAS --param 'since=datetime(2007-06-01)' storms-of-a-state.kql`,
		RunE: func(cmd *cobra.Command, args []string) error {
			printer, err := print.New(format, cmd.OutOrStdout())
			if err != nil {
				return err
			}
			text, err := chosen.source(cmd, args, &where)
			if err != nil {
				return err
			}
			var cluster connection.Cluster
			if cluster, text.database, err = where.open(cmd); err != nil {
				return err
			}
			if text.parameters, err = parameters(params); err != nil {
				return err
			}
			if explained.explain || explained.analyze {
				return explained.run(cmd, cluster, text)
			}
			return runAll(cmd, cluster, text, printer)
		},
	}
	where.add(cmd)
	explained.add(cmd)
	chosen.add(cmd)
	cmd.Flags().StringVar(&format, "format", "table", "`FORM` of the rows: "+strings.Join(print.Formats, ", "))
	cmd.Flags().StringArrayVar(&params, "param", nil, "`NAME=VALUE` of a declared query parameter, the value as KQL writes it: 5, datetime(2007-06-01), TEXAS; may be repeated")
	return cmd
}

// querySource finds the text to run; name is the file's, or "".
func querySource(cmd *cobra.Command, arg string) (src, name string, err error) {
	if arg == "-" {
		src, err = readInput(cmd.Context(), cmd.InOrStdin())
		return src, "", err
	}
	info, err := os.Stat(arg)
	ext := strings.ToLower(filepath.Ext(arg))
	looksLikeFile := !strings.ContainsAny(arg, "\n|") && (ext == ".kql" || ext == ".csl" || ext == ".kusto")
	if err != nil && !looksLikeFile {
		return arg, "", nil
	}
	switch {
	case err != nil:
		return "", "", fmt.Errorf("read the query: %w", unread(err))
	case info.IsDir():
		return "", "", fmt.Errorf("read the query: %s is a folder; name a file in it", arg)
	}
	body, err := readUpTo(arg, maxQueryFile)
	if err != nil {
		return "", "", fmt.Errorf("read the query: %w; it can't be a query", err)
	}
	return string(body), arg, checkText(arg, string(body))
}

// queries is a text with one or several queries, and what they run with.
type queries struct {
	src, name  string // name is the file's, or ""
	database   string
	parameters map[string]string
	only       text.Span // the block that runs; empty: all
}

// parameters reads the values of --param.
func parameters(given []string) (map[string]string, error) {
	values := map[string]string{}
	for _, g := range given {
		name, literal, ok := strings.Cut(g, "=")
		if name = strings.TrimSpace(name); !ok || name == "" {
			return nil, fmt.Errorf("--param %q: write NAME=VALUE", g)
		}
		values[name] = literal
	}
	return values, nil
}

// each gives the queries one after the other, with where they begin; the first error ends it.
func (t queries) each(do func(q server.Query, start int) error) error {
	declared := map[string]bool{}
	var list []server.Query
	var starts []int
	for _, b := range syntax.Blocks(t.src) {
		if t.only.Len() > 0 && b.Span != t.only {
			continue
		}
		tree := syntax.Parse(b.Span.Of(t.src))
		if tree.Command == nil && len(tree.Statements) == 0 && len(tree.Diagnostics) == 0 {
			continue // comments and directives only
		}
		for _, s := range tree.Statements {
			if d, ok := s.(*syntax.DeclareParams); ok {
				for _, p := range d.Params {
					if p.Name != nil {
						declared[p.Name.Text] = true
					}
				}
			}
		}
		list = append(list, server.Query{
			Target: server.Target{Database: t.database}, Text: tree.Text, Command: tree.Command != nil, Parameters: t.parameters,
		})
		starts = append(starts, b.Span.Start)
	}
	if len(list) == 0 {
		return errors.New("there is no query in the text; see 'calypso query --help'")
	}
	for _, name := range slices.Sorted(maps.Keys(t.parameters)) {
		if !declared[name] {
			return fmt.Errorf("--param %s: the text declares no such parameter; begin it with 'declare query_parameters(%[1]s: string);'", name)
		}
	}
	for i, q := range list {
		if err := do(q, starts[i]); err != nil {
			return err
		}
	}
	return nil
}

// spot is where a command works.
type spot struct {
	connection.Cluster
	address  string
	database string // "" means the cluster's default
	settings config.Settings
	ids      *identity.Identities
}

// open finds the cluster to ask: the flag's, by address or by its name in config.toml, else the configured one, else the embedded
// engine. A person at a terminal may be asked to sign in.
func (p *placeFlags) open(cmd *cobra.Command) (connection.Cluster, string, error) {
	settings, err := loadSettings(cmd.ErrOrStderr())
	if err != nil {
		return nil, "", err
	}
	at, err := p.spot(cmd, settings, askingOn(cmd))
	return at.Cluster, at.database, err
}

// spot is open with settings in which flags may have changed something.
func (p *placeFlags) spot(cmd *cobra.Command, settings config.Settings, ui auth.UI) (spot, error) {
	at := spot{address: p.cluster, database: p.database, settings: settings}
	switch c, named := settings.Kusto.Clusters[p.cluster]; {
	case named:
		at.address = c.ClusterURL
		at.database = cmp.Or(p.database, c.Database)
	case p.cluster == "" && p.data == "":
		at.address, at.database = settings.Kusto.ClusterURL, cmp.Or(p.database, settings.Kusto.Database)
	}
	if err := config.CheckURL(at.address); err != nil {
		if p.cluster != "" && !strings.Contains(p.cluster, ":") {
			return spot{}, fmt.Errorf("--cluster %s: config.toml names no such cluster; give its address, as https://NAME.kusto.windows.net, or write [kusto.clusters.%[1]s]", p.cluster)
		}
		return spot{}, err
	}
	if p.data != "" && at.address != "" && at.address != config.Embedded {
		return spot{}, fmt.Errorf("--data is for the embedded engine; leave out --cluster or --data")
	}
	at.address = cmp.Or(at.address, config.Embedded)
	at.ids = identities(cmd, settings, ui, "")
	if ui != nil {
		cmd.SetContext(httpauth.With(cmd.Context(), httpauth.Ask{Interactive: true}))
	}
	var err error
	at.Cluster, err = dialer(cmd.Context(), p.data, at.ids)(at.address)
	return at, err
}

// loadSettings reads config.toml and prints its warnings.
func loadSettings(stderr io.Writer) (config.Settings, error) {
	settings, warnings, err := config.Load(os.Getenv)
	for _, w := range warnings {
		fmt.Fprintf(stderr, "calypso: warning: %s\n", w)
	}
	return settings, err
}

// runAll runs a text's blocks one after the other; the first failure ends it.
func runAll(cmd *cobra.Command, cluster connection.Cluster, text queries, printer print.Printer) error {
	out := &printed{Printer: printer}
	err := text.each(func(q server.Query, start int) error {
		stats, err := cluster.Run(cmd.Context(), q, out)
		if err == nil {
			if stats.Note != "" {
				fmt.Fprintln(cmd.ErrOrStderr(), stats.Note)
			}
			return nil
		}
		if unprinted := printer.Flush(); unprinted != nil {
			return failed(unprinted) // what stopped the query too
		}
		return text.failed(err, start)
	})
	if err != nil {
		return err
	}
	if err := printer.Flush(); err != nil {
		return failed(err)
	}
	if out.truncated {
		return failed(errors.New("the result was cut at the limit of rows or bytes; summarize or take fewer rows, or put 'set notruncation;' before the query"))
	}
	return nil
}

// failed gives a failed query's message and exit code.
func (t queries) failed(err error, start int) error {
	var f *server.Failure
	told := explain(err, t.src, t.name, start)
	switch {
	case errors.Is(err, context.Canceled):
		return &exit{exitStopped, told}
	case errors.As(err, &f) && f.Kind == protocol.ErrorAuth:
		return &exit{exitSignIn, told}
	}
	return failed(told)
}

// explain puts place and next step to a failed query's message. start is where the query begins in src.
func explain(err error, src, name string, start int) error {
	if errors.Is(err, context.Canceled) {
		return errors.New("stopped")
	}
	var f *server.Failure
	if !errors.As(err, &f) {
		return err
	}
	message := f.Message
	if f.At != nil {
		line, column := place(text.NewFile(src), start+f.At.Start)
		message = fmt.Sprintf("%d:%d: %s", line, column, message)
		if name != "" {
			message = name + ":" + message
		}
	}
	if f.Hint != "" && !strings.Contains(message, f.Hint) {
		message += "; " + f.Hint
	}
	return errors.New(message)
}

// printed is a printer as the sink of a query.
type printed struct {
	print.Printer
	truncated bool
}

func (p *printed) End(truncated bool, _ *protocol.Visualization) error {
	p.truncated = p.truncated || truncated
	return p.Printer.End()
}

var _ server.Sink = (*printed)(nil)

// Rows passes rows on.
func (p *printed) Rows(b *value.Batch) error { return p.Printer.Rows(b) }
