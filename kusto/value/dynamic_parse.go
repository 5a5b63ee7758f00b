package value

import (
	"strconv"
	"strings"
	"unicode/utf16"
	"unicode/utf8"
)

// Opening JSON text: a value is checked once as a whole, then split one level at a time, members staying slices of the text.

const jsonSpace = " \t\n\r"

// maxDepth bounds the nesting of JSON that is taken as JSON; deeper text is a string, so no input can exhaust the stack.
const maxDepth = 1000

// openJSON opens one level of text. Unless valid says that it was checked before, text that isn't JSON gives a string.
func openJSON(text string, valid bool) *dynTree {
	trimmed := strings.Trim(text, jsonSpace)
	if trimmed == "" {
		return &nullTree
	}
	if !valid && !ValidJSON(trimmed) {
		return &dynTree{kind: DynString, text: text}
	}
	switch trimmed[0] {
	case '{':
		return splitBag(trimmed)
	case '[':
		return splitArray(trimmed)
	case '"':
		return &dynTree{kind: DynString, text: unquoteJSON(trimmed)}
	case 't':
		return &dynTree{kind: DynBool, num: 1}
	case 'f':
		return &dynTree{kind: DynBool}
	case 'n':
		return &nullTree
	}
	return openNumber(trimmed)
}

func openNumber(text string) *dynTree {
	n, f, whole := readNumber(text)
	if whole {
		return &dynTree{kind: DynLong, num: n}
	}
	return &dynTree{kind: DynReal, real: f}
}

// readNumber reads a valid JSON number: a long where it is one, else a real.
func readNumber(text string) (n int64, f float64, whole bool) {
	if strings.IndexByte(text, '.') < 0 && strings.IndexByte(text, 'e') < 0 && strings.IndexByte(text, 'E') < 0 {
		if n, err := strconv.ParseInt(text, 10, 64); err == nil {
			return n, 0, true
		}
	}
	f, _ = strconv.ParseFloat(text, 64) // out of range gives an infinity, as .NET reads it
	return 0, f, false
}

// splitArray and splitBag work on text that ValidJSON accepted, so they check only what they must to move on.
func splitArray(text string) *dynTree {
	n := countMembers(text)
	nodes, items := make([]dynNode, n), make([]Dyn, 0, n)
	pos := 1
	for {
		pos = skipSpace(text, pos)
		if pos >= len(text) || text[pos] == ']' {
			break
		}
		end := skipJSON(text, pos, 0)
		items = appendMember(items, nodes, text[pos:end])
		pos = skipSpace(text, end)
		if pos < len(text) && text[pos] == ',' {
			pos++
		}
	}
	return &dynTree{kind: DynArray, items: items}
}

func splitBag(text string) *dynTree {
	n := countMembers(text)
	nodes, items, keys := make([]dynNode, n), make([]Dyn, 0, n), make([]string, 0, n)
	pos := 1
	for {
		pos = skipSpace(text, pos)
		if pos >= len(text) || text[pos] == '}' {
			break
		}
		end := skipString(text, pos)
		keys = append(keys, unquoteJSON(text[pos:end]))
		pos = skipSpace(text, skipSpace(text, end)+1) // the colon
		end = skipJSON(text, pos, 0)
		items = appendMember(items, nodes, text[pos:end])
		pos = skipSpace(text, end)
		if pos < len(text) && text[pos] == ',' {
			pos++
		}
	}
	return newBagTree(keys, items)
}

func appendMember(items []Dyn, nodes []dynNode, text string) []Dyn {
	if text == "null" {
		return append(items, Dyn{})
	}
	n := &nodes[len(items)]
	n.raw, n.valid = text, true
	return append(items, Dyn{n})
}

// countMembers counts the members of the valid container that text is, so that its slices are made once.
func countMembers(text string) int {
	depth, n := 0, 1
	for i := 0; i < len(text); i++ {
		switch text[i] {
		case '"':
			i = skipString(text, i) - 1
		case '[', '{':
			depth++
		case ']', '}':
			depth--
		case ',':
			if depth == 1 {
				n++
			}
		}
	}
	return n
}

func skipSpace(text string, pos int) int {
	for pos < len(text) && (text[pos] == ' ' || text[pos] == '\t' || text[pos] == '\n' || text[pos] == '\r') {
		pos++
	}
	return pos
}

// ValidJSON tells whether text is one JSON value with nothing but white space around it. Control characters inside strings
// make it invalid, as they do for Kusto.
func ValidJSON(text string) bool {
	end := skipJSON(text, skipSpace(text, 0), 0)
	return end >= 0 && skipSpace(text, end) == len(text)
}

// skipJSON gives the end of the JSON value that starts at pos, or -1 if there is none.
func skipJSON(text string, pos, depth int) int {
	if pos >= len(text) || depth > maxDepth {
		return -1
	}
	switch c := text[pos]; {
	case c == '{':
		return skipBag(text, pos, depth)
	case c == '[':
		return skipArray(text, pos, depth)
	case c == '"':
		return skipString(text, pos)
	case c == 't':
		return skipWord(text, pos, "true")
	case c == 'f':
		return skipWord(text, pos, "false")
	case c == 'n':
		return skipWord(text, pos, "null")
	}
	return skipNumber(text, pos)
}

