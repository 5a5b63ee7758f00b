package rest

import (
	"bytes"
	"compress/gzip"
	"context"
	"fmt"
	"strings"
	"testing"

	"github.com/Azure/azure-kusto-go/azkustodata"
	"github.com/Azure/azure-kusto-go/azkustodata/kql"
	azvalue "github.com/Azure/azure-kusto-go/azkustodata/value"
)

// Microsoft's own Go client must read the endpoint as it reads a cluster.

func azClient(t *testing.T) *azkustodata.Client {
	t.Helper()
	client, err := azkustodata.New(azkustodata.NewConnectionStringBuilder(serve(t).URL))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { client.Close() })
	return client
}

// cells prints a row's values; null is "null".
func cells(values []azvalue.Kusto) string {
	var out []string
	for _, v := range values {
		switch d := v.(type) {
		case *azvalue.Dynamic:
			if len(d.Value) == 0 {
				out = append(out, "null")
			} else {
				out = append(out, string(d.Value))
			}
		case *azvalue.String:
			out = append(out, fmt.Sprintf("%q", d.Value))
		default:
			if v.GetValue() == nil || v.String() == "" {
				out = append(out, "null")
			} else {
				out = append(out, v.String())
			}
		}
	}
	return strings.Join(out, "|")
}

var allRows = []string{
	`true|-2147483648|9007199254740993|1.5|123456789012.34567|"text \"quoted\" ünï 😀"|2020-01-01T00:00:02.4000001Z|-26h3m4.0001234s|12340000-0000-0000-0000-0000000000ff|{"a":[1,2.5,null],"b":"x"}`,
	`null|null|null|null|null|""|null|null|null|null`,
	`false|5|-1|-2|0|""|1970-01-01T00:00:00Z|0s|00000000-0000-0000-0000-000000000000|[]`,
}

func TestAzkustodataReadsAllTypes(t *testing.T) {
	client := azClient(t)
	t.Run("v2 iterative", func(t *testing.T) {
		data, err := client.IterativeQuery(context.Background(), "Samples", kql.New("AllTypes"))
		if err != nil {
			t.Fatal(err)
		}
		defer data.Close()
		var rows []string
		for table := range data.Tables() {
			if table.Err() != nil {
				t.Fatal(table.Err())
			}
			if !table.Table().IsPrimaryResult() {
				continue
			}
			for row := range table.Table().Rows() {
				if row.Err() != nil {
					t.Fatal(row.Err())
				}
				rows = append(rows, cells(row.Row().Values()))
			}
		}
		sameRows(t, rows)
	})
	t.Run("v2 buffered", func(t *testing.T) {
		data, err := client.Query(context.Background(), "Samples", kql.New("AllTypes"))
		if err != nil {
			t.Fatal(err)
		}
		var rows []string
		for _, row := range data.Tables()[0].Rows() {
			rows = append(rows, cells(row.Values()))
		}
		sameRows(t, rows)
	})
	t.Run("mgmt", func(t *testing.T) {
		data, err := client.Mgmt(context.Background(), "Samples", kql.New(".show tables"))
		if err != nil {
			t.Fatal(err)
		}
		if row := data.Tables()[0].Rows()[0]; cells(row.Values()) != `"AllTypes"|"Samples"|""|""` {
			t.Errorf("got %s", cells(row.Values()))
		}
	})
}

func sameRows(t *testing.T, rows []string) {
	t.Helper()
	if len(rows) != len(allRows) {
		t.Fatalf("got %d rows: %v", len(rows), rows)
	}
	for i := range rows {
		if rows[i] != allRows[i] {
			t.Errorf("row %d\ngot  %s\nwant %s", i, rows[i], allRows[i])
		}
	}
}

