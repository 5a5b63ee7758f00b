package rest

import (
	"context"
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"calypso/engine"
	"calypso/engine/exec"
	"calypso/kusto/value"
	"calypso/kusto/wire"

	"github.com/woodsbury/decimal128"
)

var kinds = []value.Kind{
	value.Bool, value.Int, value.Long, value.Real, value.Decimal, value.String, value.Datetime, value.Timespan,
	value.Guid, value.Dynamic,
}

// allTypes is a table of three rows with all ten types; the second row is null.
func allTypes() exec.Table {
	columns := make([]value.Column, len(kinds))
	builders := make([]*value.Builder, len(kinds))
	for i, k := range kinds {
		columns[i] = value.Column{Name: "c_" + k.String(), Kind: k}
		builders[i] = value.NewBuilder(k, 3)
	}
	b := builders
	b[0].AppendBool(true)
	b[1].AppendInt(-2147483648)
	b[2].AppendInt(9007199254740993)
	b[3].AppendReal(1.5)
	b[4].AppendDecimal(decimal128.New(12345678901234567, -5))
	b[5].AppendString("text \"quoted\" ünï 😀")
	b[6].AppendInt(637134336024000001)
	b[7].AppendInt(-937840001234)
	b[8].AppendGuid([16]byte{0x12, 0x34, 15: 0xff})
	b[9].AppendDyn(value.ParseDyn(`{"a":[1,2.5,null],"b":"x"}`))
	for _, c := range b {
		c.AppendNull()
	}
	b[0].AppendBool(false)
	b[1].AppendInt(5)
	b[2].AppendInt(-1)
	b[3].AppendReal(-2)
	b[4].AppendDecimal(decimal128.New(0, 0))
	b[5].AppendString("")
	b[6].AppendInt(value.UnixEpoch)
	b[7].AppendInt(0)
	b[8].AppendGuid([16]byte{})
	b[9].AppendDyn(value.ParseDyn(`[]`))
	batch := value.Batch{N: 3}
	for _, c := range b {
		batch.Cols = append(batch.Cols, c.Vector())
	}
	m := exec.NewMemory("AllTypes", columns)
	if err := m.Append(&batch); err != nil {
		panic(err)
	}
	return m.Table()
}

func serve(t testing.TB) *httptest.Server {
	t.Helper()
	e, err := engine.Open(engine.Options{})
	if err != nil {
		t.Fatal(err)
	}
	if err := e.Load("", allTypes()); err != nil {
		t.Fatal(err)
	}
	s := httptest.NewServer(New(e, Options{Origins: []string{"http://localhost:3000"}}))
	t.Cleanup(s.Close)
	return s
}

