package command_test

import (
	"bytes"
	"compress/gzip"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"sort"
	"strings"
	"testing"

	"calypso/internal/corpus"
	"calypso/kql/binder"
	"calypso/kql/command"
	"calypso/kql/diag"
	"calypso/kql/symbol"
	"calypso/kql/syntax"
)

// The verdicts of the official library are recorded as hashes and yes or no, never as texts. To record those that are missing:
//
//	go test ./kql/command -run TestCorpus -blocks /tmp/blocks.jsonl
//	(cd ORACLE && node oracle.js --schema SHARED/schema/help.Samples.json --bytes --cache --want syntax,diagnostics,result) </tmp/blocks.jsonl >/tmp/answers.jsonl
//	go test ./kql/command -run TestCorpus -record /tmp/answers.jsonl
var (
	writeBlocks = flag.String("blocks", "", "write the commands that have no verdict yet to this file, for the oracle")
	record      = flag.String("record", "", "record the oracle's answers from this file")
)

const verdictFile = "testdata/oracle-verdicts.jsonl.gz"

// verdict is what the library says of one command: whether its syntax is right, whether all is right with the Samples schema, and
// a hash of its result columns.
type verdict struct {
	Q      string
	Syntax bool
	Clean  bool
	Result string `json:",omitempty"`
}

func hashOf(s string) string {
	sum := sha256.Sum256([]byte(s))
	return hex.EncodeToString(sum[:])[:16]
}

// corpusCommands cuts the public scripts into blocks and gives the commands among them, and those that the table makes, each once,
// by hash.
func corpusCommands(t testing.TB) map[string]string {
	t.Helper()
	files, err := filepath.Glob(filepath.Join(corpus.File(t, "corpus", "kql"), "*.jsonl"))
	if err != nil || len(files) == 0 {
		t.Fatalf("no corpus files: %v", err)
	}
	all := map[string]string{}
	for _, s := range command.MadeCommands() {
		all[hashOf(s)] = s
	}
	for _, file := range files {
		for _, q := range corpus.Lines[struct{ Query string }](t, file) {
			for _, b := range syntax.Blocks(q.Query) {
				if s := b.Span.Of(q.Query); b.Kind == syntax.CommandBlock {
					all[hashOf(s)] = s
				}
			}
		}
	}
	return all
}

func verdicts(t testing.TB) map[string]verdict {
	t.Helper()
	all := map[string]verdict{}
	for _, v := range corpus.Lines[verdict](t, filepath.FromSlash(verdictFile)) {
		all[v.Q] = v
	}
	return all
}

// tally counts agreement with the library.
type tally struct {
	same, of           int // verdicts on syntax
	beyond             int // accepted on purpose: the engine's documentation shows the command, the library rejects it
	falseSyntax, clean int // errors in what the library finds no error of syntax in
	falseAny, allClean int // errors in what it finds nothing wrong with at all
	results, ofResults int
}

// TestCorpus compares with the library on the commands of every public script.
func TestCorpus(t *testing.T) {
	commands := corpusCommands(t)
	if *writeBlocks != "" {
		dumpBlocks(t, commands)
		return
	}
	if *record != "" {
		recordVerdicts(t)
	}
	known := verdicts(t)
	data, err := os.ReadFile(corpus.File(t, "schema", "help.Samples.json"))
	if err != nil {
		t.Fatal(err)
	}
	schema, err := symbol.ParseFile(data)
	if err != nil {
		t.Fatal(err)
	}
	var n tally
	for hash, src := range commands {
		if v, ok := known[hash]; ok {
			n.add(t, src, v, binder.Bind(syntax.Parse(src), schema))
		}
	}
	t.Logf("%d commands: syntax verdict equal %.1f%%, with %d documented commands that the library lacks %.1f%%; false errors of syntax %d of %d, of any kind %d of %d; results equal %d of %d",
		n.of, percent(n.same, n.of), n.beyond, percent(n.same+n.beyond, n.of), n.falseSyntax, n.clean, n.falseAny, n.allClean, n.results, n.ofResults)
	switch {
	case n.of < 4000:
		t.Errorf("only %d commands have a verdict", n.of)
	case percent(n.same+n.beyond, n.of) < 99.5:
		t.Error("fewer than 99.5% of the verdicts are equal")
	case percent(n.falseSyntax, n.clean) > 0.2 || percent(n.falseAny, n.allClean) > 0.2:
		t.Error("more than 0.2% false errors")
	case n.results < n.ofResults:
		t.Error("results differ")
	}
}

