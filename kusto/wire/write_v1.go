package wire

import (
	"io"

	"calypso/kusto/value"
)

// V1Writer writes a v1 answer: for each table BeginTable, Rows… and EndTable, and at last Finish.
type V1Writer struct {
	w      io.Writer
	buf    []byte
	err    error
	tables int
	first  bool
	failed []*Error
	sent   int64
}

// NewV1Writer writes to w.
func NewV1Writer(w io.Writer) *V1Writer { return &V1Writer{w: w} }

// Sent is the number of bytes written so far.
func (w *V1Writer) Sent() int64 { return w.sent }

// BeginTable starts a table.
func (w *V1Writer) BeginTable(name string, columns []value.Column) error {
	if w.tables == 0 {
		w.buf = append(w.buf, `{"Tables":[`...)
	} else {
		w.buf = append(w.buf, ',')
	}
	w.tables++
	w.first = true
	w.buf = appendString(append(w.buf, `{"TableName":`...), name)
	w.buf = appendColumns(append(w.buf, ','), columns, true)
	w.buf = append(w.buf, `,"Rows":[`...)
	return w.err
}

// Rows writes a batch.
func (w *V1Writer) Rows(b value.Batch) error {
	for i := range b.N {
		if !w.first {
			w.buf = append(w.buf, ',')
		}
		w.first = false
		w.buf = appendRow(w.buf, b.Cols, i)
		if len(w.buf) >= fragmentSize {
			if err := w.flush(); err != nil {
				return err
			}
		}
	}
	return w.err
}

// EndTable ends a table; errs say what cut it short and stand in place of a row.
func (w *V1Writer) EndTable(errs []*Error) error {
	if len(errs) > 0 {
		w.failed = append(w.failed, errs...)
		if !w.first {
			w.buf = append(w.buf, ',')
		}
		w.buf = append(appendExceptions(append(w.buf, '{'), errs), '}')
	}
	w.buf = append(w.buf, "]}"...)
	return w.err
}

func appendExceptions(out []byte, errs []*Error) []byte {
	out = append(out, `"Exceptions":[`...)
	for i, e := range errs {
		if i > 0 {
			out = append(out, ',')
		}
		out = appendString(out, e.Error())
	}
	return append(out, ']')
}

// Finish ends the answer.
func (w *V1Writer) Finish() error {
	if w.tables == 0 {
		w.buf = append(w.buf, `{"Tables":[`...)
	}
	w.buf = append(w.buf, ']')
	if len(w.failed) > 0 {
		w.buf = appendExceptions(append(w.buf, ','), w.failed)
	}
	w.buf = append(w.buf, "}\n"...)
	return w.flush()
}

func (w *V1Writer) flush() error {
	if w.err != nil {
		return w.err
	}
	n, err := w.w.Write(w.buf)
	w.sent += int64(n)
	w.err = err
	w.buf = w.buf[:0]
	return err
}

// TOC is a row of the table of contents, the last table of a v1 query's answer.
type TOC struct {
	Kind, Name, ID, PrettyName string
}

var tocColumns = []value.Column{
	{Name: "Ordinal", Kind: value.Long},
	{Name: "Kind", Kind: value.String},
	{Name: "Name", Kind: value.String},
	{Name: "Id", Kind: value.String},
	{Name: "PrettyName", Kind: value.String},
}

// Contents writes the table of contents as the last table.
func (w *V1Writer) Contents(list []TOC) error {
	if err := w.BeginTable("Table_"+string(appendLong(nil, int64(w.tables))), tocColumns); err != nil {
		return err
	}
	b := make([]*value.Builder, len(tocColumns))
	for i, c := range tocColumns {
		b[i] = value.NewBuilder(c.Kind, len(list))
	}
	for i, t := range list {
		b[0].AppendInt(int64(i))
		b[1].AppendString(t.Kind)
		b[2].AppendString(t.Name)
		b[3].AppendString(t.ID)
		b[4].AppendString(t.PrettyName)
	}
	batch := value.Batch{N: len(list)}
	for i := range b {
		batch.Cols = append(batch.Cols, b[i].Vector())
	}
	if err := w.Rows(batch); err != nil {
		return err
	}
	return w.EndTable(nil)
}
