package notebook

import (
	"encoding/json"
	"reflect"
	"strings"
	"testing"
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
      "output": [
        "| a |",
        "|---|"
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

func TestExports(t *testing.T) {
	f := File{Cells: []Cell{{Kind: Markdown, Text: "# A\n\nb\n"}, {Kind: KQL, Text: "T\n| count\n", Output: "| n |\n|---|\n"}, {Kind: KQL}}}
	if got, want := f.Queries(), "// # A\n//\n// b\n\nT\n| count\n"; got != want {
		t.Errorf("queries: got %q, want %q", got, want)
	}
	if got, want := f.Page(), "# A\n\nb\n\n```kusto\nT\n| count\n```\n\n| n |\n|---|\n"; got != want {
		t.Errorf("page: got %q, want %q", got, want)
	}
}

// FuzzRead: whatever stands in a file, it is read or refused; what was read is written and read as the same.
func FuzzRead(f *testing.F) {
	for _, s := range []string{"", "{}", `{"cells":[{"kind":"kql","text":["a","b"],"x":[1]}],"z":null}`, `{"nbformat":4,"cells":[{"cell_type":"code","source":["a"]}]}`, `{"cells":[{"kind":"markdown","text":"\u2028</script>\ud800"}]}`} {
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
