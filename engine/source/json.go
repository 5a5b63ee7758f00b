// JSON and NDJSON files.
//
// Rules. A file is one object a line, an array of objects, or objects one after the other, laid out anyhow; its first bytes
// decide. Top-level keys are columns in first-seen order; of a key given twice in an object the last value counts. A missing key is
// null. Objects and arrays inside are dynamic. What isn't JSON is refused with its line. Types are inferred from the first block;
// when a later value or key doesn't fit, the whole file is looked at once more for its types and then read again.

package source

import (
	"bytes"
	"context"
	"io"
	"slices"
	"strings"

	"calypso/kusto/value"
)

// maxKeys bounds the different top-level keys: more are data rather than columns.
const maxKeys = 2000

// jsonFile is one load of a JSON file.
type jsonFile struct {
	file    string
	open    opener
	options Options
	lines   bool // one object a line
	array   bool
	columns []value.Column
	places  map[string]int // column by name
	given   bool
}

// jsonShape is what inference learns: columns in first-seen order with the kinds that can hold their values.
type jsonShape struct {
	names  []string
	kinds  []kindSet
	places map[string]int
}

type jsonChunk struct {
	columns []column
	rows    int
}

// loadJSON reads a JSON file into memory.
func loadJSON(ctx context.Context, file string, open opener, options Options) (*stored, error) {
	f := &jsonFile{file: file, open: open, options: options}
	shape, err := f.sample()
	if err != nil {
		return nil, err
	}
	if err = f.settle(shape); err != nil {
		return nil, err
	}
	table, err := f.read(ctx)
	if err == errMisfit {
		if shape, err = f.infer(ctx); err != nil {
			return nil, err
		}
		if err = f.settle(shape); err != nil {
			return nil, err
		}
		table, err = f.read(ctx)
	}
	if err == errMisfit {
		return nil, problemf(file, 0, "changed while it was read; load it again when nothing writes to it")
	}
	return table, err
}

// settle fixes names and types of the columns.
func (f *jsonFile) settle(shape *jsonShape) error {
	f.places = map[string]int{}
	if f.given = f.options.Columns != nil; f.given {
		f.columns = slices.Clone(f.options.Columns)
	} else {
		f.columns = make([]value.Column, len(shape.names))
		for i, name := range shape.names {
			f.columns[i] = value.Column{Name: name, Kind: shape.kinds[i].choose(jsonOrder)}
		}
	}
	if len(f.columns) == 0 {
		return problemf(f.file, 0, "holds no object with a key; a table needs at least one column")
	}
	for i, c := range f.columns {
		if c.Name == "" {
			return problemf(f.file, 0, "holds an empty key, which can't name a column; give it a name")
		}
		f.places[c.Name] = i
	}
	return nil
}

// sample finds the layout and infers from the first block.
func (f *jsonFile) sample() (*jsonShape, error) {
	in, err := f.open()
	if err != nil {
		return nil, err
	}
	defer in.Close()
	head := make([]byte, sampleSize)
	n, err := io.ReadFull(in, head)
	if err != nil && err != io.EOF && err != io.ErrUnexpectedEOF {
		return nil, readProblem(f.file, err)
	}
	if err := f.layout(head[:n]); err != nil {
		return nil, err
	}
	r := f.reader(io.MultiReader(bytes.NewReader(head[:n]), in), min(sampleSize, f.options.blockBytes()))
	b, err := r.next()
	if err != nil {
		return nil, err
	}
	return f.inferBlock(b)
}

// layout decides from the first bytes how the file is laid out.
func (f *jsonFile) layout(head []byte) error {
	head = bytes.TrimPrefix(head, []byte("\xef\xbb\xbf"))
	i := jsonSpace(head, 0)
	if i == len(head) && len(head) < sampleSize-3 {
		return problemf(f.file, 0, "is empty; a table needs at least one JSON object")
	}
	head = head[i:]
	f.array = len(head) > 0 && head[0] == '['
	line, _, found := bytes.Cut(head, newline)
	f.lines = !f.array && (found || len(head) < sampleSize-64) && (len(line) == 0 || line[0] != '{' || jsonSpace(line, max(0, skipValue(line, 0, 0))) == len(line))
	return nil
}

func (f *jsonFile) reader(in io.Reader, size int) *blockReader {
	r := &blockReader{file: f.file, in: in, size: size, limit: f.options.recordBytes(), cut: lineCutter{}}
	if !f.lines {
		r.cut = &elementCutter{array: f.array}
	}
	return r
}