func (n *tally) add(t *testing.T, src string, v verdict, b *binder.Bound) {
	errors, ofSyntax := 0, 0
	text := ""
	for _, d := range b.Diagnostics {
		if d.Severity != diag.Error {
			continue
		}
		errors++
		text += fmt.Sprintf(" %s %s;", d.Code, d.Message)
		if d.Code < "CAL2" || d.Code >= "CAL4" && d.Code != diag.CommandEntity {
			ofSyntax++
		}
	}
	n.of++
	beyond := b.Command != nil && b.Command.Row != nil && b.Command.Row.Beyond
	switch {
	case v.Syntax == (ofSyntax == 0):
		n.same++
	case !v.Syntax && beyond:
		n.beyond++
	case !v.Syntax:
		t.Logf("the library rejects %q", clip(src))
	}
	if v.Syntax {
		n.clean++
		if ofSyntax > 0 {
			n.falseSyntax++
			t.Logf("the library accepts %q, here:%s", clip(src), text)
		}
	}
	if v.Clean && !beyond { // it finds nothing wrong with names in commands that it doesn't know
		n.allClean++
		if errors > 0 {
			n.falseAny++
			t.Logf("the library finds nothing in %q, here:%s", clip(src), text)
		}
	}
	if v.Result != "" && v.Syntax && b.Result != nil {
		n.ofResults++
		if v.Result == hashOf(columnsText(b.Result.Columns)) {
			n.results++
		}
	}
}

func columnsText(c symbol.Columns) string {
	var s strings.Builder
	for _, col := range c.List {
		fmt.Fprintf(&s, "%s:%s,", col.Name, col.Type)
	}
	return s.String()
}

func percent(n, of int) float64 { return float64(n) * 100 / float64(max(of, 1)) }

func clip(s string) string {
	s = strings.TrimSpace(s)
	return s[:min(len(s), 160)]
}

func dumpBlocks(t *testing.T, commands map[string]string) {
	var out bytes.Buffer
	known := verdicts(t)
	for hash, src := range commands {
		if _, ok := known[hash]; ok {
			continue
		}
		line, _ := json.Marshal(map[string]string{"id": hash, "query": src})
		out.Write(append(line, '\n'))
	}
	if err := os.WriteFile(*writeBlocks, out.Bytes(), 0o644); err != nil {
		t.Fatal(err)
	}
}

// recordVerdicts turns the oracle's answers into the recorded file, which keeps what it has of other commands.
func recordVerdicts(t *testing.T) {
	data, err := os.ReadFile(*record)
	if err != nil {
		t.Fatal(err)
	}
	kept := verdicts(t)
	for _, line := range bytes.Split(data, []byte("\n")) {
		var a struct {
			ID          string
			Syntax      []any
			Diagnostics []struct{ Severity string }
			Result      *struct {
				Kind    string
				Columns []struct{ Name, Type string }
			}
		}
		if json.Unmarshal(line, &a) != nil || a.ID == "" {
			continue
		}
		v := verdict{Q: a.ID[strings.LastIndexByte(a.ID, '/')+1:], Syntax: len(a.Syntax) == 0, Clean: true}
		for _, d := range a.Diagnostics {
			v.Clean = v.Clean && d.Severity != "Error"
		}
		if a.Result != nil && a.Result.Kind == "table" {
			var s strings.Builder
			for _, c := range a.Result.Columns {
				s.WriteString(c.Name + ":" + c.Type + ",")
			}
			v.Result = hashOf(s.String())
		}
		kept[v.Q] = v
	}
	var lines []string
	for _, v := range kept {
		out, _ := json.Marshal(v)
		lines = append(lines, string(out))
	}
	sort.Strings(lines)
	var packed bytes.Buffer
	zip, _ := gzip.NewWriterLevel(&packed, gzip.BestCompression)
	zip.Write([]byte(strings.Join(lines, "\n") + "\n"))
	zip.Close()
	if err := os.WriteFile(filepath.FromSlash(verdictFile), packed.Bytes(), 0o644); err != nil {
		t.Fatal(err)
	}
}
