// Package golden runs tests that are data: txtar files with an input and the result wanted. With -update the results that
// differ are written back into the files, to be read in the diff before they are committed.
//
// Start at Run. What a case holds and how it is printed is the caller's business.
package golden

import (
	"flag"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"golang.org/x/tools/txtar"
)

var update = flag.Bool("update", false, "rewrite the wanted results of golden files")

// Case is one txtar file of a test.
type Case struct {
	Name    string // file name without folder and ending
	Path    string
	Comment string // the text before the first section: why the case is there
	archive *txtar.Archive
	changed bool
}

// Run runs one subtest for each file that matches pattern, such as "testdata/parse/*.txtar". A pattern that matches nothing
// is a mistake and fails.
func Run(t *testing.T, pattern string, check func(t *testing.T, c *Case)) {
	t.Helper()
	paths, err := filepath.Glob(pattern)
	if err != nil || len(paths) == 0 {
		t.Fatalf("no golden files match %s (%v)", pattern, err)
	}
	for _, path := range paths {
		name := strings.TrimSuffix(filepath.Base(path), filepath.Ext(path))
		t.Run(name, func(t *testing.T) {
			archive, err := txtar.ParseFile(path)
			if err != nil {
				t.Fatal(err)
			}
			c := &Case{Name: name, Path: path, Comment: string(archive.Comment), archive: archive}
			check(t, c)
			c.save(t)
		})
	}
}

// Has tells whether the case has a section of that name.
func (c *Case) Has(section string) bool { return c.find(section) >= 0 }

// Sections gives the names of the sections in order.
func (c *Case) Sections() []string {
	names := make([]string, len(c.archive.Files))
	for i, f := range c.archive.Files {
		names[i] = f.Name
	}
	return names
}

// Each gives the sections whose names end in suffix, in order: the name without it, and the text.
func (c *Case) Each(suffix string, f func(name, text string)) {
	for _, section := range c.Sections() {
		if name, ok := strings.CutSuffix(section, suffix); ok {
			f(name, c.Text(section))
		}
	}
}

// Caret takes the mark $0 out of a text: what is left, without the line break at its end, and where the mark stood.
func Caret(text string) (rest string, at int, ok bool) {
	before, after, ok := strings.Cut(strings.TrimSuffix(text, "\n"), "$0")
	return before + after, len(before), ok
}

// Text gives a section's text; "" when it isn't there. txtar ends every section with a line break, which is kept.
func (c *Case) Text(section string) string {
	if i := c.find(section); i >= 0 {
		return string(c.archive.Files[i].Data)
	}
	return ""
}

// Want compares got with a section and reports the first line that differs. With -update it puts got in its place, and adds
// the section when it isn't there.
func (c *Case) Want(t *testing.T, section, got string) {
	t.Helper()
	if got != "" && !strings.HasSuffix(got, "\n") {
		got += "\n"
	}
	if c.Text(section) == got {
		return
	}
	if *update {
		c.put(section, got)
		return
	}
	t.Errorf("%s: section %s differs: %s\n--- got ---\n%s--- end; run with -update to accept ---",
		c.Path, section, firstDifference(c.Text(section), got), got)
}

func (c *Case) find(section string) int {
	for i, f := range c.archive.Files {
		if f.Name == section {
			return i
		}
	}
	return -1
}

func (c *Case) put(section, text string) {
	c.changed = true
	if i := c.find(section); i >= 0 {
		c.archive.Files[i].Data = []byte(text)
		return
	}
	c.archive.Files = append(c.archive.Files, txtar.File{Name: section, Data: []byte(text)})
}

func (c *Case) save(t *testing.T) {
	if !c.changed {
		return
	}
	if err := os.WriteFile(c.Path, txtar.Format(c.archive), 0o644); err != nil {
		t.Fatal(err)
	}
}

// firstDifference names the first line at which two texts part.
func firstDifference(want, got string) string {
	w, g := strings.Split(want, "\n"), strings.Split(got, "\n")
	for i := range max(len(w), len(g)) {
		wl, gl := "(end)", "(end)"
		if i < len(w) {
			wl = w[i]
		}
		if i < len(g) {
			gl = g[i]
		}
		if wl != gl {
			return "want " + wl + " got " + gl
		}
	}
	return "nothing"
}
