package command

import (
	"fmt"
	"strings"

	"calypso/engine"
	"calypso/kql/binder"
	reader "calypso/kql/command"
	"calypso/kql/symbol"
	"calypso/kql/syntax"
)

// Stored functions.

// createFunction answers .create function, .alter function and .create-or-alter function. The body is bound first, as Kusto does: a
// mistake in it is an error, unless skipvalidation says otherwise.
func createFunction(c *call) (*result, error) {
	options, err := c.options("folder", "docstring", "skipvalidation", "view")
	if err != nil {
		return nil, err
	}
	name, err := c.functionName()
	if err != nil {
		return nil, err
	}
	parameters, body, err := c.declaration()
	if err != nil {
		return nil, err
	}
	err = c.change(func(x *engine.Edit) error {
		f := &symbol.Function{Name: name.Text, Parameters: parameters, Body: body}
		if old := x.Function(name.Text); old != nil {
			if c.Parts[0].Word == "create" {
				if c.Has("ifnotexists") {
					return nil
				}
				return &fault{offset: name.Span.Start, message: fmt.Sprintf("function '%s' is there already; use .create-or-alter function, or add ifnotexists", name.Text)}
			}
			f.Doc, f.Folder, f.View = old.Doc, old.Folder, old.View
		} else if c.Parts[0].Word == "alter" {
			return notFound("function", name, ".show functions")
		}
		describe(f, options)
		if v, ok := options["view"]; ok {
			f.View = yes(v)
		}
		if err := x.Define(f); err != nil {
			return at(c, name, err)
		}
		if yes(options["skipvalidation"]) {
			return nil
		}
		return c.sound(x.Schema(), name)
	})
	if err != nil {
		return nil, err
	}
	return c.functionsShown(name.Text)
}

func describe(f *symbol.Function, options map[string]string) {
	if v, ok := options["folder"]; ok {
		f.Folder = v
	}
	if v, ok := options["docstring"]; ok {
		f.Doc = v
	}
}

// functionName is the name of the function, new or there.
func (c *call) functionName() (reader.Ident, error) {
	if len(c.names(0, "FunctionName")) > 0 {
		return c.only(0, "FunctionName")
	}
	return c.only(reader.RuleFunction, "")
}

// declaration gives a function's parameters with their brackets and its body with its braces, as they are written.
func (c *call) declaration() (parameters, body string, err error) {
	p := c.code()
	if p == nil {
		return "", "", &fault{offset: c.Span.End, message: "the function has no body; write it in braces", syntax: true}
	}
	src := p.Span.Of(c.tree.Text)
	if src[0] == '{' {
		return "()", src, nil
	}
	for _, e := range c.Embedded(c.tree) {
		if e.Span != p.Span {
			continue
		}
		tree := syntax.Parse(e.Text)
		if len(tree.Statements) == 0 {
			break
		}
		if let, ok := tree.Statements[0].(*syntax.LetStatement); ok {
			if f, ok := let.X.(*syntax.Function); ok && f.Body != nil {
				at := f.Body.Span().Start + e.Start - p.Span.Start
				if at > 0 && at < len(src) && src[at] == '{' {
					return strings.TrimSpace(src[:at]), src[at:], nil
				}
			}
		}
	}
	return "", "", &fault{offset: p.Span.Start, message: "the function can't be read; write it as (parameters) { body }", syntax: true}
}

// sound binds the function with what will be there, itself too: a function must not call itself.
func (c *call) sound(schema *symbol.Schema, name reader.Ident) error {
	b := binder.Bind(c.tree, schema)
	if err := engine.Diagnosed(c.tree.Text, b.Diagnostics); err != nil {
		return err
	}
	if calls(schema.Database, name.Text) {
		return &fault{offset: name.Span.Start, message: fmt.Sprintf("function '%s' would call itself; Kusto's functions can't", name.Text)}
	}
	return nil
}

// calls tells whether a stored function comes back to itself through the bodies of the functions that it names.
func calls(d *symbol.Database, name string) bool {
	seen := map[string]bool{}
	todo := []string{name}
	for len(todo) > 0 {
		f := d.Function(todo[0])
		todo = todo[1:]
		if f == nil {
			continue
		}
		tree, _ := f.Parsed()
		b := binder.Bind(tree, symbol.ForDatabase(d))
		for called := range storedCalls(b.Scope) {
			if called == name {
				return true
			}
			if !seen[called] {
				seen[called] = true
				todo = append(todo, called)
			}
		}
	}
	return false
}

// storedCalls gives the stored functions that a text names, those that the functions it calls name included.
func storedCalls(s *binder.Scope) map[string]bool {
	out := map[string]bool{}
	seen := map[*binder.Scope]bool{}
	var walk func(*binder.Scope)
	walk = func(s *binder.Scope) {
		if s == nil || seen[s] {
			return
		}
		seen[s] = true
		for _, ref := range s.Refs {
			if ref.Kind == binder.SymStored {
				out[ref.Name] = true
			}
		}
		for _, call := range s.Calls {
			if call.Symbol.Kind == binder.SymStored {
				out[call.Symbol.Name] = true
			}
			walk(call.Scope)
		}
	}
	walk(s)
	return out
}

func (c *call) functionsShown(names ...string) (*result, error) {
	d := c.after()
	if d == nil {
		return c.table()
	}
	var rows []record
	for _, name := range names {
		if f := d.Function(name); f != nil {
			rows = append(rows, functionRow(f))
		}
	}
	return c.table(rows...)
}

// describeFunction sets a function's folder or description.
func describeFunction(c *call) (*result, error) {
	name, err := c.functionName()
	if err != nil {
		return nil, err
	}
	folders, err := c.values("Folder")
	if err != nil {
		return nil, err
	}
	docs, err := c.values("Documentation")
	if err != nil {
		return nil, err
	}
	err = c.change(func(x *engine.Edit) error {
		old := x.Function(name.Text)
		if old == nil {
			return notFound("function", name, ".show functions")
		}
		f := &symbol.Function{Name: old.Name, Parameters: old.Parameters, Body: old.Body, Doc: old.Doc, Folder: old.Folder, View: old.View}
		for _, s := range folders {
			f.Folder = s
		}
		for _, s := range docs {
			f.Doc = s
		}
		return x.Define(f)
	})
	if err != nil {
		return nil, err
	}
	return c.functionsShown(name.Text)
}

// dropFunctions answers .drop function with the name, .drop functions with the functions that are left.
func dropFunctions(c *call) (*result, error) {
	var gone []record
	err := c.change(func(x *engine.Edit) error {
		gone = nil
		for _, p := range c.names(reader.RuleFunction, "") {
			n := p.Names[0]
			if x.Function(n.Text) == nil {
				if c.Has("ifexists") {
					continue
				}
				return notFound("function", n, ".show functions")
			}
			x.Undefine(n.Text)
			gone = append(gone, record{"Name": n.Text})
		}
		return nil
	})
	if err != nil {
		return nil, err
	}
	if c.row.Name == "DropFunction" {
		return c.table(gone...)
	}
	d := c.after()
	if d == nil {
		return c.table()
	}
	var rows []record
	for _, f := range d.Functions {
		rows = append(rows, functionRow(f))
	}
	return c.table(rows...)
}
