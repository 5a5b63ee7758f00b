package main

// This file holds the lists of known differences: known.jsonl for queries, known-commands.jsonl for management commands. They
// may only shrink by themselves: a difference without a line fails, and so does a line without its difference; -prune takes
// such lines out.

import (
	"bufio"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"sort"
	"strings"
)

// knownLine is a line of a list. Right is who is right: engine (the real engine answers as we do), us (documented or
// measured otherwise), library (a gap of ours). An empty Schema means any.
type knownLine struct {
	Schema string `json:"schema,omitempty"`
	ID     string `json:"id"`
	Aspect aspect `json:"aspect"`
	Right  string `json:"right"`
	Reason string `json:"reason"`

	file string
}

type knownKey struct {
	schema, id string
	aspect     aspect
}

type knownList struct {
	lines map[knownKey]knownLine
	order []knownKey
	used  map[knownKey]bool
}

// knownFiles are the lists, in the folder that is handed in.
var knownFiles = []string{"known.jsonl", "known-commands.jsonl"}

func readKnown(dir string) (*knownList, error) {
	k := &knownList{lines: map[knownKey]knownLine{}, used: map[knownKey]bool{}}
	for _, name := range knownFiles {
		if err := k.read(filepath.Join(dir, name)); err != nil {
			return nil, err
		}
	}
	return k, nil
}

func (k *knownList) read(path string) error {
	lines, err := readLines[knownLine](path)
	if err != nil {
		return err
	}
	for i, line := range lines {
		line.file = path
		key := knownKey{line.Schema, line.ID, line.Aspect}
		if _, twice := k.lines[key]; twice {
			return fmt.Errorf("%s: line %d: %s %s is there already", path, i+1, line.ID, line.Aspect)
		}
		if line.Right != "engine" && line.Right != "us" && line.Right != "library" || line.Reason == "" {
			return fmt.Errorf("%s: line %d: wants a reason, and \"right\" as engine, us or library", path, i+1)
		}
		k.lines[key] = line
		k.order = append(k.order, key)
	}
	return nil
}

// prune writes the lists without the lines that no difference needs.
func (k *knownList) prune() error {
	files := map[string][]knownLine{}
	for _, key := range k.order {
		if line := k.lines[key]; k.used[key] {
			files[line.file] = append(files[line.file], line)
		}
	}
	for path, lines := range files {
		if err := writeJSONLines(path, lines); err != nil {
			return err
		}
	}
	return nil
}

// line finds the line for a difference; ok is false when there is none.
func (k *knownList) line(d difference) (knownLine, bool) {
	for _, schema := range []string{d.Schema, ""} {
		key := knownKey{schema, d.ID, d.Aspect}
		if line, ok := k.lines[key]; ok {
			k.used[key] = true
			return line, true
		}
	}
	return knownLine{}, false
}

// settle gives the differences that no line names and the lines that no difference needs.
func (k *knownList) settle(found []difference) (fresh []difference, stale []knownLine) {
	for _, d := range found {
		if _, ok := k.line(d); !ok {
			fresh = append(fresh, d)
		}
	}
	for _, key := range k.order {
		if !k.used[key] {
			stale = append(stale, k.lines[key])
		}
	}
	return fresh, stale
}

// count gives how many lines say that each judge is right.
func (k *knownList) count() map[string]int {
	n := map[string]int{}
	for _, line := range k.lines {
		n[line.Right]++
	}
	return n
}

func writeDifferences(path string, found []difference) error {
	if path == "" {
		return nil
	}
	return writeJSONLines(path, found)
}

func writeJSONLines[T any](path string, list []T) error {
	f, err := os.Create(path)
	if err != nil {
		return err
	}
	w := bufio.NewWriter(f)
	encoder := json.NewEncoder(w)
	encoder.SetEscapeHTML(false)
	for _, v := range list {
		if err := encoder.Encode(v); err != nil {
			f.Close()
			return err
		}
	}
	if err := w.Flush(); err != nil {
		f.Close()
		return err
	}
	return f.Close()
}

// reasons gives a table of the reasons, the commonest first.
func (k *knownList) reasons() string {
	type group struct{ right, reason string }
	n := map[group]int{}
	for _, line := range k.lines {
		n[group{line.Right, line.Reason}]++
	}
	var groups []group
	for g := range n {
		groups = append(groups, g)
	}
	sort.Slice(groups, func(i, j int) bool {
		a, z := groups[i], groups[j]
		if n[a] != n[z] {
			return n[a] > n[z]
		}
		return a.right+a.reason < z.right+z.reason
	})
	var b strings.Builder
	b.WriteString("\n| differences | right | reason |\n|---:|---|---|\n")
	for _, g := range groups {
		fmt.Fprintf(&b, "| %d | %s | %s |\n", n[g], g.right, strings.ReplaceAll(g.reason, "|", "\\|"))
	}
	return b.String()
}
