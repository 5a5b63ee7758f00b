// What Parquet's types become:
//
//	BOOLEAN → bool · INT 8, 16, 32 and UINT 8, 16 → int · INT 64, UINT 32 → long · UINT 64 → decimal · FLOAT, DOUBLE, FLOAT16 → real
//	DECIMAL → decimal (34 digits at most) · DATE, TIMESTAMP, INT96 → datetime · TIME, INTERVAL without months → timespan
//	STRING, ENUM, other binary → string · UUID → guid · JSON, nested → dynamic
//
// A datetime outside the years 1 to 9999 is null, as everywhere in Kusto. Older writers store text as plain binary: the first page
// of a column of plain binary decides whether it is text or, as base64, bytes.

package source

import (
	"encoding/base64"
	"encoding/binary"
	"fmt"
	"math"
	"math/big"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/parquet-go/parquet-go/deprecated"
	"github.com/parquet-go/parquet-go/format"
	"github.com/woodsbury/decimal128"

	"calypso/kusto/value"
)

// unreadable is what a sound file may hold and a table can't: what, and what to do.
type unreadable string

func (u unreadable) Error() string { return string(u) }

// parquetScalar is how values of one leaf are read: convert makes a dense vector of all values of a page or dictionary.
type parquetScalar struct {
	kind    value.Kind
	convert func(raw rawValues, n int) (*value.Vector, error)
	stat    func(int64) (int64, bool) // makes a bound of the footer one of the vector; nil where bounds aren't used
	plain   bool                      // bytes of which the file doesn't say what they are
	packs   bool                      // text, or JSON, that may be taken as it lies: see packTexts
	shape   leafShape                 // how values lie in the file
}

// annotation is a leaf's meaning beyond its physical type, whichever of the two ways the file says it.
func annotation(e *format.SchemaElement) format.LogicalTypeValue {
	if e.LogicalType.Value != nil {
		return e.LogicalType.Value
	}
	if !e.ConvertedType.Valid {
		return nil
	}
	unit := format.TimeUnit{Value: &format.MicroSeconds{}}
	switch ct := e.ConvertedType.V; ct {
	case deprecated.UTF8:
		return &format.StringType{}
	case deprecated.Enum:
		return &format.EnumType{}
	case deprecated.Json:
		return &format.JsonType{}
	case deprecated.Map, deprecated.MapKeyValue:
		return &format.MapType{}
	case deprecated.List:
		return &format.ListType{}
	case deprecated.Decimal:
		return &format.DecimalType{Scale: e.Scale.V, Precision: e.Precision.V}
	case deprecated.Date:
		return &format.DateType{}
	case deprecated.TimeMillis:
		return &format.TimeType{Unit: format.TimeUnit{Value: &format.MilliSeconds{}}}
	case deprecated.TimeMicros:
		return &format.TimeType{Unit: unit}
	case deprecated.TimestampMillis:
		return &format.TimestampType{Unit: format.TimeUnit{Value: &format.MilliSeconds{}}}
	case deprecated.TimestampMicros:
		return &format.TimestampType{Unit: unit}
	case deprecated.Uint8, deprecated.Uint16, deprecated.Uint32, deprecated.Uint64:
		return &format.IntType{BitWidth: 8 << (ct - deprecated.Uint8)}
	case deprecated.Int8, deprecated.Int16, deprecated.Int32, deprecated.Int64:
		return &format.IntType{BitWidth: 8 << (ct - deprecated.Int8), IsSigned: true}
	}
	return nil
}

// scalarOf finds how a leaf is read; its levels are the caller's to add.
func scalarOf(e *format.SchemaElement) (parquetScalar, error) {
	if !e.Type.Valid {
		return parquetScalar{}, fmt.Errorf("field %q has no type", e.Name)
	}
	s, err := convertersOf(e, annotation(e))
	s.shape = leafShape{physical: e.Type.V, width: fixedWidths[e.Type.V]}
	if e.Type.V == format.FixedLenByteArray {
		if s.shape.width = int(e.TypeLength.V); err == nil && (s.shape.width <= 0 || s.shape.width > maxFixedBytes) {
			err = fmt.Errorf("field %q has values of %d bytes", e.Name, s.shape.width)
		}
	}
	return s, err
}

const maxFixedBytes = 1 << 20

var fixedWidths = map[format.Type]int{format.Int32: 4, format.Int64: 8, format.Int96: 12, format.Float: 4, format.Double: 8}

