package check

// Queries in YAML detections: the values of "query" keys, wherever they stand. The library gives a value and where it begins; align
// finds the place of each of its bytes by reading value and file side by side, whatever the style of the scalar.

import (
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"unicode/utf8"

	"go.yaml.in/yaml/v3"

	"calypso/kql/text"
)

func yamlQueries(body string, keys []string) (list []Query, err error) {
	if len(keys) == 0 {
		keys = []string{"query"}
	}
	if !slices.ContainsFunc(keys, func(k string) bool { return strings.Contains(body, k) }) {
		return nil, nil // nothing of ours, whether it is YAML or not
	}
	defer func() {
		if r := recover(); r != nil {
			list, err = nil, fmt.Errorf("the YAML can't be read: %v", r)
		}
	}()
	y := &yamlReader{body: body, lines: text.NewFile(body), keys: keys}
	documents := yaml.NewDecoder(strings.NewReader(body))
	for {
		var root yaml.Node
		err := documents.Decode(&root)
		if errors.Is(err, io.EOF) {
			return y.list, nil
		}
		if err != nil {
			return nil, fmt.Errorf("the YAML can't be read: %s", strings.TrimPrefix(err.Error(), "yaml: "))
		}
		y.walk(&root)
	}
}

type yamlReader struct {
	body  string
	lines *text.File
	keys  []string
	list  []Query
}

// walk looks for queries. An alias isn't followed: what it stands for is looked at where it is written.
func (y *yamlReader) walk(n *yaml.Node) {
	if n.Kind == yaml.MappingNode {
		for i := 0; i+1 < len(n.Content); i += 2 {
			key, value := n.Content[i], n.Content[i+1]
			if value.Kind == yaml.ScalarNode && slices.Contains(y.keys, key.Value) && strings.TrimSpace(value.Value) != "" {
				y.query(n, value)
			}
		}
	}
	for _, c := range n.Content {
		y.walk(c)
	}
}

// query adds a scalar as a query, with what its neighbours say about it.
func (y *yamlReader) query(mapping, value *yaml.Node) {
	q := Query{Text: value.Value}
	start := y.offset(value)
	offsets, ok := align(y.body, start, value.Value, value.Style)
	if !ok {
		offsets = make([]int, len(value.Value)+1)
		for i := range offsets {
			offsets[i] = start
		}
	}
	q.offsets, q.rough = offsets, !ok
	for i := 0; i+1 < len(mapping.Content); i += 2 {
		switch value := mapping.Content[i+1]; mapping.Content[i].Value {
		case "queryPeriod":
			q.Timed = true
		case "entityMappings":
			y.entities(&q, value)
		}
	}
	y.list = append(y.list, q)
}

// entities reads entityMappings: a list of {entityType, fieldMappings: [{identifier, columnName}]}.
func (y *yamlReader) entities(q *Query, n *yaml.Node) {
	if n.Kind == yaml.MappingNode {
		for i := 0; i+1 < len(n.Content); i += 2 {
			if value := n.Content[i+1]; n.Content[i].Value == "columnName" && value.Kind == yaml.ScalarNode && value.Value != "" {
				start := y.offset(value)
				end := min(start+len(value.Value), len(y.body))
				q.Entities = append(q.Entities, Entity{value.Value, text.Span{Start: start, End: end}})
			}
		}
	}
	for _, c := range n.Content {
		y.entities(q, c)
	}
}

// offset gives where a node begins; the library counts lines and characters from 1.
func (y *yamlReader) offset(n *yaml.Node) int {
	at := y.lines.Line(n.Line - 1).Start
	for i := 1; i < n.Column && at < len(y.body); i++ {
		_, size := utf8.DecodeRuneInString(y.body[at:])
		at += size
	}
	return at
}

// align gives for each byte of a scalar's value the offset of the byte in the file that it comes from, and last the offset behind
// the scalar. ok is false when the two don't fit each other.
func align(body string, at int, value string, style yaml.Style) (offsets []int, ok bool) {
	a := &aligner{body: body, at: at, value: value}
	switch {
	case style&(yaml.LiteralStyle|yaml.FoldedStyle) != 0:
		ok = a.block()
	case style&yaml.DoubleQuotedStyle != 0:
		ok = a.opens('"') && a.flow(true, false)
	case style&yaml.SingleQuotedStyle != 0:
		ok = a.opens('\'') && a.flow(false, true)
	default:
		ok = a.flow(false, false)
	}
	return append(a.offsets, a.at), ok
}

