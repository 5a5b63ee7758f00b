package notebook

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strings"
	"unicode/utf8"

	"calypso/server/protocol"
)

// The file is JSON that people keep in git: a text is a list of its lines, so that a changed line is one changed line; names come in one
// order; what this version doesn't know stays where it was. Rows and charts aren't in it unless a cell keeps its outputs.

// version is the newest form of the file that is understood.
const version = 1

// maxBytes is the largest file that is read.
const maxBytes = 64 << 20

// Kind is what a cell holds.
type Kind string

// The kinds.
const (
	KQL      Kind = "kql"
	Markdown Kind = "markdown"
)

// File is a notebook.
type File struct {
	Cluster  string // address of the cluster its queries run on; "" when it doesn't say
	Database string
	Cells    []Cell
	Extra    map[string]json.RawMessage // fields that this version doesn't know
}

// Cell is one cell.
type Cell struct {
	Kind    Kind
	Text    string
	Outputs []protocol.NotebookOutput  // what the last run gave; nil when it isn't kept
	Extra   map[string]json.RawMessage // as in File
}

// lines is a text in the file: a list of its lines, or one string.
type lines string

func (l *lines) UnmarshalJSON(b []byte) error {
	var list []string
	if err := json.Unmarshal(b, &list); err == nil {
		*l = lines(strings.Join(list, "\n"))
		return nil
	}
	var one string
	if err := json.Unmarshal(b, &one); err != nil {
		return errors.New("a text is a list of lines")
	}
	*l = lines(one)
	return nil
}

func (l lines) MarshalJSON() ([]byte, error) {
	if l == "" {
		return []byte("[]"), nil
	}
	return plain(strings.Split(string(l), "\n"))
}

// Read reads a notebook: a .kqlnb file, or a Jupyter notebook. An empty file is an empty notebook. An error names the place.
func Read(body []byte) (File, error) {
	if len(body) > maxBytes {
		return File{}, fmt.Errorf("the file is larger than %d MB: it can't be a notebook", maxBytes>>20)
	}
	body = bytes.TrimPrefix(body, []byte("\ufeff"))
	if len(bytes.TrimSpace(body)) == 0 {
		return File{}, nil
	}
	if !utf8.Valid(body) {
		return File{}, errors.New("the file isn't UTF-8 text")
	}
	var fields map[string]json.RawMessage
	if err := decode(body, &fields); err != nil {
		return File{}, err
	}
	if fields == nil {
		return File{}, errors.New("the file is no JSON object")
	}
	if _, ok := fields["nbformat"]; ok {
		return readJupyter(fields)
	}
	return read(fields)
}

func read(fields map[string]json.RawMessage) (File, error) {
	var f File
	var form struct {
		Version    int `json:"version"`
		Connection struct {
			Cluster  string `json:"cluster"`
			Database string `json:"database"`
		} `json:"connection"`
		Cells []map[string]json.RawMessage `json:"cells"`
	}
	if _, ok := fields["cells"]; !ok {
		return f, errors.New(`the file has no "cells": it isn't a notebook`)
	}
	for name, into := range map[string]any{"version": &form.Version, "connection": &form.Connection, "cells": &form.Cells} {
		if raw, ok := fields[name]; ok {
			if err := json.Unmarshal(raw, into); err != nil {
				return f, fmt.Errorf("%q isn't of the form it should be: %s", name, plainly(err))
			}
			delete(fields, name)
		}
	}
	if form.Version > version {
		return f, fmt.Errorf("the notebook is of version %d, this program knows %d: update Calypso to open it", form.Version, version)
	}
	f.Cluster, f.Database, f.Extra = form.Connection.Cluster, form.Connection.Database, some(fields)
	for i, raw := range form.Cells {
		c, err := readCell(raw)
		if err != nil {
			return File{}, fmt.Errorf("cell %d: %w", i+1, err)
		}
		f.Cells = append(f.Cells, c)
	}
	return f, nil
}

func readCell(fields map[string]json.RawMessage) (Cell, error) {
	var c Cell
	var text, output lines
	for name, into := range map[string]any{"kind": &c.Kind, "text": &text, "output": &output, "outputs": &c.Outputs} {
		raw, ok := fields[name]
		if !ok {
			continue
		}
		if err := json.Unmarshal(raw, into); err != nil {
			return c, fmt.Errorf("%q isn't of the form it should be: %s", name, plainly(err))
		}
		delete(fields, name)
	}
	if c.Kind != KQL && c.Kind != Markdown {
		return c, fmt.Errorf("its kind is %q; it must be %q or %q", c.Kind, KQL, Markdown)
	}
	for i := range c.Outputs {
		mend(&c.Outputs[i])
	}
	if output != "" { // once outputs were kept as Markdown
		c.Outputs = append(c.Outputs, protocol.NotebookOutput{Tables: []protocol.NotebookTable{{Columns: []protocol.ResultColumn{}, Rows: [][]string{}, Summary: string(output)}}})
	}
	c.Text, c.Extra = string(text), some(fields)
	return c, nil
}

func some(m map[string]json.RawMessage) map[string]json.RawMessage {
	if len(m) == 0 {
		return nil
	}
	return m
}

// decode reads one JSON value that fills the text. Errors have line and column, from 1.
func decode(body []byte, into any) error {
	d := json.NewDecoder(bytes.NewReader(body))
	err := d.Decode(into)
	at := d.InputOffset()
	if err == nil {
		if _, more := d.Token(); !errors.Is(more, io.EOF) {
			return fmt.Errorf("%s: there is more after the notebook's end", place(body, at))
		}
		return nil
	}
	var syntax *json.SyntaxError
	var kind *json.UnmarshalTypeError
	switch {
	case errors.As(err, &syntax):
		at = syntax.Offset - 1 // it counts the character, too
	case errors.As(err, &kind):
		return errors.New("the file is no JSON object")
	case errors.Is(err, io.ErrUnexpectedEOF):
		at = int64(len(body))
	}
	return fmt.Errorf("%s: %s", place(body, at), plainly(err))
}

func place(body []byte, offset int64) string {
	before := string(body[:min(max(offset, 0), int64(len(body)))])
	line := strings.Count(before, "\n") + 1
	return fmt.Sprintf("line %d, column %d", line, utf8.RuneCountInString(before[strings.LastIndexByte(before, '\n')+1:])+1)
}

// plainly says what a JSON decoder complains of without Go's words for it.
func plainly(err error) string {
	var kind *json.UnmarshalTypeError
	switch {
	case errors.As(err, &kind):
		return "a " + kind.Value + " stands where it can't"
	case errors.Is(err, io.ErrUnexpectedEOF):
		return "the file ends too early"
	}
	return strings.TrimPrefix(err.Error(), "json: ")
}
