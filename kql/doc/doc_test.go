package doc

import (
	"bufio"
	"encoding/json"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"calypso/internal/bench"
	"calypso/kql/binder"
	"calypso/kql/diag"
	"calypso/kql/syntax"
)

// TestForm: the texts are well formed, each entry says something in a few sentences, and all of it stays small.
func TestForm(t *testing.T) {
	for _, p := range library().problems {
		t.Error(p)
	}
	size := 0
	for k, e := range library().entries {
		size += len(e.Text) + len(e.Example) + len(e.Trap) + len(e.Link)
		if e.Text == "" || !strings.HasSuffix(e.Text, ".") && !strings.HasSuffix(e.Text, "`") {
			t.Errorf("%s %s: no text, or none that ends with a full stop: %q", k.kind, k.name, e.Text)
		}
		if len(e.Text) > 700 {
			t.Errorf("%s %s: the text has %d bytes; a hover wants a paragraph", k.kind, k.name, len(e.Text))
		}
	}
	if size > 400<<10 {
		t.Errorf("the texts have %d bytes, more than 400 KB", size)
	}
}

// TestExamples: each example is a query that binds without an error against the sample tables.
func TestExamples(t *testing.T) {
	schema := bench.Known(t, bench.Schema)("")
	for k, e := range library().entries {
		if e.Example == "" {
			continue
		}
		for _, d := range binder.Bind(syntax.Parse(e.Example), schema).Diagnostics {
			if d.Severity == diag.Error {
				t.Errorf("%s %s: %s at %q in\n%s", k.kind, k.name, d.Message, d.Span.Of(e.Example), e.Example)
			}
		}
	}
}

// TestLinks: a link leads to a page that the official documentation is known to have.
func TestLinks(t *testing.T) {
	pages := knownPages(t)
	for k, e := range library().entries {
		if e.Link != "" && !pages[strings.TrimPrefix(e.Link, pageRoot)] {
			t.Errorf("%s %s: no page %s", k.kind, k.name, e.Link)
		}
	}
}

// knownPages reads the names of pages out of the sources that the corpora give.
func knownPages(t *testing.T) map[string]bool {
	t.Helper()
	root := os.Getenv("CALYPSO_SHARED")
	if root == "" {
		root = "../../../shared"
	}
	files, _ := filepath.Glob(filepath.Join(root, "corpus/engine/*.jsonl"))
	files = append(files, filepath.Join(root, "corpus/kql/docs-dataexplorer.jsonl"))
	page := regexp.MustCompile(`kusto/query/([^#]+)\.md`)
	pages := map[string]bool{}
	for _, file := range files {
		f, err := os.Open(file)
		if err != nil {
			t.Skipf("no corpus to take page names from: %v; set CALYPSO_SHARED", err)
		}
		lines := bufio.NewScanner(f)
		lines.Buffer(nil, 16<<20)
		for lines.Scan() {
			var row struct{ Source string }
			if json.Unmarshal(lines.Bytes(), &row) == nil {
				if m := page.FindStringSubmatch(row.Source); m != nil {
					pages[m[1]] = true
				}
			}
		}
		f.Close()
	}
	return pages
}
