package kusto

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strings"
	"testing"
	"time"

	"calypso/kusto/value"
	"calypso/kusto/wire"
)

var tooMany = []*wire.Error{{Code: "LimitsExceeded", Message: "too many", Detail: "too many rows (E_QUERY_RESULT_SET_TOO_LARGE)"}}

func TestTables(t *testing.T) {
	ctx := context.Background()
	c := cluster(t, func(w http.ResponseWriter, _ *http.Request) { numbers(w, 3, nil, tooMany) })
	r, err := c.Query(ctx, Query{Text: "x", RequestID: "mine"})
	if err != nil {
		t.Fatal(err)
	}
	defer r.Close()
	first, err := r.NextTable(ctx)
	if err != nil || first.Name != "Result0" || !strings.Contains(first.Visualization, "piechart") {
		t.Fatalf("got %+v %v", first, err)
	}
	second, err := r.NextTable(ctx) // passes over the rows of the first
	if err != nil || second.Name != "Result1" || second.Visualization != "" {
		t.Fatalf("got %+v %v", second, err)
	}
	b, err := second.Next(ctx)
	if err != nil || b.N != 3 {
		t.Fatalf("the rows before the error: %v %v", b, err)
	}
	_, err = second.Next(ctx)
	var f *Failure
	if !errors.As(err, &f) || f.Kind != Limit || !strings.Contains(f.Message, "too many rows") || f.ClientRequestID != "mine" {
		t.Errorf("got %+v", f)
	}
	if third, err := r.NextTable(ctx); third != nil || err != nil {
		t.Errorf("the error is told twice: %v %v", third, err)
	}
}

func TestParametersAndOptionsAreSent(t *testing.T) {
	var all heard
	var headers http.Header
	c := cluster(t, func(w http.ResponseWriter, r *http.Request) {
		headers = r.Header.Clone()
		all.note(r)
		numbers(w, 1, nil)
	})
	_, err := c.Stream(context.Background(), Query{
		Text: "declare query_parameters(a:long); print a", Parameters: map[string]string{"a": "long(5)"},
		Options: map[string]any{"truncationmaxrecords": 7, "results_v2_fragment_primary_tables": false}, Timeout: 90 * time.Second,
	}, &keeper{})
	if err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{
		`"Parameters":{"a":"long(5)"}`, `"truncationmaxrecords":7`, `"servertimeout":"00:01:30"`, `"results_v2_fragment_primary_tables":true`,
		`"results_error_reporting_placement":"end_of_table"`, `"db":"Samples"`,
	} {
		if body := all.all()[0]; !strings.Contains(body, want) {
			t.Errorf("%s isn't in %s", want, body)
		}
	}
	if id := headers.Get("x-ms-client-request-id"); !strings.HasPrefix(id, "Calypso;") || len(id) != len("Calypso;")+36 {
		t.Errorf("request id %q", id)
	}
	if headers.Get("x-ms-app") != "Calypso" || headers.Get("x-ms-user") != "[none]" || headers.Get("Accept-Encoding") != "identity" {
		t.Errorf("headers %v", headers)
	}
	if _, err := c.Query(context.Background(), Query{Text: "x", Options: map[string]any{"norequesttimeout": "yes"}}); err == nil || !strings.Contains(err.Error(), "norequesttimeout") {
		t.Errorf("got %v", err)
	}
}

func TestTimeLimits(t *testing.T) {
	c := &Client{}
	soon, cancel := context.WithTimeout(context.Background(), 90*time.Second)
	defer cancel()
	for _, l := range []struct {
		ctx   context.Context
		asked time.Duration
		want  string
	}{
		{context.Background(), 0, "00:04:00"},
		{soon, 0, "00:01:30"},
		{soon, time.Minute, "00:01:00"},
		{context.Background(), 3 * time.Hour, "01:00:00"},
		{context.Background(), time.Millisecond, "00:00:01"},
	} {
		if got := clock(c.timeLimit(l.ctx, l.asked, queryTime)); got != l.want {
			t.Errorf("%s: got %s, want %s", l.asked, got, l.want)
		}
	}
}

// stalled is a cluster that never ends a query and notes the commands that it gets.
func stalled(t *testing.T, rows int, commands *heard, begun chan<- struct{}) *Client {
	return cluster(t, func(w http.ResponseWriter, r *http.Request) {
		commands.note(r)
		if isCommand(r) {
			text(400, "application/json", missing)(w, r) // as from a cluster that doesn't know the command
			return
		}
		if rows > 0 {
			v2 := wire.NewV2Writer(w, wire.V2Options{Newlines: true, Fragmented: true, Errors: wire.EndOfTable})
			_ = v2.Start()
			_ = v2.BeginTable("T", []value.Column{{Name: "n", Kind: value.Long}})
			_ = v2.Rows(value.Batch{N: rows, Cols: []*value.Vector{value.ConstInt(value.Long, 1, rows)}})
			_ = v2.Flush()
			w.(http.Flusher).Flush()
		}
		close(begun)
		<-r.Context().Done()
	})
}

