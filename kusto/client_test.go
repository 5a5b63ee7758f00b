package kusto

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"calypso/kusto/value"
	"calypso/kusto/wire"
)

// cluster is a server that answers queries with one function and everything else as a cluster without sign-in does.
func cluster(t *testing.T, answer http.HandlerFunc) *Client {
	t.Helper()
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path == "/v1/rest/auth/metadata" {
			http.Error(w, "page not found", http.StatusNotFound) // with a text, which azkustodata alone can't take
			return
		}
		answer(w, r)
	}))
	t.Cleanup(s.Close)
	c, err := Open(Connection{URL: s.URL, Database: "Samples"}, Options{})
	if err != nil {
		t.Fatal(err)
	}
	return c
}

func ask(c *Client, text string) error {
	_, err := Tools{Of: c}.ExecuteQuery(context.Background(), text)
	return err
}

func TestFailures(t *testing.T) {
	text := func(status int, contentType, body string) http.HandlerFunc {
		return func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Type", contentType)
			w.WriteHeader(status)
			_, _ = io.WriteString(w, body)
		}
	}
	for _, c := range []struct {
		name   string
		answer http.HandlerFunc
		kind   Kind
		want   string
	}{
		{"web page", text(200, "text/html; charset=utf-8", "<!DOCTYPE html>"), NotKusto, "answers with a web page, not as a Kusto cluster"},
		{"web page without a type", text(200, "application/json", "<html>"), Broken, "web page"},
		{"not found", text(404, "text/plain", "404 page not found"), NotKusto, "HTTP 404"},
		{"sign in", text(401, "text/plain", ""), SignIn, "wants you to sign in"},
		{"forbidden", text(403, "text/plain", ""), SignIn, "doesn't let you in"},
		{"busy", text(429, "text/plain", ""), Throttled, "try again in a minute"},
		{"gateway", text(502, "text/plain", "bad gateway"), Server, "HTTP 502: bad gateway"},
		{"elsewhere", func(w http.ResponseWriter, r *http.Request) { http.Redirect(w, r, "https://evil.example/x", 302) }, NotKusto, "https://evil.example/x"},
		{"query error", text(400, "application/json", `{"error":{"code":"General_BadRequest","message":"Request is invalid","@message":"Semantic error","innererror":{"code":"SEM0100","message":"m","@message":"column 'x' isn't there [line:position=2:5]"}}}`), BadQuery, "column 'x'"},
		{"no database", text(400, "application/json", `{"error":{"code":"BadRequest_DatabaseNotExist","message":"Entity NotFound","@message":"database 'X' not found"}}`), NotFound, "database 'X'"},
		{"nothing", text(200, "application/json", ""), Broken, "ended too early"},
		{"cut", text(200, "application/json", `[{"FrameType":"DataSetHeader"}`), Broken, "ended too early"},
		{"other JSON", text(200, "application/json", `[]`), Broken, "DataSetCompletion"},
	} {
		t.Run(c.name, func(t *testing.T) {
			err := ask(cluster(t, c.answer), "secret query text")
			var f *Failure
			if !errors.As(err, &f) || f.Kind != c.kind || !strings.Contains(f.Error(), c.want) {
				t.Fatalf("got %#v %v, want %q", f, err, c.want)
			}
			if strings.Contains(err.Error(), "secret query text") {
				t.Errorf("the error holds the query: %v", err)
			}
			if f.ClientRequestID == "" {
				t.Error("no request id")
			}
			if c.name == "query error" && (f.Code != "SEM0100" || f.Line != 2 || f.Column != 5) {
				t.Errorf("place: %+v", f)
			}
		})
	}
}

func TestNobodyListens(t *testing.T) {
	s := httptest.NewServer(http.NotFoundHandler())
	s.Close()
	c, err := Open(Connection{URL: s.URL}, Options{})
	if err != nil {
		t.Fatal(err)
	}
	var f *Failure
	if err := ask(c, "print 1"); !errors.As(err, &f) || f.Kind != Unreachable || !strings.Contains(f.Message, "nothing listens at "+s.URL) {
		t.Errorf("got %v", err)
	}
	if _, err := c.Mgmt(context.Background(), Query{Text: ".show tables"}); !errors.As(err, &f) || f.Kind != Unreachable {
		t.Errorf("got %v", err)
	}
}

