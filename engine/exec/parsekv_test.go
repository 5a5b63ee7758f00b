package exec

import (
	"strings"
	"testing"

	"calypso/engine/fn"
	"calypso/engine/plan"
)

// FuzzParseKv: any text comes to an end, and a value is never longer than the text.
func FuzzParseKv(f *testing.F) {
	f.Add(`a=1 b="x y" c`, " ", "=", `"`, `\`, false)
	f.Add(`a=1;;b==2;a`, ";", "=", "", "", true)
	f.Add(`level: high, code (42) 'it\'s'`, "", "", "'", `\`, false)
	f.Add("é=ü\xff=", "\xff", "=", "é", "", false)
	f.Fuzz(func(t *testing.T, text, pair, kv, quote, escape string, greedy bool) {
		o := &plan.KvOptions{Names: []string{"a", "level"}, Pair: pair, Kv: kv, Open: quote, Close: quote, Escape: escape, Greedy: greedy && pair != ""}
		if (pair == "") != (kv == "") {
			return // the plan refuses it
		}
		found := 0
		err := wayOf(o)(o, text, func(_, val string) {
			found++
			if len(val) > len(text) {
				t.Fatalf("%q is longer than %q", val, text)
			}
		})
		if err == nil && found > len(text)+1 {
			t.Fatalf("%d pairs in %q", found, text)
		}
	})
}

// A regex takes its two groups wherever it matches; a group that took no part makes no pair.
func TestParseKvByRegex(t *testing.T) {
	re, err := fn.CompileRegex(`(\w+)=(\d+)?`)
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	o := &plan.KvOptions{Regex: re}
	if err := wayOf(o)(o, "a=1, b=, c=3", func(key, val string) { got = append(got, key+":"+val) }); err != nil {
		t.Fatal(err)
	}
	if strings.Join(got, " ") != "a:1 c:3" {
		t.Error(got)
	}
}
