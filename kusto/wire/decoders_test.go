package wire

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"strings"
	"testing"

	"calypso/kusto/value"

	queryv2 "github.com/Azure/azure-kusto-go/azkustodata/query/v2"
	azvalue "github.com/Azure/azure-kusto-go/azkustodata/value"
)

// TestBothDecodersAgree reads one answer by azkustodata's decoder and by ours and compares every cell. Dynamics are left to the
// golden files: azkustodata hands them on as text.
func TestBothDecodersAgree(t *testing.T) {
	rows := mixed(200)
	raw := answer(t, V2Options{Newlines: true, Fragmented: true, Errors: EndOfTable}, rows)
	data, err := queryv2.NewIterativeDataset(context.Background(), io.NopCloser(bytes.NewReader(raw)), queryv2.DefaultIoCapacity,
		queryv2.DefaultRowCapacity, queryv2.DefaultTableCapacity)
	must(t, err)
	defer data.Close()
	ours, err := readAll(NewDecoder(bytes.NewReader(raw)))
	must(t, err)
	at := 0
	for table := range data.Tables() {
		must(t, table.Err())
		if !table.Table().IsPrimaryResult() {
			continue
		}
		for row := range table.Table().Rows() {
			must(t, row.Err())
			for c, theirs := range row.Row().Values() {
				if allKinds[c] == value.Dynamic {
					continue
				}
				b := ours.rows[1][0]
				if got, want := cell(b.Cols[c], at), azCell(theirs); got != want {
					t.Errorf("row %d column %s: ours %s, theirs %s", at, allKinds[c], got, want)
				}
			}
			at++
		}
	}
	if at != rows.N {
		t.Errorf("their decoder read %d rows of %d", at, rows.N)
	}
}

func cell(v *value.Vector, i int) string {
	if v.IsNull(i) {
		return "null"
	}
	switch v.Kind {
	case value.Real:
		return fmt.Sprint(v.Reals[i])
	case value.Timespan:
		return fmt.Sprint(v.Ints[i])
	case value.Datetime:
		return string(value.AppendDatetime(nil, v.Ints[i]))
	}
	return value.DynAt(v, i).Text()
}

func azCell(k azvalue.Kusto) string {
	switch k := k.(type) {
	case *azvalue.String:
		return k.Value
	case *azvalue.DateTime:
		if p := k.Ptr(); p != nil {
			return string(value.AppendDatetime(nil, TicksOf(*p)))
		}
	case *azvalue.Timespan:
		if p := k.Ptr(); p != nil {
			return fmt.Sprint(int64(*p) / 100)
		}
	case *azvalue.Real:
		if p := k.Ptr(); p != nil {
			return fmt.Sprint(*p)
		}
	default:
		if text := k.String(); text != "" {
			return strings.TrimSpace(text)
		}
	}
	return "null"
}