// two writes an answer of two results, the second one cut short by an error.
func two(w io.Writer) {
	v2 := wire.NewV2Writer(w, wire.V2Options{Newlines: true, Fragmented: true, Errors: wire.EndOfTable})
	columns := []value.Column{{Name: "n", Kind: value.Long}}
	_ = v2.Start()
	_ = v2.Properties([]wire.Property{{Table: 1, Key: "Visualization", Value: `{"Visualization":"piechart"}`}, {Table: 2, Key: "Visualization", Value: `{"Visualization":null}`}})
	for i := range 2 {
		_ = v2.BeginTable(fmt.Sprintf("Result%d", i), columns)
		_ = v2.Rows(value.Batch{N: 3, Cols: []*value.Vector{value.ConstInt(value.Long, int64(i), 3)}})
		if i == 0 {
			_ = v2.EndTable(nil)
		} else {
			_ = v2.EndTable([]*wire.Error{{Code: "LimitsExceeded", Message: "too many", Detail: "too many rows"}})
		}
	}
	_ = v2.Finish(wire.Completion{Payload: "{}"})
}

func TestTables(t *testing.T) {
	ctx := context.Background()
	c := cluster(t, func(w http.ResponseWriter, _ *http.Request) { two(w) })
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
	if !errors.As(err, &f) || f.Kind != Limit || f.Message != "too many rows" || f.ClientRequestID != "mine" {
		t.Errorf("got %+v", f)
	}
}

func TestParametersAndOptionsAreSent(t *testing.T) {
	var body string
	c := cluster(t, func(w http.ResponseWriter, r *http.Request) {
		raw, _ := io.ReadAll(r.Body)
		body = string(raw)
		two(w)
	})
	r, err := c.Query(context.Background(), Query{Text: "declare query_parameters(a:long); print a", Parameters: map[string]string{"a": "long(5)"},
		Options: map[string]any{"truncationmaxrecords": 7}, Timeout: 90 * time.Second})
	if err != nil {
		t.Fatal(err)
	}
	r.Close()
	for _, want := range []string{`"Parameters":{"a":"long(5)"}`, `"truncationmaxrecords":7`, `"servertimeout":"00:01:30`, `"results_v2_fragment_primary_tables":true`,
		`"results_error_reporting_placement":"end_of_table"`, `"db":"Samples"`} {
		if !strings.Contains(body, want) {
			t.Errorf("%s isn't in %s", want, body)
		}
	}
}

func TestCancelledContext(t *testing.T) {
	begun := make(chan struct{})
	c := cluster(t, func(w http.ResponseWriter, r *http.Request) {
		_, _ = io.Copy(io.Discard, r.Body)
		close(begun)
		<-r.Context().Done()
	})
	ctx, cancel := context.WithCancel(context.Background())
	go func() { <-begun; cancel() }()
	_, err := Tools{Of: c}.ExecuteQuery(ctx, "print 1")
	var f *Failure
	if !errors.As(err, &f) || f.Kind != Cancelled {
		t.Errorf("got %v", err)
	}
}

func TestNamesAreQuoted(t *testing.T) {
	var commands []string
	c := cluster(t, func(w http.ResponseWriter, r *http.Request) {
		raw, _ := io.ReadAll(r.Body)
		commands = append(commands, string(raw))
		http.Error(w, `{"error":{"code":"General_BadRequest","message":"m"}}`, 400)
	})
	_, _ = c.Database(context.Background(), `x']) | drop`)
	_ = c.Cancel(context.Background(), "", `id' more`)
	if len(commands) != 2 || !strings.Contains(commands[0], `['x\\']) | drop']`) || !strings.Contains(commands[1], `.cancel query 'id\\' more'`) {
		t.Errorf("sent %q", commands)
	}
}
