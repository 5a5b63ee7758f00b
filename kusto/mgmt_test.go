package kusto

import (
	"context"
	"errors"
	"net/http"
	"strings"
	"testing"
)

// TestEndlessAnswer: what a cluster says to a command is kept whole, so an answer without an end is given up, with what to do.
func TestEndlessAnswer(t *testing.T) {
	gone := make(chan struct{})
	c := cluster(t, func(w http.ResponseWriter, r *http.Request) {
		defer close(gone)
		_, err := w.Write([]byte(`{"Tables":[{"TableName":"T","Columns":[{"ColumnName":"a","DataType":"String"}],"Rows":[["x"]`))
		for row := `,["` + strings.Repeat("x", 1000) + `"]`; err == nil && r.Context().Err() == nil; {
			_, err = w.Write([]byte(row))
		}
	})
	c.answerLimit = 1 << 20
	_, err := c.Mgmt(context.Background(), Query{Text: ".show everything"})
	var f *Failure
	if !errors.As(err, &f) || f.Kind != Limit || !strings.Contains(f.Hint, "take 1000") {
		t.Errorf("%v", err)
	}
	<-gone
}