// infer looks at every value of the file.
func (f *jsonFile) infer(ctx context.Context) (*jsonShape, error) {
	in, err := f.open()
	if err != nil {
		return nil, err
	}
	defer in.Close()
	all := &jsonShape{places: map[string]int{}}
	err = eachBlock(ctx, f.reader(in, f.options.blockBytes()), f.inferBlock, func(s *jsonShape) error {
		for i, name := range s.names {
			if !all.see(name, s.kinds[i]) {
				return f.tooManyKeys(0)
			}
		}
		return nil
	})
	return all, err
}

// see notes a value's kinds; false when there are too many names.
func (s *jsonShape) see(name string, kinds kindSet) bool {
	if i, ok := s.places[name]; ok {
		s.kinds[i] &= kinds
		return true
	}
	s.places[name] = len(s.names)
	s.names, s.kinds = append(s.names, name), append(s.kinds, kinds)
	return len(s.names) <= maxKeys
}

func (f *jsonFile) tooManyKeys(line int64) error {
	return problemf(f.file, line, "more than %d different top-level keys; put them into one object under a single key", maxKeys)
}

func (f *jsonFile) inferBlock(b *block) (*jsonShape, error) {
	shape := &jsonShape{places: map[string]int{}}
	err := f.objects(b, func(start, end int) error {
		return f.members(b, start, end, func(key, text []byte) error {
			kinds := valueKinds(text)
			if i, ok := shape.places[string(key)]; ok {
				shape.kinds[i] &= kinds
			} else if !shape.see(string(key), kinds) {
				return f.tooManyKeys(b.lineAt(start))
			}
			return nil
		})
	})
	return shape, err
}

// valueKinds gives the kinds that can hold a JSON value.
func valueKinds(text []byte) kindSet {
	switch text[0] {
	case '"':
		return jsonStringKinds(text[1 : len(text)-1]) // no time or guid has escapes
	case '{', '[':
		return setOf(value.Dynamic)
	case 't', 'f':
		return setOf(value.Bool, value.Dynamic)
	case 'n':
		return anyKind
	}
	return jsonNumberKinds(text)
}

// read parses the whole file with the settled columns.
func (f *jsonFile) read(ctx context.Context) (*stored, error) {
	in, err := f.open()
	if err != nil {
		return nil, err
	}
	defer in.Close()
	table := newStored(f.columns, f.options)
	err = eachBlock(ctx, f.reader(in, f.options.blockBytes()), f.parseBlock, func(c jsonChunk) error {
		return table.append(f.file, c.columns, c.rows)
	})
	if err != nil {
		return nil, err
	}
	table.finish(!f.given)
	return table, nil
}

// parseBlock makes columns of a block.
func (f *jsonFile) parseBlock(b *block) (jsonChunk, error) {
	chunk := jsonChunk{columns: make([]column, len(f.columns))}
	rows := roomFor(bytes.Count(b.data, newline)+1, len(f.columns))
	if !f.lines {
		rows = 64
	}
	for i, c := range f.columns {
		chunk.columns[i].reset(c.Kind, rows, f.given)
	}
	row := make([][]byte, len(f.columns)) // the current object's values
	budget := f.options.maxBytes()
	err := f.objects(b, func(start, end int) error {
		clear(row)
		if err := f.gather(b, start, end, row); err != nil {
			return err
		}
		if f.options.Record != "" && f.given {
			row[f.places[f.options.Record]] = bytes.TrimSpace(b.data[start:end])
		}
		for i, text := range row {
			chunk.columns[i].json(text, f.given)
		}
		if chunk.rows++; int64(chunk.rows)*int64(len(row))*8 > budget {
			return memoryProblem(f.file, budget)
		}
		return nil
	})
	if err != nil || f.given {
		return chunk, err
	}
	for i := range chunk.columns {
		if chunk.columns[i].misfits > 0 {
			return chunk, errMisfit
		}
	}
	return chunk, nil
}

// gather puts the values of an object into row, by column.
func (f *jsonFile) gather(b *block, start, end int, row [][]byte) error {
	next := 0 // objects of one file mostly have their keys in one order
	return f.members(b, start, end, func(key, text []byte) error {
		i := next
		if i >= len(row) || f.columns[i].Name != string(key) {
			var ok bool
			if i, ok = f.places[string(key)]; !ok {
				if f.given {
					return nil
				}
				return errMisfit
			}
		}
		row[i], next = text, i+1
		return nil
	})
}

// json adds a JSON value, nil for a missing one.
func (c *column) json(text []byte, given bool) {
	if len(text) == 0 || text[0] == 'n' {
		c.null()
		return
	}
	if c.kind == value.Dynamic {
		c.dynamic(text)
		return
	}
	quoted := text[0] == '"'
	if quoted {
		text = unquote(text)
	}
	if c.kind == value.String && (quoted || given) {
		c.string(text)
		return
	}
	if given {
		c.text(text)
		return
	}
	if c.kind == value.String {
		c.misfit()
		return
	}
	wantsText := c.kind == value.Datetime || c.kind == value.Timespan || c.kind == value.Guid
	if quoted != wantsText || len(text) == 0 || !c.typed(text) {
		c.misfit()
		return
	}
	c.some = true
	c.n++
}

