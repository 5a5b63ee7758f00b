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
	from, to := LookupJSON(n.raw, key)
	if to == 0 {
		return Dyn{}, false, true
	}
	if n.raw[from:to] == "null" {
		return Dyn{}, true, true
	}
	return Dyn{&dynNode{raw: n.raw[from:to], valid: true}}, true, true
}

// LookupJSON finds a key's value in the text of a bag: text[from:to] is its JSON. Of a key given twice the last counts. to is 0 where
// the key is missing, or the text is no JSON or no bag: to Kusto it is then a string, or something else without keys.
func LookupJSON(text, key string) (from, to int) {
	pos := skipSpace(text, 0)
	if pos >= len(text) || text[pos] != '{' {
		return 0, 0
	}
	pos = skipSpace(text, pos+1)
	for pos < len(text) && text[pos] != '}' {
		if text[pos] != '"' {
			return 0, 0
		}
		end := skipString(text, pos)
		if end < 0 {
			return 0, 0
		}
		same := text[pos+1:end-1] == key || strings.IndexByte(text[pos:end], '\\') >= 0 && unquoteJSON(text[pos:end]) == key
		if pos = skipSpace(text, end); pos >= len(text) || text[pos] != ':' {
			return 0, 0
		}
		pos = skipSpace(text, pos+1)
		if end = skipJSON(text, pos, 1); end < 0 {
			return 0, 0
		}
		if same {
			from, to = pos, end
		}
		if pos = skipSpace(text, end); pos < len(text) && text[pos] == ',' {
			if pos = skipSpace(text, pos+1); pos < len(text) && text[pos] == '}' {
				return 0, 0
			}
		} else if pos >= len(text) || text[pos] != '}' {
			return 0, 0
		}
	}
	if pos >= len(text) || skipSpace(text, pos+1) != len(text) {
		return 0, 0
	}
	return from, to
}

// PlainJSONString gives the text of a JSON string without escapes; ok is false for anything else.
func PlainJSONString(json string) (text string, ok bool) {
	if len(json) < 2 || json[0] != '"' || skipString(json, 0) != len(json) || strings.IndexByte(json, '\\') >= 0 {
		return "", false
	}
	return json[1 : len(json)-1], true
}

// scanText gives the text of a string that is a part of checked JSON; ok is false for anything else.
func (n *dynNode) scanText() (text string, ok bool) {
	if !n.valid || n.tree.Load() != nil || len(n.raw) < 2 || n.raw[0] != '"' {
		return "", false
	}
	return unquoteJSON(n.raw), true
}
