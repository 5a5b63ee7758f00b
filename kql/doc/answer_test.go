package doc_test

import (
	"context"
	"errors"
	"io"
	"strconv"
	"strings"
	"testing"

	"calypso/engine"
	"calypso/kql/doc"
	"calypso/kusto/value"
)

// TestExamplesGiveWhatTheySay: what stands behind // in an example's last line is its answer, as the embedded engine gives it.
// Examples that the engine refuses are passed over.
func TestExamplesGiveWhatTheySay(t *testing.T) {
	e, err := engine.Open(engine.Options{})
	if err != nil {
		t.Fatal(err)
	}
	checked := 0
	for _, kind := range []doc.Kind{doc.Function, doc.Aggregate, doc.Scalar, doc.Operator, doc.Type} {
		for _, name := range doc.Names(kind) {
			entry, _ := doc.Find(kind, name)
			_, want, told := strings.Cut(entry.Example[strings.LastIndex(entry.Example, "\n")+1:], " // ")
			if !told {
				continue
			}
			got, err := firstRow(e, entry.Example)
			var fault *engine.Error
			if errors.As(err, &fault) && fault.Kind == engine.NotBuilt {
				continue
			}
			if err != nil {
				t.Errorf("%s %s: %v", kind, name, err)
				continue
			}
			checked++
			if !sameAnswer(got, want) {
				t.Errorf("%s %s: the example says %s, the engine %s", kind, name, want, strings.Join(got, ", "))
			}
		}
	}
	if checked < 100 {
		t.Errorf("only %d examples could be checked", checked)
	}
}

// firstRow runs a query and gives the cells of the first row as text.
func firstRow(e *engine.Engine, query string) ([]string, error) {
	ctx := context.Background()
	answer, err := e.Query(ctx, engine.Request{Text: query})
	if err != nil {
		return nil, err
	}
	defer answer.Close()
	batch, err := answer.Tables[0].Next(ctx)
	if err != nil {
		if errors.Is(err, io.EOF) {
			return nil, nil
		}
		return nil, err
	}
	if batch == nil || batch.N == 0 {
		return nil, nil
	}
	var cells []string
	for _, column := range batch.Cols {
		cells = append(cells, string(value.DynAt(column, 0).AppendText(nil)))
	}
	return cells, nil
}

// sameAnswer compares cells with a remark such as "2, null": numbers by value, times as far as the remark goes.
func sameAnswer(cells []string, remark string) bool {
	want := []string{remark}
	if len(cells) > 1 {
		want = strings.Split(remark, ", ")
	}
	if len(want) != len(cells) {
		return false
	}
	for i, w := range want {
		if !sameCell(cells[i], w) {
			return false
		}
	}
	return true
}

func sameCell(got, want string) bool {
	if want == "null" {
		want = ""
	}
	a, errA := strconv.ParseFloat(got, 64)
	b, errB := strconv.ParseFloat(want, 64)
	if errA == nil && errB == nil {
		return a == b || a-b < 1e-9 && b-a < 1e-9
	}
	if len(got) > 20 && got[10] == 'T' && got[4] == '-' { // a time
		date, clock := got[:10], got[11:]
		return want == date && strings.HasPrefix(clock, "00:00") || want != "" && strings.HasPrefix(clock, want) ||
			strings.HasPrefix(date+" "+clock, want) && strings.Contains(want, ":")
	}
	return got == want
}
