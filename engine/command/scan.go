package command

import "strings"

// Reading a command's own words. What may follow a "|" is a query and isn't read here.

type kind uint8

const (
	end    kind = iota
	word        // letters, digits, _ and -, not quoted
	quoted      // '…', "…", ['…'] or ["…"]
	punct
)

type token struct {
	kind kind
	text string // decoded
	at   int    // offset in the command
}

func scan(text string) ([]token, error) {
	var out []token
	for i := 0; i < len(text); {
		c := text[i]
		switch {
		case c == ' ' || c == '\t' || c == '\n' || c == '\r':
			i++
		case strings.HasPrefix(text[i:], "//"):
			if n := strings.IndexByte(text[i:], '\n'); n >= 0 {
				i += n
			} else {
				i = len(text)
			}
		case len(out) == 0 && c == '.':
			i++
		case isWord(c):
			at := i
			for i < len(text) && (isWord(text[i]) || text[i] == '-' || text[i] == '.') {
				i++
			}
			out = append(out, token{word, text[at:i], at})
		case c == '\'' || c == '"':
			t, next, ok := scanQuoted(text, i)
			if !ok {
				return nil, &fault{offset: i, message: "a quote isn't closed; add it", syntax: true}
			}
			out, i = append(out, t), next
		case c == '[' && i+1 < len(text) && (text[i+1] == '\'' || text[i+1] == '"'):
			t, next, ok := scanQuoted(text, i+1)
			if !ok || next >= len(text) || text[next] != ']' {
				return nil, &fault{offset: i, message: "a name in brackets isn't closed; write ['name']", syntax: true}
			}
			t.at = i
			out, i = append(out, t), next+1
		default:
			out = append(out, token{punct, text[i : i+1], i})
			i++
		}
	}
	return out, nil
}

func isWord(c byte) bool {
	return c == '_' || c == '*' || c == '$' || c >= '0' && c <= '9' || c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= 0x80
}

// scanQuoted reads the string at text[i]; a backslash takes the next character as it is.
func scanQuoted(text string, i int) (t token, next int, ok bool) {
	var b strings.Builder
	for k := i + 1; k < len(text); k++ {
		switch {
		case text[k] == '\\' && k+1 < len(text):
			k++
			b.WriteByte(text[k])
		case text[k] == text[i]:
			return token{quoted, b.String(), i}, k + 1, true
		default:
			b.WriteByte(text[k])
		}
	}
	return token{}, 0, false
}