func convertersOf(e *format.SchemaElement, meaning format.LogicalTypeValue) (parquetScalar, error) {
	switch e.Type.V {
	case format.Boolean:
		return parquetScalar{kind: value.Bool, convert: convertBools}, nil
	case format.Int32:
		return int32Scalar(meaning), nil
	case format.Int64:
		return int64Scalar(meaning), nil
	case format.Int96:
		return parquetScalar{kind: value.Datetime, convert: convertInt96}, nil
	case format.Float:
		return parquetScalar{kind: value.Real, convert: convertReals}, nil
	case format.Double:
		return parquetScalar{kind: value.Real, convert: convertReals}, nil
	case format.ByteArray, format.FixedLenByteArray:
		return bytesScalar(e, meaning)
	}
	return parquetScalar{}, fmt.Errorf("field %q has the unknown type %d", e.Name, e.Type.V)
}

// ticksOfUnit gives the function that turns a unit's count into ticks.
func ticksOfUnit(unit format.TimeUnit) func(int64) (int64, bool) {
	switch unit.Value.(type) {
	case *format.NanoSeconds:
		return func(n int64) (int64, bool) { return floorDiv(n, 100), true }
	case *format.MilliSeconds:
		return func(n int64) (int64, bool) { return scaled(n, value.TicksPerMillisecond) }
	}
	return func(n int64) (int64, bool) { return scaled(n, value.TicksPerMicrosecond) }
}

func scaled(n, by int64) (int64, bool) {
	return n * by, n <= math.MaxInt64/by && n >= math.MinInt64/by
}

func floorDiv(n, by int64) int64 {
	q := n / by
	if n%by < 0 {
		q--
	}
	return q
}

// sinceEpoch makes a datetime of a count since 1970.
func sinceEpoch(ticks func(int64) (int64, bool)) func(int64) (int64, bool) {
	return func(n int64) (int64, bool) {
		t, ok := ticks(n)
		if !ok || t < -value.UnixEpoch || t > value.MaxDatetime-value.UnixEpoch {
			return 0, false
		}
		return t + value.UnixEpoch, true
	}
}

func same(n int64) (int64, bool) { return n, true }

func int32Scalar(meaning format.LogicalTypeValue) parquetScalar {
	switch m := meaning.(type) {
	case *format.IntType:
		if m.BitWidth == 32 && !m.IsSigned {
			return parquetScalar{kind: value.Long, convert: convertUint32s}
		}
	case *format.DateType:
		return intsAs(value.Datetime, sinceEpoch(func(n int64) (int64, bool) { return scaled(n, value.TicksPerDay) }))
	}
	return intScalar(value.Int, meaning)
}

func int64Scalar(meaning format.LogicalTypeValue) parquetScalar {
	if m, ok := meaning.(*format.IntType); ok && !m.IsSigned && m.BitWidth == 64 {
		return parquetScalar{kind: value.Decimal, convert: convertUint64s}
	}
	return intScalar(value.Long, meaning)
}

// intScalar is what integers of both widths may mean; plain ones are of the kind.
func intScalar(plain value.Kind, meaning format.LogicalTypeValue) parquetScalar {
	switch m := meaning.(type) {
	case *format.TimeType:
		return intsAs(value.Timespan, ticksOfUnit(m.Unit))
	case *format.TimestampType:
		return intsAs(value.Datetime, sinceEpoch(ticksOfUnit(m.Unit)))
	case *format.DecimalType:
		return decimalScalar(m, func(raw rawValues, i int) *big.Int { return big.NewInt(raw.ints[i]) })
	}
	return intsAs(plain, same)
}

// intsAs reads integers as values of a kind.
func intsAs(kind value.Kind, of func(int64) (int64, bool)) parquetScalar {
	return parquetScalar{
		kind:    kind,
		convert: func(raw rawValues, n int) (*value.Vector, error) { return convertInts(kind, raw.ints[:n], of), nil },
		stat:    of,
	}
}

// convertInts makes the numbers its own.
func convertInts(kind value.Kind, from []int64, of func(int64) (int64, bool)) *value.Vector {
	v := &value.Vector{Kind: kind, N: len(from), Ints: from}
	if kind == value.Int || kind == value.Long || len(from) == 0 {
		return v
	}
	if zero, step, ok := affine(from, of); ok {
		for i, x := range v.Ints {
			v.Ints[i] = zero + x*step
		}
		return v
	}
	for i, x := range from {
		n, ok := of(x)
		if v.Ints[i] = n; !ok {
			v.Ints[i] = 0
			v.Nulls = v.Nulls.Set(i, v.N)
		}
	}
	return v
}

