package connection

import (
	"context"
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"calypso/engine"
	"calypso/engine/rest"
	"calypso/engine/source"
	"calypso/kusto"
	"calypso/kusto/value"
	"calypso/server"
	"calypso/server/protocol"
)

// samples is the embedded engine with its sample data.
func samples(t *testing.T) *engine.Engine {
	t.Helper()
	e, err := engine.Open(engine.Options{})
	if err == nil {
		err = e.Load("", source.Samples()...)
	}
	if err != nil {
		t.Fatal(err)
	}
	return e
}

// overHTTP is the same engine behind its own REST endpoint.
func overHTTP(t *testing.T, e *engine.Engine) Cluster {
	t.Helper()
	s := httptest.NewServer(rest.New(e, rest.Options{}))
	t.Cleanup(s.Close)
	c, err := Remote(s.URL, nil)
	if err != nil {
		t.Fatal(err)
	}
	return c
}

// sink keeps what a query gives.
type sink struct {
	names     []string
	rows      int
	first     []*value.Vector
	truncated bool
	chart     *protocol.Visualization
}

func (s *sink) Table(name string, _ []value.Column) error {
	s.names = append(s.names, name)
	return nil
}

func (s *sink) Rows(b *value.Batch) error {
	if s.rows == 0 {
		s.first = b.Cols
	}
	s.rows += b.N
	return nil
}

func (s *sink) End(truncated bool, chart *protocol.Visualization) error {
	s.truncated, s.chart = s.truncated || truncated, chart
	return nil
}

// What a person sees must not depend on where the engine runs.
func TestRemoteIsLikeEmbedded(t *testing.T) {
	e := samples(t)
	for name, c := range map[string]Cluster{"embedded": Embedded{Engine: e}, "remote": overHTTP(t, e)} {
		t.Run(name, func(t *testing.T) {
			ctx := context.Background()
			run := func(text string, command bool) (sink, protocol.QueryStats, *server.Failure) {
				var s sink
				stats, err := c.Run(ctx, server.Query{Text: text, Command: command}, &s)
				var f *server.Failure
				if err != nil && !errors.As(err, &f) {
					t.Fatalf("%s: no failure: %v", text, err)
				}
				return s, stats, f
			}
			names, err := c.Databases(ctx)
			if err != nil || len(names) == 0 {
				t.Fatal(names, err)
			}
			d, err := c.Database(ctx, names[0])
			if err != nil || d.Table("StormEvents").Column("State") == nil || len(d.Table("StormEvents").Columns.List) != 22 {
				t.Fatalf("got %+v %v", d, err)
			}
			s, stats, f := run("StormEvents | summarize n=count() by State | top 3 by n | render piechart with (title='storms')", false)
			if f != nil || s.rows != 3 || stats.Rows != 3 || len(s.names) != 1 || s.chart == nil || s.chart.Kind != "piechart" || s.chart.Title != "storms" {
				t.Errorf("got %+v %+v %v", s, stats, f)
			}
			if s, _, f = run("set truncationmaxrecords=10; StormEvents", false); f != nil || s.rows != 10 || !s.truncated {
				t.Errorf("got %d rows, %v, %v", s.rows, s.truncated, f)
			}
			if s, _, f = run(".show tables", true); f != nil || s.rows == 0 {
				t.Errorf("got %+v %v", s, f)
			}
			query := "StormEvents\n| where 'a' == Nowhere"
			_, _, f = run(query, false)
			if f == nil || f.Kind != protocol.ErrorQuery || f.Code != "SEM0100" || f.At == nil || f.At.Of(query) != "Nowhere" {
				t.Errorf("got %+v", f)
			}
			_, _, f = run("print ", false)
			if f == nil || f.Kind != protocol.ErrorQuery {
				t.Errorf("got %+v", f)
			}
		})
	}
}

