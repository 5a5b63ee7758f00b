package symbol_test

import (
	"testing"

	"calypso/kql/symbol"
)

// FuzzShape: any text gives a shape or none; what a shape is written as is read as the same one.
func FuzzShape(f *testing.F) {
	for _, s := range []string{"array<real>", "bag{type:string,coordinates:array<dynamic>}", "bag{", "array<array<>", "long}", "bag{['a b']: long, ['x\\'y']:bag{}}"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, text string) {
		if len(text) > 1000 {
			return
		}
		once := symbol.ParseShape(text)
		if once == nil {
			return
		}
		written := once.String()
		if again := symbol.ParseShape(written); again == nil || again.String() != written {
			t.Errorf("%q is written as %q, which is read as %v", text, written, again)
		}
	})
}
