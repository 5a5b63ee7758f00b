package wire

import (
	"encoding/json"
	"fmt"
	"io"
	"strings"

	"calypso/kusto/value"
)

// Reading an answer: frames are walked property by property, and rows are parsed as they arrive, whatever the size of a frame.

// batchRows is the number of rows handed on at a time; a fragment's end hands on fewer.
const batchRows = 4096

// EventKind tells what an Event brings.
type EventKind uint8

// An answer is a sequence of tables, each a TableStart, any number of Rows and a TableEnd, and at last one Finish.
const (
	TableStart EventKind = iota + 1
	Rows
	TableEnd
	Finish
)

// Event is one step through an answer.
type Event struct {
	Kind      EventKind
	Table     *Table      // of all but Finish
	Batch     value.Batch // of Rows
	Errors    []*Error    // TableEnd: what cut the table short; Finish: the errors of the whole answer
	Cancelled bool        // Finish
	HasErrors bool        // Finish; true also when only a table reported them
}

// Decoder reads one answer. Memory doesn't grow with the number of rows; what Events carry is the caller's to keep.
type Decoder struct {
	src     source
	rows    rowReader
	state   state
	v1      bool
	frame   frame
	frameNo int
	table   *Table // the open table
	tables  int    // in v1
	rowNo   int    // rows of the open table so far
	failed  []*Error
	pending []Event
	final   *Event
	any     bool // a table had errors
}

type state uint8

const (
	atStart state = iota
	betweenFrames
	inFrame
	inRows
	atEnd
)

// NewDecoder reads a v2 answer: an array of frames, fragmented or not, with or without line ends.
func NewDecoder(r io.Reader) *Decoder { return &Decoder{src: source{r: r}} }

// NewV1Decoder reads a v1 answer: {"Tables":[…]}.
func NewV1Decoder(r io.Reader) *Decoder { return &Decoder{src: source{r: r}, v1: true} }

// Next gives the next event. After Finish, and after an error, it gives io.EOF or the same error.
func (d *Decoder) Next() (Event, error) {
	for {
		if len(d.pending) > 0 {
			e := d.pending[0]
			d.pending = d.pending[1:]
			return e, nil
		}
		var err error
		switch d.state {
		case atStart:
			err = d.start()
		case betweenFrames:
			err = d.nextFrame()
		case inFrame:
			err = d.property()
		case inRows:
			err = d.readRows()
		case atEnd:
			return Event{}, io.EOF
		}
		if err != nil {
			d.state = atEnd
			return Event{}, err
		}
	}
}

func (d *Decoder) emit(e Event) { d.pending = append(d.pending, e) }

// fail makes an error that says where in the answer it is.
func (d *Decoder) fail(format string, args ...any) error {
	where := fmt.Sprintf("frame %d", d.frameNo)
	if d.v1 {
		where = fmt.Sprintf("table %d", d.frameNo)
	} else if name := d.frame.kindName(); name != "" {
		where += " (" + name + ")"
	}
	if d.state == inRows {
		where += fmt.Sprintf(", row %d", d.rowNo)
	}
	return fmt.Errorf("answer is not readable at %s: %w", where, fmt.Errorf(format, args...))
}

// cut is the error for an answer that ends too early.
func (d *Decoder) cut() error {
	if d.src.err != nil {
		return d.fail("reading stopped: %w", d.src.err)
	}
	return d.fail("the answer ends here; the connection was lost: %w", io.ErrUnexpectedEOF)
}

func (d *Decoder) start() error {
	open := byte('[')
	if d.v1 {
		open = '{'
	}
	c := d.src.peek()
	switch {
	case c == 0:
		return d.cut()
	case c == '<':
		return d.fail("it is a web page, not an answer of Kusto's query service; check the cluster's URL")
	case c != open:
		return d.errorObject(open)
	}
	d.src.pos++
	if d.v1 {
		d.frameNo--
		return d.v1Head()
	}
	d.state = betweenFrames
	return nil
}

