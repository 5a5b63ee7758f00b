// Hashes, base64, compression, and the encoding of URLs.

package fn

import (
	"bytes"
	"compress/gzip"
	"compress/zlib"
	"crypto/md5"
	"crypto/sha1"
	"crypto/sha256"
	"encoding/base64"
	"encoding/binary"
	"encoding/hex"
	"io"
	"math/bits"
	"strings"
	"unicode/utf8"

	"calypso/kusto/value"
)

var encodeFamily = []scalar{
	{"hash", 1, 2, buildHash},
	{"hash_xxhash64", 1, 2, buildHash},
	simple("hash_md5", value.String, map1(value.String, func(s string) string { h := md5.Sum([]byte(s)); return hex.EncodeToString(h[:]) }), asText),
	simple("hash_sha1", value.String, map1(value.String, func(s string) string { h := sha1.Sum([]byte(s)); return hex.EncodeToString(h[:]) }), asText),
	simple("hash_sha256", value.String, map1(value.String, func(s string) string { h := sha256.Sum256([]byte(s)); return hex.EncodeToString(h[:]) }), asText),
	simple("base64_encode_tostring", value.String, map1(value.String, encode64), value.String),
	simple("base64_encodestring", value.String, map1(value.String, encode64), value.String),
	simple("base64_decode_tostring", value.String, map1(value.String, decode64), value.String),
	simple("base64_decodestring", value.String, map1(value.String, decode64), value.String),
	simple("base64_decode_toarray", value.Dynamic, try1(value.Dynamic, decode64Array), value.String),
	simple("base64_encode_fromarray", value.String, map1(value.String, encode64Array), value.Dynamic),
	simple("base64_encode_fromguid", value.String, map1(value.String, func(g [16]byte) string { g = swapGuid(g); return base64.StdEncoding.EncodeToString(g[:]) }), value.Guid),
	simple("base64_decode_toguid", value.Guid, try1(value.Guid, decode64Guid), value.String),
	simple("gzip_compress_to_base64_string", value.String, fallible(value.String, gzipStored), value.String),
	simple("zlib_compress_to_base64_string", value.String, fallible(value.String, zlibStored), value.String),
	simple("gzip_decompress_from_base64_string", value.String, map1(value.String, func(s string) string {
		return inflate(s, func(r io.Reader) (io.Reader, error) { return gzip.NewReader(r) })
	}), value.String),
	simple("zlib_decompress_from_base64_string", value.String, map1(value.String, func(s string) string {
		return inflate(s, func(r io.Reader) (io.Reader, error) { return zlib.NewReader(r) })
	}), value.String),
	simple("url_encode", value.String, fallible(value.String, func(s string) (string, bool, error) { return encodeURL(s, "+") }), value.String),
	simple("url_encode_component", value.String, fallible(value.String, func(s string) (string, bool, error) { return encodeURL(s, "%20") }), value.String),
	simple("url_decode", value.String, fallible(value.String, decodeURL), value.String),
	{"new_guid", 0, 0, buildNewGuid},
}

// buildHash makes hash(x[, mod]): xxHash64 of the text, or of the 8 bytes of a long, datetime or timespan.
func buildHash(name string, args []Arg) (*Overload, error) {
	kind := args[0].Kind
	sum := func(v *value.Vector, i int) int64 {
		i &= v.Mask()
		if kind == value.String {
			return int64(xxHash64([]byte(v.Strings[i])))
		}
		var buf [8]byte
		binary.LittleEndian.PutUint64(buf[:], uint64(v.Ints[i]))
		return int64(xxHash64(buf[:]))
	}
	switch kind {
	case value.String, value.Long, value.Datetime, value.Timespan:
	default:
		return nil, &NotBuilt{Name: name, Detail: "use with " + kind.String()}
	}
	params := []value.Kind{kind, value.Long}[:len(args)]
	return overload(name, args, params, value.Long, func(_ *Context, a []*value.Vector, n int) (*value.Vector, error) {
		out, nulls := make([]int64, n), eitherNull(n, a...)
		for i := range out {
			if nulls.Has(i) {
				return nil, &NotBuilt{Name: name, Detail: "a null value"}
			}
			if out[i] = sum(a[0], i); len(a) == 1 {
				continue
			}
			mod := a[1].Ints[i&a[1].Mask()]
			if mod <= 0 || out[i] < 0 {
				return nil, &NotBuilt{Name: name, Detail: "the remainder of a negative hash, or by a number below 1"}
			}
			out[i] %= mod
		}
		return vectorOf(value.Long, out, nil), nil
	})
}

const (
	xxP1 = 11400714785074694791
	xxP2 = 14029467366897019727
	xxP3 = 1609587929392839161
	xxP4 = 9650029242287828579
	xxP5 = 2870177450012600261
)