type aligner struct {
	body, value string
	at          int // in body
	offsets     []int
}

// rest is what of the value is still to be found.
func (a *aligner) rest() string { return a.value[len(a.offsets):] }

func (a *aligner) opens(quote byte) bool {
	if a.at >= len(a.body) || a.body[a.at] != quote {
		return false
	}
	a.at++
	return true
}

// spaces gives the run of white space that a text starts with.
func spaces(s string) string { return s[:len(s)-len(strings.TrimLeft(s, " \t\r\n"))] }

// block reads | and > scalars: there are no escapes, so that runs of white space stand for each other and all else is the same.
func (a *aligner) block() bool {
	header := strings.IndexByte(a.body[min(a.at, len(a.body)):], '\n')
	if header < 0 || a.body[a.at] != '|' && a.body[a.at] != '>' {
		return false
	}
	a.at += header + 1
	for first := true; a.rest() != ""; first = false {
		a.blanks(first)
		if a.rest() == "" {
			break
		}
		if a.at >= len(a.body) || a.body[a.at] != a.rest()[0] {
			return false
		}
		a.take(1, 1)
	}
	return true
}

// blanks steps over white space: breaks stand for breaks as far as there are as many, and the blanks that remain before the next
// character are those directly before it.
func (a *aligner) blanks(first bool) {
	here, there := spaces(a.rest()), spaces(a.body[a.at:])
	breaks := strings.Count(there, "\n")
	if breaks == 0 && !first {
		a.take(len(here), len(here))
		return
	}
	end := a.at + len(there)
	at := a.at
	last := strings.LastIndexByte(here, '\n')
	for i := range len(here) {
		switch {
		case here[i] == '\n':
			if next := strings.IndexByte(a.body[at:end], '\n'); next >= 0 {
				at += next
			}
			a.offsets = append(a.offsets, at)
			at = min(at+1, end)
		case i < last:
			a.offsets = append(a.offsets, min(at, end))
		default:
			a.offsets = append(a.offsets, max(end-(len(here)-i), a.at))
		}
	}
	a.at = end
}

// take says that the next n bytes of the value come from one place on, and steps over size bytes of the file.
func (a *aligner) take(n, size int) {
	for i := range min(n, len(a.value)-len(a.offsets)) {
		a.offsets = append(a.offsets, a.at+min(i, max(size-1, 0)))
	}
	a.at = min(a.at+size, len(a.body))
}

// flow reads plain and quoted scalars: a line break is a blank, n+1 of them are n breaks.
func (a *aligner) flow(escapes, doubled bool) bool {
	for a.rest() != "" {
		if a.at >= len(a.body) {
			return false
		}
		c := a.body[a.at]
		switch {
		case escapes && c == '\\':
			if !a.escape() {
				return false
			}
		case doubled && strings.HasPrefix(a.body[a.at:], "''"):
			a.take(1, 2)
		case c == ' ' || c == '\t' || c == '\r' || c == '\n':
			there := spaces(a.body[a.at:])
			switch breaks := strings.Count(there, "\n"); breaks {
			case 0:
				a.take(len(there), len(there))
			case 1:
				a.take(1, len(there))
			default:
				a.take(breaks-1, len(there))
			}
		case c != a.rest()[0]:
			return false
		default:
			a.take(1, 1)
		}
	}
	return true
}

// escape reads \n, \x41, \u0041 and the backslash that ends a line.
func (a *aligner) escape() bool {
	if a.at+1 >= len(a.body) {
		return false
	}
	size := 2
	switch a.body[a.at+1] {
	case 'x':
		size = 4
	case 'u':
		size = 6
	case 'U':
		size = 10
	case '\n', '\r':
		a.at++
		a.at += len(spaces(a.body[a.at:]))
		return true
	}
	_, bytes := utf8.DecodeRuneInString(a.rest())
	a.take(bytes, size)
	return true
}
