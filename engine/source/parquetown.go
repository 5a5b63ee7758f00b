// Reading the files that ParquetWriter wrote: the note in their footer says what each column is, exactly.

package source

import (
	"fmt"
	"os"
	"strings"

	"github.com/woodsbury/decimal128"

	"calypso/engine/exec"
	"calypso/kusto/value"
)

// OpenParquet reads the footer of an opened Parquet file; shown is its name in errors. The table reads from the file as long as it
// is used; the caller hands the file over.
func OpenParquet(table, shown string, in *os.File) (exec.Table, error) {
	return openParquet(table, shown, func() (*os.File, error) { return in, nil }, Options{})
}

// ownKinds gives the types of a file that was written here; nil for others.
func (t *parquetTable) ownKinds() ([]value.Kind, error) {
	for _, note := range t.meta.KeyValueMetadata {
		if note.Key != ownColumns {
			continue
		}
		var kinds []value.Kind
		for name := range strings.SplitSeq(note.Value, ",") {
			kind, ok := value.KindOf(name)
			if !ok {
				return nil, fmt.Errorf("it notes the unknown type %q", name)
			}
			kinds = append(kinds, kind)
		}
		if len(kinds) != len(t.nodes) {
			return nil, fmt.Errorf("it notes %d columns and has %d", len(kinds), len(t.nodes))
		}
		return kinds, nil
	}
	return nil, nil
}

// takeOwn gives the columns the types that the file notes.
func (t *parquetTable) takeOwn() error {
	kinds, err := t.ownKinds()
	if kinds == nil || err != nil {
		return err
	}
	for i, n := range t.nodes {
		kind := kinds[i]
		if n.nested() || n.scalar.shape.physical != physicalTypes[kind] || kind == value.Guid && n.scalar.shape.width != 16 {
			return fmt.Errorf("column %q isn't stored as %s is", n.name, kind)
		}
		shape := n.scalar.shape
		n.scalar = ownScalar(kind)
		n.scalar.shape = shape
	}
	t.own = true
	return nil
}

func ownScalar(kind value.Kind) parquetScalar {
	s := parquetScalar{kind: kind}
	switch kind {
	case value.Bool:
		s.convert = convertBools
	case value.Real:
		s.convert = convertReals
	case value.Guid:
		s.convert = convertGuids
	case value.String:
		s.convert = convertTexts
	case value.Dynamic:
		s.convert = convertOwnJSON
	case value.Decimal:
		s.convert = convertDecimalTexts
	case value.Datetime:
		s.stat = func(n int64) (int64, bool) { return n, value.DatetimeInRange(n) }
	default:
		s.stat = same
	}
	if s.convert == nil {
		of := s.stat
		s.convert = func(raw rawValues, n int) (*value.Vector, error) { return convertInts(kind, raw.ints[:n], of), nil }
	}
	return s
}

// convertTexts takes bytes as they are: what a query computes needn't be UTF-8, and is kept as it was.
func convertTexts(raw rawValues, n int) (*value.Vector, error) {
	v, _ := copiedTexts(raw, n)
	return v, nil
}

func convertOwnJSON(raw rawValues, n int) (*value.Vector, error) {
	v, _ := copiedTexts(raw, n)
	return dynamicsOf(v), nil
}

func convertDecimalTexts(raw rawValues, n int) (*value.Vector, error) {
	v := &value.Vector{Kind: value.Decimal, N: n, Decimals: make([]decimal128.Decimal, n)}
	for i := range n {
		if err := v.Decimals[i].UnmarshalText(raw.bytesAt(i)); err != nil {
			return nil, fmt.Errorf("a decimal %q", clipText(raw.bytesAt(i)))
		}
	}
	return v, nil
}

func clipText(b []byte) []byte { return b[:min(len(b), 40)] }
