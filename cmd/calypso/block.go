package main

import (
	"cmp"
	"context"
	"fmt"
	"io"
	"strconv"
	"strings"

	"github.com/spf13/cobra"

	"calypso/config"
	"calypso/connection"
	"calypso/engine"
	"calypso/kql/syntax"
	"calypso/kql/text"
)

// A block of a file, for editors without a client of ours: a key sends file and line, the rows come back on standard output.

// blockSource finds the block of --block FILE:LINE: the whole file's text, its name, and the block. A file of - is standard input, for a text
// that isn't saved.
func blockSource(ctx context.Context, arg string, stdin io.Reader) (src, name string, block syntax.Block, err error) {
	file, number, ok := cutLast(arg, ":")
	line, bad := strconv.Atoi(number)
	if !ok || bad != nil || line < 1 || file == "" {
		return "", "", block, fmt.Errorf("--block %q: write FILE:LINE, the line from 1", arg)
	}
	if file == "-" {
		src, err = readInput(ctx, stdin)
	} else {
		name = file
		src, err = readQueryFile(file)
	}
	if err != nil {
		return "", "", block, fmt.Errorf("read the query: %w", err)
	}
	at, ok := startOfLine(src, line)
	if !ok {
		return "", "", block, fmt.Errorf("--block %s: the file has fewer lines", arg)
	}
	for _, b := range syntax.Blocks(src) {
		if b.Span.Start <= at && at < max(b.Span.End, b.Span.Start+1) || at == len(src) && b.Span.End == at {
			return src, name, b, nil
		}
	}
	return "", "", block, fmt.Errorf("--block %s: there is no query", arg)
}

func cutLast(s, sep string) (before, after string, ok bool) {
	i := strings.LastIndex(s, sep)
	if i < 0 {
		return s, "", false
	}
	return s[:i], s[i+len(sep):], true
}

// startOfLine gives the offset of the first character of a line that is no white space; lines count from 1.
func startOfLine(src string, line int) (int, bool) {
	at := 0
	for range line - 1 {
		next := strings.IndexByte(src[at:], '\n')
		if next < 0 {
			return 0, false
		}
		at += next + 1
	}
	for at < len(src) && (src[at] == ' ' || src[at] == '\t') {
		at++
	}
	return at, true
}

// connectOf gives the #connect line in force at a block: its own, or the last one above.
func connectOf(src string, at text.Span) string {
	connect := ""
	for _, b := range syntax.Blocks(src) {
		if b.Span.Start > at.Start {
			break
		}
		for _, d := range b.Directives {
			if to, ok := d.Connect(); ok {
				connect = to
			}
		}
	}
	return connect
}

// saved gives address and database of a connection that the editor saved, by its name, id or address; or of what a #connect line says.
func (p *placeFlags) saved(settings config.Settings, name string, directive bool) error {
	book, err := connection.Open(connection.Options{Settings: settings, File: connectionsFile(), EmbeddedDatabase: engine.DefaultDatabase})
	if err != nil {
		return err
	}
	id, database := name, ""
	if directive {
		target, ok := book.Resolve(name)
		if !ok {
			return fmt.Errorf("the line #connect can't be read; write #connect cluster('name').database('name')")
		}
		id, database = target.Connection, target.Database
	}
	var names []string
	for _, c := range book.List() {
		if c.ID == id || !directive && (strings.EqualFold(c.Name, name) || c.URL == name) {
			p.cluster, p.database = c.URL, cmp.Or(p.database, database, c.Database)
			return nil
		}
		names = append(names, c.Name)
	}
	return fmt.Errorf("--connection %s: no connection has that name; there are %s", name, strings.Join(names, ", "))
}

// blockFlags choose a block of a file and a connection by its name.
type blockFlags struct{ block, connection string }

func (f *blockFlags) add(cmd *cobra.Command) {
	cmd.Flags().StringVar(&f.block, "block", "", "run only the query around a line: `FILE:LINE`, from 1; a file of - is standard input")
	cmd.Flags().StringVar(&f.connection, "connection", "", "`NAME` of a connection that was added in the editor, in place of --cluster")
}

// source gives the text to run, and sets where it runs when a connection is named, or a block's #connect line names one.
func (f *blockFlags) source(cmd *cobra.Command, args []string, where *placeFlags) (queries, error) {
	var t queries
	var err error
	connect, directive := f.connection, false
	switch {
	case f.connection != "" && where.cluster != "":
		return t, fmt.Errorf("--connection and --cluster say the same; leave one out")
	case f.block != "" && len(args) == 0:
		var b syntax.Block
		if t.src, t.name, b, err = blockSource(cmd.Context(), f.block, cmd.InOrStdin()); err != nil {
			return t, err
		}
		t.only = b.Span
		if connect == "" && where.cluster == "" {
			connect, directive = connectOf(t.src, b.Span), true
		}
	case f.block == "" && len(args) == 1:
		if t.src, t.name, err = querySource(cmd, args[0]); err != nil {
			return t, err
		}
	default:
		return t, fmt.Errorf("give one query, file or -, or --block; see 'calypso query --help'")
	}
	if connect == "" {
		return t, nil
	}
	settings, err := loadSettings(io.Discard) // its warnings are told when the cluster is opened
	if err != nil {
		return t, err
	}
	return t, where.saved(settings, connect, directive)
}
