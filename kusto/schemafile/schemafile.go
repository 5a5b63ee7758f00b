// Package schemafile writes what is known of a cluster as a schema file: the JSON that symbol.ParseFile reads, that `calypso check
// --schema` takes, and that the schema cache keeps. It reads nothing itself.
//
// An entity stands on a line of its own, so that two versions of a file can be compared. Secrets that a stored text holds are left
// out (secret.go). Start at Encode.
package schemafile

import (
	"bytes"
	"encoding/json"

	"calypso/kql/symbol"
)

// Encode writes databases of one cluster; current is the name of the one to start with, "" for the first. A database that isn't
// Known is written as open, so that nothing about it is called wrong by who reads the file.
//
// The file has no place for three things. A column of an unknown or missing type or without a name, and an entity without a name,
// are left out; a table that loses a column so becomes open. The inside of dynamic columns as sampled isn't kept, as it comes from
// rows.
func Encode(cluster, current string, databases []*symbol.Database) []byte {
	w := &writer{}
	w.text("{\n \"cluster\": ")
	w.value(cluster)
	if current != "" {
		w.text(",\n \"database\": ")
		w.value(current)
	}
	w.text(",\n \"databases\": [")
	n := 0
	for _, d := range databases {
		if d.Name != "" {
			w.comma(&n, "\n  ")
			w.database(d)
		}
	}
	w.text("\n ]\n}\n")
	return w.out.Bytes()
}

type writer struct {
	out bytes.Buffer
}

func (w *writer) text(s string) { w.out.WriteString(s) }

// value writes a value as JSON that people can read: <, > and & as they are.
func (w *writer) value(v any) {
	enc := json.NewEncoder(&w.out)
	enc.SetEscapeHTML(false)
	_ = enc.Encode(v)               // texts and lists of texts always can be
	w.out.Truncate(w.out.Len() - 1) // the line break
}

// comma begins the next item of a list that has n so far.
func (w *writer) comma(n *int, indent string) {
	if *n > 0 {
		w.text(",")
	}
	*n++
	w.text(indent)
}

type tableLine struct {
	Name        string `json:"name"`
	Kind        string `json:"kind,omitempty"`
	Open        bool   `json:"open,omitempty"`
	Folder      string `json:"folder,omitempty"`
	Description string `json:"description,omitempty"`
	Query       string `json:"query,omitempty"`
	Columns     any    `json:"columns"` // a text, or a list where columns have docs
}

type columnLine struct {
	Name        string `json:"name"`
	Type        string `json:"type"`
	Description string `json:"description,omitempty"`
}

type functionLine struct {
	Name        string `json:"name"`
	Parameters  string `json:"parameters"`
	Body        string `json:"body"`
	Folder      string `json:"folder,omitempty"`
	Description string `json:"description,omitempty"`
	View        bool   `json:"view,omitempty"`
}

type graphLine struct {
	Name      string   `json:"name"`
	Edges     []string `json:"edges,omitempty"`
	Nodes     []string `json:"nodes,omitempty"`
	Snapshots []string `json:"snapshots,omitempty"`
}

type groupLine struct {
	Name       string `json:"name"`
	Definition string `json:"definition"`
}

func (w *writer) database(d *symbol.Database) {
	w.text(`{"name": `)
	w.value(d.Name)
	if d.PrettyName != "" {
		w.text(`, "alternateName": `)
		w.value(d.PrettyName)
	}
	if d.State != symbol.Known {
		w.text(`, "open": true`)
	}
	list(w, "tables", d.Tables, func(t *symbol.TableSymbol) (any, bool) { return tableOf(t), t.Name != "" })
	list(w, "functions", d.Functions, func(f *symbol.Function) (any, bool) {
		return functionLine{f.Name, Mask(f.Parameters), Mask(f.Body), f.Folder, Mask(f.Doc), f.View}, f.Name != ""
	})
	list(w, "graphModels", d.Graphs, func(g *symbol.GraphModel) (any, bool) {
		return graphLine{g.Name, maskAll(g.Edges), maskAll(g.Nodes), g.Snapshots}, g.Name != ""
	})
	list(w, "entityGroups", d.EntityGroups, func(g *symbol.EntityGroup) (any, bool) {
		return groupLine{g.Name, Mask(g.Definition)}, g.Name != ""
	})
	w.text("}")
}

// list writes the entities of one kind, a line each; no entities, no list.
func list[T any](w *writer, key string, entities []T, line func(T) (any, bool)) {
	n := 0
	for _, e := range entities {
		v, ok := line(e)
		if !ok {
			continue
		}
		if n == 0 {
			w.text(",\n   \"" + key + "\": [")
		}
		w.comma(&n, "\n    ")
		w.value(v)
	}
	if n > 0 {
		w.text("]")
	}
}

func tableOf(t *symbol.TableSymbol) tableLine {
	line := tableLine{Name: t.Name, Open: t.Columns.Open, Folder: t.Folder, Description: Mask(t.Doc), Query: Mask(t.Query)}
	switch t.Kind {
	case symbol.External:
		line.Kind = "external"
	case symbol.MaterializedView:
		line.Kind = "materializedView"
	}
	columns, whole := columnsOf(t.Columns.List)
	line.Columns, line.Open = columns, line.Open || !whole
	return line
}

// columnsOf gives the columns as one text, which is short, or as a list when one of them has a docstring. whole is false when one
// can't be written.
func columnsOf(list []*symbol.Column) (columns any, whole bool) {
	good := symbol.Columns{List: make([]*symbol.Column, 0, len(list))}
	docs := false
	for _, c := range list {
		if _, ok := symbol.ParseType(c.Type.String()); ok && c.Name != "" {
			good.List = append(good.List, c)
			docs = docs || c.Doc != ""
		}
	}
	whole = len(good.List) == len(list)
	if !docs {
		return good.String(), whole
	}
	lines := make([]columnLine, len(good.List))
	for i, c := range good.List {
		lines[i] = columnLine{c.Name, c.Type.String(), Mask(c.Doc)}
	}
	return lines, whole
}
