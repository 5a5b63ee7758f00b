// Nested Parquet columns as dynamic: a row's leaf values with their levels are put together again as JSON text. Lists are arrays,
// groups are bags, maps are bags by key.

package source

import (
	"errors"
	"fmt"
	"io"
	"math"

	"github.com/parquet-go/parquet-go"
	"github.com/parquet-go/parquet-go/deprecated"
	"github.com/parquet-go/parquet-go/encoding"
	"github.com/parquet-go/parquet-go/format"

	"calypso/kusto/value"
)

// parquetNode is a field of the schema.
type parquetNode struct {
	name     string
	meaning  format.LogicalTypeValue
	optional bool
	repeated bool
	def, rep int // levels at which this field is there, and repeats
	children []*parquetNode
	leaf     int           // index of the column; of the first column below for a group
	leaves   int           // number of columns below, 1 for a leaf
	scalar   parquetScalar // of a leaf
}

// nested tells whether the field becomes dynamic by assembly.
func (n *parquetNode) nested() bool { return n.repeated || n.children != nil }

func (n *parquetNode) kind() value.Kind {
	if n.nested() {
		return value.Dynamic
	}
	return n.scalar.kind
}

// parquetNodes makes the tree of fields.
func parquetNodes(file *parquet.File) ([]*parquetNode, error) {
	w := schemaWalk{elements: file.Metadata().Schema}
	root, err := w.node(0, 0, 0)
	if err != nil {
		return nil, err
	}
	if len(w.elements) > 0 {
		return nil, errors.New("its schema has more fields than it says")
	}
	if root.leaves != len(file.Schema().Columns()) {
		return nil, errors.New("its schema contradicts itself")
	}
	return root.children, nil
}

// schemaWalk takes fields off the flat list of a footer.
type schemaWalk struct {
	elements []format.SchemaElement
	leaf     int
}

func (w *schemaWalk) node(def, rep, depth int) (*parquetNode, error) {
	if len(w.elements) == 0 || depth > 100 {
		return nil, errors.New("its schema is cut off, or nests too deep")
	}
	e := &w.elements[0]
	w.elements = w.elements[1:]
	n := &parquetNode{name: e.Name, meaning: annotation(e), leaf: w.leaf}
	if depth > 0 && e.RepetitionType.Valid {
		switch e.RepetitionType.V {
		case format.Optional:
			n.optional = true
			def++
		case format.Repeated:
			n.repeated = true
			def++
			rep++
		}
	}
	n.def, n.rep = def, rep
	children := int(e.NumChildren.V)
	if !e.NumChildren.Valid && e.Type.Valid || children == 0 && e.Type.Valid {
		var err error
		n.scalar, err = scalarOf(e)
		w.leaf++
		n.leaves = 1
		return n, err
	}
	n.children = []*parquetNode{}
	for range children {
		child, err := w.node(def, rep, depth+1)
		if err != nil {
			return nil, err
		}
		n.children = append(n.children, child)
	}
	n.leaves = w.leaf - n.leaf
	return n, nil
}

// reader makes a reader of the field in a row group.
func (n *parquetNode) reader(group parquet.RowGroup) columnReader {
	chunks := group.ColumnChunks()
	if !n.nested() {
		return &flatReader{scalar: n.scalar, maxDef: byte(n.def), pages: chunks[n.leaf].Pages()}
	}
	r := &nestedReader{node: n}
	for i := range n.leaves {
		r.leaves = append(r.leaves, &leafStream{pages: chunks[n.leaf+i].Pages()})
	}
	return r
}

// leafStream gives a leaf's values row by row.
type leafStream struct {
	pages  parquet.Pages
	values parquet.ValueReader
	buffer []parquet.Value
	at, n  int
	row    []parquet.Value // the current row's values
}