// xxHash64 is the 64-bit xxHash with seed 0.
func xxHash64(b []byte) uint64 {
	n := uint64(len(b))
	h := uint64(xxP5)
	if len(b) >= 32 {
		p1 := uint64(xxP1)
		v := [4]uint64{p1 + xxP2, xxP2, 0, -p1}
		for ; len(b) >= 32; b = b[32:] {
			for k := range v {
				v[k] = xxRound(v[k], binary.LittleEndian.Uint64(b[8*k:]))
			}
		}
		h = bits.RotateLeft64(v[0], 1) + bits.RotateLeft64(v[1], 7) + bits.RotateLeft64(v[2], 12) + bits.RotateLeft64(v[3], 18)
		for k := range v {
			h = (h^xxRound(0, v[k]))*xxP1 + xxP4
		}
	}
	h += n
	for ; len(b) >= 8; b = b[8:] {
		h = bits.RotateLeft64(h^xxRound(0, binary.LittleEndian.Uint64(b)), 27)*xxP1 + xxP4
	}
	if len(b) >= 4 {
		h = bits.RotateLeft64(h^uint64(binary.LittleEndian.Uint32(b))*xxP1, 23)*xxP2 + xxP3
		b = b[4:]
	}
	for _, c := range b {
		h = bits.RotateLeft64(h^uint64(c)*xxP5, 11) * xxP1
	}
	h = (h ^ h>>33) * xxP2
	h = (h ^ h>>29) * xxP3
	return h ^ h>>32
}

func xxRound(acc, x uint64) uint64 { return bits.RotateLeft64(acc+x*xxP2, 31) * xxP1 }

func encode64(s string) string { return base64.StdEncoding.EncodeToString([]byte(s)) }

// decode64 gives "" for what is no base64 or no UTF-8.
func decode64(s string) string {
	b, err := base64.StdEncoding.Strict().DecodeString(s)
	if err != nil || !utf8.Valid(b) {
		return ""
	}
	return string(b)
}

func decode64Array(s string) (value.Dyn, bool) {
	b, err := base64.StdEncoding.Strict().DecodeString(s)
	items := make([]value.Dyn, len(b))
	for i, c := range b {
		items[i] = value.DynOfLong(int64(c))
	}
	return value.NewArray(items), err == nil
}

// encode64Array gives "" for what is no array of bytes.
func encode64Array(d value.Dyn) string {
	b := make([]byte, d.Len())
	for i, item := range d.Items() {
		x := item.Long()
		if item.Kind() != value.DynLong || x < 0 || x > 255 {
			return ""
		}
		b[i] = byte(x)
	}
	if !isArray(d) {
		return ""
	}
	return base64.StdEncoding.EncodeToString(b)
}

// swapGuid turns the text's order of bytes to .NET's and back: the first three fields are little-endian.
func swapGuid(g [16]byte) [16]byte {
	g[0], g[1], g[2], g[3] = g[3], g[2], g[1], g[0]
	g[4], g[5] = g[5], g[4]
	g[6], g[7] = g[7], g[6]
	return g
}

func decode64Guid(s string) (g [16]byte, ok bool) {
	b, err := base64.StdEncoding.Strict().DecodeString(s)
	if err != nil || len(b) != 16 {
		return g, false
	}
	copy(g[:], b)
	return swapGuid(g), true
}

// inflate decompresses base64 text; what can't be read, is no UTF-8 or is too large gives "".
func inflate(s string, open func(io.Reader) (io.Reader, error)) string {
	b, err := base64.StdEncoding.DecodeString(s)
	if err != nil {
		return ""
	}
	r, err := open(bytes.NewReader(b))
	if err != nil {
		return ""
	}
	out, err := io.ReadAll(io.LimitReader(r, maxText+1))
	if err != nil || len(out) > maxText || !utf8.Valid(out) {
		return ""
	}
	return string(out)
}

// encodeURL escapes all but letters, digits and - _ . in lower-case hex; marks that encoders differ on are refused.
func encodeURL(s, space string) (string, bool, error) {
	if strings.ContainsAny(s, "~!*'()") {
		return "", false, &NotBuilt{Name: "url_encode", Detail: "text with ~ ! * ' ( or )"}
	}
	var b strings.Builder
	for i := 0; i < len(s); i++ {
		switch c := s[i]; {
		case isTermRune(rune(c)) && c < utf8.RuneSelf, c == '-', c == '_', c == '.':
			b.WriteByte(c)
		case c == ' ':
			b.WriteString(space)
		default:
			b.WriteByte('%')
			b.WriteString(hex.EncodeToString([]byte{c}))
		}
	}
	return b.String(), true, nil
}

func decodeURL(s string) (string, bool, error) {
	refusal := &NotBuilt{Name: "url_decode", Detail: "a plus sign or a broken escape"}
	var b strings.Builder
	for i := 0; i < len(s); i++ {
		switch {
		case s[i] == '+':
			return "", false, refusal
		case s[i] != '%':
			b.WriteByte(s[i])
		default:
			if i+2 >= len(s) {
				return "", false, refusal
			}
			c, err := hex.DecodeString(s[i+1 : i+3])
			if err != nil {
				return "", false, refusal
			}
			b.Write(c)
			i += 2
		}
	}
	if !utf8.ValidString(b.String()) {
		return "", false, refusal
	}
	return b.String(), true, nil
}

// buildNewGuid makes random guids of version 4, one a row.
func buildNewGuid(name string, args []Arg) (*Overload, error) {
	return &Overload{Result: value.Guid, Volatile: true, Eval: func(c *Context, _ []*value.Vector, n int) (*value.Vector, error) {
		if c == nil || c.Rand == nil {
			return nil, &NotBuilt{Name: name, Detail: "use without a source of randomness"}
		}
		out := make([][16]byte, n)
		for i := range out {
			binary.BigEndian.PutUint64(out[i][:8], c.Rand())
			binary.BigEndian.PutUint64(out[i][8:], c.Rand())
			out[i][6] = out[i][6]&0x0f | 0x40
			out[i][8] = out[i][8]&0x3f | 0x80
		}
		return vectorOf(value.Guid, out, nil), nil
	}}, nil
}
