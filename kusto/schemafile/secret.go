// Stored texts may hold secrets: h'…' strings, which Kusto itself keeps out of its logs, keys in connection strings, signatures in
// addresses, tokens. A schema file goes into repositories and a cache lies on a disk, so none of them may be in either.

package schemafile

import (
	"regexp"
	"strings"

	"calypso/kql/syntax"
)

// masked stands where a secret was; Kusto writes the same.
const masked = "*****"

var (
	// hiddenString finds texts that may hold an h'…' string; the scanner then tells.
	hiddenString = regexp.MustCompile("[hH]@?(['\"`~])")
	// keyed finds signatures and keys by the name in front of them.
	keyed = regexp.MustCompile(`(?i)\b(sig|accountkey|sharedaccesskey|client_secret|password|pwd)=[^&;'"` + "`" + `\s]{8,}`)
	// bearer finds JSON web tokens.
	bearer = regexp.MustCompile(`\beyJ[A-Za-z0-9_-]{8,}\.[A-Za-z0-9_-]{8,}\.[A-Za-z0-9_-]*`)
)

// Mask puts ***** in place of the secrets in a text of KQL, or of prose.
func Mask(s string) string {
	if hiddenString.MatchString(s) {
		s = maskHidden(s)
	}
	if strings.Contains(s, "=") {
		s = keyed.ReplaceAllString(s, "$1="+masked)
	}
	if strings.Contains(s, "eyJ") {
		s = bearer.ReplaceAllString(s, masked)
	}
	return s
}

func maskAll(texts []string) []string {
	out := make([]string, len(texts))
	for i, s := range texts {
		out[i] = Mask(s)
	}
	return out
}

// maskHidden empties h'…' strings. The quotes stay, so that the text parses as it did. A string that isn't closed hides all of its
// line.
func maskHidden(s string) string {
	var out strings.Builder
	kept := 0
	for _, t := range syntax.Scan(s) {
		if t.Kind != syntax.TokString || s[t.Start]|0x20 != 'h' {
			continue
		}
		body := t.Start + strings.IndexAny(s[t.Start:t.End], "'\"`~")
		quote := s[body : body+1]
		if quote == "`" || quote == "~" {
			quote = strings.Repeat(quote, 3)
		}
		body += len(quote)
		out.WriteString(s[kept:body])
		out.WriteString(masked)
		kept = t.End
		if t.End-len(quote) >= body && s[t.End-len(quote):t.End] == quote {
			kept -= len(quote)
		}
	}
	out.WriteString(s[kept:])
	return out.String()
}
