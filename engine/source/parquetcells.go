// The cells of one column as Parquet's plain encoding writes them, page by page.

package source

import (
	"encoding/binary"
	"fmt"
	"math"

	"github.com/parquet-go/parquet-go/format"

	"calypso/kusto/value"
)

// cells are a column's values on their way into pages.
type cells struct {
	v     *value.Vector
	rows  int
	texts []string // of types that are written as text, and of string
	codec format.CompressionCodec
}

func cellsOf(v *value.Vector, rows int) (*cells, error) {
	c := &cells{v: v, rows: rows, codec: format.Snappy}
	switch v.Kind {
	case value.String:
		c.texts = v.Strings
	case value.Decimal:
		c.texts = make([]string, rows)
		for i, d := range v.Decimals[:rows] {
			text, err := d.MarshalText()
			if err != nil {
				return nil, err
			}
			c.texts[i] = string(text)
		}
	case value.Dynamic:
		c.texts = make([]string, rows)
		for i, d := range v.Dynamics[:rows] {
			c.texts[i] = d.String()
		}
	}
	for i := range c.texts {
		switch n := len(c.texts[i]); {
		case n > largestCell:
			return nil, fmt.Errorf("a value of %d MB is too long to be stored; the limit is %d MB", n>>20, largestCell>>20)
		case n > bareCell:
			c.codec = format.Uncompressed
		}
	}
	return c, nil
}

// page gives the body of the page that starts at a row, and the row after it.
func (c *cells) page(from int) (to int, body []byte) {
	size := 0
	for to = from; to < c.rows && size < pageBytes; to++ {
		if size += 8; c.texts != nil {
			size += len(c.texts[to])
		}
	}
	if c.v.Kind != value.String {
		body = c.levels(from, to)
	}
	if c.v.Kind == value.Bool {
		return to, c.bools(body, from, to)
	}
	for i := from; i < to; i++ {
		if !c.v.IsNull(i) {
			body = c.append(body, i)
		}
	}
	return to, body
}

// levels tells which rows of a page have a value: with its length before it, a run of 1 when all have, else bit by bit.
func (c *cells) levels(from, to int) []byte {
	var run []byte
	here := make([]uint32, 0, to-from)
	all := true
	for i := from; i < to; i++ {
		if c.v.IsNull(i) {
			here, all = append(here, 0), false
		} else {
			here = append(here, 1)
		}
	}
	if all {
		run = append(binary.AppendUvarint(nil, uint64(to-from)<<1), 1)
	} else {
		run = appendPacked(nil, here, 1)
	}
	return append(binary.LittleEndian.AppendUint32(nil, uint32(len(run))), run...)
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
func (c *cells) append(body []byte, i int) []byte {
	switch c.v.Kind {
	case value.Int:
		return binary.LittleEndian.AppendUint32(body, uint32(c.v.Ints[i]))
	case value.Long, value.Datetime, value.Timespan:
		return binary.LittleEndian.AppendUint64(body, uint64(c.v.Ints[i]))
	case value.Real:
		return binary.LittleEndian.AppendUint64(body, math.Float64bits(c.v.Reals[i]))
	case value.Guid:
		return append(body, c.v.Guids[i][:]...)
	}
	return appendText(body, c.texts[i])
}
