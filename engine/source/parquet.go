// Parquet files.
//
// Rules. Opening reads the footer only; a query reads the columns it uses, by segments of a row group, so that take reads the
// start of the file and no more. Types map as the tables in parquettype.go say; whatever is nested is dynamic.
//
// Of parquet-go only the packages format and encoding/thrift are used, which decode the footer and the headers of pages; pages are
// read by parquetpages.go and what it calls. The library's root package stays out of the program: it brings protobuf and templates,
// which keep the linker from dropping unused methods everywhere (9 MB of binary, v0.32.0); it gives zeros for pages of LZ4 that
// shrink to less than a third, and takes memory for whatever a header claims. Version 0.25, the last one without that weight, loses
// its place in headers that have fields newer than itself (is_max_value_exact). Tests write files with it, so that two
// implementations are held against each other.

package source

import (
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"sync"

	"github.com/parquet-go/parquet-go/format"

	"calypso/engine/exec"
	"calypso/kusto/value"
)

// parquetTable is a Parquet file as a table. The file stays open as long as the table is in use.
type parquetTable struct {
	name     string
	shown    string // the file's name in errors
	in       io.ReaderAt
	size     int64
	meta     *format.FileMetaData
	nodes    []*parquetNode // a top-level field each
	columns  []value.Column
	rows     int64
	segments []parquetSegment
	own      bool // ParquetWriter wrote it: counts of nulls are to be trusted, row groups are segments

	mu    sync.Mutex
	lanes map[laneKey]*lane // guarded by mu
}

// parquetSegment is a range of rows of a row group.
type parquetSegment struct {
	group    int
	from, to int64
}

var _ exec.CodedTable = (*parquetTable)(nil)

// openParquet reads a file's footer and makes it a table.
func openParquet(table, shown string, open func() (*os.File, error), options Options) (*parquetTable, error) {
	if options.Columns != nil {
		return nil, problemf(shown, 0, "a Parquet file has a schema of its own; don't give one")
	}
	in, err := open()
	if err != nil {
		return nil, cannotOpen(shown, err)
	}
	info, err := in.Stat()
	if err != nil {
		in.Close()
		return nil, cannotOpen(shown, err)
	}
	t, err := newParquetTable(table, shown, in, info.Size())
	if err != nil {
		in.Close()
		return nil, err
	}
	return t, nil
}

// close closes the file of a table that nobody uses.
func (t *parquetTable) close() {
	if file, ok := t.in.(io.Closer); ok {
		file.Close()
	}
}

func newParquetTable(table, shown string, in io.ReaderAt, size int64) (*parquetTable, error) {
	meta, err := readFooter(in, size)
	if err != nil {
		return nil, damagedParquet(shown, err)
	}
	t := &parquetTable{name: table, shown: shown, in: in, size: size, meta: meta, lanes: map[laneKey]*lane{}}
	return t, t.layOut()
}

// readFooter reads a file's metadata.
func readFooter(in io.ReaderAt, size int64) (*format.FileMetaData, error) {
	if size < 12 {
		return nil, unreadable(fmt.Sprintf("is too short for a Parquet file (%d bytes); copy or download it again", size))
	}
	var tail [8]byte
	if n, err := in.ReadAt(tail[:], size-8); n < len(tail) {
		return nil, err
	}
	switch string(tail[4:]) {
	case "PAR1":
	case "PARE":
		return nil, unreadable("is encrypted Parquet, which isn't read; save it without encryption")
	default:
		return nil, unreadable("doesn't end as a Parquet file does: it was cut off, or isn't Parquet; copy or download it again")
	}
	length := int64(binary.LittleEndian.Uint32(tail[:]))
	if length > size-12 {
		return nil, fmt.Errorf("it claims a footer of %d bytes", length)
	}
	footer := make([]byte, length)
	if n, err := in.ReadAt(footer, size-8-length); n < len(footer) {
		return nil, err
	}
	meta := new(format.FileMetaData)
	if _, err := decodeThrift(footer, meta); err != nil {
		return nil, fmt.Errorf("its footer: %w", err)
	}
	return meta, nil
}

