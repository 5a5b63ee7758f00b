package wire

import (
	"strings"

	"calypso/kql/symbol"
	"calypso/kql/syntax"
)

// Writing the JSON of ".show databases schema as json", in the property order that clusters use.

// SchemaJSON gives the schema of databases as one JSON text. keep tells which kinds of entity to list; the zero value lists all.
func SchemaJSON(databases []*symbol.Database, keep Entities) string {
	out := []byte(`{"Databases":{`)
	for i, d := range databases {
		if i > 0 {
			out = append(out, ',')
		}
		out = append(appendString(out, d.Name), ':')
		out = appendDatabase(out, d, keep)
	}
	return string(append(out, "}}"...))
}

// Entities tells which kinds of entity a schema answer lists; nothing set means all.
type Entities struct {
	Tables, ExternalTables, MaterializedViews, Functions bool
}

func (e Entities) all() bool { return e == Entities{} }

func appendDatabase(out []byte, d *symbol.Database, keep Entities) []byte {
	out = appendString(append(out, `{"Name":`...), d.Name)
	for _, part := range []struct {
		key  string
		kind symbol.TableKind
		wish bool
	}{
		{"Tables", symbol.Plain, keep.Tables},
		{"ExternalTables", symbol.External, keep.ExternalTables},
		{"MaterializedViews", symbol.MaterializedView, keep.MaterializedViews},
	} {
		out = append(append(append(out, `,"`...), part.key...), `":{`...)
		if part.wish || keep.all() {
			out = appendTables(out, d, part.kind)
		}
		out = append(out, '}')
	}
	out = appendGroups(append(out, `,"EntityGroups":`...), d.EntityGroups)
	out = append(out, `,"MajorVersion":1,"MinorVersion":0,"Functions":{`...)
	if keep.Functions || keep.all() {
		for i, f := range d.Functions {
			if i > 0 {
				out = append(out, ',')
			}
			out = append(appendString(out, f.Name), ':')
			out = appendFunction(out, f)
		}
	}
	out = appendString(append(out, `},"DatabaseAccessMode":"ReadWrite","PrettyName":`...), d.PrettyName)
	return append(out, '}')
}

// appendGroups writes entity groups as clusters do: by name a list of their entities. The command has no word that asks for them, so they
// are always there.
func appendGroups(out []byte, list []*symbol.EntityGroup) []byte {
	out = append(out, '{')
	for i, g := range list {
		if i > 0 {
			out = append(out, ',')
		}
		out = append(appendString(out, g.Name), `:[`...)
		for i, e := range entitiesOf(g.Definition) {
			if i > 0 {
				out = append(out, ',')
			}
			out = appendString(out, e)
		}
		out = append(out, ']')
	}
	return append(out, '}')
}

// entitiesOf takes a group's definition apart: [cluster('c').database('d'), database('e')]. Commas in brackets and strings part nothing.
func entitiesOf(definition string) []string {
	tree := strings.TrimSpace(definition)
	if strings.HasPrefix(tree, "[") && strings.HasSuffix(tree, "]") && len(tree) > 1 {
		tree = tree[1 : len(tree)-1]
	}
	var list []string
	start, depth := 0, 0
	cut := func(end int) {
		if e := strings.TrimSpace(tree[start:end]); e != "" {
			list = append(list, e)
		}
	}
	for _, t := range syntax.Scan(tree) {
		switch t.Span().Of(tree) {
		case "(", "[", "{":
			depth++
		case ")", "]", "}":
			depth--
		case ",":
			if depth == 0 {
				cut(t.Start)
				start = t.End
			}
		}
	}
	cut(len(tree))
	return list
}

func appendTables(out []byte, d *symbol.Database, kind symbol.TableKind) []byte {
	n := 0
	for _, t := range d.Tables {
		if t.Kind != kind {
			continue
		}
		if n++; n > 1 {
			out = append(out, ',')
		}
		out = append(appendString(out, t.Name), ':')
		out = AppendTableSchema(out, t)
	}
	return out
}

// AppendTableSchema appends a table's schema as JSON, the form of ".show table T schema as json".
func AppendTableSchema(out []byte, t *symbol.TableSymbol) []byte {
	out = appendString(append(out, `{"Name":`...), t.Name)
	out = appendString(append(out, `,"Folder":`...), t.Folder)
	out = appendString(append(out, `,"DocString":`...), t.Doc)
	if t.Kind == symbol.MaterializedView && t.Query != "" {
		out = appendString(append(out, `,"Query":`...), t.Query)
	}
	out = appendColumnList(append(out, `,"OrderedColumns":`...), t.Columns.List)
	return append(out, '}')
}

func appendColumnList(out []byte, list []*symbol.Column) []byte {
	out = append(out, '[')
	for i, c := range list {
		if i > 0 {
			out = append(out, ',')
		}
		out = appendString(append(out, `{"Name":`...), c.Name)
		out = appendType(out, c.Type)
		if c.Doc != "" {
			out = appendString(append(out, `,"DocString":`...), c.Doc)
		}
		out = append(out, '}')
	}
	return append(out, ']')
}

func appendType(out []byte, t symbol.Type) []byte {
	out = appendString(append(out, `,"Type":`...), t.CLR())
	return appendString(append(out, `,"CslType":`...), t.String())
}

func appendFunction(out []byte, f *symbol.Function) []byte {
	out = appendString(append(out, `{"Name":`...), f.Name)
	out = append(out, `,"InputParameters":[`...)
	for i, p := range f.Params() {
		if i > 0 {
			out = append(out, ',')
		}
		out = appendString(append(out, `{"Name":`...), p.Name)
		if p.Columns != nil {
			out = appendColumnList(append(out, `,"Columns":`...), p.Columns.List)
		} else {
			out = appendType(out, p.Type)
		}
		if p.Default != "" {
			out = appendString(append(out, `,"CslDefaultValue":`...), p.Default)
		}
		out = append(out, '}')
	}
	out = appendString(append(out, `],"Body":`...), f.Body)
	out = appendString(append(out, `,"Folder":`...), f.Folder)
	out = appendString(append(out, `,"DocString":`...), f.Doc)
	kind := "Unknown"
	if f.View {
		kind = "ViewFunction"
	}
	out = appendString(append(out, `,"FunctionKind":`...), kind)
	return append(out, `,"OutputColumns":[]}`...)
}
