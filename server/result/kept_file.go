package result

import (
	"bytes"
	"context"
	"encoding/binary"
	"encoding/json"
	"errors"
	"fmt"
	"hash/crc32"
	"io"
	"math"
	"runtime"
	"sync"
	"sync/atomic"
	"time"

	"github.com/klauspost/compress/s2"

	"calypso/kusto/value"
)

// The file of a kept result: a mark, then sections, each with its lengths and a checksum. The first says what the others are; then come the
// columns, block after block of rows; the last is empty, so that a file that was cut is seen to be. A file is read whole or not at all.

// fileMark begins a file; its last byte is the version.
const fileMark = "CALYROW\x01"

const (
	blockRows   = 1 << 16  // rows of a block; the last of a table has the rest
	packedMost  = 64 << 20 // bytes of a section that are compressed; longer ones lie as they are
	sectionHead = 1 + 8 + 8 + 4
)

// The kinds of sections. Odd ones are compressed.
const (
	endSection    = 0
	headSection   = 2
	columnSection = 4
)

var castagnoli = crc32.MakeTable(crc32.Castagnoli)

// ErrShare says that a file would have more bytes than one result may take.
var ErrShare = errors.New("it takes more room than one result may have")

// head is the first section, as JSON.
type head struct {
	Title  string          `json:"title"`
	About  json.RawMessage `json:"about,omitempty"`
	Tables []headTable     `json:"tables"`
}

type headTable struct {
	Name      string       `json:"name"`
	Columns   []headColumn `json:"columns"`
	Rows      int          `json:"rows"`
	Truncated bool         `json:"truncated,omitempty"`
	Chart     *Chart       `json:"chart,omitempty"`
}

type headColumn struct {
	Name string `json:"name"`
	Kind string `json:"kind"`
}

// blocks is how many blocks of rows a table has.
func (t *headTable) blocks() int { return (t.Rows + blockRows - 1) / blockRows }

// writeKept writes a result, most bytes at most. about is the caller's, JSON or nothing. rest is Folder.Rest.
func (r *Result) writeKept(ctx context.Context, out io.Writer, about []byte, most int64, rest func(time.Duration)) error {
	h := head{Title: r.Title, About: about, Tables: []headTable{}}
	for _, t := range r.Tables {
		one := headTable{Name: t.Name, Rows: t.Rows(), Truncated: t.Truncated, Chart: t.Chart, Columns: []headColumn{}}
		for _, c := range t.Columns {
			one.Columns = append(one.Columns, headColumn{c.Name, c.Kind.String()})
		}
		h.Tables = append(h.Tables, one)
	}
	first, err := json.Marshal(h)
	if err != nil {
		return err
	}
	w := &sectionWriter{ctx: ctx, out: out, left: most - int64(len(fileMark))}
	if _, err := io.WriteString(out, fileMark); err != nil {
		return err
	}
	w.section(headSection, first)
	for _, t := range r.Tables {
		for from := 0; from < t.Rows() && w.err == nil; from += blockRows {
			for c := range t.Columns {
				began := time.Now()
				w.section(columnSection, w.columns.column(t.Columns[c].Kind, t.partsOf(c, from, min(from+blockRows, t.Rows()))))
				if rest != nil {
					rest(time.Since(began))
				}
			}
		}
	}
	w.section(endSection, nil)
	return w.err
}

// partsOf gives some rows of a column as plain vectors, end to end.
func (t *Table) partsOf(column, from, to int) (parts []*value.Vector) {
	start := 0
	for i, b := range t.batches {
		if start < to && t.ends[i] > from {
			parts = append(parts, value.Flat(value.Slice(b.Cols[column], max(0, from-start), min(b.N, to-start))))
		}
		start = t.ends[i]
	}
	return parts
}

// sectionWriter writes sections; its first error stays.
type sectionWriter struct {
	ctx    context.Context
	out    io.Writer
	left   int64
	err    error
	packed []byte // for the next one

	columns columnWriter
}

func (w *sectionWriter) section(kind byte, body []byte) {
	if w.err == nil {
		w.err = w.ctx.Err()
	}
	if w.err != nil {
		return
	}
	length := len(body)
	if length > 0 && length <= packedMost {
		if need := s2.MaxEncodedLen(length); cap(w.packed) < need {
			w.packed = make([]byte, need)
		}
		if packed := s2.Encode(w.packed[:cap(w.packed)], body); len(packed) < length {
			kind, body = kind|1, packed
		}
	}
	top := make([]byte, 0, sectionHead)
	top = append(top, kind)
	top = binary.LittleEndian.AppendUint64(top, uint64(length))
	top = binary.LittleEndian.AppendUint64(top, uint64(len(body)))
	top = binary.LittleEndian.AppendUint32(top, sumOf(top, body))
	if w.left -= int64(len(top) + len(body)); w.left < 0 {
		w.err = ErrShare
		return
	}
	if _, w.err = w.out.Write(top); w.err == nil {
		_, w.err = w.out.Write(body)
	}
}

func sumOf(top, body []byte) uint32 {
	return crc32.Update(crc32.Checksum(top, castagnoli), castagnoli, body)
}

// section is one of a file that is read.
type section struct {
	kind   byte
	length int // of what is in it, once it is unpacked
	top    []byte
	body   []byte
}