func post(t *testing.T, url, path, body string, header ...string) (status int, answer string, head http.Header) {
	t.Helper()
	r, err := http.NewRequest(http.MethodPost, url+path, strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	for i := 0; i < len(header); i += 2 {
		if header[i] == "Host" {
			r.Host = header[i+1]
		}
		r.Header.Set(header[i], header[i+1])
	}
	resp, err := http.DefaultClient.Do(r)
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	raw, err := io.ReadAll(resp.Body)
	if err != nil {
		t.Fatal(err)
	}
	return resp.StatusCode, string(raw), resp.Header
}

func TestRequestForms(t *testing.T) {
	url := serve(t).URL
	for _, c := range []struct {
		name, path, body string
		status           int
		want             string
	}{
		{"query", "/v2/rest/query", `{"db":"Samples","csl":"print x=1"}`, 200, `"Rows":[[1]]`},
		{"default database", "/v2/rest/query", `{"db":"NetDefaultDB","csl":"print x=1","properties":null}`, 200, `"Rows":[[1]]`},
		{"properties as text", "/v2/rest/query", `{"csl":"AllTypes | project c_int","properties":"{\"Options\":{\"query_take_max_records\":1}}"}`, 200, `"Rows":[[-2147483648]]`},
		{"raw parameter", "/v2/rest/query", `{"csl":"declare query_parameters(s:string); print s","properties":{"Parameters":{"s":"x'y"}}}`, 200, `[["x'y"]]`},
		{"literal parameter", "/v2/rest/query", `{"csl":"declare query_parameters(n:int); print n","properties":{"Parameters":{"n":"int(5)"}}}`, 200, `[[5]]`},
		{"number parameter", "/v2/rest/query", `{"csl":"declare query_parameters(n:long); print n","properties":{"Parameters":{"n":9007199254740993}}}`, 200, `[[9007199254740993]]`},
		{"not JSON", "/v2/rest/query", `print 1`, 400, `no JSON object with db and csl`},
		{"no text", "/v2/rest/query", `{"db":"x"}`, 400, "no query text"},
		{"bad properties", "/v2/rest/query", `{"csl":"print 1","properties":[1]}`, 400, "properties can't be read"},
		{"bad query", "/v2/rest/query", `{"csl":"Nowhere | count"}`, 400, `"code":"SEM0100"`},
		{"bad syntax", "/v2/rest/query", `{"csl":"print ("}`, 400, `"code":"SYN0002"`},
		{"no such database", "/v2/rest/query", `{"db":"Nope","csl":"print 1"}`, 400, "Nope"},
		{"command as query", "/v2/rest/query", `{"csl":".show tables"}`, 400, "management endpoint"},
		{"v1", "/v1/rest/query", `{"csl":"print x=1.5"}`, 200, `{"Tables":[{"TableName":"Table_0","Columns":[{"ColumnName":"x","DataType":"Double","ColumnType":"real"}],"Rows":[[1.5]]}`},
		{"mgmt", "/v1/rest/mgmt", `{"csl":".show tables | project TableName"}`, 200, `"Rows":[["AllTypes"]]}]}`},
		{"refused command", "/v1/rest/mgmt", `{"csl":".alter table AllTypes policy mirroring dataformat=parquet"}`, 400, "is not built in the embedded engine"},
		{"table of a file", "/v1/rest/mgmt", `{"csl":".drop table AllTypes"}`, 400, "BadRequest_ReadOnly"},
		{"query as command", "/v1/rest/mgmt", `{"csl":"print 1"}`, 400, "not a management command"},
	} {
		t.Run(c.name, func(t *testing.T) {
			status, answer, head := post(t, url, c.path, c.body, "x-ms-client-request-id", "my;id")
			if status != c.status || !strings.Contains(answer, c.want) {
				t.Errorf("%d: %s", status, answer)
			}
			if head.Get("x-ms-client-request-id") != "my;id" || head.Get("x-ms-activity-id") == "" {
				t.Errorf("headers: %v", head)
			}
			if status == 400 {
				if _, ok := wire.ParseErrorBody([]byte(answer)); !ok {
					t.Errorf("not an error body: %s", answer)
				}
			}
		})
	}
}

func TestGet(t *testing.T) {
	url := serve(t).URL
	resp, err := http.Get(url + "/v2/rest/query?db=Samples&csl=print%20x%3D7")
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	raw, _ := io.ReadAll(resp.Body)
	if !strings.Contains(string(raw), `[[7]]`) {
		t.Errorf("got %s", raw)
	}
}

// Web pages must not reach the engine, by whatever name they call it.
func TestWhoMayAsk(t *testing.T) {
	url := serve(t).URL
	for _, c := range []struct {
		name   string
		header []string
		status int
	}{
		{"program", nil, 200},
		{"allowed page", []string{"Origin", "http://localhost:3000"}, 200},
		{"other page", []string{"Origin", "https://evil.example"}, 403},
		{"sandboxed page", []string{"Origin", "null"}, 403},
		{"rebound name", []string{"Host", "evil.example"}, 403},
		{"localhost by name", []string{"Host", "localhost:1234"}, 200},
		{"loopback in six", []string{"Host", "[::1]:1234"}, 200},
		{"name that starts so", []string{"Host", "127.0.0.1.evil.example"}, 403},
		{"form of another site", []string{"Sec-Fetch-Site", "cross-site"}, 403},
	} {
		if status, answer, _ := post(t, url, "/v2/rest/query", `{"csl":"print 1"}`, c.header...); status != c.status {
			t.Errorf("%s: %d %s", c.name, status, answer)
		}
	}
}

func TestPaths(t *testing.T) {
	url := serve(t).URL
	status, answer, _ := post(t, url, "/v1/rest/ingest", "")
	if status != 404 || answer != "" {
		t.Errorf("a 404 must have no body: %d %q", status, answer)
	}
	resp, err := http.Get(url + "/v1/rest/auth/metadata")
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	var meta struct{ AzureAD map[string]any }
	if err := json.NewDecoder(resp.Body).Decode(&meta); err != nil || len(meta.AzureAD) != 6 {
		t.Errorf("metadata: %v %v", meta, err)
	}
}

func TestTruncation(t *testing.T) {
	url := serve(t).URL
	const over = "E_QUERY_RESULT_SET_TOO_LARGE"
	for _, c := range []struct {
		name, options string
		rows          int
		placement     string
	}{
		{"in the data", `{"truncationmaxrecords":2}`, 2, `{"OneApiErrors":[`},
		{"at the table's end", `{"truncationmaxrecords":2,"results_v2_fragment_primary_tables":true,"results_error_reporting_placement":"end_of_table"}`, 2, `"RowCount":2,"OneApiErrors":[`},
		{"silent", `{"query_take_max_records":1}`, 1, ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			status, answer, _ := post(t, url, "/v2/rest/query", `{"csl":"AllTypes","properties":{"Options":`+c.options+`}}`)
			d := wire.NewDecoder(strings.NewReader(answer))
			rows, failed := 0, false
			for {
				e, err := d.Next()
				if err != nil {
					if err != io.EOF {
						t.Fatal(err)
					}
					break
				}
				if e.Kind == wire.Rows && e.Table.Kind == wire.PrimaryResult {
					rows += e.Batch.N
				}
				if e.Kind == wire.Finish {
					failed = e.HasErrors
				}
			}
			if status != 200 || rows != c.rows || failed != (c.placement != "") || !strings.Contains(answer, c.placement) ||
				strings.Contains(answer, over) != failed {
				t.Errorf("%d, %d rows: %s", status, rows, answer)
			}
		})
	}
}

