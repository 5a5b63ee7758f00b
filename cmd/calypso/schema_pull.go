package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/spf13/cobra"

	"calypso/connection"
	"calypso/kql/symbol"
	"calypso/kql/text"
	"calypso/kusto/schemafile"
	"calypso/wholefile"
)

func schemaCommand() *cobra.Command {
	cmd := &cobra.Command{
		Use:   "schema",
		Short: "write schema files for checks without a cluster",
		Args:  onlySubcommand,
		RunE:  wantsSubcommand,
	}
	cmd.AddCommand(schemaPullCommand())
	return cmd
}

// pull is what `calypso schema pull` is asked for.
type pull struct {
	where placeFlags
	all   bool
	out   string
}

func schemaPullCommand() *cobra.Command {
	var p pull
	cmd := &cobra.Command{
		Use:   "pull [--cluster URL] [--database NAME | --all] [--out FILE]",
		Short: "read a schema and write it to a file",
		Long: `Reads the schema of the embedded engine or of a cluster, and writes it as a file that 'calypso check --schema FILE' and
'calypso analyze --schema FILE' read. Tables, columns, functions and views of one database are in it, or with --all of every database;
databases that aren't in it are named, so that queries may use them without an error.

The file holds no rows. Secrets in stored functions (h'…' strings, keys, signatures, tokens) are written as *****. An existing file is
replaced at once, or left as it was when something fails.

Exit code 0: the file is written; 1: the cluster couldn't be read, or with --all some of its databases; 2: wrong use;
4: sign in first; 130: interrupted.`,
		Example: `  calypso schema pull --data ./logs
  calypso schema pull --cluster http://localhost:8080 --database NetDefaultDB --out kusto.schema.json
  calypso schema pull --all --out - | jq '.databases[].name'`,
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error { return p.run(cmd) },
	}
	p.where.add(cmd)
	cmd.Flags().BoolVar(&p.all, "all", false, "every database of the cluster, one after the other")
	cmd.Flags().StringVar(&p.out, "out", "schema.json", "`FILE` to write; - is standard output")
	return cmd
}

func (p *pull) run(cmd *cobra.Command) error {
	if p.all && p.where.database != "" {
		return errors.New("--all is every database, --database one; leave out one of them")
	}
	if p.out == "" {
		return errors.New("--out names no file; write --out schema.json, or --out - for standard output")
	}
	cluster, database, err := p.where.open(cmd)
	if err != nil {
		return explain(err, "", "", 0)
	}
	told := startProgress(cmd.ErrOrStderr(), time.Second)
	defer told.stop()
	got, err := pullSchema(cmd.Context(), cluster, database, p.all, told.say)
	if err != nil {
		return unpulled(err)
	}
	told.stop()
	for i, d := range got.databases {
		var bare []string
		got.databases[i], bare = openBare(d)
		if len(bare) > 0 {
			fmt.Fprintf(cmd.ErrOrStderr(), "calypso: warning: no column of %s is known; checks take any name there\n", named(bare))
		}
	}
	body := schemafile.Encode(cluster.Host(), got.current, got.databases)
	if err := p.write(cmd, body); err != nil {
		return failed(err)
	}
	fmt.Fprintln(cmd.ErrOrStderr(), got.summary(p.out))
	if len(got.failures) > 0 {
		return failed(errors.Join(got.failures...))
	}
	return nil
}

func (p *pull) write(cmd *cobra.Command, body []byte) error {
	if p.out == "-" {
		_, err := cmd.OutOrStdout().Write(body)
		return err
	}
	if err := wholefile.Write(p.out, body, 0o644); err != nil {
		return fmt.Errorf("write the schema file: %w", err)
	}
	return nil
}

// pulled is what a cluster gave.
type pulled struct {
	current   string
	databases []*symbol.Database // those that weren't read are NotLoaded
	failures  []error            // of single databases, when all were wanted
}

