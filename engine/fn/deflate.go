// Compression to base64, for the texts of which the bytes are sure. How a text is cut into matches and codes is each compressor's own
// choice, but a short text in which nothing repeats has no matches, and the real engine stores it as it is, in one block (docs:
// gzip-base64-compress-00, zlib-base64-compress-function-00). Its headers are those of the recorded answers.

package fn

import (
	"encoding/base64"
	"encoding/binary"
	"hash/adler32"
	"hash/crc32"
)

// mostStored is the length of text from which codes made for it may take less room than the text, even without a match.
const mostStored = 48

func gzipStored(s string) (string, bool, error) {
	if !storedAsIs(s) {
		return "", false, unsureCompression("gzip_compress_to_base64_string")
	}
	out := append([]byte{0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 0xff}, storedBlock(s)...)
	out = binary.LittleEndian.AppendUint32(out, crc32.ChecksumIEEE([]byte(s)))
	out = binary.LittleEndian.AppendUint32(out, uint32(len(s)))
	return base64.StdEncoding.EncodeToString(out), true, nil
}

func zlibStored(s string) (string, bool, error) {
	if !storedAsIs(s) {
		return "", false, unsureCompression("zlib_compress_to_base64_string")
	}
	out := append([]byte{0x78, 0x01}, storedBlock(s)...)
	out = binary.BigEndian.AppendUint32(out, adler32.Checksum([]byte(s)))
	return base64.StdEncoding.EncodeToString(out), true, nil
}

func unsureCompression(name string) error {
	return &NotBuilt{Name: name, Detail: "compressing an empty text, one of 48 bytes or more, or one in which three characters repeat"}
}

// storedBlock is the last block of a stream, with the bytes as they are.
func storedBlock(s string) []byte {
	out := binary.LittleEndian.AppendUint16([]byte{1}, uint16(len(s)))
	out = binary.LittleEndian.AppendUint16(out, ^uint16(len(s)))
	return append(out, s...)
}

// storedAsIs tells whether no three bytes of a short text come twice, so that there is nothing to refer back to.
func storedAsIs(s string) bool {
	if s == "" || len(s) >= mostStored {
		return false
	}
	seen := map[string]bool{}
	for i := 0; i+3 <= len(s); i++ {
		if seen[s[i:i+3]] {
			return false
		}
		seen[s[i:i+3]] = true
	}
	return true
}
