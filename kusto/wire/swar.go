package wire

import (
	"encoding/binary"
	"math/bits"
)

// Scanning eight bytes at a time: a word has a zero byte exactly where (w - 0x01…) &^ w & 0x80… has a set bit, and the lowest
// such bit is right even where borrows spoil the others.

const (
	lowBits  = 0x0101010101010101
	highBits = 0x8080808080808080
)

// scanString gives the index of the first quote or backslash at or after i, or len(b), and whether a byte beyond ASCII came
// before it.
func scanString(b []byte, i int) (end int, wide bool) {
	var seen uint64
	for i+8 <= len(b) {
		w := binary.LittleEndian.Uint64(b[i:])
		q, e := w^('"'*lowBits), w^('\\'*lowBits)
		hit := ((q - lowBits) &^ q & highBits) | ((e - lowBits) &^ e & highBits)
		if hit != 0 {
			n := bits.TrailingZeros64(hit) >> 3
			seen |= w & (1<<(8*n) - 1)
			return i + n, seen&highBits != 0
		}
		seen |= w
		i += 8
	}
	for ; i < len(b); i++ {
		c := b[i]
		if c == '"' || c == '\\' {
			break
		}
		seen |= uint64(c)
	}
	return i, seen&highBits != 0
}
