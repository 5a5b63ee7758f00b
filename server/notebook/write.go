package notebook

import (
	"bytes"
	"encoding/json"
	"maps"
	"slices"
)

// step is how far a member stands in from what holds it.
const step = "  "

// plain is JSON without the escapes that HTML would need.
func plain(v any) ([]byte, error) {
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	err := e.Encode(v)
	return bytes.TrimSuffix(b.Bytes(), []byte("\n")), err
}

func sortedNames(fields map[string]json.RawMessage) []string { return slices.Sorted(maps.Keys(fields)) }

// object writes an object whose fields keep their order, laid out for people.
type object struct {
	indent string // of its own braces
	fields [][]byte
	err    error
}

// field adds a value, laid out with all that is in it.
func (o *object) field(name string, v any) {
	body, err := plain(v)
	var out bytes.Buffer
	if err == nil {
		err = json.Indent(&out, body, o.indent+step, step)
	}
	o.value(name, out.Bytes(), err)
}

// value adds a value that is laid out already.
func (o *object) value(name string, body []byte, err error) {
	key, _ := plain(name) // a string: it can't fail
	if o.err == nil {
		o.err = err
	}
	o.fields = append(o.fields, slices.Concat(key, []byte(": "), body))
}

// list adds a list whose entries are laid out already.
func (o *object) list(name string, entries [][]byte) {
	o.value(name, joined('[', entries, ']', o.indent+step), nil)
}

// extra adds the fields that nobody here knows, in the order of their names; ours win.
func (o *object) extra(fields map[string]json.RawMessage, ours ...string) {
	for _, name := range sortedNames(fields) {
		if !slices.Contains(ours, name) {
			o.field(name, fields[name])
		}
	}
}

func (o *object) end() ([]byte, error) { return joined('{', o.fields, '}', o.indent), o.err }

func joined(open byte, parts [][]byte, shut byte, indent string) []byte {
	if len(parts) == 0 {
		return []byte{open, shut}
	}
	between := []byte(",\n" + indent + step)
	return slices.Concat([]byte{open}, between[1:], bytes.Join(parts, between), []byte("\n"+indent), []byte{shut})
}

// Write gives the file's text. The same notebook gives the same text.
func (f File) Write() ([]byte, error) {
	var cells [][]byte
	for _, c := range f.Cells {
		cell, err := c.write(step + step)
		if err != nil {
			return nil, err
		}
		cells = append(cells, cell)
	}
	var o object
	o.field("version", version)
	if f.Cluster != "" || f.Database != "" {
		o.field("connection", map[string]string{"cluster": f.Cluster, "database": f.Database})
	}
	o.extra(f.Extra, "version", "connection", "cells", "nbformat")
	o.list("cells", cells)
	body, err := o.end()
	return append(body, '\n'), err
}

func (c Cell) write(indent string) ([]byte, error) {
	o := object{indent: indent}
	o.field("kind", c.Kind)
	o.field("text", lines(c.Text))
	var outputs [][]byte
	for _, one := range kept(c.Outputs) {
		body, err := written(one, indent+step+step)
		if err != nil {
			return nil, err
		}
		outputs = append(outputs, body)
	}
	if len(outputs) > 0 {
		o.list("outputs", outputs)
	}
	o.extra(c.Extra, "kind", "text", "output", "outputs")
	return o.end()
}
