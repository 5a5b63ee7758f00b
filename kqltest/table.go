// The tables of a case: written into the test file, or in a file beside it.

package kqltest

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"calypso/engine/exec"
	"calypso/engine/source"
	"calypso/kql/symbol"
	"calypso/kql/text"
	"calypso/kusto/value"
)

// maxTable is the memory that a table from a file may take, in bytes.
const maxTable = 1 << 30

// table makes the table of a section.
func (c *Case) table(ctx context.Context, s *section) (exec.Table, error) {
	columns, err := c.schema(s)
	switch {
	case err != nil:
		return nil, err
	case s.from != "":
		return c.tableFrom(ctx, s, columns)
	case strings.TrimSpace(s.body) == "":
		if columns == nil {
			return nil, c.wrong(s.line, 4, "the table is empty; write rows below this line, or its columns: '-- table %s (User: string, …) --'", s.name)
		}
		return exec.NewMemory(s.name, columns).Table(), nil
	case s.format == "ndjson":
		return c.tableOfJSON(ctx, s, columns)
	}
	return c.tableOfCSV(ctx, s, columns)
}

// schema reads the list of columns in a section's first line; nil without one.
func (c *Case) schema(s *section) ([]value.Column, error) {
	if s.schema == "" {
		return nil, nil
	}
	list, err := symbol.ParseColumns(s.schema)
	if err != nil {
		return nil, c.wrong(s.line, 4, "the list of columns can't be read: %v", err)
	}
	var columns []value.Column
	for _, col := range list.List {
		kind, ok := value.KindOf(col.Type.String())
		if !ok || slices.ContainsFunc(columns, func(o value.Column) bool { return o.Name == col.Name }) {
			return nil, c.wrong(s.line, 4, "column '%s' of the list has no type or is there twice; types are %s", col.Name, kindNames)
		}
		columns = append(columns, value.Column{Name: col.Name, Kind: kind})
	}
	if len(columns) == 0 {
		return nil, c.wrong(s.line, 4, "the list of columns is empty")
	}
	return columns, nil
}

// tableFrom loads a file beside the test.
func (c *Case) tableFrom(ctx context.Context, s *section, columns []value.Column) (exec.Table, error) {
	path, m := c.beside(s)
	if m != nil {
		return nil, m
	}
	t, err := source.OpenFile(ctx, path, source.Options{Columns: columns, MaxBytes: maxTable})
	if err != nil {
		return nil, c.sourceProblem(s, err, 0)
	}
	if err := c.misfits(s, t, columns); err != nil {
		return nil, err
	}
	return named{t, s.name}, nil
}

// named is a table under another name.
type named struct {
	exec.Table
	name string
}

func (n named) Name() string { return n.name }

// misfits refuses cells that became null because they aren't of the type that the test gives: a test must not pass by them.
func (c *Case) misfits(s *section, t exec.Table, columns []value.Column) error {
	counted, ok := t.(interface{ Misfits() []int64 })
	if !ok || columns == nil {
		return nil
	}
	for i, n := range counted.Misfits() {
		if n > 0 {
			return c.wrong(s.line, 4, "%s of column '%s' can't be read as %s; correct them or the list of columns", text.Count(n, "cell"),
				columns[i].Name, columns[i].Kind)
		}
	}
	return nil
}

// sourceProblem places a problem of a table's text: shift is the line before that text's first, 0 for a file of its own.
func (c *Case) sourceProblem(s *section, err error, shift int) error {
	var bad *source.Error
	if !errors.As(err, &bad) {
		return err
	}
	if shift == 0 {
		return &Mistake{bad.File, int(bad.Line), 0, bad.Text + fmt.Sprintf(" (table '%s' of %s)", s.name, Place{c.path, s.line, 0})}
	}
	line := s.line
	if bad.Line > 0 {
		line = shift + int(bad.Line)
	}
	return &Mistake{c.path, line, 0, "table '" + s.name + "': " + bad.Text}
}

func (c *Case) tableOfJSON(ctx context.Context, s *section, columns []value.Column) (exec.Table, error) {
	t, err := source.ReadText(ctx, s.name, "table.ndjson", s.body, source.Options{Columns: columns})
	if err != nil {
		return nil, c.sourceProblem(s, err, s.line)
	}
	return t, c.misfits(s, t, columns)
}

// tableOfCSV reads rows with the types of the header or of the list of columns; a column that has none in either gets the type that
// a CSV file would.
func (c *Case) tableOfCSV(ctx context.Context, s *section, columns []value.Column) (exec.Table, error) {
	r, m := readRecords(s.body, "csv", Place{c.path, s.bodyLine(), 0})
	if m != nil {
		return nil, m
	}
	if columns != nil {
		if err := r.agree(columns); err != nil {
			return nil, err
		}
	} else {
		for i, name := range r.names {
			columns = append(columns, value.Column{Name: name, Kind: r.types[i]})
		}
	}
	if slices.Contains(r.types, value.Invalid) && slices.ContainsFunc(columns, func(c value.Column) bool { return c.Kind == value.Invalid }) {
		guess, err := source.ReadText(ctx, s.name, "table.csv", s.body, source.Options{Header: source.HeaderFirst, Comma: ','})
		if err != nil {
			return nil, c.sourceProblem(s, err, s.line)
		}
		for i, g := range guess.Columns() {
			if columns[i].Kind == value.Invalid {
				columns[i].Kind = g.Kind
			}
		}
	}
	return r.table(s.name, columns)
}

// agree holds the header against the list of columns of the section's first line.
func (r *records) agree(columns []value.Column) error {
	for i, col := range columns {
		if len(r.names) != len(columns) || r.names[i] != col.Name || r.types[i] != value.Invalid && r.types[i] != col.Kind {
			return r.wrong(r.place.Line, 0, "the header isn't the list of columns above it; give the types in one of the two places")
		}
	}
	return nil
}

// table makes a table of rows; a cell that isn't of its column's type is a mistake.
func (r *records) table(name string, columns []value.Column) (exec.Table, error) {
	batch := &value.Batch{N: len(r.rows)}
	for i, col := range columns {
		b := value.NewBuilder(col.Kind, len(r.rows))
		for _, row := range r.rows {
			if !row[i].add(b) {
				return nil, r.wrong(row[i].line, row[i].column, fmt.Sprintf("%q is no %s, the type of column '%s'; leave it empty for null",
					row[i].text, col.Kind, col.Name))
			}
		}
		batch.Cols = append(batch.Cols, b.Vector())
	}
	t := exec.NewMemory(name, columns)
	if err := t.Append(batch); err != nil {
		return nil, err
	}
	return t.Table(), nil
}
