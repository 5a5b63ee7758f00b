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

// read gives the next rows, strings coded where the file has them so.
func (r *flatReader) read(rows int) (*value.Vector, error) {
	var parts []*value.Vector
	for rows > 0 {
		if r.page == nil || r.at == r.page.values {
			if err := r.nextPage(); err != nil {
				return nil, err
			}
			continue
		}
		n := min(rows, r.page.values-r.at)
		parts = append(parts, r.take(n))
		r.at += n
		rows -= n
	}
	return value.Concat(r.pages.scalar.kind, parts...), nil
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

// take gives the next n rows of the page.
func (r *flatReader) take(n int) *value.Vector {
	if r.page.def == nil {
		v := r.values(n)
		r.valued += n
		return v
	}
	levels, most := r.page.def[r.at:r.at+n], r.pages.shape.maxDef
	valued := 0
	for _, l := range levels {
		if l == most {
			valued++
		}
	}
	v := r.values(valued)
	r.valued += valued
	return spread(v, levels, most, r.pages.nullCode)
}

// values gives the next n values, which aren't null.
func (r *flatReader) values(n int) *value.Vector {
	if r.page.picks == nil {
		return value.Slice(r.page.dense, r.valued, r.valued+n)
	}
	picks := r.page.picks[r.valued : r.valued+n]
	if words := r.pages.coded; words != nil {
		return value.Coded(words, picks)
	}
	return value.Gather(r.page.dense, picks)
}

// spread puts values in the rows whose level is most; the others are null, which is nullCode in a coded vector.
func spread(v *value.Vector, levels []byte, most byte, nullCode uint32) *value.Vector {
	if v.N == len(levels) {
		return v
	}
	if v.Words != nil {
		codes, at := make([]uint32, len(levels)), 0
		for i, l := range levels {
			if codes[i] = nullCode; l == most {
				codes[i] = v.Codes[at]
				at++
			}
		}
		return value.Coded(v.Words, codes)
	}
	rows, at := make([]uint32, len(levels)), uint32(0)
	for i, l := range levels {
		if rows[i] = value.NoRow; l == most {
			rows[i] = at
			at++
		}
	}
	return value.Gather(v, rows)
}
