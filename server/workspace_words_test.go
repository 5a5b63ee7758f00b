package server

import (
	"strings"
	"testing"
)

func TestWords(t *testing.T) {
	w := wordsOf("Top(3) | where ['my name'] == \"größe\" and _x > $y // é")
	for name, want := range map[string]bool{
		"Top": true, "top": false, "To": false, "my name": true, "my other": false, "größe": true, "_x": true, "y": true, "": true, "é": true,
	} {
		if w.mayHave(name) != want {
			t.Errorf("%q: %v", name, !want)
		}
	}
	if words(nil).mayHave("x") != true || wordsOf("").mayHave("x") {
		t.Error("nothing known, or nothing there")
	}
}

func FuzzWords(f *testing.F) {
	f.Add("Top(3) | take 5", "Top")
	f.Fuzz(func(t *testing.T, src, name string) {
		// A name that stands in the text between other characters is found.
		if w := wordsOf(src + " (" + name + ") "); !w.mayHave(name) {
			t.Errorf("%q isn't found behind %q", name, strings.ToValidUTF8(src, "?"))
		}
	})
}