// peek gives the next value without taking it, or io.EOF.
func (s *leafStream) peek() (*parquet.Value, error) {
	for s.at == s.n {
		if s.values == nil {
			page, err := s.pages.ReadPage()
			if err != nil {
				return nil, err
			}
			s.values = page.Values()
		}
		if s.buffer == nil {
			s.buffer = make([]parquet.Value, 256)
		}
		n, err := s.values.ReadValues(s.buffer)
		if err != nil {
			s.values = nil
			if err != io.EOF {
				return nil, err
			}
		} else if n == 0 {
			return nil, io.ErrNoProgress
		}
		s.at, s.n = 0, n
	}
	return &s.buffer[s.at], nil
}

// next moves to the next row.
func (s *leafStream) next() error {
	s.row = s.row[:0]
	for {
		v, err := s.peek()
		if err == io.EOF && len(s.row) > 0 {
			return nil
		}
		if err == io.EOF {
			return errTooFewRows
		}
		if err != nil {
			return err
		}
		if v.RepetitionLevel() == 0 && len(s.row) > 0 {
			return nil
		}
		s.row = append(s.row, *v)
		s.at++
	}
}

// nestedReader assembles a nested field.
type nestedReader struct {
	node   *parquetNode
	leaves []*leafStream
	rows   [][]parquet.Value
	out    []byte
}

func (r *nestedReader) close() {
	for _, s := range r.leaves {
		s.pages.Close()
	}
}

func (r *nestedReader) seek(row int64) error {
	for _, s := range r.leaves {
		s.values, s.at, s.n = nil, 0, 0
		if err := s.pages.SeekToRow(row); err != nil {
			return err
		}
	}
	return nil
}

func (r *nestedReader) read(rows int) (*value.Vector, error) {
	out := value.NewBuilder(value.Dynamic, rows)
	var texts arena
	for range rows {
		r.rows = r.rows[:0]
		for _, s := range r.leaves {
			if err := s.next(); err != nil {
				return nil, err
			}
			r.rows = append(r.rows, s.row)
		}
		var err error
		if r.out, err = r.node.write(r.out[:0], r.rows); err != nil {
			return nil, err
		}
		if string(r.out) == "null" {
			out.AppendNull()
		} else {
			out.AppendDyn(value.ParseDyn(texts.add(r.out)))
		}
	}
	return out.Vector(), nil
}

// write appends the field's JSON; values are those of its leaves, one slice each.
func (n *parquetNode) write(out []byte, values [][]parquet.Value) ([]byte, error) {
	if len(values) == 0 {
		return append(out, "{}"...), nil // a group without fields
	}
	for _, leaf := range values {
		if len(leaf) == 0 {
			return nil, errors.New("its levels contradict its schema")
		}
	}
	if n.repeated {
		return n.writeList(out, values, n, false)
	}
	return n.writeOne(out, values)
}

// writeOne is write for a single occurrence.
func (n *parquetNode) writeOne(out []byte, values [][]parquet.Value) ([]byte, error) {
	if len(values[0]) == 0 {
		return nil, errors.New("its levels contradict its schema")
	}
	if n.optional && values[0][0].DefinitionLevel() < n.def {
		return append(out, "null"...), nil
	}
	if n.children == nil {
		return n.writeScalar(out, values[0][0])
	}
	if len(n.children) == 1 && n.children[0].repeated {
		switch inner := n.children[0]; n.meaning.(type) {
		case *format.ListType:
			// The usual form has a group of one field around each element; older ones repeat the element itself.
			wrapped := len(inner.children) == 1 && inner.name != "array" && inner.name != n.name+"_tuple"
			return inner.writeList(out, values, inner, wrapped)
		case *format.MapType:
			if len(inner.children) == 2 {
				return inner.writeMap(out, values)
			}
		}
	}
	return n.writeBag(out, values)
}

func (n *parquetNode) writeBag(out []byte, values [][]parquet.Value) ([]byte, error) {
	out = append(out, '{')
	var err error
	for i, child := range n.children {
		if i > 0 {
			out = append(out, ',')
		}
		out = append(value.AppendQuoted(out, child.name), ':')
		from := child.leaf - n.leaf
		if out, err = child.write(out, values[from:from+child.leaves]); err != nil {
			return nil, err
		}
	}
	return append(out, '}'), nil
}