func TestAzkustodataParameters(t *testing.T) {
	client := azClient(t)
	params := kql.NewParameters().AddString("s", `x'y"\`).AddLong("n", 9007199254740993).AddBool("b", true)
	data, err := client.Query(context.Background(), "Samples", kql.New("print s, n, b"), azkustodata.QueryParameters(params))
	if err != nil {
		t.Fatal(err)
	}
	if got := cells(data.Tables()[0].Rows()[0].Values()); got != `"x'y\"\\"|9007199254740993|true` {
		t.Errorf("got %s", got)
	}
}

func TestAzkustodataErrors(t *testing.T) {
	client := azClient(t)
	for query, want := range map[string]string{"Nowhere | count": "Nowhere", "print (": "SYN0002"} {
		_, err := client.Query(context.Background(), "Samples", kql.New("").AddUnsafe(query))
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: got %v", query, err)
		}
	}
}

func TestAzkustodataTruncation(t *testing.T) {
	client := azClient(t)
	data, err := client.IterativeQuery(context.Background(), "Samples", kql.New("AllTypes"), azkustodata.TruncationMaxRecords(2))
	if err != nil {
		t.Fatal(err)
	}
	defer data.Close()
	rows, failure := 0, ""
	for table := range data.Tables() {
		if table.Err() != nil {
			failure += table.Err().Error()
			continue
		}
		for row := range table.Table().Rows() {
			if row.Err() != nil {
				failure += row.Err().Error()
			} else if table.Table().IsPrimaryResult() {
				rows++
			}
		}
	}
	if rows != 2 || !strings.Contains(failure, "LimitsExceeded") {
		t.Errorf("%d rows, %q", rows, failure)
	}
}

// askers give functions that send commands and queries, and print the rows that come or the error.
func askers(client *azkustodata.Client) (command func(string, ...azkustodata.QueryOption) string, query func(string) string) {
	command = func(text string, options ...azkustodata.QueryOption) string {
		data, err := client.Mgmt(context.Background(), "Samples", kql.New("").AddUnsafe(text), options...)
		if err != nil {
			return "error: " + err.Error()
		}
		var out []string
		for _, row := range data.Tables()[0].Rows() {
			out = append(out, cells(row.Values()))
		}
		return strings.Join(out, "\n")
	}
	query = func(text string) string {
		data, err := client.Query(context.Background(), "Samples", kql.New("").AddUnsafe(text))
		if err != nil {
			return "error: " + err.Error()
		}
		var out []string
		for _, row := range data.Tables()[0].Rows() {
			out = append(out, cells(row.Values()))
		}
		return strings.Join(out, "\n")
	}
	return command, query
}

// Microsoft's Go client sets a database up as a project does, fills it, and asks it.
func TestAzkustodataSetup(t *testing.T) {
	command, query := askers(azClient(t))
	for _, step := range []struct{ run, want string }{
		{".create-merge tables Raw (Record: dynamic), Events (At: datetime, Name: string, N: long), Dim (Name: string, Team: string)", `"Raw"|"Samples"`},
		{".create-or-alter table Raw ingestion json mapping 'records' '[{\"column\":\"Record\",\"path\":\"$.records\"}]'", `"records"|"Json"`},
		{".create-or-alter function with (folder = 'etl') Expand() { Raw | mv-expand r = Record | project todatetime(r.at), tostring(r.name), tolong(r.n) }", `"Expand"`},
		{`.alter table Events policy update @'[{"IsEnabled": true, "Source": "Raw", "Query": "Expand()", "IsTransactional": true}]'`, `"UpdatePolicy"|"[Samples].[Events]"`},
		{".alter-merge table Raw policy retention softdelete = 0s", "00:00:00"},
		{".alter tables (Raw, Events) policy caching hot = 7d", "7.00:00:00"},
		{`.alter database Samples policy retention '{"SoftDeletePeriod": "365.00:00:00", "Recoverability": "Enabled"}'`, "365.00:00:00"},
		{`.alter table Events policy ingestionbatching '{"MaximumBatchingTimeSpan": "00:00:10"}'`, "00:00:10"},
		{".create async materialized-view with (backfill = true) Sums on table Events { Events | summarize sum(N), max(At) by Name }", "-"},
		{".add database Samples viewers ('aaduser=ada@example.com') 'reads'", "aaduser=ada@example.com"},
		{`.ingest inline into table Raw with (format = "json", ingestionMappingReference = "records") <| {"records": [{"at": "2024-02-29", "name": "a", "n": 1}, {"at": "2024-03-01", "name": "b", "n": 2}]}`, ""},
		{`.ingest inline into table Raw with (format = "json", ingestionMappingReference = "records") <| {"records": [{"at": "2024-03-02", "name": "a", "n": 3}]}`, ""},
		{".set-or-append Dim <| datatable (Name: string, Team: string) ['a', 'red', 'b', 'blue']", "|2"},
		{"Raw | count", "0"},
		{"Events | count", "3"},
		{"Sums | order by Name asc", "\"a\"|4|2024-03-02T00:00:00Z\n\"b\"|2|2024-03-01T00:00:00Z"},
		{"Sums | lookup Dim on Name | where Team == 'red' | project sum_N", "4"},
		{".alter table Events policy row_level_security enable \"Events | where Name == 'a'\"", "error: "},
		{".alter table Events policy row_level_security enable with (allowMaterializedViewsWithoutRowLevelSecurity = true) \"Events | where Name == 'a'\"", `"RowLevelSecurityPolicy"`},
		{"Events | count", "2"},
		{".delete table Dim records <| Dim | where Name == 'b'", "|1"},
		{"Dim | count", "1"},
		{".show table Events policy update", "Expand()"},
		{".show database Samples principals | project Role, PrincipalFQN", `"Database Samples Viewer"|"aaduser=ada@example.com"`},
		{".show operations | where Operation == 'CreateMaterializedView' | project State", "Completed"},
		{".nonsense", "no known command starts with"},
	} {
		ask := query
		if strings.HasPrefix(step.run, ".") {
			ask = func(text string) string { return command(text) }
		}
		if got := ask(step.run); !strings.Contains(got, step.want) || strings.HasPrefix(got, "error") != strings.HasPrefix(step.want, "error") && step.want != "no known command starts with" {
			t.Errorf("%s: got %s, want %q", step.run, got, step.want)
		}
	}
}

// Microsoft's Go client makes, fills, reads and drops a table, and reads what is wrong with a command.
func TestAzkustodataChanges(t *testing.T) {
	command, query := askers(azClient(t))
	for _, step := range []struct {
		run        func() string
		name, want string
	}{
		{func() string { return command(".create table Made (n: long, s: string, d: datetime)") }, "create", `"Made"|`},
		{func() string { return command(".ingest inline into table Made <|\n1,one,2024-02-29\n2,\"two, more\",") }, "ingest", "-"},
		{func() string { return query("Made | order by n asc") }, "read", "1|\"one\"|2024-02-29T00:00:00Z\n2|\"two, more\"|null"},
		{func() string { return command(".set-or-append Copy <| Made | extend m = n * 2") }, "copy", "|2"},
		{func() string { return query("Copy | summarize sum(m)") }, "read the copy", "6"},
		{func() string { return command(".create-or-alter function Twice(x: long) { x * 2 }") }, "function", `"Twice"|"(x: long)"|"{ x * 2 }"`},
		{func() string { return query("print Twice(21)") }, "call", "42"},
		{func() string { return command(".drop table Made", azkustodata.RequestReadonly()) }, "read only", "request_readonly"},
		{func() string { return command(".append Made <| print 'x'") }, "columns", "don't match"},
		{func() string { return command(".create tabel X (a: long)") }, "syntax", "tabel"},
		{func() string { return command(".ingest into table Made ('https://example.com/x.csv')") }, "network", "nothing from a network"},
		{func() string { return command(".drop tables (Made, Copy)") }, "drop", `"AllTypes"|"Samples"`},
		{func() string { return query("Made") }, "gone", "error"},
		{func() string { return command(".drop table Made ifexists") }, "drop again", `"AllTypes"`},
	} {
		if got := step.run(); !strings.Contains(got, step.want) {
			t.Errorf("%s: got %s, want %q", step.name, got, step.want)
		}
	}
}

// csvFormat is the format of a stream, as the client's ingestion package names it.
type csvFormat string

func (f csvFormat) CamelCase() string                                  { return string(f) }
func (f csvFormat) KnownOrDefault() azkustodata.DataFormatForStreaming { return f }

// Microsoft's Go client streams rows into a table.
func TestAzkustodataStreams(t *testing.T) {
	url := serve(t).URL
	client, err := azkustodata.New(azkustodata.NewConnectionStringBuilder(url))
	if err != nil {
		t.Fatal(err)
	}
	defer client.Close()
	details := azkustodata.NewClientDetails("test", "test")
	conn, err := azkustodata.NewConn(url, azkustodata.Authorization{TokenProvider: &azkustodata.TokenProvider{}}, client.HttpClient(), details)
	if err != nil {
		t.Fatal(err)
	}
	stream := func(table, format, mapping, rows string) error {
		var packed bytes.Buffer
		w := gzip.NewWriter(&packed)
		_, _ = w.Write([]byte(rows))
		w.Close()
		return conn.StreamIngest(context.Background(), "Samples", table, &packed, csvFormat(format), mapping, "", false)
	}
	for _, command := range []string{".create table Made (n: long, s: string)", `.create table Made ingestion json mapping "m" '[{"column":"n","path":"$.a.b"}]'`} {
		if _, err := client.Mgmt(context.Background(), "Samples", kql.New("").AddUnsafe(command)); err != nil {
			t.Fatal(err)
		}
	}
	for _, c := range []struct{ table, format, mapping, rows, want string }{
		{"Made", "Csv", "", "1,one\n2,\"two\"\n", ""},
		{"Made", "MultiJson", "", `{"n": 3, "s": "three"}`, ""},
		{"Made", "Json", "m", `{"a": {"b": 4}}`, ""},
		{"Made", "Avro", "", "x", "format 'avro'"},
		{"Nowhere", "Csv", "", "1", "Nowhere"},
		{"AllTypes", "Csv", "", "1", "only read"},
	} {
		err := stream(c.table, c.format, c.mapping, c.rows)
		if (err == nil) != (c.want == "") || err != nil && !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s as %s: %v", c.table, c.format, err)
		}
	}
	data, err := client.Query(context.Background(), "Samples", kql.New("Made | summarize count(), sum(n), make_set(s)"))
	if err != nil {
		t.Fatal(err)
	}
	if got := cells(data.Tables()[0].Rows()[0].Values()); got != `4|10|["one","two","three",""]` {
		t.Errorf("got %s", got)
	}
}
