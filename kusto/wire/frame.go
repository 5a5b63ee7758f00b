package wire

import (
	"encoding/json"
	"io"

	"calypso/kusto/value"
)

// frame is what is known of the frame being read: its properties apart from Rows that could be streamed.
type frame struct {
	kind      string
	tableID   *int
	tableKind string
	name      string
	columns   json.RawMessage
	fragment  string // TableFragmentType
	rows      json.RawMessage
	errors    json.RawMessage
	cancelled bool
	hasErrors bool
	streamed  bool // Rows was read already
}

func (f *frame) kindName() string { return f.kind }

// set keeps a property; one of the wrong JSON type is left out, and missed where it is needed.
func (f *frame) set(key string, raw []byte) {
	switch key {
	case "FrameType":
		_ = json.Unmarshal(raw, &f.kind)
	case "TableId":
		_ = json.Unmarshal(raw, &f.tableID)
	case "TableKind":
		_ = json.Unmarshal(raw, &f.tableKind)
	case "TableName":
		_ = json.Unmarshal(raw, &f.name)
	case "TableFragmentType":
		_ = json.Unmarshal(raw, &f.fragment)
	case "Cancelled":
		_ = json.Unmarshal(raw, &f.cancelled)
	case "HasErrors":
		_ = json.Unmarshal(raw, &f.hasErrors)
	case "Columns":
		f.columns = raw
	case "Rows":
		f.rows = raw
	case "OneApiErrors", "Exceptions":
		f.errors = raw
	}
}

// rowsCanStart tells whether all is known that rows need, so that they needn't be kept as text.
func (d *Decoder) rowsCanStart() bool {
	f := &d.frame
	switch {
	case f.streamed:
		return false
	case d.v1:
		return f.columns != nil && f.name != ""
	case f.kind == "DataTable":
		return f.columns != nil && f.tableID != nil && f.tableKind != ""
	case f.kind == "TableFragment":
		return f.tableID != nil && f.fragment != "" && d.table != nil && d.table.ID == *f.tableID
	}
	return false
}

// startRows begins reading rows: of a new table, or more of the open one.
func (d *Decoder) startRows() error {
	d.frame.streamed = true
	d.state = inRows
	if d.frame.kind == "TableFragment" {
		return d.checkFragment()
	}
	return d.openTable()
}

func (d *Decoder) checkFragment() error {
	if d.frame.fragment != "DataAppend" {
		return d.fail("fragments of type %q aren't asked for and can't be read", d.frame.fragment)
	}
	return nil
}

// openTable starts a table from the frame's head.
func (d *Decoder) openTable() error {
	if d.table != nil {
		return d.fail("table %d starts before table %d has ended", d.headID(), d.table.ID)
	}
	columns, err := d.parseColumns()
	if err != nil {
		return err
	}
	d.table = &Table{ID: d.headID(), Kind: tableKindOf(d.frame.tableKind), Name: d.frame.name, Columns: columns}
	if d.v1 {
		d.table.Kind = PrimaryResult
	}
	d.tables++
	d.rowNo = 0
	d.rows.open(columns)
	d.emit(Event{Kind: TableStart, Table: d.table})
	return nil
}

func (d *Decoder) headID() int {
	if d.v1 || d.frame.tableID == nil {
		return d.tables
	}
	return *d.frame.tableID
}

func (d *Decoder) parseColumns() ([]value.Column, error) {
	var in []struct{ ColumnName, ColumnType, DataType string }
	if err := json.Unmarshal(d.frame.columns, &in); err != nil {
		return nil, d.fail("columns: %w", err)
	}
	columns := make([]value.Column, len(in))
	for i, c := range in {
		kind, ok := kindOf(c.ColumnType, c.DataType)
		if !ok {
			return nil, d.fail("column %q has the unknown type %q", c.ColumnName, c.ColumnType+c.DataType)
		}
		columns[i] = value.Column{Name: c.ColumnName, Kind: kind}
	}
	return columns, nil
}

// endFrame acts on a frame that was read to its end.
func (d *Decoder) endFrame() error {
	f := &d.frame
	if f.rows != nil {
		if err := d.lateRows(); err != nil {
			return err
		}
	}
	if d.v1 {
		return d.endV1Table()
	}
	switch f.kind {
	case "DataTable":
		if d.table == nil && !f.streamed {
			if err := d.openTable(); err != nil {
				return err
			}
		}
		d.closeTable()
	case "TableHeader":
		return d.openTable()
	case "TableCompletion":
		if d.table == nil || f.tableID == nil || *f.tableID != d.table.ID {
			return d.fail("the end of a table that isn't open")
		}
		d.closeTable()
	case "TableFragment":
		if !f.streamed {
			return d.fail("a fragment without rows, or of a table that isn't open")
		}
	case "DataSetCompletion":
		errs := parseErrors(f.errors)
		d.final = &Event{Kind: Finish, Errors: errs, Cancelled: f.cancelled, HasErrors: f.hasErrors || len(errs) > 0}
		if d.table != nil {
			d.closeTable()
		}
	case "":
		return d.fail("it has no FrameType")
	}
	return nil // DataSetHeader, TableProgress and kinds to come need nothing
}

func (d *Decoder) endV1Table() error {
	if d.table == nil {
		if d.frame.columns == nil {
			return d.fail("it has no Columns")
		}
		if err := d.openTable(); err != nil {
			return err
		}
	}
	d.closeTable()
	return nil
}

func (d *Decoder) closeTable() {
	errs := append(d.rows.errors, parseErrors(d.frame.errors)...)
	d.rows.errors = nil
	d.any = d.any || len(errs) > 0
	d.emit(Event{Kind: TableEnd, Table: d.table, Errors: errs})
	d.table = nil
}

// lateRows reads rows that came before the properties they need: other servers may order properties as they like.
func (d *Decoder) lateRows() error {
	raw := d.frame.rows
	d.frame.rows = nil
	if !d.v1 && d.frame.kind != "DataTable" && d.frame.kind != "TableFragment" {
		return nil
	}
	if !d.rowsCanStart() && !(d.v1 && d.frame.columns != nil) {
		return d.fail("rows without a table")
	}
	if len(raw) == 0 || raw[0] != '[' {
		return d.fail("Rows is no array")
	}
	if err := d.startRows(); err != nil {
		return err
	}
	main := d.src
	d.src = source{r: noReader{}, buf: raw, pos: 1, eof: true}
	for d.state == inRows {
		if err := d.readRows(); err != nil {
			return err
		}
	}
	d.src = main
	d.state = betweenFrames
	return nil
}

type noReader struct{}

func (noReader) Read([]byte) (int, error) { return 0, io.EOF }

// eachProperty calls f for each property of a JSON object.
func eachProperty(raw []byte, f func(key string, raw []byte)) error {
	var all map[string]json.RawMessage
	if err := json.Unmarshal(raw, &all); err != nil {
		return err
	}
	for k, v := range all {
		f(k, v)
	}
	return nil
}
