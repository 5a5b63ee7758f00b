// Reading a Parquet column of plain values: rows of pages, put together to the rows that are asked for.

package source

import (
	"errors"
	"io"

	"calypso/kusto/value"
)

// flatReader reads a leaf that doesn't repeat: every value of a page is a row.
type flatReader struct {
	pages *pageReader
	page  *columnPage // the current one, nil before the first
	start int64       // row at which the current page, or else the next one, starts

	at     int // rows of the page that were handed out
	valued int // values handed out: rows that aren't null
}

// seek passes over whole pages by their headers.
func (r *flatReader) seek(row int64) error {
	r.page, r.at, r.valued, r.start = nil, 0, 0, 0
	r.pages.rewind()
	for {
		h, err := r.pages.peek()
		if err != nil {
			return tooFewRows(err)
		}
		rows := int64(pageValues(h))
		if r.start+rows > row {
			break
		}
		r.start += rows
		r.pages.skip()
	}
	if err := r.nextPage(); err != nil {
		return err
	}
	r.at = int(row - r.start)
	r.valued = r.at
	if r.page.def != nil {
		r.valued = 0
		for _, l := range r.page.def[:r.at] {
			if l == r.pages.shape.maxDef {
				r.valued++
			}
		}
	}
	return nil
}

var errTooFewRows = errors.New("it has fewer rows than the footer claims")

// tooFewRows words an early end of pages.
func tooFewRows(err error) error {
	if err == io.EOF {
		return errTooFewRows
	}
	return err
}

// read gives the next rows.
func (r *flatReader) read(rows int) (*value.Vector, error) {
	out := value.NewBuilder(r.pages.scalar.kind, rows)
	for out.Len() < rows {
		if r.page == nil || r.at == r.page.values {
			if err := r.nextPage(); err != nil {
				return nil, err
			}
			continue
		}
		n := min(rows-out.Len(), r.page.values-r.at)
		r.take(out, n)
		r.at += n
	}
	return out.Vector(), nil
}

// nextPage loads a page.
func (r *flatReader) nextPage() error {
	if r.page != nil {
		r.start += int64(r.page.values)
	}
	page, err := r.pages.next()
	if err != nil {
		return tooFewRows(err)
	}
	r.page, r.at, r.valued = page, 0, 0
	return nil
}

// take appends n rows of the page.
func (r *flatReader) take(out *value.Builder, n int) {
	levels, most := r.page.def, r.pages.shape.maxDef
	if levels == nil {
		r.values(out, n)
		return
	}
	// Runs of values and runs of nulls in turn.
	for i, end := r.at, r.at+n; i < end; {
		from := i
		for i < end && levels[i] == most {
			i++
		}
		r.values(out, i-from)
		for i < end && levels[i] != most {
			out.AppendNull()
			i++
		}
	}
}

// values appends the next n values.
func (r *flatReader) values(out *value.Builder, n int) {
	if n == 0 {
		return
	}
	if r.page.picks == nil {
		out.AppendAll(value.Slice(r.page.dense, r.valued, r.valued+n))
	} else {
		appendPicks(out, r.page.dense, r.page.picks[r.valued:r.valued+n])
	}
	r.valued += n
}

func appendPicks(out *value.Builder, words *value.Vector, picks []uint32) {
	switch {
	case words.Nulls != nil:
		for _, p := range picks {
			out.AppendFrom(words, int(p))
		}
	case words.Kind == value.String:
		for _, p := range picks {
			out.AppendString(words.Strings[p])
		}
	case words.Kind == value.Real:
		for _, p := range picks {
			out.AppendReal(words.Reals[p])
		}
	case words.Ints != nil:
		for _, p := range picks {
			out.AppendInt(words.Ints[p])
		}
	default:
		for _, p := range picks {
			out.AppendFrom(words, int(p))
		}
	}
}
