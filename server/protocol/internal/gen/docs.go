package main

import (
	"go/ast"
	"go/parser"
	"go/token"
	"path/filepath"
	"strings"
)

// docs holds what reflection can't see: comments, and the values of text enumerations in the order of the source.
type docs struct {
	typ   map[string]string   // type → its comment
	field map[string]string   // type.Field → its comment
	enum  map[string][]string // type → quoted values
}

// borrowed are the packages whose types go out as they are, as folders of the repository.
var borrowed = []string{"agent", "agent/tool", "agent/model"}

func agentName(name string) string {
	if name == "Info" {
		return "AgentThread"
	}
	return "Agent" + name
}

// allDocs reads the words of this package and of those whose types go out as they are.
func allDocs(dir string) (docs, error) {
	d, err := readDocs(dir)
	for i := 0; err == nil && i < len(borrowed); i++ {
		err = d.borrow(filepath.Join(dir, "../..", borrowed[i]))
	}
	return d, err
}

// borrow adds the words of another package, under the names that its types have in TypeScript. A name that is taken stays as it is.
func (d docs) borrow(dir string) error {
	other, err := readDocs(dir)
	if err != nil {
		return err
	}
	for name, text := range other.typ {
		if _, taken := d.typ[agentName(name)]; !taken {
			d.typ[agentName(name)] = text
		}
	}
	for name, text := range other.field {
		typ, field, _ := strings.Cut(name, ".")
		if _, taken := d.field[agentName(typ)+"."+field]; !taken {
			d.field[agentName(typ)+"."+field] = text
		}
	}
	return nil
}

func readDocs(dir string) (docs, error) {
	d := docs{typ: map[string]string{}, field: map[string]string{}, enum: map[string][]string{}}
	files, err := filepath.Glob(filepath.Join(dir, "*.go"))
	if err != nil {
		return d, err
	}
	fset := token.NewFileSet()
	for _, name := range files {
		file, err := parser.ParseFile(fset, name, nil, parser.ParseComments)
		if err != nil {
			return d, err
		}
		for _, decl := range file.Decls {
			if g, ok := decl.(*ast.GenDecl); ok {
				d.read(g)
			}
		}
	}
	return d, nil
}

func (d docs) read(g *ast.GenDecl) {
	for _, spec := range g.Specs {
		switch s := spec.(type) {
		case *ast.TypeSpec:
			d.typ[s.Name.Name] = flat(g.Doc.Text())
			if st, ok := s.Type.(*ast.StructType); ok {
				for _, f := range st.Fields.List {
					for _, n := range f.Names {
						d.field[s.Name.Name+"."+n.Name] = flat(f.Doc.Text() + " " + f.Comment.Text())
					}
				}
			}
		case *ast.ValueSpec:
			if t, ok := s.Type.(*ast.Ident); ok && g.Tok == token.CONST && len(s.Values) == 1 {
				if lit, ok := s.Values[0].(*ast.BasicLit); ok && lit.Kind == token.STRING {
					d.enum[t.Name] = append(d.enum[t.Name], lit.Value)
				}
			}
		}
	}
}

func flat(s string) string { return strings.Join(strings.Fields(s), " ") }