// errorObject reads an error body that came where an answer was expected.
func (d *Decoder) errorObject(open byte) error {
	if raw, ok := d.src.value(); ok {
		if e, ok := ParseErrorBody(raw); ok {
			return e
		}
	}
	return d.fail("it should start with %q", open)
}

func (d *Decoder) nextFrame() error {
	switch c := d.src.peek(); c {
	case 0:
		return d.cut()
	case ',':
		d.src.pos++
		return nil
	case '{':
		d.src.pos++
		d.frameNo++
		d.frame = frame{}
		d.state = inFrame
		return nil
	case ']':
		d.src.pos++
		if d.v1 {
			return d.v1Tail()
		}
		return d.finish()
	default:
		return d.fail("a frame should start with '{', not %q", c)
	}
}

func (d *Decoder) finish() error {
	if d.final == nil {
		return d.fail("the answer has no DataSetCompletion; it was cut short")
	}
	d.final.HasErrors = d.final.HasErrors || d.any
	d.emit(*d.final)
	d.state = atEnd
	return nil
}

// property reads one property of a frame, or its end.
func (d *Decoder) property() error {
	switch c := d.src.peek(); c {
	case 0:
		return d.cut()
	case ',':
		d.src.pos++
		return nil
	case '}':
		d.src.pos++
		d.state = betweenFrames
		return d.endFrame()
	case '"':
	default:
		return d.fail("a property should start with '\"', not %q", c)
	}
	key, err := d.key()
	if err != nil {
		return err
	}
	if key == "Rows" && d.rowsCanStart() {
		if !d.src.take('[') {
			if d.src.peek() == 0 {
				return d.cut()
			}
			return d.fail("Rows is no array")
		}
		return d.startRows()
	}
	raw, ok := d.src.value()
	if !ok {
		return d.cut()
	}
	d.frame.set(key, raw)
	return nil
}

// key reads a property's name and the colon after it.
func (d *Decoder) key() (string, error) {
	raw, ok := d.src.value()
	if !ok {
		return "", d.cut()
	}
	var key string
	if err := json.Unmarshal(raw, &key); err != nil {
		return "", d.fail("property name %s: %w", raw, err)
	}
	if !d.src.take(':') {
		if d.src.peek() == 0 {
			return "", d.cut()
		}
		return "", d.fail("no ':' after %s", raw)
	}
	return key, nil
}

// v1Head reads up to the array of tables.
func (d *Decoder) v1Head() error {
	for {
		switch d.src.peek() {
		case 0:
			return d.cut()
		case ',':
			d.src.pos++
			continue
		case '}':
			return d.fail("it has no Tables; check that the URL is a cluster's")
		}
		key, err := d.key()
		if err != nil {
			return err
		}
		if key == "Tables" {
			if !d.src.take('[') {
				return d.fail("Tables is no array")
			}
			d.state = betweenFrames
			return nil
		}
		raw, ok := d.src.value()
		if !ok {
			return d.cut()
		}
		if err := d.v1Property(key, raw); err != nil {
			return err
		}
	}
}

// v1Property takes what stands beside Tables in a v1 answer.
func (d *Decoder) v1Property(key string, raw []byte) error {
	switch strings.ToLower(key) {
	case "exceptions":
		d.failed = append(d.failed, parseErrors(raw)...)
	case "error":
		var e Error
		if json.Unmarshal(raw, &e) == nil {
			return &e
		}
	}
	return nil
}

// v1Tail reads what follows the tables and ends the answer.
func (d *Decoder) v1Tail() error {
	for {
		switch d.src.peek() {
		case 0:
			return d.cut()
		case ',':
			d.src.pos++
			continue
		case '}':
			d.src.pos++
			d.final = &Event{Kind: Finish, Errors: d.failed, HasErrors: len(d.failed) > 0}
			return d.finish()
		}
		key, err := d.key()
		if err != nil {
			return err
		}
		raw, ok := d.src.value()
		if !ok {
			return d.cut()
		}
		if err := d.v1Property(key, raw); err != nil {
			return err
		}
	}
}
