package server

import (
	"errors"
	"path"
	"path/filepath"
	"strings"

	"calypso/server/notebook"
	"calypso/server/protocol"
	"calypso/wholefile"

	"go.lsp.dev/uri"
)

// Notebooks in other forms. What is to be read on goes into a new document; what other programs show is written to a file.

// notebookForm is one of them.
type notebookForm struct {
	id, label, about, icon string
	ending                 string // of the file; "": a new document in the language of the id
	body                   func(f notebook.File, title string, c *call) ([]byte, error)
}

var notebookForms = []notebookForm{
	{"kql", "Queries (.kql)", "Notes become comments", "code", "", func(f notebook.File, _ string, _ *call) ([]byte, error) {
		return []byte(f.Queries()), nil
	}},
	{"markdown", "Markdown", "Queries become code blocks, with what their cells show", "markdown", "", func(f notebook.File, _ string, _ *call) ([]byte, error) {
		return []byte(f.Page()), nil
	}},
	{"html", "Page (.html)", "One file with notes, queries, rows and charts, for any browser", "globe", "html", func(f notebook.File, title string, c *call) ([]byte, error) {
		own, _ := c.clusterOf(f.Cluster)
		return []byte(f.HTML(title, c.schemas(own, ""))), nil
	}},
	{"jupyter", "Jupyter notebook (.ipynb)", "Rows and charts are kept as what the cells gave", "notebook", "ipynb", func(f notebook.File, _ string, _ *call) ([]byte, error) {
		return f.Jupyter()
	}},
}

// notebookExport is kusto/notebook/export.
func notebookExport(c *call, p *protocol.NotebookExportParams) (any, error) {
	f, err := c.notebookOf(p.Notebook)
	if err != nil {
		return nil, err
	}
	err = c.exportNotebook(f, p.URI)
	if errors.Is(err, errDismissed) {
		err = nil
	}
	return nil, err
}

func (c *call) exportNotebook(f notebook.File, of string) error {
	ask := protocol.UIPickParams{Title: "Export notebook as"}
	for _, form := range notebookForms {
		ask.Items = append(ask.Items, protocol.UIPickItem{ID: form.id, Label: form.label, Detail: form.about, Icon: form.icon})
	}
	id, err := c.pickOne(c, ask)
	if err != nil {
		return err
	}
	for _, form := range notebookForms {
		if form.id == id {
			return c.exportNotebookAs(f, form, of)
		}
	}
	return badParams("the answer %q was no choice", id)
}

func (c *call) exportNotebookAs(f notebook.File, form notebookForm, of string) error {
	name := path.Base(of)
	if at, err := pathOf(of); err == nil {
		name = filepath.Base(at)
	}
	name = fileName(strings.TrimSuffix(name, filepath.Ext(name)), "notebook")
	body, err := form.body(f, name, c)
	if err != nil {
		return err
	}
	if form.ending == "" {
		return c.openText(c, string(body), form.id)
	}
	suggested := c.inWorkspace(name + "." + form.ending)
	if at, err := pathOf(of); err == nil && strings.HasPrefix(of, "file:") {
		suggested = string(uri.File(filepath.Join(filepath.Dir(at), name+"."+form.ending)))
	}
	target, err := c.file(c, protocol.UIFileParams{Kind: protocol.UIFileSave, Title: "Export notebook", Filters: map[string][]string{form.label: {form.ending}}, Suggested: suggested})
	if err != nil {
		return err
	}
	file, err := pathOf(target)
	if err != nil {
		return failf(protocol.ErrorFile, "choose a file on this machine", "notebooks are exported to files only")
	}
	if err := wholefile.Write(file, body, 0o644); err != nil {
		return fileFailure(file, err)
	}
	c.offerFile("The notebook, "+bytesText(int64(len(body)))+", is written to "+file, file)
	return nil
}
