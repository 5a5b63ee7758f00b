// CSV and TSV files.
//
// Rules. The first record is the header when its cells are unique, none is empty and none reads as a value (a number, a date,
// true, JSON, …); otherwise columns are named Column1, Column2, … The delimiter of a .csv file is the comma, unless its first
// line has none but has semicolons or tabs. A record with fewer cells than the header is filled with nulls; one with more is
// refused, except for empty cells at its end. Bytes that aren't UTF-8 and NUL bytes are refused. Types are inferred from the first
// block; if a later cell doesn't fit, the whole file is looked at once more for its types and then read again.

package source

import (
	"bytes"
	"context"
	"errors"
	"io"
	"slices"
	"strconv"
	"strings"

	"calypso/kusto/value"
)

const (
	sampleSize = 256 << 10
	// maxColumns is Kusto's limit.
	maxColumns = 10_000
)

// errMisfit tells that a cell didn't fit its inferred type.
var errMisfit = errors.New("a cell doesn't fit the type inferred for its column")

// csvFile is one load of a delimited file.
type csvFile struct {
	file    string // as shown to the user
	open    opener
	options Options
	comma   byte
	header  bool // the first record is the header
	columns []value.Column
	given   bool // the types were given: misfits are null
}

// csvChunk is one parsed block.
type csvChunk struct {
	columns []column
	rows    int
}

// loadCSV reads a delimited file into memory.
func loadCSV(ctx context.Context, file string, open opener, comma byte, options Options) (*stored, error) {
	f := &csvFile{file: file, open: open, options: options, comma: comma}
	kinds, err := f.sample()
	if err != nil {
		return nil, err
	}
	f.settle(kinds)
	table, err := f.read(ctx)
	if err == errMisfit {
		if kinds, err = f.infer(ctx); err != nil {
			return nil, err
		}
		f.settle(kinds)
		table, err = f.read(ctx)
	}
	if err == errMisfit {
		return nil, problemf(file, 0, "changed while it was read; load it again when nothing writes to it")
	}
	return table, err
}

// settle fixes the columns' types: the given ones, or the inferred.
func (f *csvFile) settle(kinds []kindSet) {
	if f.given {
		return
	}
	for i := range f.columns {
		f.columns[i].Kind = kinds[i].choose(cellOrder)
	}
}

// sample reads the first block, finds delimiter, header and column names, and infers types from it.
func (f *csvFile) sample() ([]kindSet, error) {
	in, err := f.open()
	if err != nil {
		return nil, err
	}
	defer in.Close()
	sniff := f.comma == 0
	if sniff {
		f.comma = ','
	}
	r := f.reader(in, min(sampleSize, f.options.blockBytes()))
	b, err := r.next()
	if err == io.EOF {
		return nil, problemf(f.file, 0, "is empty; put a header line with column names in it")
	}
	if err != nil {
		return nil, err
	}
	if err := b.checkText(f.file); err != nil {
		return nil, err
	}
	first, err := f.firstRecord(b, sniff)
	if err != nil {
		return nil, err
	}
	if err := f.nameColumns(first); err != nil {
		return nil, err
	}
	return f.inferBlock(b)
}

func (f *csvFile) reader(in io.Reader, size int) *blockReader {
	return &blockReader{file: f.file, in: in, cut: csvCutter{f.comma}, size: size, limit: f.options.recordBytes()}
}

// firstRecord gives the cells of the first record; sniff lets its line decide the delimiter.
func (f *csvFile) firstRecord(b *block, sniff bool) ([]string, error) {
	s := newCSVScanner(b, f.comma)
	if !s.skipBlank() {
		return nil, problemf(f.file, 0, "holds only empty lines; put a header line with column names in it")
	}
	line, _, _ := bytes.Cut(b.data[s.at:], newline)
	if bytes.IndexByte(line, '\r') >= 0 && bytes.IndexByte(dropCR(line), '\r') >= 0 && bytes.IndexByte(b.data, '\n') < 0 {
		return nil, problemf(f.file, b.line, "ends its lines with bare carriage returns; save it with line feeds")
	}
	if sniff && bytes.IndexByte(line, ',') < 0 {
		for _, other := range []byte{';', '\t'} {
			if bytes.IndexByte(line, other) >= 0 {
				f.comma = other
				at := s.at
				s = newCSVScanner(b, other)
				s.at = at
				break
			}
		}
	}
	var cells []string
	for {
		cell, last, junk := s.cell()
		if junk {
			return nil, f.junk(b, s.at)
		}
		cells = append(cells, string(cell))
		if len(cells) > maxColumns {
			return nil, problemf(f.file, b.line, "more than %d columns; is the delimiter right?", maxColumns)
		}
		if last {
			return cells, nil
		}
	}
}

func (f *csvFile) junk(b *block, at int) error {
	return problemf(f.file, b.lineAt(min(at, len(b.data))), "text follows a closing quote, or a quote isn't closed; double the quotes inside a quoted cell")
}

