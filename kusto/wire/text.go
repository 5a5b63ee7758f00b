package wire

import (
	"encoding/json"
	"strings"
	"unicode/utf8"

	"github.com/woodsbury/decimal128"
)

// The slow path of strings: escapes and bytes that aren't UTF-8.

var zeroDecimal decimal128.Decimal

// unescape reads the string literal at b[i], which has escapes.
func unescape(b []byte, i int) (s string, end int) {
	end = skipString(b, i)
	if end < 0 {
		return "", short
	}
	lit := b[i:end]
	if plain, ok := unescapePlain(lit[1 : len(lit)-1]); ok {
		return plain, end
	}
	if err := json.Unmarshal(lit, &s); err != nil {
		return "", wrong
	}
	return s, end
}

// unescapePlain handles all but \u escapes, control characters and bytes that aren't UTF-8.
func unescapePlain(body []byte) (string, bool) {
	out := make([]byte, 0, len(body))
	for i := 0; i < len(body); i++ {
		c := body[i]
		if c == '\\' {
			i++
			at := strings.IndexByte(`"\/bfnrt`, body[i])
			if at < 0 {
				return "", false
			}
			c = "\"\\/\b\f\n\r\t"[at]
		}
		out = append(out, c)
	}
	return text(out), utf8.Valid(out)
}

func toValid(b []byte) string { return strings.ToValidUTF8(string(b), "\uFFFD") }

func wideBytes(b []byte) bool {
	for _, c := range b {
		if c >= utf8.RuneSelf {
			return true
		}
	}
	return false
}
