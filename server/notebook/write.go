package notebook

import (
	"bytes"
	"encoding/json"
	"maps"
	"slices"
)

// plain is JSON without the escapes that HTML would need.
func plain(v any) ([]byte, error) {
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	err := e.Encode(v)
	return bytes.TrimSuffix(b.Bytes(), []byte("\n")), err
}

// object writes an object whose fields keep their order.
type object struct {
	body []byte
	err  error
}

func (o *object) field(name string, v any) {
	key, err := plain(name)
	if o.err == nil {
		o.err = err
	}
	value, err := plain(v)
	if o.err == nil {
		o.err = err
	}
	o.body = append(append(append(append(o.body, ','), key...), ':'), value...)
}

// extra adds the fields that nobody here knows, in the order of their names; ours win.
func (o *object) extra(fields map[string]json.RawMessage, ours ...string) {
	for _, name := range slices.Sorted(maps.Keys(fields)) {
		if !slices.Contains(ours, name) {
			o.field(name, fields[name])
		}
	}
}

func (o *object) end() (json.RawMessage, error) {
	return append(append([]byte{'{'}, bytes.TrimPrefix(o.body, []byte(","))...), '}'), o.err
}

// Write gives the file's text. The same notebook gives the same text.
func (f File) Write() ([]byte, error) {
	cells := []json.RawMessage{}
	for _, c := range f.Cells {
		var o object
		o.field("kind", c.Kind)
		o.field("text", lines(c.Text))
		if c.Output != "" {
			o.field("output", lines(c.Output))
		}
		o.extra(c.Extra, "kind", "text", "output")
		cell, err := o.end()
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
	o.field("cells", cells)
	body, err := o.end()
	if err != nil {
		return nil, err
	}
	var out bytes.Buffer
	if err := json.Indent(&out, body, "", "  "); err != nil {
		return nil, err
	}
	out.WriteByte('\n')
	return out.Bytes(), nil
}
