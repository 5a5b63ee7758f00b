package value

import (
	"slices"
	"strconv"
	"strings"
)

// Writing a dynamic whose text nobody opened: the text goes to the output in the form that the opened value would have, and no tree is
// made. An export of rows so leaves nothing behind in them, and next to no garbage.

// closed gives the text of a value that wasn't opened; ok is false for one that was, or was built.
func (d Dyn) closed() (text string, valid, ok bool) {
	if d.n == nil || d.n.tree.Load() != nil {
		return "", false, false
	}
	return d.n.raw, d.n.valid, true
}

// appendClosed appends text as AppendJSON does. valid says that it was checked.
func appendClosed(out []byte, text string, valid bool) []byte {
	trimmed := strings.Trim(text, jsonSpace)
	switch {
	case trimmed == "":
		return append(out, "null"...)
	case !valid && !ValidJSON(trimmed):
		return AppendQuoted(out, text)
	}
	return appendChecked(out, trimmed)
}

// appendChecked appends one valid JSON value with nothing around it. Each of its levels is opened for the moment where that must be: a level
// so costs one try, and its members others.
func appendChecked(out []byte, text string) []byte {
	start := len(out)
	if out, end := appendValue(out, text, 0); end >= 0 {
		return out
	}
	return built(openJSON(text, true)).AppendJSON(out[:start])
}

// appendClosedText appends text as AppendText does.
func appendClosedText(out []byte, text string, valid bool) []byte {
	trimmed := strings.Trim(text, jsonSpace)
	switch {
	case trimmed == "":
		return out
	case !valid && !ValidJSON(trimmed):
		return append(out, text...)
	}
	switch trimmed[0] {
	case 'n':
		return out
	case '"':
		return appendUnescaped(out, trimmed[1:len(trimmed)-1])
	case '[', '{', 't', 'f':
		return appendChecked(out, trimmed)
	}
	n, f, whole := readNumber(trimmed)
	if whole {
		return strconv.AppendInt(out, n, 10)
	}
	return AppendReal(out, f)
}

// appendValue appends the value that starts at pos of valid JSON, and gives its end; -1 where a bag in it must be opened.
func appendValue(out []byte, text string, pos int) (_ []byte, end int) {
	switch text[pos] {
	case '{':
		return appendBag(out, text, pos)
	case '[':
		return appendArray(out, text, pos)
	case '"':
		end = skipString(text, pos)
		return appendLiteral(out, text[pos:end]), end
	case 't':
		return append(out, "true"...), pos + 4
	case 'f':
		return append(out, "false"...), pos + 5
	case 'n':
		return append(out, "null"...), pos + 4
	}
	end = skipNumber(text, pos)
	n, f, whole := readNumber(text[pos:end])
	switch {
	case whole:
		return strconv.AppendInt(out, n, 10), end
	case f-f != 0: // infinite
		return append(AppendReal(append(out, '"'), f), '"'), end
	}
	return AppendReal(out, f), end
}

func appendArray(out []byte, text string, pos int) (_ []byte, end int) {
	out = append(out, '[')
	for pos = skipSpace(text, pos+1); text[pos] != ']'; {
		if out, pos = appendValue(out, text, pos); pos < 0 {
			return out, -1
		}
		if pos = skipSpace(text, pos); text[pos] == ',' {
			out = append(out, ',')
			pos = skipSpace(text, pos+1)
		}
	}
	return append(out, ']'), pos + 1
}

// closedKeys is how many keys of a bag are compared with each other. One with more, with a key given twice or with an escape in a key must be
// opened.
const closedKeys = 32

func appendBag(out []byte, text string, pos int) (_ []byte, end int) {
	var seen [closedKeys]string
	n := 0
	out = append(out, '{')
	for pos = skipSpace(text, pos+1); text[pos] != '}'; {
		end := skipString(text, pos)
		key := text[pos+1 : end-1]
		if n == closedKeys || strings.IndexByte(key, '\\') >= 0 || slices.Contains(seen[:n], key) {
			return out, -1
		}
		seen[n] = key
		n++
		out = append(AppendQuoted(out, key), ':')
		pos = skipSpace(text, skipSpace(text, end)+1) // the colon
		if out, pos = appendValue(out, text, pos); pos < 0 {
			return out, -1
		}
		if pos = skipSpace(text, pos); text[pos] == ',' {
			out = append(out, ',')
			pos = skipSpace(text, pos+1)
		}
	}
	return append(out, '}'), pos + 1
}

// appendLiteral appends a valid JSON string literal in the form of AppendQuoted.
func appendLiteral(out []byte, lit string) []byte {
	body := lit[1 : len(lit)-1]
	out = append(out, '"')
	var decoded [8]byte
	for {
		i := strings.IndexByte(body, '\\')
		if i < 0 {
			return append(appendInQuotes(out, body), '"')
		}
		out = appendInQuotes(out, body[:i])
		one, next := appendEscape(decoded[:0], body, i)
		out = appendInQuotes(out, string(one))
		body = body[next:]
	}
}
