package text_test

import (
	"testing"

	"calypso/kql/text"
)

func TestCursorAgreesWithFile(t *testing.T) {
	for _, src := range []string{"", "a", "a\nb", "a\r\nb\rc\n", "é😀x\n😀😀", "\xff\xfe\n", "\n\n\r\n"} {
		f := text.NewFile(src)
		c16, c8 := text.NewCursor(f, false), text.NewCursor(f, true)
		for offset := 0; offset <= len(src)+1; offset++ {
			if got, want := c16.To(offset), f.UTF16(offset); got != want {
				t.Errorf("%q: offset %d is %v in UTF-16, want %v", src, offset, got, want)
			}
			if got, want := c8.To(offset), f.UTF8(offset); got != want {
				t.Errorf("%q: offset %d is %v in UTF-8, want %v", src, offset, got, want)
			}
		}
	}
}
