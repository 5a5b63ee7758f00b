package wire

import (
	"io"
	"strconv"
	"time"

	"calypso/kusto/value"
)

// ErrorPlacement tells where in a v2 answer the errors of a table stand. The last frame lists them in every case.
type ErrorPlacement uint8

// The placements, by the names of the request option results_error_reporting_placement.
const (
	InData ErrorPlacement = iota
	EndOfTable
	EndOfDataset
)

var placementNames = [...]string{"InData", "EndOfTable", "EndOfDataSet"}

// V2Options shape a v2 answer; the zero value is what a client gets that asks for nothing.
type V2Options struct {
	Newlines   bool // one frame a line
	Fragmented bool // results in fragments rather than one frame each
	Errors     ErrorPlacement
	Flush      func() // called when bytes should reach the client now; may be nil
}

const (
	// fragmentSize is when a fragment is full, in bytes.
	fragmentSize = 256 << 10
)

// V2Writer writes a v2 answer: Start, Properties, then for each result BeginTable, Rows… and EndTable, and at last Finish.
// The first rows of a result go out at once. After a failed write every method gives the same error.
type V2Writer struct {
	w       io.Writer
	o       V2Options
	buf     []byte
	err     error
	frames  int
	tables  int
	id      int // of the open result
	rows    int64
	inArray bool // a Rows array is open
	first   bool // no row of the array was written
	failed  []*Error
	sent    int64
}

// NewV2Writer writes to w.
func NewV2Writer(w io.Writer, o V2Options) *V2Writer { return &V2Writer{w: w, o: o} }

// Sent is the number of bytes written so far.
func (w *V2Writer) Sent() int64 { return w.sent }

func (w *V2Writer) frame(kind string) {
	switch {
	case w.frames == 0:
		w.buf = append(w.buf, '[')
	case w.o.Newlines:
		w.buf = append(w.buf, "\n,"...)
	default:
		w.buf = append(w.buf, ',')
	}
	w.frames++
	w.buf = append(append(append(w.buf, `{"FrameType":"`...), kind...), '"')
}

func (w *V2Writer) int(name string, n int64) {
	w.buf = append(append(append(w.buf, `,"`...), name...), `":`...)
	w.buf = strconv.AppendInt(w.buf, n, 10)
}

func (w *V2Writer) text(name, s string) {
	w.buf = append(append(append(w.buf, `,"`...), name...), `":`...)
	w.buf = appendString(w.buf, s)
}

func (w *V2Writer) bool(name string, v bool) {
	w.buf = append(append(append(w.buf, `,"`...), name...), `":`...)
	w.buf = strconv.AppendBool(w.buf, v)
}

// flush writes the buffer; now also pushes it to the client.
func (w *V2Writer) flush(now bool) error {
	if w.err != nil {
		return w.err
	}
	if len(w.buf) > 0 {
		n, err := w.w.Write(w.buf)
		w.sent += int64(n)
		w.err = err
		w.buf = w.buf[:0]
	}
	if now && w.err == nil && w.o.Flush != nil {
		w.o.Flush()
	}
	return w.err
}

// Start writes the DataSetHeader.
func (w *V2Writer) Start() error {
	w.frame("DataSetHeader")
	w.bool("IsProgressive", false)
	w.text("Version", "v2.0")
	w.bool("IsFragmented", w.o.Fragmented)
	w.text("ErrorReportingPlacement", placementNames[w.o.Errors])
	w.buf = append(w.buf, '}')
	return w.err
}

// Property is one row of the QueryProperties table: what a client should know of a result beside its rows.
type Property struct {
	Table int    // the result's number, from 1
	Key   string // Visualization
	Value string // JSON text
}

var propertyColumns = []value.Column{{Name: "TableId", Kind: value.Int}, {Name: "Key", Kind: value.String}, {Name: "Value", Kind: value.Dynamic}}

// Properties writes the QueryProperties table; it must come before the results.
func (w *V2Writer) Properties(props []Property) error {
	w.tableHead("DataTable", QueryProperties, "@ExtendedProperties", propertyColumns)
	w.buf = append(w.buf, `,"Rows":[`...)
	for i, p := range props {
		if i > 0 {
			w.buf = append(w.buf, ',')
		}
		w.buf = append(strconv.AppendInt(append(w.buf, '['), int64(p.Table), 10), ',')
		w.buf = append(appendString(w.buf, p.Key), ',')
		w.buf = append(appendString(w.buf, p.Value), ']')
	}
	w.buf = append(w.buf, "]}"...)
	return w.err
}

func (w *V2Writer) tableHead(frame string, kind TableKind, name string, columns []value.Column) {
	w.frame(frame)
	w.id = w.tables
	w.tables++
	w.int("TableId", int64(w.id))
	w.text("TableKind", kind.String())
	w.text("TableName", name)
	w.buf = appendColumns(append(w.buf, ','), columns, false)
}

// BeginTable starts a result.
func (w *V2Writer) BeginTable(name string, columns []value.Column) error {
	w.rows, w.inArray, w.first = 0, false, true
	if w.o.Fragmented {
		w.tableHead("TableHeader", PrimaryResult, name, columns)
		w.buf = append(w.buf, '}')
		return w.flush(true)
	}
	w.tableHead("DataTable", PrimaryResult, name, columns)
	w.buf = append(w.buf, `,"Rows":[`...)
	w.inArray = true
	return w.flush(false)
}

