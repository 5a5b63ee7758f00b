package symbol

import (
	"sync"

	"calypso/kql/syntax"
)

// TableKind tells tables apart.
type TableKind uint8

// The kinds of table.
const (
	Plain TableKind = iota
	External
	MaterializedView
)

// TableSymbol is a table, external table or materialized view of a database.
type TableSymbol struct {
	Name    string
	Kind    TableKind
	Columns Columns
	Doc     string
	Folder  string
	Query   string // a materialized view's query

	once  sync.Once
	index map[string]*Column
}

// Column finds a column by name; nil when the table doesn't list it.
func (t *TableSymbol) Column(name string) *Column {
	if t == nil {
		return nil
	}
	t.once.Do(func() {
		t.index = make(map[string]*Column, len(t.Columns.List))
		for _, c := range t.Columns.List {
			t.index[c.Name] = c
		}
	})
	return t.index[name]
}

// FunctionParam is one parameter of a stored function.
type FunctionParam struct {
	Name    string
	Type    Type     // Table when tabular
	Columns *Columns // when tabular; Open for (*)
	Default string   // KQL text of its default, or ""
}

// Function is a stored function: parameters and body as KQL text.
type Function struct {
	Name       string
	Parameters string // as written: "(x: long, y: string = 'z')"
	Body       string // as written: "{ T | where a == x }"
	Doc        string
	Folder     string
	View       bool

	once sync.Once
	tree *syntax.Tree
	decl *syntax.Function
}

// Parsed gives the function as a tree whose only statement is let Name = (parameters) { body }, and the Function in it; parsed
// at first use. The Function is nil when the stored text can't be read as one.
func (f *Function) Parsed() (*syntax.Tree, *syntax.Function) {
	f.once.Do(func() {
		view := ""
		if f.View {
			view = "view "
		}
		f.tree = syntax.Parse("let " + QuoteName(f.Name) + " = " + view + f.Parameters + " " + f.Body)
		if len(f.tree.Statements) == 0 {
			return
		}
		if let, ok := f.tree.Statements[0].(*syntax.LetStatement); ok {
			f.decl, _ = let.X.(*syntax.Function)
		}
	})
	return f.tree, f.decl
}

// Params gives the parameters as declared, nil when the text can't be read.
func (f *Function) Params() []FunctionParam {
	tree, decl := f.Parsed()
	if decl == nil {
		return nil
	}
	list := make([]FunctionParam, 0, len(decl.Params))
	for _, p := range decl.Params {
		param := FunctionParam{Name: p.Name.Text}
		if p.Schema != nil {
			columns := SchemaColumns(p.Schema)
			param.Type, param.Columns = Table, &columns
		} else if p.Type != nil {
			param.Type, _ = ParseType(p.Type.Name)
		}
		if p.Default != nil {
			param.Default = p.Default.Span().Of(tree.Text)
		}
		list = append(list, param)
	}
	return list
}

// SchemaColumns makes columns of a row schema as written in KQL: (a:long, b:string), (*).
func SchemaColumns(schema *syntax.RowSchema) Columns {
	columns := Columns{Open: schema.Star}
	for _, c := range schema.Columns {
		if c.Name == nil || c.Name.Missing {
			continue
		}
		column := &Column{Name: c.Name.Text}
		if c.Type != nil {
			column.Type, _ = ParseType(c.Type.Name)
		}
		columns.List = append(columns.List, column)
	}
	return columns
}

// GraphModel is a stored graph: its tables of edges and nodes as KQL texts, and its snapshots by name.
type GraphModel struct {
	Name      string
	Edges     []string
	Nodes     []string
	Snapshots []string
}

// EntityGroup is a stored entity group; Definition is KQL text: "[cluster('c').database('d')]".
type EntityGroup struct {
	Name       string
	Definition string
}