func skipWord(text string, pos int, word string) int {
	if strings.HasPrefix(text[pos:], word) {
		return pos + len(word)
	}
	return -1
}

func skipArray(text string, pos, depth int) int {
	pos = skipSpace(text, pos+1)
	if pos < len(text) && text[pos] == ']' {
		return pos + 1
	}
	for {
		end := skipJSON(text, skipSpace(text, pos), depth+1)
		if end < 0 {
			return -1
		}
		pos = skipSpace(text, end)
		if pos >= len(text) {
			return -1
		}
		if text[pos] == ']' {
			return pos + 1
		}
		if text[pos] != ',' {
			return -1
		}
		pos++
	}
}

func skipBag(text string, pos, depth int) int {
	pos = skipSpace(text, pos+1)
	if pos < len(text) && text[pos] == '}' {
		return pos + 1
	}
	for {
		pos = skipSpace(text, pos)
		if pos >= len(text) || text[pos] != '"' {
			return -1
		}
		end := skipString(text, pos)
		if end < 0 {
			return -1
		}
		pos = skipSpace(text, end)
		if pos >= len(text) || text[pos] != ':' {
			return -1
		}
		if end = skipJSON(text, skipSpace(text, pos+1), depth+1); end < 0 {
			return -1
		}
		pos = skipSpace(text, end)
		if pos >= len(text) {
			return -1
		}
		if text[pos] == '}' {
			return pos + 1
		}
		if text[pos] != ',' {
			return -1
		}
		pos++
	}
}

func skipString(text string, pos int) int {
	for i := pos + 1; i < len(text); i++ {
		switch c := text[i]; {
		case c == '"':
			return i + 1
		case c < ' ':
			return -1
		case c == '\\':
			if i++; i >= len(text) {
				return -1
			}
			if text[i] == 'u' {
				if i+4 >= len(text) || hex4(text[i+1:i+5]) < 0 {
					return -1
				}
				i += 4
			} else if strings.IndexByte(`"\/bfnrt`, text[i]) < 0 {
				return -1
			}
		}
	}
	return -1
}

func skipNumber(text string, pos int) int {
	i := pos
	if text[i] == '-' {
		i++
	}
	start := i
	i = skipDigits(text, i)
	if i == start || (text[start] == '0' && i > start+1) {
		return -1
	}
	if i < len(text) && text[i] == '.' {
		end := skipDigits(text, i+1)
		if end == i+1 {
			return -1
		}
		i = end
	}
	if i < len(text) && (text[i] == 'e' || text[i] == 'E') {
		i++
		if i < len(text) && (text[i] == '+' || text[i] == '-') {
			i++
		}
		end := skipDigits(text, i)
		if end == i {
			return -1
		}
		i = end
	}
	return i
}

func skipDigits(text string, i int) int {
	for i < len(text) && text[i]-'0' <= 9 {
		i++
	}
	return i
}

// unquoteJSON gives the text of a valid JSON string literal; without escapes it is a slice of it.
func unquoteJSON(lit string) string {
	body := lit[1 : len(lit)-1]
	if strings.IndexByte(body, '\\') < 0 {
		return body
	}
	return string(appendUnescaped(make([]byte, 0, len(body)), body))
}

// appendUnescaped appends what stands between the quotes of a valid JSON string literal.
func appendUnescaped(out []byte, body string) []byte {
	for i := 0; i < len(body); {
		if body[i] != '\\' {
			out = append(out, body[i])
			i++
			continue
		}
		out, i = appendEscape(out, body, i)
	}
	return out
}

// appendEscape decodes the escape at body[i] and gives the index after it. Half a surrogate pair becomes U+FFFD.
func appendEscape(out []byte, body string, i int) ([]byte, int) {
	switch c := body[i+1]; c {
	case 'b':
		return append(out, '\b'), i + 2
	case 'f':
		return append(out, '\f'), i + 2
	case 'n':
		return append(out, '\n'), i + 2
	case 'r':
		return append(out, '\r'), i + 2
	case 't':
		return append(out, '\t'), i + 2
	case 'u':
		r := rune(hex4(body[i+2 : i+6]))
		i += 6
		if utf16.IsSurrogate(r) && i+6 <= len(body) && body[i] == '\\' && body[i+1] == 'u' {
			if pair := utf16.DecodeRune(r, rune(hex4(body[i+2:i+6]))); pair != utf8.RuneError {
				return utf8.AppendRune(out, pair), i + 6
			}
		}
		return utf8.AppendRune(out, r), i // AppendRune writes U+FFFD for a lone surrogate
	default:
		return append(out, c), i + 2
	}
}

// hex4 reads four hexadecimal digits, or gives -1.
func hex4(s string) int {
	n := 0
	for i := 0; i < 4; i++ {
		d := hexDigit(s[i])
		if d < 0 {
			return -1
		}
		n = n<<4 | d
	}
	return n
}

func hexDigit(c byte) int {
	switch {
	case '0' <= c && c <= '9':
		return int(c - '0')
	case 'a' <= c && c <= 'f':
		return int(c-'a') + 10
	case 'A' <= c && c <= 'F':
		return int(c-'A') + 10
	}
	return -1
}
