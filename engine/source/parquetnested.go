// Nested Parquet columns as dynamic: a row's leaf values with their levels are put together again as JSON text. Lists are arrays,
// groups are bags, maps are bags by key.

package source

import (
	"errors"
	"fmt"
	"io"
	"math"

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
func parquetNodes(meta *format.FileMetaData) ([]*parquetNode, error) {
	w := schemaWalk{elements: meta.Schema}
	root, err := w.node(0, 0, 0)
	if err != nil {
		return nil, err
	}
	if len(w.elements) > 0 {
		return nil, errors.New("its schema has more fields than it says")
	}
	for g := range meta.RowGroups {
		if err := root.checkGroup(&meta.RowGroups[g]); err != nil {
			return nil, fmt.Errorf("row group %d: %w", g, err)
		}
	}
	return root.children, nil
}

// checkGroup holds a row group's columns against the schema.
func (n *parquetNode) checkGroup(group *format.RowGroup) error {
	if len(group.Columns) != n.leaves {
		return fmt.Errorf("it has %d columns, the schema %d", len(group.Columns), n.leaves)
	}
	for _, child := range n.children {
		if err := child.checkChunks(group); err != nil {
			return err
		}
	}
	return nil
}

func (n *parquetNode) checkChunks(group *format.RowGroup) error {
	for _, child := range n.children {
		if err := child.checkChunks(group); err != nil {
			return err
		}
	}
	if n.children != nil {
		return nil
	}
	if got := group.Columns[n.leaf].MetaData.Type; got != n.scalar.shape.physical {
		return fmt.Errorf("column %q is %v, in the schema %v", n.name, got, n.scalar.shape.physical)
	}
	return nil
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
		n.scalar.shape.maxDef, n.scalar.shape.maxRep = byte(def), byte(rep)
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

// leafNodes appends the columns below a field, in their order.
func (n *parquetNode) leafNodes(to []*parquetNode) []*parquetNode {
	if n.children == nil {
		return append(to, n)
	}
	for _, child := range n.children {
		to = child.leafNodes(to)
	}
	return to
}

// leafValue is a value with its levels; vector is nil for a null or an empty list.
type leafValue struct {
	vector   *value.Vector
	at       int
	def, rep byte
}

// leafStream gives a leaf's values row by row.
type leafStream struct {
	pages *pageReader
	page  *columnPage
	at    int         // values of the page that were handed out
	dense int         // of which weren't null
	row   []leafValue // the current row's values
}

// ready makes sure that the page has a next value, or gives io.EOF.
func (s *leafStream) ready() error {
	for s.page == nil || s.at == s.page.values {
		page, err := s.pages.next()
		if err != nil {
			return err
		}
		s.page, s.at, s.dense = page, 0, 0
	}
	return nil
}

// repetition is the next value's level.
func (s *leafStream) repetition() byte {
	if s.page.rep == nil {
		return 0
	}
	return s.page.rep[s.at]
}

// next moves to the next row.
func (s *leafStream) next() error {
	s.row = s.row[:0]
	for {
		err := s.ready()
		if err == io.EOF && len(s.row) > 0 {
			return nil
		}
		if err != nil {
			return tooFewRows(err)
		}
		if s.repetition() == 0 && len(s.row) > 0 {
			return nil
		}
		s.row = append(s.row, s.take())
	}
}

// take gives the next value of the page.
func (s *leafStream) take() leafValue {
	v := leafValue{rep: s.repetition(), def: s.pages.shape.maxDef}
	if s.page.def != nil {
		v.def = s.page.def[s.at]
	}
	s.at++
	if v.def < s.pages.shape.maxDef {
		return v
	}
	v.vector, v.at = s.page.dense, s.dense
	if s.page.picks != nil {
		v.at = int(s.page.picks[s.dense])
	}
	s.dense++
	return v
}

// skip passes over rows from the start of the chunk: a page at a time where headers tell its rows, value by value otherwise.
func (s *leafStream) skip(rows int64) error {
	s.page, s.at, s.dense = nil, 0, 0
	s.pages.rewind()
	for rows > 0 {
		h, err := s.pages.peek()
		if err != nil {
			return tooFewRows(err)
		}
		whole := int64(h.DataPageHeaderV2.V.NumRows)
		if h.Type != format.DataPageV2 || whole > rows || whole < 0 {
			break
		}
		rows -= whole
		s.pages.skip()
	}
	for range rows {
		if err := s.next(); err != nil {
			return err
		}
	}
	return nil
}

// nestedReader assembles a nested field.
type nestedReader struct {
	node   *parquetNode
	leaves []*leafStream
	rows   [][]leafValue
	out    []byte
}

func (r *nestedReader) seek(row int64) error {
	for _, s := range r.leaves {
		if err := s.skip(row); err != nil {
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
func (n *parquetNode) write(out []byte, values [][]leafValue) ([]byte, error) {
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
func (n *parquetNode) writeOne(out []byte, values [][]leafValue) ([]byte, error) {
	if len(values[0]) == 0 {
		return nil, errors.New("its levels contradict its schema")
	}
	if n.optional && int(values[0][0].def) < n.def {
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

func (n *parquetNode) writeBag(out []byte, values [][]leafValue) ([]byte, error) {
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
func (n *parquetNode) each(values [][]leafValue, one func(values [][]leafValue) error) error {
	if int(values[0][0].def) < n.def {
		return nil
	}
	part, at := make([][]leafValue, len(values)), make([]int, len(values))
	for at[0] < len(values[0]) {
		for i, leaf := range values {
			end := at[i] + 1
			for end < len(leaf) && int(leaf[end].rep) > n.rep {
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
func (n *parquetNode) writeList(out []byte, values [][]leafValue, element *parquetNode, wrapped bool) ([]byte, error) {
	out = append(out, '[')
	first := len(out)
	err := n.each(values, func(values [][]leafValue) (err error) {
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
func (n *parquetNode) writeMap(out []byte, values [][]leafValue) ([]byte, error) {
	key, val := n.children[0], n.children[1]
	out = append(out, '{')
	first := len(out)
	err := n.each(values, func(values [][]leafValue) error {
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
func (n *parquetNode) writeScalar(out []byte, v leafValue) ([]byte, error) {
	if v.vector == nil {
		return append(out, "null"...), nil
	}
	d := value.DynAt(v.vector, v.at)
	switch v.vector.Kind {
	case value.Bool, value.Int, value.Long, value.Dynamic, value.String:
		return d.AppendJSON(out), nil
	case value.Real:
		if f := v.vector.Reals[v.at]; !math.IsNaN(f) && !math.IsInf(f, 0) {
			return d.AppendJSON(out), nil
		}
	}
	if d.IsNull() {
		return append(out, "null"...), nil
	}
	return value.AppendQuoted(out, d.Text()), nil
}
