package value

import "testing"

// Scanning text for a key finds what opening it finds.
func FuzzScanKey(f *testing.F) {
	for _, text := range []string{
		`{"a":1}`, ` {"a" : {"b":[1,2]}, "b":null} `, `{"a":1,"a":"two"}`, `{"\u0061":3}`, `{"a":1,}`, `{"a":tru}`,
		`{"a":"x"`, `{}`, `{,}`, `[1]`, `{"a":1}x`, "{\"a\":\"\t\"}", `{"":5}`, `{"a":1}{"a":2}`,
	} {
		f.Add(text, "a")
		f.Add(text, "")
	}
	f.Fuzz(func(t *testing.T, text, key string) {
		scanned, found := ParseDyn(text).Find(key)
		whole := ParseDyn(text)
		whole.Keys() // opens it
		opened, there := whole.Find(key)
		if found != there || scanned.String() != opened.String() || scanned.Text() != opened.Text() {
			t.Errorf("%q of %q: scanned %s %v, opened %s %v", key, text, scanned, found, opened, there)
		}
	})
}
