package notebook

import (
	"encoding/json"
	"math"
	"reflect"
	"strings"
	"testing"

	"calypso/server/protocol"
)

func TestReadAndWrite(t *testing.T) {
	const src = `{
  "version": 1,
  "connection": {
    "cluster": "https://help.kusto.windows.net",
    "database": "Samples"
  },
  "colour": "blue",
  "cells": [
    {
      "kind": "markdown",
      "text": [
        "# Storms & <floods>",
        "",
        "Of one state."
      ]
    },
    {
      "kind": "kql",
      "text": [
        "StormEvents",
        "| take 5"
      ],
      "outputs": [
        {
          "ms": 12,
          "tables": [
            {
              "title": "A",
              "columns": [
                {"name":"a","type":"long"},
                {"name":"b","type":"string"}
              ],
              "rows": [
                ["1","<&>"],
                ["2",""]
              ],
              "summary": "2 rows",
              "chart": {
                "axes": [{"title":"","type":"number","log":false,"from":0,"to":0}],
                "form": "line",
                "kind": "linechart",
                "panels": 1,
                "render": "render linechart",
                "summary": "Line chart.",
                "title": "",
                "x": {"title":"a","type":"number","log":false,"from":1,"to":2},
                "series": [
                  {"name":"n","axis":0,"x":[1,2],"y":[0.5,null],"size":2}
                ]
              }
            }
          ]
        }
      ],
      "height": {
        "b": 1,
        "a": 9223372036854775807
      }
    },
    {
      "kind": "kql",
      "text": []
    }
  ]
}
`
	f, err := Read([]byte(src))
	if err != nil {
		t.Fatal(err)
	}
	if f.Cluster != "https://help.kusto.windows.net" || f.Database != "Samples" || len(f.Cells) != 3 || f.Cells[1].Text != "StormEvents\n| take 5" {
		t.Errorf("got %+v", f)
	}
	out, err := f.Write()
	if err != nil || string(out) != src {
		t.Errorf("got %s, %v", out, err)
	}
}

func TestForms(t *testing.T) {
	for _, c := range []struct{ name, in, want string }{
		{"empty", "", ""},
		{"space", " \n", ""},
		{"mark", "\ufeff{\"cells\":[]}", ""},
		{"one string", `{"cells":[{"kind":"kql","text":"a\nb"}]}`, "a\nb"},
		{"lines with returns", `{"cells":[{"kind":"kql","text":["a\r","b"]}]}`, "a\r\nb"},
	} {
		f, err := Read([]byte(c.in))
		text := ""
		if len(f.Cells) > 0 {
			text = f.Cells[0].Text
		}
		if err != nil || text != c.want {
			t.Errorf("%s: got %q, %v", c.name, text, err)
		}
	}
}

func TestBroken(t *testing.T) {
	for _, c := range []struct{ in, want string }{
		{"{\n  \"cells\": [\n", "line 3, column 1: the file ends too early"},
		{"{\n  \"cells\": oops}", "line 2, column"},
		{"[]", "the file is no JSON object"},
		{"null", "the file is no JSON object"},
		{"{} {}", `there is more`},
		{"{}", `no "cells"`},
		{"{\n<<<<<<< HEAD", "line 2, column 1: invalid character"},
		{`{"cells":{}}`, `"cells" isn't of the form it should be`},
		{`{"cells":[3]}`, `"cells" isn't of the form it should be`},
		{`{"cells":[null]}`, `cell 1: its kind is ""`},
		{`{"cells":[{"kind":"kql"},{"kind":"sql"}]}`, `cell 2: its kind is "sql"`},
		{`{"cells":[{"kind":"kql","text":[1]}]}`, `cell 1: "text" isn't of the form it should be: a text is a list of lines`},
		{`{"version":2,"cells":[]}`, "update Calypso"},
		{`{"version":"1","cells":[]}`, `"version" isn't`},
		{"{\"cells\":[]}\xff", "isn't UTF-8"},
		{`{"nbformat":3,"worksheets":[]}`, "only nbformat 4"},
	} {
		if _, err := Read([]byte(c.in)); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: got %v, want %q", c.in, err, c.want)
		}
	}
}

