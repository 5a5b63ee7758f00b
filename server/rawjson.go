package server

import (
	"bytes"
	"encoding/json"

	"go.lsp.dev/jsonrpc2"
)

// Looking into JSON before it is decoded: the codec takes a missing or null member for its zero value, so a hover without a
// position would be a hover at 0:0.

func validJSON(b []byte) bool { return json.Valid(b) }

// idOf finds the id of a message that may be cut off or be no JSON-RPC; the zero ID when there is none.
func idOf(b []byte) jsonrpc2.ID {
	d := json.NewDecoder(bytes.NewReader(b))
	d.UseNumber()
	if t, err := d.Token(); err != nil || t != json.Delim('{') {
		return jsonrpc2.ID{}
	}
	for d.More() {
		key, err := d.Token()
		if err != nil {
			return jsonrpc2.ID{}
		}
		if key != "id" {
			var skip json.RawMessage
			if d.Decode(&skip) != nil {
				return jsonrpc2.ID{}
			}
			continue
		}
		switch v, _ := d.Token(); v := v.(type) {
		case string:
			return jsonrpc2.NewStringID(v)
		case json.Number:
			if n, err := v.Int64(); err == nil {
				return jsonrpc2.NewNumberID(n)
			}
		}
		return jsonrpc2.ID{}
	}
	return jsonrpc2.ID{}
}

// missing gives the first of the paths ("position.line") that raw doesn't have, or has as null; "" when all are there.
func missing(raw []byte, paths []string) string {
	for _, path := range paths {
		if !has(raw, path) {
			return path
		}
	}
	return ""
}

func has(raw []byte, path string) bool {
	for {
		name, rest, deeper := bytes.Cut([]byte(path), []byte("."))
		value, ok := member(raw, name)
		if !ok || bytes.Equal(value, []byte("null")) {
			return false
		}
		if !deeper {
			return true
		}
		raw, path = value, string(rest)
	}
}

// member gives the value of an object's member. raw must be valid JSON; what isn't an object has no members. Names written
// with escapes aren't found: no client writes them so.
func member(raw, name []byte) ([]byte, bool) {
	i := space(raw, 0)
	if i >= len(raw) || raw[i] != '{' {
		return nil, false
	}
	i++
	var found []byte // the last one counts, as in the codec
	ok := false
	for {
		i = space(raw, i)
		if i >= len(raw) || raw[i] != '"' {
			return found, ok
		}
		end := valueEnd(raw, i)
		key := raw[i+1 : max(i+1, end-1)]
		i = space(raw, end) + 1 // past the colon
		i = space(raw, i)
		end = valueEnd(raw, i)
		if bytes.Equal(key, name) {
			found, ok = raw[i:end], true
		}
		i = space(raw, end)
		if i >= len(raw) || raw[i] != ',' {
			return found, ok
		}
		i++
	}
}

func space(b []byte, i int) int {
	for i < len(b) && (b[i] == ' ' || b[i] == '\t' || b[i] == '\n' || b[i] == '\r') {
		i++
	}
	return i
}

// valueEnd gives the offset after the JSON value at i.
func valueEnd(b []byte, i int) int {
	depth := 0
	for i < len(b) {
		switch b[i] {
		case '"':
			i = quoted(b, i)
			if depth == 0 {
				return i
			}
			continue
		case '{', '[':
			depth++
		case '}', ']':
			if depth == 0 {
				return i
			}
			if depth--; depth == 0 {
				return i + 1
			}
		case ',', ' ', '\t', '\n', '\r':
			if depth == 0 {
				return i
			}
		}
		i++
	}
	return len(b)
}

// quoted gives the offset after the string that begins at i.
func quoted(b []byte, i int) int {
	for i++; i < len(b); i++ {
		switch b[i] {
		case '\\':
			i++
		case '"':
			return i + 1
		}
	}
	return len(b)
}
