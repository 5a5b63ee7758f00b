package check

// A baseline is a file of findings that are known and accepted for now: only new ones count. An entry is rule, path and the hash of
// the statement, so that a statement may move within its file; how often it occurs is counted.

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"slices"
	"strings"

	"calypso/kql/diag"
)

// baselineVersion is the version of the format.
const baselineVersion = 1

// Baseline has how many findings of each kind are known.
type Baseline map[baselineKey]int

type baselineKey struct {
	Rule       diag.Code
	Path, Hash string
}

type baselineFile struct {
	Version  int             `json:"version"`
	Findings []baselineEntry `json:"findings"`
}

type baselineEntry struct {
	Rule  diag.Code `json:"rule"`
	Path  string    `json:"path"`
	Hash  string    `json:"hash"`
	Count int       `json:"count"`
}

// mostFindings bounds the count of an entry, so that counts added up stay counts.
const mostFindings = 1 << 30

// ReadBaseline reads a baseline file.
func ReadBaseline(data []byte) (Baseline, error) {
	var file baselineFile
	dec := json.NewDecoder(bytes.NewReader(data))
	dec.DisallowUnknownFields()
	if err := dec.Decode(&file); err != nil {
		return nil, fmt.Errorf("this is no baseline: %w; make one with --write-baseline", err)
	}
	if file.Version != baselineVersion {
		return nil, fmt.Errorf("the baseline has version %d, not %d; make it anew with --write-baseline", file.Version, baselineVersion)
	}
	b := Baseline{}
	for _, e := range file.Findings {
		if e.Count < 1 || e.Count > mostFindings || e.Rule == "" || e.Path == "" {
			return nil, fmt.Errorf("an entry of the baseline lacks rule, path or a count that can be; make it anew with --write-baseline")
		}
		b[baselineKey{e.Rule, e.Path, e.Hash}] += e.Count
	}
	return b, nil
}

// Mark sets Known on the findings that the baseline has, each as often as it has it.
func (b Baseline) Mark(findings []Finding) {
	left := Baseline{}
	for k, n := range b {
		left[k] = n
	}
	for i := range findings {
		f := &findings[i]
		if key := keyOf(*f); !f.Suppressed && left[key] > 0 {
			left[key]--
			f.Known = true
		}
	}
}

func keyOf(f Finding) baselineKey { return baselineKey{f.Code, slashes(f.Path), f.Hash} }

// slashes writes a path the same on every system.
func slashes(path string) string {
	return strings.TrimPrefix(strings.ReplaceAll(path, `\`, "/"), "./")
}

// WriteBaseline writes the findings that aren't silenced as a baseline, in an order that doesn't change.
func WriteBaseline(w io.Writer, findings []Finding) error {
	count := Baseline{}
	for _, f := range findings {
		if !f.Suppressed {
			count[keyOf(f)]++
		}
	}
	file := baselineFile{Version: baselineVersion, Findings: []baselineEntry{}}
	for k, n := range count {
		file.Findings = append(file.Findings, baselineEntry{k.Rule, k.Path, k.Hash, n})
	}
	slices.SortFunc(file.Findings, func(a, b baselineEntry) int {
		return strings.Compare(a.Path+"\x00"+string(a.Rule)+a.Hash, b.Path+"\x00"+string(b.Rule)+b.Hash)
	})
	return indented(w, file)
}

func indented(w io.Writer, v any) error {
	out := json.NewEncoder(w)
	out.SetEscapeHTML(false)
	out.SetIndent("", "  ")
	return out.Encode(v)
}