// Rows writes a batch.
func (w *V2Writer) Rows(b value.Batch) error {
	for i := range b.N {
		w.openFragment()
		if !w.first {
			w.buf = append(w.buf, ',')
		}
		w.first = false
		w.buf = appendRow(w.buf, b.Cols, i)
		if len(w.buf) >= fragmentSize {
			w.closeFragment()
			if err := w.flush(false); err != nil {
				return err
			}
		}
	}
	if b.N > 0 && w.rows == 0 {
		w.closeFragment()
		w.rows += int64(b.N)
		return w.flush(true)
	}
	w.rows += int64(b.N)
	return w.err
}

// Flush hands on the rows written so far; call it when the next batch may take long.
func (w *V2Writer) Flush() error {
	w.closeFragment()
	return w.flush(true)
}

func (w *V2Writer) openFragment() {
	if w.inArray {
		return
	}
	w.frame("TableFragment")
	w.text("TableFragmentType", "DataAppend")
	w.int("TableId", int64(w.id))
	w.buf = append(w.buf, `,"Rows":[`...)
	w.inArray, w.first = true, true
}

// closeFragment ends a fragment; the one frame of an unfragmented result stays open.
func (w *V2Writer) closeFragment() {
	if w.inArray && w.o.Fragmented {
		w.buf = append(w.buf, "]}"...)
		w.inArray = false
	}
}

// EndTable ends a result; errs say what cut it short.
func (w *V2Writer) EndTable(errs []*Error) error {
	w.failed = append(w.failed, errs...)
	if len(errs) > 0 && w.o.Errors == InData {
		w.openFragment()
		if !w.first {
			w.buf = append(w.buf, ',')
		}
		w.buf = append(appendErrors(append(w.buf, '{'), "OneApiErrors", errs), '}')
	}
	if !w.o.Fragmented {
		w.buf = append(w.buf, "]}"...)
		w.inArray = false
		return w.flush(false)
	}
	w.closeFragment()
	w.frame("TableCompletion")
	w.int("TableId", int64(w.id))
	w.int("RowCount", w.rows)
	if len(errs) > 0 && w.o.Errors == EndOfTable {
		w.buf = appendErrors(append(w.buf, ','), "OneApiErrors", errs)
	}
	w.buf = append(w.buf, '}')
	return w.flush(false)
}

// Completion is what the last table of an answer tells.
type Completion struct {
	Time            time.Time
	ClientRequestID string
	ActivityID      [16]byte
	Payload         string   // JSON text
	Errors          []*Error // beside those of the tables
	Cancelled       bool
}

var completionColumns = []value.Column{
	{Name: "Timestamp", Kind: value.Datetime},
	{Name: "ClientRequestId", Kind: value.String},
	{Name: "ActivityId", Kind: value.Guid},
	{Name: "SubActivityId", Kind: value.Guid},
	{Name: "ParentActivityId", Kind: value.Guid},
	{Name: "Level", Kind: value.Int},
	{Name: "LevelName", Kind: value.String},
	{Name: "StatusCode", Kind: value.Int},
	{Name: "StatusCodeName", Kind: value.String},
	{Name: "EventType", Kind: value.Int},
	{Name: "EventTypeName", Kind: value.String},
	{Name: "Payload", Kind: value.String},
}

func (c *Completion) row(failed bool) []*value.Vector {
	level, levelName, code, codeName := int64(4), "Info", int64(0), "S_OK (0)"
	if failed {
		level, levelName, code, codeName = 2, "Error", -2147467259, "E_FAIL (80004005)"
	}
	return []*value.Vector{
		value.ConstInt(value.Datetime, TicksOf(c.Time), 1), value.ConstString(c.ClientRequestID, 1), value.ConstGuid(c.ActivityID, 1),
		value.ConstGuid(c.ActivityID, 1), value.ConstGuid(c.ActivityID, 1), value.ConstInt(value.Int, level, 1),
		value.ConstString(levelName, 1), value.ConstInt(value.Int, code, 1), value.ConstString(codeName, 1),
		value.ConstInt(value.Int, 4, 1), value.ConstString("QueryInfo", 1), value.ConstString(c.Payload, 1),
	}
}

// TicksOf is a time in ticks since 0001-01-01 UTC.
func TicksOf(t time.Time) int64 {
	return value.UnixEpoch + t.Unix()*value.TicksPerSecond + int64(t.Nanosecond())/100
}

// Finish writes QueryCompletionInformation and the last frame.
func (w *V2Writer) Finish(c Completion) error {
	failed := append(w.failed, c.Errors...)
	w.tableHead("DataTable", QueryCompletionInformation, "QueryCompletionInformation", completionColumns)
	w.buf = appendRow(append(w.buf, `,"Rows":[`...), c.row(len(failed) > 0), 0)
	w.buf = append(w.buf, "]}"...)
	w.frame("DataSetCompletion")
	w.bool("HasErrors", len(failed) > 0)
	w.bool("Cancelled", c.Cancelled)
	if len(failed) > 0 {
		w.buf = appendErrors(append(w.buf, ','), "OneApiErrors", failed)
	}
	w.buf = append(w.buf, '}')
	if w.o.Newlines {
		w.buf = append(w.buf, '\n')
	}
	w.buf = append(w.buf, "]\n"...)
	return w.flush(true)
}
