package main

// This file reads the queries and schemas that lie beside the checkout.

import (
	"bufio"
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"slices"

	"calypso/kql/symbol"
	"calypso/kql/syntax"
)

// schemaNames are the schemas under which every query is bound.
var schemaNames = []string{"help.Samples", "loganalytics"}

// corpora are the files of queries, as folder/name under corpus.
var corpora = []string{
	"kql/delta-kusto-commands", "kql/docs-dataexplorer", "kql/docs-old-kql-repo", "kql/hunting-alexverboon",
	"kql/hunting-bertjanp", "kql/kql-jkerai1", "kql/kuskus-snapshots", "kql/loganalytics-create-scripts", "kql/m365d-hunting",
	"engine/docs-sampletables", "engine/docs-selfcontained", "engine/kustainer-docs", "engine/kustainer-fuzz-a",
}

// engineCorpora are the files that hold what the real engine answered.
var engineCorpora = []string{"engine/kustainer-docs", "engine/kustainer-fuzz-a"}

// query is a line of a corpus file. Expected is what the engine answered, where it was asked: columns, or an error.
type query struct {
	ID, Query string
	Expected  struct {
		Columns []struct{ Name, CLR, Cls string }
		Error   string
	}
}

// hash names a text without holding it.
func hash(text string) string {
	sum := sha256.Sum256([]byte(text))
	return hex.EncodeToString(sum[:])[:16]
}

// blocksCorpus holds the blocks of all texts that have a command and more than one block. Neither the library nor the engine
// takes such a text as one: the library reads its first command and takes a "|" in a later one for the first one's.
const blocksCorpus = "blocks"

// isScript tells whether a text is compared block by block.
func isScript(text string) bool {
	blocks := syntax.Blocks(text)
	return len(blocks) > 1 && slices.ContainsFunc(blocks, func(b syntax.Block) bool { return b.Kind == syntax.CommandBlock })
}

// scriptBlocks gives the blocks of the scripts among all corpora, each distinct text once.
func scriptBlocks(shared string) ([]query, error) {
	var all []query
	seen := map[string]bool{}
	for _, corpus := range corpora {
		queries, err := readQueries(shared, corpus)
		if err != nil {
			return nil, err
		}
		for _, q := range queries {
			if !isScript(q.Query) {
				continue
			}
			for i, b := range syntax.Blocks(q.Query) {
				if text := b.Span.Of(q.Query); b.Kind != syntax.DirectiveBlock && !seen[text] {
					seen[text] = true
					all = append(all, query{ID: fmt.Sprintf("%s block %d", q.ID, i+1), Query: text})
				}
			}
		}
	}
	return all, nil
}

// writeBlocks writes the questions about the blocks of scripts.
func writeBlocks(o options) error {
	list, err := scriptBlocks(o.shared)
	if err != nil {
		return err
	}
	questions := make([]question, len(list))
	for i, q := range list {
		questions[i] = question{ID: q.ID, Query: q.Query}
	}
	return writeJSONLines(filepath.Join(o.questions, blocksCorpus+".jsonl"), questions)
}

// corpusQueries gives the texts of a corpus, the blocks of scripts among them.
func corpusQueries(shared, corpus string) ([]query, error) {
	if corpus == blocksCorpus {
		return scriptBlocks(shared)
	}
	return readQueries(shared, corpus)
}

// readQueries reads a corpus. An id that stands twice gets #2 behind it, so that ids tell queries apart.
func readQueries(shared, corpus string) ([]query, error) {
	list, err := readLines[query](filepath.Join(shared, "corpus", filepath.FromSlash(corpus)+".jsonl"))
	seen := map[string]int{}
	for i := range list {
		id := list[i].ID
		if seen[id]++; seen[id] > 1 {
			list[i].ID = fmt.Sprintf("%s#%d", id, seen[id])
		}
	}
	return list, err
}

func readSchema(shared, name string) (*symbol.Schema, error) {
	data, err := os.ReadFile(filepath.Join(shared, "schema", name+".json"))
	if err != nil {
		return nil, err
	}
	return symbol.ParseFile(data)
}

// readLines reads a file of one JSON value a line.
func readLines[T any](path string) ([]T, error) {
	data, err := os.ReadFile(path)
	if err != nil {
		return nil, err
	}
	var list []T
	lines := bufio.NewScanner(bytes.NewReader(data))
	lines.Buffer(nil, 64<<20)
	for lines.Scan() {
		if len(bytes.TrimSpace(lines.Bytes())) == 0 {
			continue
		}
		var v T
		if err := json.Unmarshal(lines.Bytes(), &v); err != nil {
			return nil, fmt.Errorf("%s: line %d: %w", path, len(list)+1, err)
		}
		list = append(list, v)
	}
	return list, lines.Err()
}
