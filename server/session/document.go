package session

import (
	"strings"

	"calypso/kql/text"

	lsp "go.lsp.dev/protocol"
	"go.lsp.dev/uri"
)

// Key is a document's identity: the canonical form of its URI, because clients write the same file in several ways
// (file:///C:/x y, file:///c%3A/x%20y).
type Key string

// KeyOf gives the identity of a URI. One that can't be parsed is its own identity: odd and empty URIs are normal.
func KeyOf(s string) Key {
	u, err := uri.Parse(s)
	if err != nil {
		return Key(strings.Clone(s))
	}
	return Key(u)
}

// cellScheme is that of the URIs of notebook cells: the notebook's, with the cell as the fragment.
const cellScheme = "vscode-notebook-cell:"

// Cell tells whether a document is a cell of a notebook.
func (k Key) Cell() bool { return strings.HasPrefix(string(k), cellScheme) }

// place is whom a connection is chosen for: the document, or the notebook with all its cells.
func (k Key) place() Key {
	if k.Cell() {
		notebook, _, _ := strings.Cut(string(k), "#")
		return Key(notebook)
	}
	return k
}

// Beside tells whether two documents are cells of the same notebook.
func (k Key) Beside(other Key) bool { return k.Cell() && k.place() == other.place() }

// Document is one version of an open document. It is immutable but for the analyses that hang on it.
type Document struct {
	URI      string // as the client wrote it; what goes back to the client
	Key      Key
	Language string
	Version  int32
	Serial   int64 // given by the snapshot; versions don't tell texts apart, as a document can be opened again at version 1
	File     *text.File

	analyses analyses
}

// Change is one content change: the whole text when Range is nil.
type Change struct {
	Range *lsp.Range
	Text  string
}

// NewDocument opens a document.
func NewDocument(uri, language string, version int32, src string) *Document {
	return &Document{URI: uri, Key: KeyOf(uri), Language: language, Version: version, File: text.NewFile(src)}
}

// Edit gives the next version. Each change refers to the text that the one before it left.
func (d *Document) Edit(version int32, changes []Change, e Encoding) *Document {
	file := d.File
	for _, c := range changes {
		if c.Range == nil {
			file = text.NewFile(c.Text)
			continue
		}
		file = file.Apply(text.Edit{Span: e.Span(file, *c.Range), NewText: c.Text})
	}
	next := &Document{URI: d.URI, Key: d.Key, Language: d.Language, Version: version, File: file}
	next.analyses.before = d.analyses.latest()
	return next
}
