// The texts' form, and how they are read.
//
//	what stands before the first heading is a remark for who edits the file
//	# function
//	## tobool, toboolean [tobool-function]
//	One paragraph, over any number of lines.
//	! A trap, in one line.
//	> one line of the example
//	> the next line of it
//
// A line with # opens a family, one with ## an entry of one or more names; the page of the official documentation stands in
// square brackets. Empty lines are for the eye.

package doc

import (
	"embed"
	"fmt"
	"strings"
	"sync"
)

// pageRoot is where the pages of the official documentation lie.
const pageRoot = "https://learn.microsoft.com/kusto/query/"

//go:embed text/*.md
var texts embed.FS

type key struct {
	kind Kind
	name string
}

// shelf is all texts as read, with what is wrong in their form.
type shelf struct {
	entries  map[key]Entry
	problems []string
}

// library reads the texts once, at the first question.
var library = sync.OnceValue(read)

func read() *shelf {
	s := &shelf{entries: map[key]Entry{}}
	files, err := texts.ReadDir("text")
	if err != nil {
		s.problems = append(s.problems, err.Error())
	}
	for _, f := range files {
		src, err := texts.ReadFile("text/" + f.Name())
		if err != nil {
			s.problems = append(s.problems, err.Error())
			continue
		}
		r := reader{shelf: s, file: f.Name()}
		r.read(string(src))
	}
	return s
}

// reader reads one file.
type reader struct {
	*shelf
	file  string
	line  int
	kind  Kind
	names []string // of the entry being read
	entry Entry
}

func (r *reader) read(src string) {
	for line := range strings.Lines(src) {
		r.line++
		r.take(strings.TrimRight(line, "\r\n"))
	}
	r.close()
}

func (r *reader) take(line string) {
	switch {
	case strings.HasPrefix(line, "## "):
		r.close()
		r.open(line[3:])
	case strings.HasPrefix(line, "# "):
		r.close()
		r.family(line[2:])
	case r.names == nil:
	case strings.HasPrefix(line, "> "):
		r.entry.Example = join(r.entry.Example, "\n", line[2:])
	case strings.HasPrefix(line, "! "):
		r.entry.Trap = join(r.entry.Trap, " ", line[2:])
	case line != "":
		if r.entry.Example != "" || r.entry.Trap != "" {
			r.problem("text after the trap or the example of " + r.names[0])
		}
		r.entry.Text = join(r.entry.Text, " ", strings.TrimSpace(line))
	}
}

func (r *reader) family(word string) {
	r.kind = 0
	for k, w := range kindWords {
		if w == strings.TrimSpace(word) && w != "" {
			r.kind = Kind(k)
			return
		}
	}
	r.problem("unknown family " + word)
}

// open begins an entry: "tobool, toboolean [tobool-function]".
func (r *reader) open(heading string) {
	names := heading
	if at := strings.LastIndex(heading, " ["); at > 0 && strings.HasSuffix(heading, "]") {
		names = heading[:at]
		r.entry.Link = pageRoot + heading[at+2:len(heading)-1]
	}
	for name := range strings.SplitSeq(names, ", ") {
		r.names = append(r.names, strings.TrimSpace(name))
	}
	if r.kind == 0 {
		r.problem("entry before the first family: " + names)
	}
}

// close files the entry under its names.
func (r *reader) close() {
	for _, name := range r.names {
		k := key{r.kind, name}
		if _, twice := r.entries[k]; twice {
			r.problem(fmt.Sprintf("second entry of %s %s", r.kind, name))
		}
		e := r.entry
		e.Name = name
		r.entries[k] = e
	}
	r.names, r.entry = nil, Entry{}
}

func (r *reader) problem(what string) {
	r.problems = append(r.problems, fmt.Sprintf("%s:%d: %s", r.file, r.line, what))
}

func join(before, glue, s string) string {
	if before == "" {
		return s
	}
	return before + glue + s
}