// nameColumns decides whether the first record is the header and names the columns.
func (f *csvFile) nameColumns(first []string) error {
	f.header = isHeader(first)
	if f.options.Header != HeaderAuto {
		f.header = f.options.Header == HeaderFirst
	}
	if f.options.Columns != nil {
		f.given, f.columns = true, slices.Clone(f.options.Columns)
		if len(first) > len(f.columns) && !f.options.Surplus {
			return problemf(f.file, 1, "%d cells, but the given schema has %d columns", len(first), len(f.columns))
		}
		return nil
	}
	f.columns = make([]value.Column, len(first))
	for i, cell := range first {
		if name := strings.TrimSpace(cell); f.header && name != "" {
			f.columns[i].Name = name
		} else {
			f.columns[i].Name = "Column" + strconv.Itoa(i+1)
		}
	}
	if twin := twinName(f.columns); twin != "" {
		return problemf(f.file, 1, "two columns are named %q; rename one", twin)
	}
	return nil
}

// twinName gives a column name that occurs twice, or "".
func twinName(columns []value.Column) string {
	seen := make(map[string]bool, len(columns))
	for _, c := range columns {
		if seen[c.Name] {
			return c.Name
		}
		seen[c.Name] = true
	}
	return ""
}

// isHeader tells whether a first record names columns: unique, not empty, none reads as a value.
func isHeader(cells []string) bool {
	seen := make(map[string]bool, len(cells))
	for _, cell := range cells {
		name := strings.TrimSpace(cell)
		if name == "" || seen[name] || cellKinds([]byte(name)) != stringOnly {
			return false
		}
		seen[name] = true
	}
	return true
}

// infer looks at every cell of the file.
func (f *csvFile) infer(ctx context.Context) ([]kindSet, error) {
	in, err := f.open()
	if err != nil {
		return nil, err
	}
	defer in.Close()
	all := make([]kindSet, len(f.columns))
	for i := range all {
		all[i] = anyKind
	}
	err = eachBlock(ctx, f.reader(in, f.options.blockBytes()), f.inferBlock, func(kinds []kindSet) error {
		for i, k := range kinds {
			all[i] &= k
		}
		return nil
	})
	return all, err
}

// inferBlock gives the kinds that can hold the block's cells, by column.
func (f *csvFile) inferBlock(b *block) ([]kindSet, error) {
	kinds := make([]kindSet, len(f.columns))
	for i := range kinds {
		kinds[i] = anyKind
	}
	s := newCSVScanner(b, f.comma)
	f.skipHeader(&s, b)
	for s.skipBlank() {
		for col, last := 0, false; !last; col++ {
			var cell []byte
			var junk bool
			if cell, last, junk = s.cell(); junk {
				return nil, f.junk(b, s.at)
			}
			if col < len(kinds) && kinds[col] != stringOnly {
				kinds[col] &= cellKinds(cell)
			}
		}
	}
	return kinds, nil
}

func (f *csvFile) skipHeader(s *csvScanner, b *block) {
	if b.index > 0 || !f.header || !s.skipBlank() {
		return
	}
	for last := false; !last; {
		_, last, _ = s.cell()
	}
}

// read parses the whole file with the settled types.
func (f *csvFile) read(ctx context.Context) (*stored, error) {
	in, err := f.open()
	if err != nil {
		return nil, err
	}
	defer in.Close()
	table := newStored(f.columns, f.options)
	err = eachBlock(ctx, f.reader(in, f.options.blockBytes()), f.parseBlock, func(c csvChunk) error {
		return table.append(f.file, c.columns, c.rows)
	})
	if err != nil {
		return nil, err
	}
	table.finish(!f.given)
	return table, nil
}

// parseBlock makes columns of a block. With inferred types the first misfit ends it.
func (f *csvFile) parseBlock(b *block) (csvChunk, error) {
	if err := b.checkText(f.file); err != nil {
		return csvChunk{}, err
	}
	chunk := csvChunk{columns: make([]column, len(f.columns))}
	rows := roomFor(bytes.Count(b.data, newline)+1, len(f.columns))
	for i, c := range f.columns {
		chunk.columns[i].reset(c.Kind, rows, f.given)
	}
	budget := f.options.maxBytes()
	s := newCSVScanner(b, f.comma)
	f.skipHeader(&s, b)
	for s.skipBlank() {
		if err := f.parseRecord(b, &s, chunk.columns); err != nil {
			return chunk, err
		}
		if chunk.rows++; int64(chunk.rows)*int64(len(chunk.columns))*8 > budget {
			return chunk, memoryProblem(f.file, budget)
		}
	}
	if !f.given {
		for i := range chunk.columns {
			if chunk.columns[i].misfits > 0 {
				return chunk, errMisfit
			}
		}
	}
	return chunk, nil
}

func (f *csvFile) parseRecord(b *block, s *csvScanner, columns []column) error {
	start := s.at
	col, last := 0, false
	for !last {
		var cell []byte
		var junk bool
		cell, last, junk = s.cell()
		switch {
		case junk:
			return f.junk(b, s.at)
		case col < len(columns):
			columns[col].text(cell)
		case len(cell) > 0 && !f.options.Surplus:
			return problemf(f.file, b.lineAt(start), "more than %d cells, the number of columns; quote cells that hold a %q", len(columns), f.comma)
		}
		col++
	}
	for ; col < len(columns); col++ {
		columns[col].null()
	}
	return nil
}