// layOut finds columns and segments, and checks what the footer claims against itself.
func (t *parquetTable) layOut() error {
	nodes, err := parquetNodes(t.meta)
	if err != nil {
		return damagedParquet(t.shown, err)
	}
	if len(nodes) == 0 {
		return problemf(t.shown, 0, "has no columns; a table needs at least one")
	}
	t.nodes = nodes
	if err := t.takeOwn(); err != nil {
		return damagedParquet(t.shown, err)
	}
	for _, n := range nodes {
		t.settleBytes(n)
		t.columns = append(t.columns, value.Column{Name: n.name, Kind: n.kind()})
	}
	if twin := twinName(t.columns); twin != "" {
		return problemf(t.shown, 0, "two columns are named %q; rename one", twin)
	}
	for g := range t.meta.RowGroups {
		rows := t.meta.RowGroups[g].NumRows
		if rows < 0 || rows > 1<<40 {
			return damagedParquet(t.shown, fmt.Errorf("row group %d claims %d rows", g, rows))
		}
		for from := int64(0); from < rows; from += exec.SegmentRows {
			t.segments = append(t.segments, parquetSegment{g, from, min(from+exec.SegmentRows, rows)})
			if len(t.segments) > 1<<22 {
				return damagedParquet(t.shown, errors.New("it claims more rows than can be true"))
			}
		}
		t.rows += rows
	}
	// Some writers leave the total at 0.
	if claimed := t.meta.NumRows; claimed != t.rows && claimed != 0 {
		return damagedParquet(t.shown, fmt.Errorf("the footer claims %d rows, the row groups have %d", claimed, t.rows))
	}
	return nil
}

// settleBytes decides what the plain binary leaves of a field are, by the first page that has a value.
func (t *parquetTable) settleBytes(n *parquetNode) {
	for _, child := range n.children {
		t.settleBytes(child)
	}
	if n.children != nil || !n.scalar.plain {
		return
	}
	for g := range t.meta.RowGroups {
		if values, err := t.firstValues(n, g); err != nil || values > 0 {
			if errors.Is(err, errNotText) {
				n.scalar.convert, n.scalar.packs = convertBase64, false
			}
			return // any other error comes again when the column is read
		}
	}
}

// firstValues reads the first page of a chunk as text and tells how many values it has.
func (t *parquetTable) firstValues(n *parquetNode, group int) (int, error) {
	pages, err := t.pages(n, group)
	if err != nil {
		return 0, err
	}
	page, err := pages.next()
	if err == io.EOF {
		return 0, nil
	}
	if err != nil {
		return 0, err
	}
	return page.dense.N, nil
}

// damagedParquet words an error of the library, or of the file system under it.
func damagedParquet(shown string, err error) error {
	var known *Error
	var path *fs.PathError
	var content unreadable
	switch {
	case errors.As(err, &known):
		return err
	case errors.As(err, &content):
		return problemf(shown, 0, "%w", content)
	case errors.As(err, &path):
		return problemf(shown, 0, "can't be read: %s", path.Err)
	case errors.Is(err, io.EOF), errors.Is(err, io.ErrUnexpectedEOF):
		err = errors.New("data ends too early")
	}
	return problemf(shown, 0, "is damaged, or no Parquet (%w); copy or download it again", err)
}

func (t *parquetTable) Name() string            { return t.name }
func (t *parquetTable) Columns() []value.Column { return t.columns }
func (t *parquetTable) Rows() int64             { return t.rows }
func (t *parquetTable) Segments() int           { return len(t.segments) }

func (t *parquetTable) Segment(ctx context.Context, segment int, columns []int) (*value.Batch, error) {
	b, err := t.CodedSegment(ctx, segment, columns)
	if err != nil {
		return nil, err
	}
	return value.FlatBatch(b), nil
}

// CodedSegment is Segment with string columns coded where the file has them so.
func (t *parquetTable) CodedSegment(ctx context.Context, segment int, columns []int) (*value.Batch, error) {
	s := t.segments[segment]
	b := &value.Batch{N: int(s.to - s.from), Cols: make([]*value.Vector, len(columns))}
	for i, c := range columns {
		if err := ctx.Err(); err != nil {
			return nil, err
		}
		v, err := t.read(c, s)
		if err != nil {
			return nil, t.columnProblem(c, err)
		}
		b.Cols[i] = v
	}
	return b, nil
}

// columnProblem words an error met while a column was read.
func (t *parquetTable) columnProblem(column int, err error) error {
	name := t.columns[column].Name
	var content unreadable
	if errors.As(err, &content) {
		return problemf(t.shown, 0, "column %q has %w", name, content)
	}
	return damagedParquet(t.shown, fmt.Errorf("column %q: %w", name, err))
}

