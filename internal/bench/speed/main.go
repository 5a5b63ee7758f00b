// Command speed measures what an editor asks of the language, in one process, and prints the figures as JSON. It is our half
// of `npm run bench`; the other half is the official library's own program (bench.js of the oracle), which does the same on
// the same files. It judges nothing: the goals stand in scripts/bench.
//
// The files: clock.go takes times, query.go says what is measured on a file, many.go makes a schema of the size
// of the largest known database, cluster.go serves a schema so that the language server can be measured as a process.
package main

import (
	"encoding/json"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"strings"

	shared "calypso/internal/bench"
	"calypso/kql/symbol"
	"calypso/kql/syntax"
)

// report is the answer. Times are milliseconds.
type report struct {
	Go    string       `json:"go"`
	OS    string       `json:"os"`
	Files []fileReport `json:"files"`
	Many  *manyReport  `json:"many,omitempty"`
}

// fileReport has one measured file; its operations are named as the oracle's program names them.
type fileReport struct {
	File       string            `json:"file"`
	Lines      int               `json:"lines"`
	Bytes      int               `json:"bytes"`
	Blocks     int               `json:"blocks"`
	Errors     int               `json:"errors"`
	Operations map[string]timing `json:"operations"`
}

func main() {
	schema := flag.String("schema", "", "schema file under which the queries are bound")
	rounds := flag.Int("rounds", 5, "how many rounds each figure is taken from")
	many := flag.Bool("many", false, "a made schema of 36,000 tables: measure completion under it too, or serve it")
	serve := flag.Bool("serve", false, "measure nothing: serve the schema as a cluster on loopback until input ends")
	flag.Parse()
	if *schema == "" || flag.NArg() == 0 != *serve || *rounds < 1 {
		fmt.Fprintln(os.Stderr, "usage: speed --schema FILE [--rounds N] [--many] FILE.kql …\n       speed --schema FILE [--many] --serve")
		os.Exit(2)
	}
	known, err := readSchema(*schema)
	switch {
	case err != nil:
	case *serve && *many:
		err = serveSchema(shared.ManySchema().Database, os.Stdin, os.Stdout)
	case *serve:
		err = serveSchema(known.Database, os.Stdin, os.Stdout)
	default:
		err = run(known, *rounds, *many, flag.Args())
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, "speed:", err)
		os.Exit(1)
	}
}

func readSchema(file string) (*symbol.Schema, error) {
	data, err := os.ReadFile(file)
	if err != nil {
		return nil, err
	}
	schema, err := symbol.ParseFile(data)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", file, err)
	}
	return schema, nil
}

func run(schema *symbol.Schema, rounds int, many bool, files []string) error {
	out := report{Go: runtime.Version(), OS: runtime.GOOS + "/" + runtime.GOARCH}
	for _, name := range files {
		src, err := os.ReadFile(name)
		if err != nil {
			return err
		}
		out.Files = append(out.Files, measureFile(filepath.Base(name), string(src), schema, rounds))
	}
	if many {
		out.Many = measureMany(rounds)
	}
	enc := json.NewEncoder(os.Stdout)
	enc.SetIndent("", " ")
	return enc.Encode(out)
}

// measureFile measures a file of one block as a query, one of several as a script, as the oracle's program does.
func measureFile(name, src string, schema *symbol.Schema, rounds int) fileReport {
	b := &bench{src: src, schema: schema, rounds: rounds}
	r := fileReport{File: name, Lines: strings.Count(src, "\n") + 1, Bytes: len(src), Blocks: len(syntax.Blocks(src))}
	ready := b.analyze(src, nil)
	r.Errors = len(ready.Diagnostics())
	if r.Blocks > 1 {
		r.Operations = b.script(ready)
	} else {
		r.Operations = b.query(ready)
	}
	return r
}
