// Package print writes result tables to a terminal or a file: aligned text, CSV, JSON, NDJSON, Markdown. Rows are written as they
// come, except for the two aligned forms, which look at the first rows to choose widths.
//
// Start at New.
package print

import (
	"bufio"
	"fmt"
	"io"
	"strings"

	"calypso/kusto/value"
)

// Formats lists the names that New takes.
var Formats = []string{"table", "csv", "json", "ndjson", "markdown"}

// Printer writes one result after the other. Table begins one, Rows adds to it, End ends it; Flush ends all.
type Printer interface {
	Table(name string, columns []value.Column) error
	Rows(*value.Batch) error
	End() error
	Flush() error
}

// New makes a printer by format name; an unknown name is an error that lists the known ones.
func New(format string, w io.Writer) (Printer, error) {
	out := bufio.NewWriterSize(w, 64<<10)
	switch format {
	case "table":
		return &aligned{out: out}, nil
	case "markdown":
		return &aligned{out: out, markdown: true}, nil
	case "csv":
		return &csvPrinter{out: out}, nil
	case "json":
		return &jsonPrinter{out: out}, nil
	case "ndjson":
		return &ndjsonPrinter{out: out}, nil
	}
	return nil, fmt.Errorf("unknown format %q; choose one of %s", format, strings.Join(Formats, ", "))
}

// appendText writes a cell as Kusto's own tools do; null is the empty text.
func appendText(out []byte, v *value.Vector, i int) []byte {
	if v.IsNull(i) {
		return out
	}
	i &= v.Mask()
	switch v.Kind {
	case value.Bool:
		return fmt.Appendf(out, "%t", v.Bools[i])
	case value.Int, value.Long:
		return fmt.Append(out, v.Ints[i])
	case value.Real:
		return value.AppendReal(out, v.Reals[i])
	case value.Decimal:
		return value.AppendDecimal(out, v.Decimals[i])
	case value.String:
		return append(out, v.Strings[i]...)
	case value.Datetime:
		return value.AppendDatetime(out, v.Ints[i])
	case value.Timespan:
		return value.AppendTimespan(out, v.Ints[i])
	case value.Guid:
		return value.AppendGuid(out, v.Guids[i])
	case value.Dynamic:
		return v.Dynamics[i].AppendJSON(out)
	}
	return out
}

// Text gives a value as the text formats show it.
func Text(v *value.Vector, row int) string { return string(appendText(nil, v, row)) }