// Stats takes the bounds of whole numbers and times from the footer. Another writer's optional column has none: a count of no nulls
// can't be told from a missing one.
func (t *parquetTable) Stats(segment, column int) (s exec.Stats, ok bool) {
	n := t.nodes[column]
	if n.optional && !t.own || n.nested() || n.scalar.stat == nil {
		return s, false
	}
	group := &t.meta.RowGroups[t.segments[segment].group]
	found := &group.Columns[n.leaf].MetaData.Statistics
	if n.optional {
		if s.Nulls = int(found.NullCount); group.NumRows > exec.SegmentRows || found.NullCount < 0 || found.NullCount > group.NumRows {
			return exec.Stats{}, false
		}
		if found.NullCount == group.NumRows {
			return s, true
		}
	}
	width := n.scalar.shape.width
	if len(found.MinValue) != width || len(found.MaxValue) != width {
		return exec.Stats{}, false
	}
	lo, ok1 := n.scalar.stat(n.scalar.shape.fixed(found.MinValue, 1).ints[0])
	hi, ok2 := n.scalar.stat(n.scalar.shape.fixed(found.MaxValue, 1).ints[0])
	if !ok1 || !ok2 || lo > hi {
		return exec.Stats{}, false
	}
	kind := t.columns[column].Kind
	s.Min, s.Max = &value.Vector{Kind: kind, N: 1, Ints: []int64{lo}}, &value.Vector{Kind: kind, N: 1, Ints: []int64{hi}}
	return s, true
}

// laneKey names a top-level column in a row group.
type laneKey struct{ group, column int }

// lane reads one column of a row group, in order and once, for all workers: they ask for its segments about in turn.
type lane struct {
	mu     sync.Mutex // guards what follows, and the reading itself
	reader columnReader
	at     int64                   // row that the reader stands at
	ready  map[int64]*value.Vector // segments read on the way for workers that come later, by first row
}

// columnReader reads a column of a row group from its start, or from where it was put.
type columnReader interface {
	seek(row int64) error
	read(rows int) (*value.Vector, error)
}

// skipAhead is the number of segments that a lane reads on the way rather than seeks over.
const skipAhead = 2

// read gives a segment of a column.
func (t *parquetTable) read(column int, s parquetSegment) (v *value.Vector, err error) {
	l := t.lane(laneKey{s.group, column})
	l.mu.Lock()
	defer l.mu.Unlock()
	defer func() {
		if err != nil {
			l.reader = nil
		}
	}()
	if v := l.ready[s.from]; v != nil {
		delete(l.ready, s.from)
		return v, nil
	}
	if err := t.place(l, column, s); err != nil {
		return nil, err
	}
	if v, err = l.reader.read(int(s.to - s.from)); err != nil {
		return nil, err
	}
	if l.at = s.to; l.at == t.meta.RowGroups[s.group].NumRows {
		l.reader = nil
	}
	return v, nil
}

// place puts a lane's reader at the start of a segment.
func (t *parquetTable) place(l *lane, column int, s parquetSegment) error {
	if l.reader == nil {
		reader, err := t.reader(t.nodes[column], s.group)
		if err != nil {
			return err
		}
		l.reader, l.at = reader, 0
	}
	for l.at < s.from && s.from-l.at <= skipAhead*exec.SegmentRows {
		v, err := l.reader.read(exec.SegmentRows)
		if err != nil {
			return err
		}
		l.ready[l.at] = v
		l.at += exec.SegmentRows
	}
	for first := range l.ready {
		if first < s.from-2*skipAhead*exec.SegmentRows {
			delete(l.ready, first)
		}
	}
	if l.at == s.from {
		return nil
	}
	l.at = s.from
	return l.reader.seek(s.from)
}

// reader makes a reader of a top-level field in a row group.
func (t *parquetTable) reader(n *parquetNode, group int) (columnReader, error) {
	if !n.nested() {
		pages, err := t.pages(n, group)
		return &flatReader{pages: pages}, err
	}
	r := &nestedReader{node: n}
	for _, leaf := range n.leafNodes(nil) {
		pages, err := t.pages(leaf, group)
		if err != nil {
			return nil, err
		}
		r.leaves = append(r.leaves, &leafStream{pages: pages})
	}
	return r, nil
}

// pages makes a reader of a leaf's pages in a row group.
func (t *parquetTable) pages(leaf *parquetNode, group int) (*pageReader, error) {
	chunk := &t.meta.RowGroups[group].Columns[leaf.leaf]
	if chunk.CryptoMetadata != (format.ColumnCryptoMetaData{}) {
		return nil, unreadable("encrypted data, which isn't read; save the file without encryption")
	}
	if chunk.FilePath != "" {
		return nil, unreadable("its data in another file, which isn't read; write the file as one")
	}
	return newPageReader(t.in, t.size, &chunk.MetaData, leaf.scalar)
}

// lane finds or makes a column's lane, and forgets lanes of other row groups when there are many: they belong to scans that ended
// early.
func (t *parquetTable) lane(key laneKey) *lane {
	t.mu.Lock()
	defer t.mu.Unlock()
	if l := t.lanes[key]; l != nil {
		return l
	}
	if len(t.lanes) > 4*len(t.columns) {
		for other := range t.lanes {
			if other.group < key.group-1 || other.group > key.group+1 {
				delete(t.lanes, other)
			}
		}
	}
	l := &lane{ready: map[int64]*value.Vector{}}
	t.lanes[key] = l
	return l
}