// unquote gives the text of a valid JSON string.
func unquote(text []byte) []byte {
	if bytes.IndexByte(text, '\\') < 0 {
		return text[1 : len(text)-1]
	}
	return []byte(value.ParseDyn(view(text)).Str())
}

// objects calls each with the bounds of every object in the block.
func (f *jsonFile) objects(b *block, each func(start, end int) error) error {
	if err := b.checkText(f.file); err != nil {
		return err
	}
	if f.lines {
		return f.lineObjects(b, each)
	}
	return f.streamObjects(b, each)
}

func (f *jsonFile) lineObjects(b *block, each func(start, end int) error) error {
	for at := 0; at < len(b.data); {
		end := len(b.data)
		if nl := bytes.IndexByte(b.data[at:], '\n'); nl >= 0 {
			end = at + nl
		}
		if start := jsonSpace(b.data[:end], at); start < end {
			if err := each(start, end); err != nil {
				return err
			}
		}
		at = end + 1
	}
	return nil
}

// streamObjects walks over an array's elements, or over objects one after the other.
func (f *jsonFile) streamObjects(b *block, each func(start, end int) error) error {
	data, at, first := b.data, 0, b.index == 0
	if f.array && first {
		at = jsonSpace(data, 0) + 1
	}
	for {
		if at = jsonSpace(data, at); at >= len(data) {
			if f.array && b.final {
				return problemf(f.file, b.lineAt(len(data)), "the array isn't closed; the file may be cut off")
			}
			return nil
		}
		if f.array {
			if data[at] == ']' {
				return f.afterArray(b, at+1)
			}
			if !first {
				if data[at] != ',' {
					return problemf(f.file, b.lineAt(at), "a comma or ] is missing between the array's elements")
				}
				at = jsonSpace(data, at+1)
			}
		}
		end := len(data)
		if at < end && data[at] == '{' {
			if end = skipValue(data, at, 0); end < 0 {
				end = len(data) // members finds the place
			}
		}
		if err := each(at, end); err != nil {
			return err
		}
		at, first = end, false
	}
}

func (f *jsonFile) afterArray(b *block, at int) error {
	if at = jsonSpace(b.data, at); at < len(b.data) || !b.final {
		return problemf(f.file, b.lineAt(min(at, len(b.data))), "text follows the array; keep one array in a file")
	}
	return nil
}

// members calls each with every key and value of the object that should fill data[start:end], white space aside. The slices hold
// until the block is gone.
func (f *jsonFile) members(b *block, start, end int, each func(key, text []byte) error) error {
	data := b.data[:end]
	bad := func(at int) error {
		return problemf(f.file, b.lineAt(min(max(at, start), len(data))), "not a JSON object%s", f.hint(data, start))
	}
	if start >= len(data) || data[start] != '{' {
		return bad(start)
	}
	at := jsonSpace(data, start+1)
	if at < len(data) && data[at] == '}' {
		if at = jsonSpace(data, at+1); at < len(data) {
			return bad(at)
		}
		return nil
	}
	for {
		at = jsonSpace(data, at)
		from := skipKey(data, at)
		if from < 0 {
			return bad(at)
		}
		to := skipValue(data, from, 1)
		if to < 0 {
			return bad(from)
		}
		if err := each(keyText(data, at), data[from:to]); err != nil {
			return err
		}
		if at = jsonSpace(data, to); at >= len(data) || data[at] != ',' && data[at] != '}' {
			return bad(at)
		}
		if data[at] == '}' {
			if at = jsonSpace(data, at+1); at < len(data) {
				return bad(at)
			}
			return nil
		}
		at++
	}
}

// keyText gives the key whose quote is data[at].
func keyText(data []byte, at int) []byte {
	end := bytes.IndexByte(data[at+1:], '"') + at + 1
	if bytes.IndexByte(data[at+1:end], '\\') < 0 {
		return data[at+1 : end]
	}
	return unquote(data[at:skipString(data, at)])
}

// hint adds to an error what the layout lets one guess.
func (f *jsonFile) hint(data []byte, start int) string {
	switch {
	case start < len(data) && data[start] != '{' && f.array:
		return "; the elements of the array must be objects"
	case start < len(data) && data[start] != '{' && strings.IndexByte("[\"-0123456789tfn", data[start]) < 0:
		return "; a JSON file holds objects, one a line or in an array"
	case f.lines:
		return ": each line must hold one whole object"
	}
	return "; check the brackets, quotes and commas here"
}