// affine tells whether all numbers fit and become zero + n step, as those of every unit do but nanoseconds, of which many are a tick.
func affine(numbers []int64, of func(int64) (int64, bool)) (zero, step int64, ok bool) {
	zero, ok0 := of(0)
	one, ok1 := of(1)
	_, okLo := of(slices.Min(numbers))
	_, okHi := of(slices.Max(numbers))
	return zero, one - zero, ok0 && ok1 && okLo && okHi && one > zero
}

func convertUint32s(raw rawValues, n int) (*value.Vector, error) {
	v := &value.Vector{Kind: value.Long, N: n, Ints: make([]int64, n)}
	for i, x := range raw.ints[:n] {
		v.Ints[i] = int64(uint32(x))
	}
	return v, nil
}

func convertUint64s(raw rawValues, n int) (*value.Vector, error) {
	v := &value.Vector{Kind: value.Decimal, N: n, Decimals: make([]decimal128.Decimal, n)}
	for i, x := range raw.ints[:n] {
		v.Decimals[i] = decimal128.FromUint64(uint64(x))
	}
	return v, nil
}

func convertBools(raw rawValues, n int) (*value.Vector, error) {
	return &value.Vector{Kind: value.Bool, N: n, Bools: raw.bools[:n]}, nil
}

func convertReals(raw rawValues, n int) (*value.Vector, error) {
	return &value.Vector{Kind: value.Real, N: n, Reals: raw.reals[:n]}, nil
}

// convertInt96 reads Impala's timestamps: nanoseconds of the day, then the Julian day.
func convertInt96(raw rawValues, n int) (*value.Vector, error) {
	const julianEpoch = 2_440_588 // 1970-01-01
	v := &value.Vector{Kind: value.Datetime, N: n, Ints: make([]int64, n)}
	for i := range n {
		x := raw.bytesAt(i)
		nanos := int64(binary.LittleEndian.Uint64(x))
		ticks := (int64(int32(binary.LittleEndian.Uint32(x[8:])))-julianEpoch)*value.TicksPerDay + value.UnixEpoch + floorDiv(nanos, 100)
		if value.DatetimeInRange(ticks) {
			v.Ints[i] = ticks
		} else {
			v.Nulls = v.Nulls.Set(i, n)
		}
	}
	return v, nil
}

const errWideDecimal = unreadable("a decimal of more than 34 digits, which Kusto's decimal can't hold; store it as text")

// decimalScalar reads unscaled whole numbers as decimals.
func decimalScalar(m *format.DecimalType, unscaled func(rawValues, int) *big.Int) parquetScalar {
	limit := new(big.Int).Exp(big.NewInt(10), big.NewInt(34), nil)
	return parquetScalar{kind: value.Decimal, convert: func(raw rawValues, n int) (*value.Vector, error) {
		v := &value.Vector{Kind: value.Decimal, N: n, Decimals: make([]decimal128.Decimal, n)}
		for i := range v.Decimals {
			x := unscaled(raw, i)
			if x.IsInt64() {
				v.Decimals[i] = decimal128.New(x.Int64(), -int(m.Scale))
				continue
			}
			if x.CmpAbs(limit) >= 0 {
				return nil, errWideDecimal
			}
			v.Decimals[i] = decimal128.FromInt(x).Mul(decimal128.New(1, -int(m.Scale)))
		}
		return v, nil
	}}
}

// bytesScalar finds how byte arrays are read.
func bytesScalar(e *format.SchemaElement, meaning format.LogicalTypeValue) (parquetScalar, error) {
	size := int(e.TypeLength.V)
	fixed := e.Type.V == format.FixedLenByteArray
	sized := func(want int) error {
		if !fixed || size != want {
			return fmt.Errorf("field %q must be %d bytes long", e.Name, want)
		}
		return nil
	}
	switch m := meaning.(type) {
	case *format.JsonType:
		return parquetScalar{kind: value.Dynamic, convert: convertJSON, packs: true}, nil
	case *format.DecimalType:
		return decimalScalar(m, func(raw rawValues, i int) *big.Int { return signedBytes(raw.bytesAt(i)) }), nil
	case *format.UUIDType:
		return parquetScalar{kind: value.Guid, convert: convertGuids}, sized(16)
	case *format.Float16Type:
		return parquetScalar{kind: value.Real, convert: convertFloat16s}, sized(2)
	}
	if e.ConvertedType.Valid && e.ConvertedType.V == deprecated.Interval {
		return parquetScalar{kind: value.Timespan, convert: convertIntervals}, sized(12)
	}
	return parquetScalar{kind: value.String, convert: convertStrings, packs: true, plain: meaning == nil && !e.ConvertedType.Valid}, nil
}

