// The cells of one column as Parquet's plain encoding writes them, page by page.

package source

import (
	"encoding/binary"
	"fmt"
	"math"
	"slices"

	"github.com/parquet-go/parquet-go/format"

	"calypso/kusto/value"
)

// cells are a column's values on their way into pages.
type cells struct {
	*pageRoom
	v     *value.Vector
	rows  int
	codec format.CompressionCodec
}

// pageRoom is memory that each page uses again: a file of any length so is written in that of a few pages.
type pageRoom struct {
	values, body, packed []byte
	bits                 []uint32
}

// keptRoom is the most bytes of a slice that are kept for the next page.
const keptRoom = 4 * pageBytes

// spare gives back what a page of very long cells took.
func (r *pageRoom) spare() {
	for _, s := range []*[]byte{&r.values, &r.body, &r.packed} {
		if cap(*s) > keptRoom {
			*s = nil
		}
	}
}

func cellsOf(v *value.Vector, rows int, room *pageRoom) (*cells, error) {
	c := &cells{pageRoom: room, v: v, rows: rows, codec: format.Snappy}
	defer room.spare()
	for i := range rows {
		n := c.length(i)
		if n > largestCell {
			return nil, fmt.Errorf("a value of %d MB is too long to be stored; the limit is %d MB", n>>20, largestCell>>20)
		}
		if n > bareCell {
			c.codec = format.Uncompressed
		}
	}
	return c, nil
}

// longestEscape is how many bytes of output a byte of a dynamic's text may become.
const longestEscape = 6

// length is about how many bytes the text of row i has: exactly, where it is more than a bare cell's.
func (c *cells) length(i int) int {
	switch c.v.Kind {
	case value.String:
		return len(c.v.Strings[i])
	case value.Dynamic:
		if raw, ok := c.v.Dynamics[i].Raw(); ok && len(raw) < bareCell/longestEscape-2 {
			return len(raw)
		}
		c.values = c.v.Dynamics[i].AppendJSON(c.values[:0])
		return len(c.values)
	}
	return 0
}

// page gives the body of the page that starts at a row, and the row after it. The body is valid until the next page.
func (c *cells) page(from int) (to int, body []byte, err error) {
	c.values = slices.Grow(c.values[:0], min(pageBytes+pageBytes/16, 16*(c.rows-from)))
	size := 0
	for to = from; to < c.rows && size < pageBytes; to++ {
		before := len(c.values)
		if c.v.Kind != value.Bool && !c.v.IsNull(to) {
			if c.values, err = c.append(c.values, to); err != nil {
				return to, nil, err
			}
		}
		if size += 8; c.v.Kind == value.String || c.v.Kind == value.Decimal || c.v.Kind == value.Dynamic {
			size += len(c.values) - before
		}
	}
	if c.v.Kind == value.String {
		return to, c.values, nil
	}
	c.body = c.levels(slices.Grow(c.body[:0], len(c.values)+(to-from)/8+64), from, to)
	if c.v.Kind == value.Bool {
		c.body = c.bools(c.body, from, to)
	}
	c.body = append(c.body, c.values...)
	return to, c.body, nil
}

// levels tells which rows of a page have a value: with its length before it, a run of 1 when all have, else bit by bit.
func (c *cells) levels(out []byte, from, to int) []byte {
	all := true
	if c.v.Nulls != nil {
		c.bits = slices.Grow(c.bits[:0], to-from)
		for i := from; i < to; i++ {
			if c.v.IsNull(i) {
				c.bits, all = append(c.bits, 0), false
			} else {
				c.bits = append(c.bits, 1)
			}
		}
	}
	out = append(out, 0, 0, 0, 0)
	start := len(out)
	if all {
		out = append(binary.AppendUvarint(out, uint64(to-from)<<1), 1)
	} else {
		out = appendPacked(out, c.bits, 1)
	}
	binary.LittleEndian.PutUint32(out[start-4:], uint32(len(out)-start))
	return out
}

func (c *cells) bools(body []byte, from, to int) []byte {
	n := 0
	for i := from; i < to; i++ {
		if c.v.IsNull(i) {
			continue
		}
		if n%8 == 0 {
			body = append(body, 0)
		}
		if c.v.Bools[i] {
			body[len(body)-1] |= 1 << (n % 8)
		}
		n++
	}
	return body
}

// append appends one value that isn't null.
func (c *cells) append(body []byte, i int) ([]byte, error) {
	switch c.v.Kind {
	case value.Int:
		return binary.LittleEndian.AppendUint32(body, uint32(c.v.Ints[i])), nil
	case value.Long, value.Datetime, value.Timespan:
		return binary.LittleEndian.AppendUint64(body, uint64(c.v.Ints[i])), nil
	case value.Real:
		return binary.LittleEndian.AppendUint64(body, math.Float64bits(c.v.Reals[i])), nil
	case value.Guid:
		return append(body, c.v.Guids[i][:]...), nil
	case value.String:
		return appendText(body, c.v.Strings[i]), nil
	}
	body = append(body, 0, 0, 0, 0)
	start := len(body)
	var err error
	if c.v.Kind == value.Decimal {
		body, err = c.v.Decimals[i].AppendText(body)
	} else {
		body = c.v.Dynamics[i].AppendJSON(body)
	}
	binary.LittleEndian.PutUint32(body[start-4:], uint32(len(body)-start))
	return body, err
}
