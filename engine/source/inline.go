// Text that somebody already holds, such as a table written into a test, read as a file of its format is.

package source

import (
	"context"
	"io"
	"strings"

	"calypso/engine/exec"
)

// ReadText makes a table of a text as OpenFile makes one of a file of that name; shown is the name in errors and its ending tells
// the format, of which Parquet isn't one. Lines in errors count from 1 at the text's start.
func ReadText(ctx context.Context, table, shown, text string, options Options) (exec.Table, error) {
	_, format, zipped := options.formatOf(shown)
	plain := func() (io.ReadCloser, error) { return io.NopCloser(strings.NewReader(text)), nil }
	var t *stored
	var err error
	switch {
	case zipped || format == noFormat || format == formatParquet:
		return nil, unknownFormat(shown)
	case format == formatJSON:
		t, err = loadJSON(ctx, shown, plain, options)
	default:
		t, err = loadCSV(ctx, shown, plain, commaOf(format, options), options)
	}
	if err != nil {
		return nil, err
	}
	t.name = table
	return t, nil
}
