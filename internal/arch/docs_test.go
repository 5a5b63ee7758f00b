package arch

import (
	"encoding/json"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

var (
	fenced    = regexp.MustCompile("(?s)```.*?```")
	linked    = regexp.MustCompile(`\]\(([^)\s]+)\)`)
	heading   = regexp.MustCompile(`(?m)^#+ (.*)$`)
	noAnchor  = regexp.MustCompile(`[^\p{L}\p{N}_\- ]`)
	ofSetting = regexp.MustCompile("`(calypso\\.(?:[a-z]\\w*\\.)*[a-z]\\w*)`")
	ofCommand = regexp.MustCompile(`\*Calypso: ([A-Z][\w ]+)…?\*`)
)

// userDocs are the pages that people read, by path from the root.
func userDocs(t *testing.T) map[string]string {
	t.Helper()
	pages := map[string]string{}
	for _, pattern := range []string{"*.md", "docs/*.md", "docs/*/*.md", "editor-client/*.md"} {
		files, err := filepath.Glob(filepath.Join("../..", pattern))
		if err != nil {
			t.Fatal(err)
		}
		for _, file := range files {
			body, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			pages[file] = fenced.ReplaceAllString(string(body), "")
		}
	}
	if len(pages) < 20 {
		t.Fatalf("only %d pages were found", len(pages))
	}
	return pages
}

// Every link of the docs leads to a file that is there, and to a heading of it.
func TestLinks(t *testing.T) {
	pages := userDocs(t)
	for file, text := range pages {
		for _, m := range linked.FindAllStringSubmatch(text, -1) {
			if strings.Contains(m[1], "://") || strings.HasPrefix(m[1], "mailto:") {
				continue
			}
			name, anchor, _ := strings.Cut(m[1], "#")
			target := file
			if name != "" {
				target = filepath.Join(filepath.Dir(file), filepath.FromSlash(name))
			}
			if _, err := os.Stat(target); err != nil {
				t.Errorf("%s: %s isn't there", file, m[1])
				continue
			}
			if page, ok := pages[target]; ok && anchor != "" && !hasAnchor(page, anchor) {
				t.Errorf("%s: %s has no such heading", file, m[1])
			}
		}
	}
}

// hasAnchor tells whether a heading of the page gets this name, as GitHub gives it.
func hasAnchor(page, anchor string) bool {
	for _, m := range heading.FindAllStringSubmatch(page, -1) {
		if strings.ReplaceAll(noAnchor.ReplaceAllString(strings.ToLower(strings.TrimSpace(m[1])), ""), " ", "-") == anchor {
			return true
		}
	}
	return false
}

// Settings and commands that the docs name exist under this name.
func TestNamesInDocs(t *testing.T) {
	body, err := os.ReadFile("../../editor-client/package.json")
	if err != nil {
		t.Fatal(err)
	}
	var manifest struct {
		Contributes struct {
			Commands      []struct{ Command, Title string }
			Configuration []struct{ Properties map[string]any }
		}
	}
	if err := json.Unmarshal(body, &manifest); err != nil {
		t.Fatal(err)
	}
	known := map[string]bool{"calypso.toml": true} // a file
	for _, c := range manifest.Contributes.Commands {
		known[c.Command], known[strings.TrimRight(c.Title, ".…")] = true, true
	}
	for _, page := range manifest.Contributes.Configuration {
		for name := range page.Properties {
			known[name] = true
		}
	}
	for file, text := range userDocs(t) {
		for _, m := range append(ofSetting.FindAllStringSubmatch(text, -1), ofCommand.FindAllStringSubmatch(text, -1)...) {
			if !known[m[1]] && !strings.HasPrefix(m[1], "calypso.server.") {
				t.Errorf("%s names %s, which there isn't", file, m[1])
			}
		}
	}
}
