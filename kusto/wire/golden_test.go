package wire

import (
	"bytes"
	"fmt"
	"io"
	"strings"
	"testing"
	"time"

	"calypso/internal/golden"
)

// Golden answers: the exact bytes that clients are sent, and what the decoder makes of them. A case holds the wanted "answer"
// (made of the rows of TestRoundTrip) or, as "foreign", an answer as other servers write it, and "events".
func TestGolden(t *testing.T) {
	golden.Run(t, "testdata/golden/*.txtar", func(t *testing.T, c *golden.Case) {
		raw := c.Text("foreign")
		v1 := strings.HasPrefix(c.Name, "v1")
		if raw == "" {
			raw = made(t, c.Name)
			c.Want(t, "answer", raw)
		}
		d := NewDecoder(strings.NewReader(raw))
		if v1 {
			d = NewV1Decoder(strings.NewReader(raw))
		}
		c.Want(t, "events", events(d))
	})
}

// made writes the answer that a case is named after.
func made(t *testing.T, name string) string {
	rows := mixed(5)
	var buf bytes.Buffer
	if name == "v1" {
		w := NewV1Writer(&buf)
		must(t, w.BeginTable("Table_0", columnsOf(allKinds)))
		must(t, w.Rows(rows))
		must(t, w.EndTable([]*Error{{Code: "LimitsExceeded", Message: "too many rows"}}))
		must(t, w.Contents([]TOC{{"QueryResult", "PrimaryResult", "0", ""}}))
		must(t, w.Finish())
		return buf.String()
	}
	o := V2Options{}
	if strings.Contains(name, "fragmented") {
		o = V2Options{Newlines: true, Fragmented: true, Errors: EndOfTable}
	}
	var errs []*Error
	if strings.Contains(name, "failed") {
		errs = []*Error{{Code: "LimitsExceeded", Message: "Request is invalid", Type: "Kusto.X", Detail: "too many rows"}}
	}
	w := NewV2Writer(&buf, o)
	must(t, w.Start())
	must(t, w.Properties([]Property{{1, "Visualization", `{"Visualization":"piechart"}`}}))
	must(t, w.BeginTable("PrimaryResult", columnsOf(allKinds)))
	must(t, w.Rows(rows))
	must(t, w.EndTable(errs))
	must(t, w.Finish(Completion{Time: time.Date(2020, 2, 29, 12, 0, 0, 0, time.UTC), ClientRequestID: "id", Payload: `{"Count":1}`}))
	return buf.String()
}

func events(d *Decoder) string {
	var out strings.Builder
	for {
		e, err := d.Next()
		if err == io.EOF {
			return out.String()
		}
		if err != nil {
			fmt.Fprintf(&out, "error: %v\n", err)
			return out.String()
		}
		switch e.Kind {
		case TableStart:
			fmt.Fprintf(&out, "table %d %s %q\n", e.Table.ID, e.Table.Kind, e.Table.Name)
			for _, c := range e.Table.Columns {
				fmt.Fprintf(&out, "  column %s: %s\n", c.Name, c.Kind)
			}
		case Rows:
			for i := range e.Batch.N {
				fmt.Fprintf(&out, "  %s\n", appendRow(nil, e.Batch.Cols, i))
			}
		case TableEnd:
			fmt.Fprintf(&out, "end of table %d%s\n", e.Table.ID, errorTexts(e.Errors))
		case Finish:
			fmt.Fprintf(&out, "finish: errors %t, cancelled %t%s\n", e.HasErrors, e.Cancelled, errorTexts(e.Errors))
		}
	}
}

func errorTexts(errs []*Error) string {
	var out strings.Builder
	for _, e := range errs {
		fmt.Fprintf(&out, "; %s: %s", e.Code, e)
	}
	return out.String()
}