func TestContextEndsAndTheClusterHearsOfIt(t *testing.T) {
	for _, rows := range []int{0, 10} {
		t.Run(fmt.Sprint(rows, " rows before"), func(t *testing.T) {
			var commands heard
			begun := make(chan struct{})
			c := stalled(t, rows, &commands, begun)
			ctx, cancel := context.WithCancel(context.Background())
			go func() { <-begun; cancel() }()
			_, err := c.Stream(ctx, Query{Text: "x", RequestID: "Calypso;1"}, &keeper{})
			var f *Failure
			if !errors.As(err, &f) || f.Kind != Cancelled {
				t.Errorf("got %v", err)
			}
			sent := commands.all()
			if len(sent) != 2 || !strings.Contains(sent[1], ".cancel query 'Calypso;1'") || !strings.Contains(sent[1], `"db":"Samples"`) {
				t.Errorf("sent %q", sent)
			}
		})
	}
}

func TestDeadline(t *testing.T) {
	var commands heard
	c := stalled(t, 0, &commands, make(chan struct{}))
	ctx, cancel := context.WithTimeout(context.Background(), 50*time.Millisecond)
	defer cancel()
	var f *Failure
	if _, err := c.Stream(ctx, Query{Text: "x"}, &keeper{}); !errors.As(err, &f) || f.Kind != Timeout {
		t.Errorf("got %v", err)
	}
}

func TestEnoughRowsStopTheQuery(t *testing.T) {
	var commands heard
	c := stalled(t, 10, &commands, make(chan struct{}))
	got, err := Tools{Of: c, MaxRows: 5}.ExecuteQuery(context.Background(), "x")
	if err != nil || got.RowCount != 5 || !got.Truncated {
		t.Fatalf("got %+v %v", got, err)
	}
	if sent := commands.all(); len(sent) != 2 || !strings.Contains(sent[1], ".cancel query '"+got.ClientRequestID) {
		t.Errorf("sent %q", sent)
	}
}

func TestNothingIsCancelledAfterTheEnd(t *testing.T) {
	var commands heard
	c := cluster(t, func(w http.ResponseWriter, r *http.Request) { commands.note(r); numbers(w, 1, nil) })
	if err := ask(c, "x"); err != nil || len(commands.all()) != 1 {
		t.Errorf("%v, sent %q", err, commands.all())
	}
}

// Rows that can't be read are said to be there, not shown.
func TestRowsStayOutOfErrors(t *testing.T) {
	for _, rows := range []string{`[["secret"]]`, `[{"a":"secret"}]`, `[[1,"secret"]]`, `["secret"]`, `[[1],"secret"`} {
		c := cluster(t, text(200, "application/json", `[{"FrameType":"DataSetHeader","IsProgressive":false,"Version":"v2.0"}
,{"FrameType":"DataTable","TableId":1,"TableKind":"PrimaryResult","TableName":"P","Columns":[{"ColumnName":"n","ColumnType":"long"}],"Rows":`+rows+`}
,{"FrameType":"DataSetCompletion","HasErrors":false,"Cancelled":false}
]`))
		if err := ask(c, "x"); err == nil || strings.Contains(err.Error(), "secret") {
			t.Errorf("%s: got %v", rows, err)
		}
	}
}

func TestUsage(t *testing.T) {
	const answer = `[{"FrameType":"DataSetHeader","IsProgressive":false,"Version":"v2.0"}
,{"FrameType":"DataTable","TableId":1,"TableKind":"PrimaryResult","TableName":"PrimaryResult","Columns":[{"ColumnName":"n","ColumnType":"long"}],"Rows":[[1]]}
,{"FrameType":"DataTable","TableId":2,"TableKind":"QueryCompletionInformation","TableName":"QueryCompletionInformation","Columns":[{"ColumnName":"EventTypeName","ColumnType":"string"},{"ColumnName":"Payload","ColumnType":"string"}],"Rows":[["QueryInfo","{}"],["QueryResourceConsumption","{\"resource_usage\":{\"cpu\":{\"total cpu\":\"00:00:00.0156250\"},\"memory\":{\"peak_per_node\":1048}}}"]]}
,{"FrameType":"DataSetCompletion","HasErrors":false,"Cancelled":false}
]`
	c := cluster(t, text(200, "application/json", answer))
	done, err := c.Stream(context.Background(), Query{Text: "x"}, &keeper{})
	if err != nil || done.Usage != (Usage{CPU: 15625 * time.Microsecond, Memory: 1048}) {
		t.Errorf("got %+v %v", done, err)
	}
}

func TestStreamOfACommand(t *testing.T) {
	c := cluster(t, func(w http.ResponseWriter, r *http.Request) {
		if !isCommand(r) {
			t.Error("sent as a query")
		}
		oneTable(w, "TableName", "A", "B")
	})
	keep := &keeper{}
	if _, err := c.Stream(context.Background(), Query{Text: ".show tables", Command: true}, keep); err != nil || keep.out.RowCount != 2 {
		t.Errorf("got %+v %v", keep.out, err)
	}
}

func BenchmarkQuery(b *testing.B) {
	const rows = 200_000
	var body strings.Builder
	numbers(&body, rows, nil)
	c := cluster(b, func(w http.ResponseWriter, _ *http.Request) { _, _ = io.WriteString(w, body.String()) })
	for b.Loop() {
		if _, err := c.Stream(context.Background(), Query{Text: "x"}, &keeper{}); err != nil {
			b.Fatal(err)
		}
	}
	b.ReportMetric(float64(rows)*float64(b.N)/b.Elapsed().Seconds(), "rows/s")
}
