// Reading a Parquet column of plain values: a page at a time, its values converted at once, a dictionary's only once.

package source

import (
	"errors"
	"io"

	"github.com/parquet-go/parquet-go"

	"calypso/kusto/value"
)

// flatReader reads a leaf that doesn't repeat.
type flatReader struct {
	scalar parquetScalar
	maxDef byte
	pages  parquet.Pages

	rows   int           // rows of the current page
	at     int           // of which were handed out
	valued int           // values handed out: rows that aren't null
	levels []byte        // definition levels of the page; empty when every row has a value
	dense  *value.Vector // the page's values, or the dictionary's
	picks  []int32       // indices into dense, nil when it holds the page's values
	dict   parquet.Dictionary
	words  *value.Vector // dict, converted
}

func (r *flatReader) close() { r.pages.Close() }

func (r *flatReader) seek(row int64) error {
	r.rows, r.at = 0, 0
	return r.pages.SeekToRow(row)
}

var errTooFewRows = errors.New("it has fewer rows than the footer claims")

// read gives the next rows.
func (r *flatReader) read(rows int) (*value.Vector, error) {
	out := value.NewBuilder(r.scalar.kind, rows)
	for out.Len() < rows {
		if r.at == r.rows {
			if err := r.nextPage(); err != nil {
				return nil, err
			}
			continue
		}
		n := min(rows-out.Len(), r.rows-r.at)
		r.take(out, n)
		r.at += n
	}
	return out.Vector(), nil
}

// nextPage loads and converts a page.
func (r *flatReader) nextPage() error {
	page, err := r.pages.ReadPage()
	if err == io.EOF {
		return errTooFewRows
	}
	if err != nil {
		return err
	}
	r.rows, r.at, r.valued = int(page.NumRows()), 0, 0
	r.levels = page.DefinitionLevels()
	if r.maxDef == 0 {
		r.levels = nil
	}
	values := r.rows
	if r.maxDef > 0 {
		values -= int(page.NumNulls())
	}
	if values == 0 {
		// A page of nulls may have neither levels nor data.
		r.dense, r.picks, r.levels = &value.Vector{Kind: r.scalar.kind}, nil, make([]byte, r.rows)
		return nil
	}
	raw := page.Data()
	if dict := page.Dictionary(); dict != nil {
		return r.usePicks(dict, raw.Int32()[:values])
	}
	r.picks = nil
	r.dense, err = r.scalar.convert(raw, values)
	return err
}

// usePicks makes the page's values indices into its dictionary.
func (r *flatReader) usePicks(dict parquet.Dictionary, picks []int32) error {
	if r.dict != dict {
		words, err := r.scalar.convert(dict.Page().Data(), dict.Len())
		if err != nil {
			return err
		}
		r.dict, r.words = dict, words
	}
	for _, p := range picks {
		if uint32(p) >= uint32(r.words.N) {
			return errors.New("an index beyond its dictionary")
		}
	}
	r.dense, r.picks = r.words, picks
	return nil
}

// take appends n rows of the page.
func (r *flatReader) take(out *value.Builder, n int) {
	if len(r.levels) == 0 {
		r.values(out, n)
		return
	}
	// Runs of values and runs of nulls in turn.
	for i, end := r.at, r.at+n; i < end; {
		from := i
		for i < end && r.levels[i] == r.maxDef {
			i++
		}
		r.values(out, i-from)
		for i < end && r.levels[i] != r.maxDef {
			out.AppendNull()
			i++
		}
	}
}

// values appends the next n values.
func (r *flatReader) values(out *value.Builder, n int) {
	if n == 0 {
		return
	}
	if r.picks == nil {
		out.AppendAll(value.Slice(r.dense, r.valued, r.valued+n))
	} else {
		appendPicks(out, r.dense, r.picks[r.valued:r.valued+n])
	}
	r.valued += n
}

func appendPicks(out *value.Builder, words *value.Vector, picks []int32) {
	switch {
	case words.Nulls != nil:
		for _, p := range picks {
			out.AppendFrom(words, int(p))
		}
	case words.Kind == value.String:
		for _, p := range picks {
			out.AppendString(words.Strings[p])
		}
	case words.Kind == value.Real:
		for _, p := range picks {
			out.AppendReal(words.Reals[p])
		}
	case words.Ints != nil:
		for _, p := range picks {
			out.AppendInt(words.Ints[p])
		}
	default:
		for _, p := range picks {
			out.AppendFrom(words, int(p))
		}
	}
}