func TestTimeout(t *testing.T) {
	url := serve(t).URL
	status, answer, _ := post(t, url, "/v2/rest/query",
		`{"csl":"range x from 1 to 1000000000000 step 1 | summarize sum(x)","properties":{"Options":{"servertimeout":"00:00:00.05"}}}`)
	if status != 504 || !strings.Contains(answer, "time limit") {
		t.Errorf("%d %s", status, answer)
	}
}

// When the client goes away the query stops.
func TestClientGone(t *testing.T) {
	s := serve(t)
	ctx, cancel := context.WithCancel(context.Background())
	r, _ := http.NewRequestWithContext(ctx, http.MethodPost, s.URL+"/v2/rest/query",
		strings.NewReader(`{"csl":"range x from 1 to 1000000000000 step 1 | summarize sum(x)"}`))
	time.AfterFunc(50*time.Millisecond, cancel)
	if _, err := http.DefaultClient.Do(r); err == nil {
		t.Fatal("the request should have been cancelled")
	}
	done := make(chan struct{})
	go func() { s.Close(); close(done) }() // waits for requests being served
	select {
	case <-done:
	case <-time.After(time.Minute):
		t.Error("the query goes on without a client")
	}
}

// Ending the context ends queries that run, and Serve returns.
func TestServeStops(t *testing.T) {
	e, err := engine.Open(engine.Options{})
	if err != nil {
		t.Fatal(err)
	}
	l, err := Listen("127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(context.Background())
	done := make(chan error, 1)
	go func() { done <- New(e, Options{}).Serve(ctx, l) }()
	if status, _, _ := post(t, URL(l), "/v2/rest/query", `{"csl":"print 1"}`); status != 200 {
		t.Errorf("got %d", status)
	}
	time.AfterFunc(50*time.Millisecond, cancel)
	_, _ = http.Post(URL(l)+"/v2/rest/query", "application/json", strings.NewReader(`{"csl":"range x from 1 to 1000000000000 step 1 | summarize sum(x)"}`))
	select {
	case err := <-done:
		if err != nil {
			t.Error(err)
		}
	case <-time.After(time.Minute):
		t.Error("Serve goes on")
	}
}

func TestListenOnLoopbackOnly(t *testing.T) {
	for _, address := range []string{"0.0.0.0:0", ":0", "192.168.1.1:0", "nonsense"} {
		if l, err := Listen(address); err == nil {
			l.Close()
			t.Errorf("%s: listens", address)
		}
	}
	l, err := Listen("127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	if _, err := Listen(l.Addr().String()); err == nil || !strings.Contains(err.Error(), "choose another port") {
		t.Errorf("got %v", err)
	}
}
