package notebook

import (
	"io"
	"reflect"
	"regexp"
	"slices"
	"strings"
	"testing"

	"calypso/internal/golden"
	"calypso/server/protocol"
	"calypso/server/svg"

	"golang.org/x/net/html"
)

func TestOtherForms(t *testing.T) {
	golden.Run(t, "testdata/*.txtar", func(t *testing.T, c *golden.Case) {
		f, err := Read([]byte(c.Text("in.kqlnb")))
		if err != nil {
			t.Fatal(err)
		}
		page := f.HTML(c.Name+" <page>", nil)
		c.Want(t, "want.html", strings.ReplaceAll(strings.Replace(page, pageStyle+svg.Style, "…", 1), "><", ">\n<"))
		harmless(t, page)
		body, err := f.Jupyter()
		if err != nil {
			t.Fatal(err)
		}
		c.Want(t, "want.ipynb", string(body))
		c.Want(t, "want.md", f.Page())
	})
}

var (
	pageTags  = strings.Fields("html head meta title style body main section h1 h2 h3 h4 h5 h6 p a img code pre span strong em del blockquote ul ol li input hr br table thead tbody tr th td div details summary figure dl dt dd svg g path rect circle text")
	pageNames = strings.Fields("lang charset http-equiv content name href src alt title class tabindex role aria-label scope type checked disabled start align style xmlns viewbox viewBox x y width height r cx cy d text-anchor stroke-dasharray")
	runs      = regexp.MustCompile(`(?i)^[\x00-\x20]*(j\s*a\s*v\s*a|v\s*b)\s*s\s*c\s*r\s*i\s*p\s*t\s*:|^\s*(file:|data:(text|image/svg))`)
)

// harmless: a page has only tags and attributes that show something, and asks for nothing; browsers read it as here.
func harmless(t *testing.T, page string) {
	t.Helper()
	z := html.NewTokenizer(strings.NewReader(page))
	for kind := z.Next(); kind != html.ErrorToken; kind = z.Next() {
		token := z.Token()
		if kind != html.StartTagToken && kind != html.SelfClosingTagToken {
			continue
		}
		if !slices.Contains(pageTags, token.Data) {
			t.Errorf("<%s> is in the page", token.Data)
		}
		for _, a := range token.Attr {
			if !slices.Contains(pageNames, a.Key) {
				t.Errorf("<%s %s=%q> is in the page", token.Data, a.Key, a.Val)
			}
			if (a.Key == "href" || a.Key == "src") && runs.MatchString(a.Val) {
				t.Errorf("<%s> leads to %q", token.Data, a.Val)
			}
			if a.Key == "src" && !strings.HasPrefix(a.Val, "data:") {
				t.Errorf("<%s> loads %q", token.Data, a.Val)
			}
		}
	}
	if z.Err() != io.EOF {
		t.Error(z.Err())
	}
}

// FuzzHTML: whatever notes and queries say, the page shows it and runs nothing.
func FuzzHTML(f *testing.F) {
	f.Add("# a\n<b onclick=x>", "T | where a == '<'")
	f.Add("![a](x \"onerror=1\")\n\n[a]: javascript:x\n\n[a]", "```\n<")
	f.Add("<!--\n--><?php ?><![CDATA[<a>]]>", "\x00</pre>")
	f.Add("https://a.example/<script>\n\n|a|\n|-|\n|`<b>`|", "// </code>")
	f.Fuzz(func(t *testing.T, note, query string) {
		file := File{Cells: []Cell{{Kind: Markdown, Text: note}, {Kind: KQL, Text: query}}}
		harmless(t, file.HTML(note, nil))
	})
}

// What a private connection gave is in no form.
func TestFormsPrivate(t *testing.T) {
	secret := protocol.NotebookOutput{Private: true, Tables: []protocol.NotebookTable{{Columns: []protocol.ResultColumn{{Name: "c"}}, Rows: [][]string{{"hunter2"}}, Summary: "1 row"}}}
	f := File{Cells: []Cell{{Kind: KQL, Text: "T", Outputs: []protocol.NotebookOutput{secret}}}}
	jupyter, err := f.Jupyter()
	if err != nil {
		t.Fatal(err)
	}
	for _, form := range []string{f.HTML("a", nil), string(jupyter), f.Page(), f.Queries()} {
		if strings.Contains(form, "hunter2") {
			t.Errorf("it is in %s", form)
		}
	}
}

// A notebook that went to Jupyter and back has its cells and its connection.
func TestJupyterAndBack(t *testing.T) {
	f := File{Cluster: "https://help.kusto.windows.net", Database: "Samples", Cells: []Cell{
		{Kind: Markdown, Text: "# A\n\nb\n"}, {Kind: KQL, Text: "T\n| take 1"}, {Kind: KQL, Text: ""}, {Kind: KQL, Text: "print '%%kql'\n\n"},
	}}
	body, err := f.Jupyter()
	if err != nil {
		t.Fatal(err)
	}
	got, err := Read(body)
	if err != nil || !reflect.DeepEqual(got, f) {
		t.Errorf("got %+v, %v", got, err)
	}
}