func TestToolsOfBoth(t *testing.T) {
	e := samples(t)
	for name, c := range map[string]kusto.Cluster{"embedded": Embedded{Engine: e}, "remote": overHTTP(t, e).(*remote).client} {
		tools := kusto.Tools{Of: c, Database: "Samples", MaxRows: 7}
		ctx := context.Background()
		got, err := tools.ExecuteQuery(ctx, "StormEvents | project State")
		if err != nil || got.RowCount != 7 || !got.Truncated || len(got.Columns) != 1 {
			t.Errorf("%s: got %+v %v", name, got, err)
		}
		table, err := tools.TableSchema(ctx, "PopulationData")
		if err != nil || len(table.Columns.List) != 2 {
			t.Errorf("%s: got %+v %v", name, table, err)
		}
		list, err := tools.ListTables(ctx)
		if err != nil || list.Database != "Samples" || len(list.Tables) < 3 {
			t.Errorf("%s: got %+v %v", name, list, err)
		}
	}
}

func TestRemoteFailures(t *testing.T) {
	for _, c := range []struct {
		status int
		body   string
		kind   protocol.ErrorKind
		want   string
	}{
		{401, "", protocol.ErrorAuth, "wants you to sign in"},
		{404, "no", protocol.ErrorNetwork, "no Kusto cluster does"},
		{500, "broken", protocol.ErrorOther, "HTTP 500: broken"},
		{400, `{"error":{"code":"BadRequest_DatabaseNotExist","message":"no such database"}}`, protocol.ErrorNotFound, "no such database"},
		{504, `{"error":{"code":"Timeout","message":"timed out"}}`, protocol.ErrorTimeout, "timed out"},
	} {
		s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
			w.WriteHeader(c.status)
			_, _ = io.WriteString(w, c.body)
		}))
		r, err := Remote(s.URL, nil)
		if err != nil {
			t.Fatal(err)
		}
		_, err = r.Run(context.Background(), server.Query{Target: server.Target{Database: "D"}, Text: "T"}, &sink{})
		var f *server.Failure
		if !errors.As(err, &f) || f.Kind != c.kind || !strings.Contains(f.Message, c.want) {
			t.Errorf("%d: got %+v", c.status, f)
		}
		s.Close()
	}
	if _, err := Remote("http://help.kusto.windows.net", nil); err == nil || !strings.Contains(err.Error(), "plain http") {
		t.Errorf("got %v", err)
	}
	if r, err := Remote("https://Help.kusto.windows.net/Samples", nil); err != nil || r.Host() != "help.kusto.windows.net" {
		t.Errorf("got %v %v", r, err)
	}
}

func TestSpanAt(t *testing.T) {
	for _, c := range []struct {
		query        string
		line, column int
		want         string
	}{
		{"PerfTest take 5", 1, 9, "take"},  // columns from 0, as Azure's parser counts
		{"PerfTest take 5", 1, 10, "take"}, // from 1
		{"T\n| where x == 1", 2, 9, "x"},
		{"T\r\n| where xy == 1", 2, 9, "xy"},
		{"'😀', foo", 1, 7, "foo"},
		{"print (", 1, 8, ""},
		{"a + + b", 1, 5, "+"},
		{"T", 1, 100, ""},
		{"", 1, 0, ""},
	} {
		span := spanAt(c.query, c.line, c.column)
		if span == nil || span.Of(c.query) != c.want {
			t.Errorf("%q %d:%d: got %v", c.query, c.line, c.column, span)
		}
	}
	if spanAt("T", 2, 1) != nil {
		t.Error("a place in a line that isn't there")
	}
}

func FuzzSpanAt(f *testing.F) {
	f.Add("T\n| where x == 1", 2, 9)
	f.Fuzz(func(t *testing.T, query string, line, column int) {
		if line < 1 {
			return
		}
		if span := spanAt(query, line, column); span != nil && (span.Start > span.End || span.End > len(query)) {
			t.Fatalf("%q %d:%d: %v", query, line, column, span)
		}
	})
}
