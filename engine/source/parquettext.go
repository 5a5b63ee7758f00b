// Texts of a Parquet page taken as they lie, without a copy: packed vectors whose page is the page's bytes.

package source

import (
	"encoding/binary"
	"unicode/utf8"
	"unsafe"

	"calypso/kusto/value"
)

// packTexts makes a packed vector of byte arrays that are text, or JSON for a dynamic. It keeps the bytes, which nobody may write to
// any more.
func packTexts(kind value.Kind, raw rawValues, n int) (*value.Vector, error) {
	page := unsafe.String(unsafe.SliceData(raw.data), len(raw.data))
	v := value.Packed(kind, page, raw.spans[:n])
	if !allASCII(raw.data) {
		for i := range n {
			if !utf8.ValidString(v.PackedAt(i)) {
				return nil, errNotText
			}
		}
	}
	if kind == value.Dynamic {
		for i := range n {
			if value.IsNullJSON(v.PackedAt(i)) {
				v.Nulls = v.Nulls.Set(i, n)
			}
		}
	}
	return v, nil
}

// allASCII tells whether no byte has its highest bit set; lengths between the texts count too, which at worst costs a closer look.
func allASCII(data []byte) bool {
	const high = 0x8080808080808080
	for len(data) >= 32 {
		chunk := data[:32]
		x := binary.LittleEndian.Uint64(chunk) | binary.LittleEndian.Uint64(chunk[8:]) |
			binary.LittleEndian.Uint64(chunk[16:]) | binary.LittleEndian.Uint64(chunk[24:])
		if x&high != 0 {
			return false
		}
		data = data[32:]
	}
	for _, b := range data {
		if b >= utf8.RuneSelf {
			return false
		}
	}
	return true
}