func TestJupyter(t *testing.T) {
	f, err := Read([]byte(`{"nbformat":4,"nbformat_minor":2,"metadata":{"kernelspec":{"name":"Kusto","language":"kusto"}},"cells":[
		{"cell_type":"markdown","source":["# A\n","b"]},
		{"cell_type":"code","source":["T\r\n","| count"],"outputs":[{"x":1}]},
		{"cell_type":"code","metadata":{"language":"python"},"source":"print('` + "```" + `')\n"},
		{"cell_type":"code","metadata":{"vscode":{"languageId":"python"}},"source":"%%kql cluster@db\nT | take 1"},
		{"cell_type":"raw","source":"x"}]}`))
	want := []Cell{
		{Kind: Markdown, Text: "# A\nb"},
		{Kind: KQL, Text: "T\n| count"},
		{Kind: Markdown, Text: "````python\nprint('```')\n````"},
		{Kind: KQL, Text: "T | take 1"},
		{Kind: Markdown, Text: "```\nx\n```"},
	}
	if err != nil || !reflect.DeepEqual(f.Cells, want) {
		t.Errorf("got %+v, %v", f.Cells, err)
	}
}

func outputOf(t protocol.NotebookTable) []protocol.NotebookOutput {
	return []protocol.NotebookOutput{{Result: "r1", Tables: []protocol.NotebookTable{t}}}
}

func TestExports(t *testing.T) {
	table := protocol.NotebookTable{
		Title: "T", Columns: []protocol.ResultColumn{{Name: "n|"}}, Rows: [][]string{{"[x](http://h)\r\n<b>"}}, Summary: "1 row", Chart: &protocol.Chart{Form: protocol.ChartCard, Cells: [][]string{{"n", "1"}}, Summary: "A chart."},
	}
	private := outputOf(table)
	private[0].Private = true
	for _, c := range []struct {
		name          string
		cells         []Cell
		queries, page string
	}{
		{"nothing", nil, "", ""},
		{"empty cells", []Cell{{Kind: KQL}, {Kind: Markdown, Text: "\r\n"}}, "", ""},
		{
			"notes and queries",
			[]Cell{{Kind: Markdown, Text: "# A\n\nb\n"}, {Kind: KQL, Text: "T\n| count\n"}, {Kind: KQL}},
			"// # A\n//\n// b\n\nT\n| count\n", "# A\n\nb\n\n```kusto\nT\n| count\n```\n",
		},
		{"returns", []Cell{{Kind: Markdown, Text: "a\r\nb"}, {Kind: KQL, Text: "T\r\n| count"}}, "// a\n// b\n\nT\r\n| count\n", "a\r\nb\n\n```kusto\nT\r\n| count\n```\n"},
		{"backticks", []Cell{{Kind: KQL, Text: "print ```a\nb```"}}, "print ```a\nb```\n", "````kusto\nprint ```a\nb```\n````\n"},
		{
			"a code block that is left open",
			[]Cell{{Kind: Markdown, Text: "````x\n```\na"}, {Kind: Markdown, Text: "~~~\nb\n~~~~"}, {Kind: Markdown, Text: "```a`b"}},
			"// ````x\n// ```\n// a\n\n// ~~~\n// b\n// ~~~~\n\n// ```a`b\n", "````x\n```\na\n````\n\n~~~\nb\n~~~~\n\n```a`b\n",
		},
		{
			"what a cell shows is no markup",
			[]Cell{{Kind: KQL, Text: "T", Outputs: outputOf(table)}},
			"T\n", "```kusto\nT\n```\n\n**T**\n\n*A chart.*\n\n| n\\| |\n|---|\n| \\[x\\](http\\://h) \\<b\\> |\n\n1 row\n",
		},
		{"what is private stays away", []Cell{{Kind: KQL, Text: "T", Outputs: private}}, "T\n", "```kusto\nT\n```\n"},
	} {
		f := File{Cells: c.cells}
		if got := f.Queries(); got != c.queries {
			t.Errorf("%s: queries: got %q, want %q", c.name, got, c.queries)
		}
		if got := f.Page(); got != c.page {
			t.Errorf("%s: page: got %q, want %q", c.name, got, c.page)
		}
	}
}