// sectionsOf parts a file. Checksums are looked at by open.
func sectionsOf(file []byte) ([]section, error) {
	rest, ok := bytes.CutPrefix(file, []byte(fileMark))
	if !ok {
		return nil, errors.New("it is no result of this version")
	}
	var list []section
	for len(rest) >= sectionHead {
		top := rest[:sectionHead]
		s := section{kind: top[0], top: top}
		length, size := binary.LittleEndian.Uint64(top[1:]), binary.LittleEndian.Uint64(top[9:])
		rest = rest[sectionHead:]
		if size > uint64(len(rest)) || length < size || length > size && length > packedMost {
			return nil, errCut
		}
		s.length, s.body, rest = int(length), rest[:size], rest[size:]
		if s.kind == endSection {
			if _, err := s.open(); err != nil || len(rest) > 0 {
				return nil, errCut
			}
			return list, nil
		}
		list = append(list, s)
	}
	return nil, errCut
}

// open checks and unpacks a section.
func (s *section) open() ([]byte, error) {
	if binary.LittleEndian.Uint32(s.top[17:]) != sumOf(s.top[:17], s.body) {
		return nil, errors.New("a checksum is wrong")
	}
	if s.kind&1 == 0 {
		if s.length != len(s.body) {
			return nil, errCut
		}
		return s.body, nil
	}
	if n, err := s2.DecodedLen(s.body); err != nil || n != s.length {
		return nil, errCut
	}
	return s2.Decode(nil, s.body)
}

// readKept reads a file whose rows take most bytes in memory at most.
func readKept(file []byte, most int64) (*Content, error) {
	list, err := sectionsOf(file)
	if err != nil {
		return nil, err
	}
	if len(list) == 0 || list[0].kind|1 != headSection|1 {
		return nil, errCut
	}
	first, err := list[0].open()
	if err != nil {
		return nil, err
	}
	var h head
	if err := json.Unmarshal(first, &h); err != nil {
		return nil, errors.New("it doesn't say what its rows are")
	}
	k := &Content{Title: h.Title, About: h.About}
	jobs, err := k.begin(&h, list[1:])
	if err == nil {
		err = readColumns(jobs, most)
	}
	if err != nil {
		return nil, err
	}
	for _, t := range k.Tables {
		for _, b := range t.batches {
			t.bytes += b.Bytes()
		}
	}
	return k, nil
}

// noRoom says that a file's rows don't fit into memory. It isn't broken.
type noRoom struct{ most int64 }

func (n *noRoom) Error() string {
	return fmt.Sprintf("the rows take more than the %d MB that results may take", n.most>>20)
}

// columnJob is one section of rows, and where its vector goes.
type columnJob struct {
	section *section
	kind    value.Kind
	rows    int
	to      **value.Vector
}

// begin makes the tables without their rows.
func (k *Content) begin(h *head, list []section) (jobs []columnJob, err error) {
	for _, of := range h.Tables {
		t := &Table{Name: of.Name, Truncated: of.Truncated, Chart: of.Chart}
		for _, c := range of.Columns {
			kind, ok := value.KindOf(c.Kind)
			if !ok {
				return nil, fmt.Errorf("it has a column of type %q", c.Kind)
			}
			t.Columns = append(t.Columns, value.Column{Name: c.Name, Kind: kind})
		}
		if of.Rows < 0 || of.Rows > math.MaxInt32 || of.Rows > 0 && len(t.Columns) == 0 || of.blocks() > len(list)/max(1, len(t.Columns)) {
			return nil, errCut
		}
		for n := range of.blocks() {
			b := &value.Batch{N: min(blockRows, of.Rows-n*blockRows), Cols: make([]*value.Vector, len(t.Columns))}
			for c := range b.Cols {
				jobs = append(jobs, columnJob{section: &list[0], kind: t.Columns[c].Kind, rows: b.N, to: &b.Cols[c]})
				list = list[1:]
			}
			t.batches, t.ends = append(t.batches, b), append(t.ends, t.Rows()+b.N)
		}
		k.Tables = append(k.Tables, t)
	}
	if len(list) > 0 {
		return nil, errCut
	}
	return jobs, nil
}

// readColumns reads sections side by side.
func readColumns(jobs []columnJob, most int64) error {
	var workers sync.WaitGroup
	var next, used atomic.Int64
	var failed atomic.Pointer[error]
	for range min(len(jobs), runtime.GOMAXPROCS(0)) {
		workers.Go(func() {
			for failed.Load() == nil {
				n := int(next.Add(1)) - 1
				if n >= len(jobs) {
					return
				}
				err := jobs[n].read()
				if err == nil && used.Add((*jobs[n].to).Bytes()) > most {
					err = &noRoom{most}
				}
				if err != nil {
					failed.CompareAndSwap(nil, &err)
				}
			}
		})
	}
	workers.Wait()
	if err := failed.Load(); err != nil {
		return *err
	}
	return nil
}

func (j *columnJob) read() error {
	if j.section.kind|1 != columnSection|1 {
		return errCut
	}
	body, err := j.section.open()
	if j.section.kind == columnSection {
		body = bytes.Clone(body) // the whole file isn't kept in memory for it
	}
	if err == nil {
		*j.to, err = readColumn(body, j.kind, j.rows)
	}
	return err
}
