package wire

import (
	"calypso/kusto/value"
)

// Reading the array of rows of a frame.

// rowReader turns rows into batches.
type rowReader struct {
	columns []column
	n       int // rows in the batch being made
	started bool
	errors  []*Error // found among the rows
}

func (r *rowReader) open(columns []value.Column) {
	r.columns = make([]column, len(columns))
	for i, c := range columns {
		r.columns[i].kind = c.Kind
	}
	r.started, r.n, r.errors = false, 0, nil
}

// begin makes room for a batch; the first one of a table is small, as many tables are.
func (r *rowReader) begin() {
	room := batchRows
	if !r.started {
		room = 64
	}
	for i := range r.columns {
		r.columns[i].reset(room)
	}
	r.started, r.n = true, 0
}

func (r *rowReader) batch() value.Batch {
	b := value.Batch{N: r.n, Cols: make([]*value.Vector, len(r.columns))}
	vectors := make([]value.Vector, len(r.columns))
	for i := range r.columns {
		vectors[i] = r.columns[i].v
		b.Cols[i] = &vectors[i]
	}
	r.n = 0
	return b
}

// parse reads the row whose bracket is b[i-1]; a row that isn't whole or isn't right leaves no trace.
func (r *rowReader) parse(b []byte, i int) (end, badColumn int) {
	for k := range r.columns {
		c := &r.columns[k]
		if k > 0 {
			if i = separator(b, i, ','); i < 0 {
				return r.undo(i), k
			}
		}
		at := c.parse(b, i)
		if at < 0 {
			if at = c.parseAfterSpace(b, i, at); at < 0 {
				return r.undo(at), k
			}
		}
		i = at
	}
	if i = separator(b, i, ']'); i < 0 {
		return r.undo(i), len(r.columns)
	}
	r.n++
	return i, 0
}

// parseAfterSpace tries again behind white space, which our servers don't write.
func (c *column) parseAfterSpace(b []byte, i, code int) int {
	if code == short && i < len(b) && !space(b[i]) {
		return short
	}
	at := i
	for at < len(b) && space(b[at]) {
		at++
	}
	if at == i {
		return code
	}
	return c.parse(b, at)
}

func space(c byte) bool { return c == ' ' || c == '\n' || c == '\r' || c == '\t' }

func (r *rowReader) undo(code int) int {
	for k := range r.columns {
		r.columns[k].truncate(r.n)
	}
	return code
}

// separator steps over c, and white space around it.
func separator(b []byte, i int, c byte) int {
	if i < len(b) && b[i] == c {
		return i + 1
	}
	for i < len(b) && space(b[i]) {
		i++
	}
	switch {
	case i == len(b):
		return short
	case b[i] != c:
		return wrong
	}
	return i + 1
}

// readRows reads rows until a batch is full or the array ends.
func (d *Decoder) readRows() error {
	r := &d.rows
	if r.n == 0 {
		r.begin()
	}
	for r.n < batchRows {
		if d.src.pos >= len(d.src.buf) && d.handFirst() {
			return nil
		}
		switch c := d.src.peek(); c {
		case 0:
			return d.cut()
		case ',':
			d.src.pos++
		case ']':
			d.src.pos++
			d.hand()
			d.state = inFrame
			return nil
		case '{':
			raw, ok := d.src.value()
			if !ok {
				return d.cut()
			}
			r.errors = append(r.errors, rowErrors(raw)...)
		case '[':
			if err := d.readRow(); err != nil {
				return err
			}
		default:
			return d.fail("a row should start with '[', not %q", c)
		}
	}
	d.hand()
	return nil
}

// handFirst hands on what there is of a table's first rows instead of waiting for more.
func (d *Decoder) handFirst() bool {
	if d.rows.n == 0 || d.rowNo > d.rows.n || d.src.eof {
		return false
	}
	d.hand()
	return true
}

func (d *Decoder) hand() {
	if d.rows.n > 0 {
		d.emit(Event{Kind: Rows, Table: d.table, Batch: d.rows.batch()})
	}
}

func (d *Decoder) readRow() error {
	for {
		end, k := d.rows.parse(d.src.buf, d.src.pos+1)
		if end >= 0 {
			d.src.pos = end
			d.rowNo++
			return nil
		}
		if end == wrong {
			return d.badCell(k)
		}
		if !d.src.more() {
			return d.cut()
		}
	}
}

// badCell says which cell of the row couldn't be read. What is in it stays out: errors go to logs, rows don't.
func (d *Decoder) badCell(k int) error {
	columns := d.table.Columns
	if k >= len(columns) {
		return d.fail("the row has more cells than the %d columns", len(columns))
	}
	return d.fail("the cell of column %q can't be read as %s", columns[k].Name, columns[k].Kind)
}

// rowErrors reads an object that stands in place of a row.
func rowErrors(raw []byte) []*Error {
	var f frame
	_ = eachProperty(raw, f.set)
	if f.errors == nil {
		return []*Error{{Code: "QueryFailure", Message: "an object without errors stands among the rows"}}
	}
	return parseErrors(f.errors)
}
