package value

import "strings"

// Looking one key up in JSON text without opening it: nothing is kept, so a query that reads one property of each row leaves the
// rows as small as they were.

// scanLimit is the longest text that is scanned for a key. Longer ones are opened once, as several lookups would each scan them.
const scanLimit = 1024

// scanKey finds a key of a bag in its text; done is false where the text must be opened instead.
func (n *dynNode) scanKey(key string) (v Dyn, found, done bool) {
	if len(n.raw) > scanLimit || n.tree.Load() != nil {
		return Dyn{}, false, false
	}
	text := strings.Trim(n.raw, jsonSpace)
	if text == "" || text[0] != '{' {
		return Dyn{}, false, false
	}
	from, to := -1, -1 // the value; of a key given twice the last counts
	pos := skipSpace(text, 1)
	for pos < len(text) && text[pos] != '}' {
		if text[pos] != '"' {
			return Dyn{}, false, true // no JSON, so a string, which has no keys
		}
		end := skipString(text, pos)
		if end < 0 {
			return Dyn{}, false, true
		}
		same := text[pos+1:end-1] == key || strings.IndexByte(text[pos:end], '\\') >= 0 && unquoteJSON(text[pos:end]) == key
		if pos = skipSpace(text, end); pos >= len(text) || text[pos] != ':' {
			return Dyn{}, false, true
		}
		pos = skipSpace(text, pos+1)
		if end = skipJSON(text, pos, 1); end < 0 {
			return Dyn{}, false, true
		}
		if same {
			from, to = pos, end
		}
		if pos = skipSpace(text, end); pos < len(text) && text[pos] == ',' {
			if pos = skipSpace(text, pos+1); pos < len(text) && text[pos] == '}' {
				return Dyn{}, false, true
			}
		} else if pos >= len(text) || text[pos] != '}' {
			return Dyn{}, false, true
		}
	}
	if pos != len(text)-1 || from < 0 {
		return Dyn{}, false, true
	}
	if text[from:to] == "null" {
		return Dyn{}, true, true
	}
	return Dyn{&dynNode{raw: text[from:to], valid: true}}, true, true
}

// scanText gives the text of a string that is a part of checked JSON; ok is false for anything else.
func (n *dynNode) scanText() (text string, ok bool) {
	if !n.valid || n.tree.Load() != nil || len(n.raw) < 2 || n.raw[0] != '"' {
		return "", false
	}
	return unquoteJSON(n.raw), true
}
