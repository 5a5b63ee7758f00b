// The dictionary of a string column whose texts repeat, as ParquetWriter writes it: the different texts, and each row's index into them.

package source

import (
	"math/bits"

	"github.com/parquet-go/parquet-go/encoding/thrift"
	"github.com/parquet-go/parquet-go/format"

	"calypso/kusto/value"
)

// A dictionary has at most this many texts and bytes, and each stands for two rows at least.
const dictionaryWords, dictionaryBytes = 1 << 14, 1 << 19

// dictionary is one column's; its memory serves the next. The zero value is ready.
type dictionary struct {
	words []string
	index map[string]uint32 // into words
	picks []uint32          // by row
}

// of tells whether a column's texts repeat enough, and takes them if so.
func (d *dictionary) of(v *value.Vector, rows int) bool {
	if v.Kind != value.String || rows < 4 {
		return false
	}
	if d.index == nil {
		d.index = map[string]uint32{}
	}
	size := 0
	for _, s := range v.Strings[:rows] {
		at, ok := d.index[s]
		if !ok {
			at = uint32(len(d.words))
			if size += len(s); size > dictionaryBytes || len(d.words) == dictionaryWords || len(d.words) > rows/2 {
				d.forget()
				return false
			}
			d.index[s] = at
			d.words = append(d.words, s)
		}
		d.picks = append(d.picks, at)
	}
	return true
}

// forget lets go of the texts and keeps the room.
func (d *dictionary) forget() {
	clear(d.index)
	clear(d.words)
	d.words, d.picks = d.words[:0], d.picks[:0]
}

// write writes the page of the texts and that of the rows.
func (d *dictionary) write(w *ParquetWriter, meta *format.ColumnMetaData) {
	defer d.forget()
	body := w.room.body[:0]
	for _, s := range d.words {
		body = appendText(body, s)
	}
	w.page(meta, &format.PageHeader{
		Type:                 format.DictionaryPage,
		DictionaryPageHeader: thrift.New(format.DictionaryPageHeader{NumValues: int32(len(d.words)), Encoding: format.Plain}),
	}, body)
	meta.DataPageOffset = w.at
	width := max(1, bits.Len(uint(len(d.words)-1))) // as few bits as the largest index needs, in one run
	w.room.body = appendPacked(append(body[:0], byte(width)), d.picks, width)
	w.data(meta, len(d.picks), format.RLEDictionary, w.room.body)
}