// TestKept: what is private never gets into a file, nor the name of a result, nor more rows than a file should have.
func TestKept(t *testing.T) {
	wide := protocol.NotebookTable{Columns: []protocol.ResultColumn{{Name: "a"}}, Summary: "3 rows", View: "v1", Chart: &protocol.Chart{Form: protocol.ChartCard, Cells: [][]string{{"a", "1"}}, Controls: []protocol.ChartControl{{ID: "kind"}}}}
	for range 3 {
		wide.Rows = append(wide.Rows, []string{strings.Repeat("x", rowBytes/2)})
	}
	private := outputOf(protocol.NotebookTable{Rows: [][]string{{"secret"}}})
	private[0].Private = true
	body, err := File{Cells: []Cell{{Kind: KQL, Outputs: append(outputOf(wide), private...)}}}.Write()
	if err != nil || strings.Contains(string(body), "secret") || strings.Contains(string(body), "r1") || strings.Contains(string(body), "v1") {
		t.Fatalf("got %s, %v", body, err)
	}
	f, err := Read(body)
	if err != nil || len(f.Cells[0].Outputs) != 1 {
		t.Fatalf("got %+v, %v", f, err)
	}
	got := f.Cells[0].Outputs[0].Tables[0]
	if len(got.Rows) != 2 || got.Summary != "3 rows · 2 kept in the file" || got.Chart == nil || len(got.Chart.Controls) != 0 || got.Chart.Controls == nil {
		t.Errorf("got %d rows, %q, %+v", len(got.Rows), got.Summary, got.Chart)
	}
}

// TestMended: an output in a file was written by anybody; what comes out of it can be drawn.
func TestMended(t *testing.T) {
	f, err := Read([]byte(`{"cells":[{"kind":"kql","output":["| a |","|---|"]},{"kind":"kql","outputs":[{"result":"r1","private":true,"tables":[
		{"columns":[{"name":"a","type":"long"}],"rows":[[],["1","2"]],"view":"v1"},
		{"columns":null,"rows":[["1"]],"chart":{"form":"pie","axes":[]}},
		{"chart":{"form":"line","panels":1,"axes":[{}],"series":[{"y":[1,2]}]}},
		{"chart":{"form":"line","panels":1,"axes":[{}],"series":[{"axis":7,"x":[1],"y":[1]}]}},
		{"chart":{"form":"star"}},
		{"chart":{"form":"line","panels":1,"axes":[{}],"series":[{"x":[1,2],"y":[1,null]},{"y":[3,4]}]}}]}]}]}`))
	if err != nil {
		t.Fatal(err)
	}
	if got := f.Page(); !strings.HasPrefix(got, "| a |\n|---|\n\n| a |\n|---|\n|  |\n| 1 |\n\n") {
		t.Errorf("got %q", got)
	}
	o := f.Cells[1].Outputs[0]
	if o.Result != "" || o.Private || o.Tables[0].View != "" || len(o.Tables) != 6 {
		t.Errorf("got %+v", o)
	}
	for i, table := range o.Tables {
		if table.Columns == nil || table.Rows == nil || (table.Chart != nil) != (i == 5) {
			t.Errorf("table %d: got %+v", i, table)
		}
	}
	if y := o.Tables[5].Chart.Series[0].Y; !math.IsNaN(y[1]) {
		t.Errorf("a gap became %v", y)
	}
	for _, broken := range []string{`[3]`, `{}`, `[{"tables":3}]`, `[{"tables":[{"chart":{"series":[{"y":["a"]}]}}]}]`} {
		if _, err := Read([]byte(`{"cells":[{"kind":"kql","outputs":` + broken + `}]}`)); err == nil || !strings.Contains(err.Error(), `cell 1: "outputs" isn't of the form it should be`) {
			t.Errorf("%s: got %v", broken, err)
		}
	}
}

// FuzzRead: whatever stands in a file, it is read or refused; what was read is written and read as the same.
func FuzzRead(f *testing.F) {
	for _, s := range []string{
		"", "{}", `{"cells":[{"kind":"kql","text":["a","b"],"x":[1]}],"z":null}`, `{"nbformat":4,"cells":[{"cell_type":"code","source":["a"]}]}`, `{"cells":[{"kind":"markdown","text":"\u2028</script>\ud800"}]}`,
		`{"cells":[{"kind":"kql","outputs":[{"ms":1,"tables":[{"columns":[{"name":"a"}],"rows":[["1"]],"chart":{"form":"line","panels":1,"axes":[{}],"series":[{"x":[1],"y":[null]}]}}]}]}]}`,
	} {
		f.Add([]byte(s))
	}
	f.Fuzz(func(t *testing.T, body []byte) {
		first, err := Read(body)
		if err != nil {
			return
		}
		once, err := first.Write()
		if err != nil {
			t.Fatal(err)
		}
		second, err := Read(once)
		if err != nil {
			t.Fatalf("%s: %v", once, err)
		}
		twice, err := second.Write()
		if err != nil || string(once) != string(twice) || !json.Valid(once) {
			t.Fatalf("first %s, then %s, %v", once, twice, err)
		}
		_, _ = first.Queries(), first.Page()
	})
}
