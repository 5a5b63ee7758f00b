package main

import (
	"math/rand/v2"
	"os"
	"slices"
	"strings"
	"testing"

	"calypso/kql/builtin"
)

// variedTexts makes the texts of a number.
func variedTexts(t *testing.T, seed uint64, n int) []string {
	t.Helper()
	shared := os.Getenv("CALYPSO_SHARED")
	if shared == "" {
		shared = "../../../shared"
	}
	if _, err := os.Stat(shared); err != nil {
		t.Skipf("no corpora: %v; set CALYPSO_SHARED", err)
	}
	schema, err := readSchema(shared, schemaNames[0])
	if err != nil {
		t.Fatal(err)
	}
	v, err := newVariation(shared, schema, rand.New(rand.NewPCG(seed, 0)))
	if err != nil {
		t.Fatal(err)
	}
	var list []string
	for range n {
		text, _ := v.text()
		list = append(list, text)
	}
	return list
}

// TestVariedTexts: a number always gives the same texts, another one others, and most of what is written is right.
func TestVariedTexts(t *testing.T) {
	const n = 60
	first := variedTexts(t, 7, n)
	if again := variedTexts(t, 7, n); !slices.Equal(first, again) {
		t.Error("the same number gives other texts")
	}
	if other := variedTexts(t, 8, n); slices.Equal(first, other) {
		t.Error("another number gives the same texts")
	}
	for _, text := range first {
		if strings.Contains(text, "%!") || strings.TrimSpace(text) == "" {
			t.Errorf("a text with a mark that wasn't filled in, or none: %q", text)
		}
	}
}

// TestNotationIsWritten: what is written of a command's notation has none of its signs left.
func TestNotationIsWritten(t *testing.T) {
	v := &variation{Rand: rand.New(rand.NewPCG(1, 1))}
	for _, c := range builtin.Commands() {
		if strings.Contains(c.Syntax, "table") || strings.Contains(c.Syntax, "$query") {
			continue // these take names of a schema
		}
		for range 5 {
			if text := v.command(c.Syntax); strings.ContainsAny(text, "$%") || strings.Contains(text, "/") {
				t.Errorf("%s gives %q", c.Syntax, text)
			}
		}
	}
}

func TestFamilies(t *testing.T) {
	families, err := readLines[family]("testdata/known-varied.jsonl")
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range families {
		if f.Right != "engine" && f.Right != "us" || f.Reason == "" || f.Theirs == "" && f.Text == "" {
			t.Errorf("%+v: wants a reason, what the library says, and \"right\" as engine or us", f)
		}
	}
	k := &knownList{lines: map[knownKey]knownLine{}, used: map[knownKey]bool{}}
	found := []difference{{ID: "a", Aspect: aspectFalse, Theirs: "no error", Ours: "CAL9999"}, {ID: "b", Aspect: aspectFalse, Theirs: "no error", Ours: "CAL3020 0-1"}}
	if rest := k.settleFamilies(families, found); len(rest) != 1 || rest[0].ID != "a" {
		t.Errorf("left: %v", rest)
	}
	if _, known := k.line(found[1]); !known {
		t.Error("the difference of a family isn't known")
	}
}