// convertBase64 is for bytes that aren't text.
func convertBase64(raw rawValues, n int) (*value.Vector, error) {
	v := &value.Vector{Kind: value.String, N: n, Strings: make([]string, n)}
	for i := range v.Strings {
		v.Strings[i] = base64.StdEncoding.EncodeToString(raw.bytesAt(i))
	}
	return v, nil
}

// signedBytes reads a big-endian two's complement number.
func signedBytes(b []byte) *big.Int {
	x := new(big.Int).SetBytes(b)
	if len(b) > 0 && b[0] >= 0x80 {
		x.Sub(x, new(big.Int).Lsh(big.NewInt(1), uint(8*len(b))))
	}
	return x
}

const errNotText = unreadable("text that isn't UTF-8; write it again as UTF-8")

// convertStrings copies a page's bytes once; its strings are slices of the copy.
func convertStrings(raw rawValues, n int) (*value.Vector, error) {
	v, all := copiedTexts(raw, n)
	if !utf8.ValidString(all) {
		return nil, errNotText
	}
	for _, s := range v.Strings {
		if s != "" && !utf8.RuneStart(s[0]) {
			return nil, errNotText // valid together, but cut within a character
		}
	}
	return v, nil
}

// copiedTexts makes strings of bytes, and all of them in one.
func copiedTexts(raw rawValues, n int) (v *value.Vector, all string) {
	v = &value.Vector{Kind: value.String, N: n, Strings: make([]string, n)}
	size := 0
	for i := range n {
		size += len(raw.bytesAt(i))
	}
	var copied strings.Builder
	copied.Grow(size)
	for i := range n {
		copied.Write(raw.bytesAt(i))
	}
	all = copied.String()
	at := 0
	for i := range n {
		end := at + len(raw.bytesAt(i))
		v.Strings[i], at = all[at:end], end
	}
	return v, all
}

func convertJSON(raw rawValues, n int) (*value.Vector, error) {
	text, err := convertStrings(raw, n)
	if err != nil {
		return nil, err
	}
	return dynamicsOf(text), nil
}

// dynamicsOf takes texts as JSON.
func dynamicsOf(text *value.Vector) *value.Vector {
	v := &value.Vector{Kind: value.Dynamic, N: text.N, Dynamics: make([]value.Dyn, text.N)}
	for i, s := range text.Strings {
		if v.Dynamics[i] = value.ParseDyn(s); v.Dynamics[i].IsNull() {
			v.Nulls = v.Nulls.Set(i, text.N)
		}
	}
	return v
}

func convertGuids(raw rawValues, n int) (*value.Vector, error) {
	v := &value.Vector{Kind: value.Guid, N: n, Guids: make([][16]byte, n)}
	for i := range v.Guids {
		v.Guids[i] = [16]byte(raw.bytesAt(i))
	}
	return v, nil
}

// convertIntervals reads months, days and milliseconds; a month is no span of time.
func convertIntervals(raw rawValues, n int) (*value.Vector, error) {
	v := &value.Vector{Kind: value.Timespan, N: n, Ints: make([]int64, n)}
	for i := range v.Ints {
		b := raw.bytesAt(i)
		if binary.LittleEndian.Uint32(b) != 0 {
			return nil, unreadable("an interval of months, which no timespan can hold; store days instead")
		}
		v.Ints[i] = int64(binary.LittleEndian.Uint32(b[4:]))*value.TicksPerDay + int64(binary.LittleEndian.Uint32(b[8:]))*value.TicksPerMillisecond
	}
	return v, nil
}

func convertFloat16s(raw rawValues, n int) (*value.Vector, error) {
	v := &value.Vector{Kind: value.Real, N: n, Reals: make([]float64, n)}
	for i := range v.Reals {
		v.Reals[i] = float16(binary.LittleEndian.Uint16(raw.bytesAt(i)))
	}
	return v, nil
}

func float16(h uint16) float64 {
	sign, exponent, fraction := 1.0, int(h>>10&31), float64(h&0x3ff)
	if h>>15 == 1 {
		sign = -1
	}
	switch exponent {
	case 0:
		return sign * math.Ldexp(fraction, -24)
	case 31:
		if fraction != 0 {
			return math.NaN()
		}
		return math.Inf(int(sign))
	}
	return sign * math.Ldexp(1024+fraction, exponent-25)
}