// each calls one with the values of every occurrence of a repeated field.
func (n *parquetNode) each(values [][]parquet.Value, one func(values [][]parquet.Value) error) error {
	if values[0][0].DefinitionLevel() < n.def {
		return nil
	}
	part, at := make([][]parquet.Value, len(values)), make([]int, len(values))
	for at[0] < len(values[0]) {
		for i, leaf := range values {
			end := at[i] + 1
			for end < len(leaf) && leaf[end].RepetitionLevel() > n.rep {
				end++
			}
			if at[i] >= len(leaf) {
				return errors.New("its lists differ in length")
			}
			part[i], at[i] = leaf[at[i]:end], end
		}
		if err := one(part); err != nil {
			return err
		}
	}
	return nil
}

// writeList writes the occurrences of a repeated field as an array; wrapped tells that each is a group around the element.
func (n *parquetNode) writeList(out []byte, values [][]parquet.Value, element *parquetNode, wrapped bool) ([]byte, error) {
	out = append(out, '[')
	first := len(out)
	err := n.each(values, func(values [][]parquet.Value) (err error) {
		if len(out) > first {
			out = append(out, ',')
		}
		if wrapped {
			out, err = element.children[0].write(out, values)
		} else {
			out, err = element.writeOne(out, values)
		}
		return err
	})
	return append(out, ']'), err
}

// writeMap writes the pairs of a map as a bag.
func (n *parquetNode) writeMap(out []byte, values [][]parquet.Value) ([]byte, error) {
	key, val := n.children[0], n.children[1]
	out = append(out, '{')
	first := len(out)
	err := n.each(values, func(values [][]parquet.Value) error {
		if len(out) > first {
			out = append(out, ',')
		}
		text, err := key.write(nil, values[:key.leaves])
		if err != nil {
			return err
		}
		if text[0] != '"' {
			text = value.AppendQuoted(nil, string(text))
		}
		out = append(append(out, text...), ':')
		out, err = val.write(out, values[key.leaves:])
		return err
	})
	return append(out, '}'), err
}

// writeScalar appends one value as JSON. Times, guids and decimals are text, as they are in every dynamic.
func (n *parquetNode) writeScalar(out []byte, v parquet.Value) ([]byte, error) {
	if v.IsNull() {
		return append(out, "null"...), nil
	}
	raw, err := singleValue(v)
	if err != nil {
		return nil, err
	}
	vector, err := n.scalar.convert(raw, 1)
	if err != nil {
		return nil, err
	}
	d := value.DynAt(vector, 0)
	switch vector.Kind {
	case value.Bool, value.Int, value.Long, value.Dynamic, value.String:
		return d.AppendJSON(out), nil
	case value.Real:
		if f := vector.Reals[0]; !math.IsNaN(f) && !math.IsInf(f, 0) {
			return d.AppendJSON(out), nil
		}
	}
	if d.IsNull() {
		return append(out, "null"...), nil
	}
	return value.AppendQuoted(out, d.Text()), nil
}

// singleValue wraps one value as a page holds it.
func singleValue(v parquet.Value) (encoding.Values, error) {
	switch v.Kind() {
	case parquet.Boolean:
		return encoding.BooleanValues([]byte{oneBit(v.Boolean())}), nil
	case parquet.Int32:
		return encoding.Int32Values([]int32{v.Int32()}), nil
	case parquet.Int64:
		return encoding.Int64Values([]int64{v.Int64()}), nil
	case parquet.Int96:
		return encoding.Int96Values([]deprecated.Int96{v.Int96()}), nil
	case parquet.Float:
		return encoding.FloatValues([]float32{v.Float()}), nil
	case parquet.Double:
		return encoding.DoubleValues([]float64{v.Double()}), nil
	case parquet.ByteArray:
		b := v.ByteArray()
		return encoding.ByteArrayValues(b, []uint32{0, uint32(len(b))}), nil
	case parquet.FixedLenByteArray:
		b := v.ByteArray()
		return encoding.FixedLenByteArrayValues(b, len(b)), nil
	}
	return encoding.Values{}, fmt.Errorf("a value of the unknown type %v", v.Kind())
}

func oneBit(b bool) byte {
	if b {
		return 1
	}
	return 0
}