// pullSchema reads one database, "" for the cluster's own default, or all of them. Of all, some may fail; that none could be read is
// an error.
func pullSchema(ctx context.Context, cluster connection.Cluster, database string, all bool, say func(string)) (pulled, error) {
	say("asking for the databases")
	names, err := cluster.Databases(ctx)
	if err != nil {
		return pulled{}, err
	}
	if len(names) == 0 {
		return pulled{}, errors.New("the cluster has no database that you can see; ask for access to one")
	}
	if database == "" {
		database = names[0]
	}
	out := pulled{current: database}
	found := false
	for i, name := range names {
		d := &symbol.Database{Name: name, State: symbol.NotLoaded}
		wanted := strings.EqualFold(name, database)
		if wanted || all {
			say(fmt.Sprintf("reading database %s (%d of %d)", name, i+1, len(names)))
			got, err := cluster.Database(ctx, name)
			switch {
			case err == nil:
				d, found = got, true
			case !all || ctx.Err() != nil:
				return pulled{}, err
			default:
				out.failures = append(out.failures, fmt.Errorf("database %q: %w", name, explain(err, "", "", 0)))
			}
		}
		if wanted {
			out.current = d.Name
		}
		out.databases = append(out.databases, d)
	}
	switch {
	case found:
		return out, nil
	case len(out.failures) > 0:
		return pulled{}, errors.Join(out.failures...)
	}
	// It isn't listed by this name: the cluster may know it by another.
	say("reading database " + database)
	d, err := cluster.Database(ctx, database)
	if err != nil {
		return pulled{}, err
	}
	out.current = d.Name
	for i, listed := range out.databases {
		if d.Is(listed.Name) {
			out.databases[i] = d
			return out, nil
		}
	}
	out.databases = append(out.databases, d)
	return out, nil
}

// openBare makes tables without columns open, and names them: a file of --data that can't be read has none, and a check against an
// empty list would find every name wrong.
func openBare(d *symbol.Database) (*symbol.Database, []string) {
	var bare []string
	tables := slices.Clone(d.Tables)
	for i, t := range tables {
		if len(t.Columns.List) == 0 && !t.Columns.Open {
			bare = append(bare, t.Name)
			tables[i] = &symbol.TableSymbol{
				Name: t.Name, Kind: t.Kind, Columns: symbol.Columns{Open: true}, Doc: t.Doc, Folder: t.Folder, Query: t.Query,
			}
		}
	}
	if len(bare) == 0 {
		return d, nil
	}
	return &symbol.Database{
		Name: d.Name, PrettyName: d.PrettyName, State: d.State, Tables: tables, Functions: d.Functions, Graphs: d.Graphs, EntityGroups: d.EntityGroups,
	}, bare
}

// named lists a few names.
func named(names []string) string {
	const most = 3
	list := strings.Join(names[:min(len(names), most)], ", ")
	if more := len(names) - most; more > 0 {
		list += fmt.Sprintf(" and %d more", more)
	}
	return list
}

// summary says what was written where.
func (p pulled) summary(file string) string {
	var databases, tables, columns, functions int
	for _, d := range p.databases {
		if d.State != symbol.Known {
			continue
		}
		databases++
		tables += len(d.Tables)
		functions += len(d.Functions)
		for _, t := range d.Tables {
			columns += len(t.Columns.List)
		}
	}
	if file == "-" {
		file = "the schema"
	}
	return fmt.Sprintf("calypso: wrote %s: %s, %s with %s, %s", file, text.Count(databases, "database"), text.Count(tables, "table"),
		text.Count(columns, "column"), text.Count(functions, "function"))
}

// unpulled ends the command with what is wrong and what to do.
func unpulled(err error) error {
	if errors.Is(err, context.Canceled) {
		return &exit{exitStopped, errors.New("stopped; nothing was written")}
	}
	return queries{}.failed(err, 0)
}

// progress tells what goes on when it goes on for longer than a moment.
type progress struct {
	to io.Writer

	mu    sync.Mutex // guards what follows
	timer *time.Timer
	late  bool // the moment is over: each step is told when it begins
	step  string
	ended bool
}

func startProgress(to io.Writer, moment time.Duration) *progress {
	p := &progress{to: to}
	p.timer = time.AfterFunc(moment, func() {
		p.mu.Lock()
		defer p.mu.Unlock()
		p.late = true
		p.print()
	})
	return p
}

// say names the step that begins.
func (p *progress) say(step string) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.step = step
	if p.late {
		p.print()
	}
}

// print tells the step; the caller holds the lock.
func (p *progress) print() {
	if p.step != "" && !p.ended {
		fmt.Fprintf(p.to, "calypso: %s…\n", p.step)
	}
}

// stop ends it; nothing is printed after it.
func (p *progress) stop() {
	p.timer.Stop()
	p.mu.Lock()
	defer p.mu.Unlock()
	p.ended = true
}
