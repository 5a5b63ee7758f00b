package main

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
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
	cmd.Flags().StringVar(&p.cluster, "cluster", "", "address of a cluster, its name in config.toml, or 'embedded'; default: config.toml, else embedded")
	cmd.Flags().StringVar(&p.database, "database", "", "database to use")
	cmd.Flags().StringVar(&p.data, "data", "", "`DIR` whose files are tables of the embedded engine, in place of the samples")
}

func queryCommand() *cobra.Command {
	var where placeFlags
	var format string
	var explained explainFlags
	cmd := &cobra.Command{
		Use:   "query [flags] TEXT|FILE|-",
		Short: "run a query and print its rows",
		Long: `Runs each query of a text, of a file, or of standard input (-) and prints the rows. An argument that ends in .kql, .csl or .kusto,
or that names an existing file, is a file.

Exit code 0: all queries ran; 1: one failed, or its result was cut; 2: wrong use.`,
		Example: `  calypso query 'StormEvents | where State == "TEXAS" | summarize n=count() by EventType | top 5 by n'
  calypso query --data ./logs --format csv errors.kql
  calypso query --cluster http://localhost:8080 --database NetDefaultDB 'T | count'`,
		RunE: func(cmd *cobra.Command, args []string) error {
			if len(args) != 1 {
				return fmt.Errorf("give one query, file or -; see 'calypso query --help'")
			}
			printer, err := print.New(format, cmd.OutOrStdout())
			if err != nil {
				return err
			}
			src, name, err := querySource(args[0], cmd.InOrStdin())
			if err != nil {
				return err
			}
			cluster, database, err := where.open(cmd)
			if err != nil {
				return err
			}
			if explained.explain || explained.analyze {
				return explained.run(cmd, cluster, database, src, name)
			}
			return runAll(cmd, cluster, database, src, name, printer)
		},
	}
	where.add(cmd)
	explained.add(cmd)
	cmd.Flags().StringVar(&format, "format", "table", strings.Join(print.Formats, ", "))
	return cmd
}

// querySource finds the text to run; name is the file's, or "".
func querySource(arg string, stdin io.Reader) (src, name string, err error) {
	if arg == "-" {
		body, err := io.ReadAll(io.LimitReader(stdin, maxQueryFile))
		return string(body), "", err
	}
	info, err := os.Stat(arg)
	ext := strings.ToLower(filepath.Ext(arg))
	looksLikeFile := !strings.ContainsAny(arg, "\n|") && (ext == ".kql" || ext == ".csl" || ext == ".kusto")
	if err != nil && !looksLikeFile {
		return arg, "", nil
	}
	switch {
	case err != nil:
		return "", "", fmt.Errorf("read the query: %w", err)
	case info.IsDir():
		return "", "", fmt.Errorf("read the query: %s is a folder; name a file in it", arg)
	case info.Size() > maxQueryFile:
		return "", "", fmt.Errorf("read the query: %s is larger than %d MB; it can't be a query", arg, maxQueryFile>>20)
	}
	body, err := os.ReadFile(arg)
	return string(body), arg, err
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
func runAll(cmd *cobra.Command, cluster connection.Cluster, database, src, name string, printer print.Printer) error {
	out := &printed{Printer: printer}
	ran := 0
	for _, b := range syntax.Blocks(src) {
		tree := syntax.Parse(b.Span.Of(src))
		if tree.Command == nil && len(tree.Statements) == 0 && len(tree.Diagnostics) == 0 {
			continue // comments and directives only
		}
		ran++
		q := server.Query{Target: server.Target{Database: database}, Text: tree.Text, Command: tree.Command != nil}
		if _, err := cluster.Run(cmd.Context(), q, out); err != nil {
			return failed(errors.Join(printer.Flush(), explain(err, src, name, b.Span.Start)))
		}
	}
	if err := printer.Flush(); err != nil {
		return failed(err)
	}
	if ran == 0 {
		return fmt.Errorf("there is no query in the text; see 'calypso query --help'")
	}
	if out.truncated {
		return failed(errors.New("the result was cut at the limit of rows or bytes; summarize or take fewer rows, or put 'set notruncation;' before the query"))
	}
	return nil
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
