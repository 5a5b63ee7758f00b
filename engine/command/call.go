package command

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"calypso/engine"
	"calypso/kql/binder"
	"calypso/kql/builtin"
	reader "calypso/kql/command"
	"calypso/kql/symbol"
	"calypso/kql/syntax"
	"calypso/kusto/value"
)

// env is what commands can see.
type env struct {
	schema  *symbol.Schema // its current database is the request's
	version string         // of the program, for .show version
	// rows is the number of rows of a table, negative when it isn't known; nil when it is known of none.
	rows func(database, table string) int64
}

// call is one command, read, and what it runs on.
type call struct {
	env
	*reader.Command
	ctx     context.Context // ends with the command
	engine  *engine.Engine
	request engine.Request
	tree    *syntax.Tree
	bound   *binder.Bound
	row     *builtin.Command
	note    string // Answer.Note
}

// names gives the names that a rule stands for, in their order, and those of the label in a new entity's place.
func (c *call) names(rule reader.Rule, label string) []reader.Part {
	var out []reader.Part
	for _, p := range c.Parts {
		if p.Kind == reader.Name && len(p.Names) > 0 && (label == "" && p.Rule == rule || label != "" && p.Label == label) {
			out = append(out, p)
		}
	}
	return out
}

// only gives the first such name; the command's syntax has it.
func (c *call) only(rule reader.Rule, label string) (reader.Ident, error) {
	for _, p := range c.names(rule, label) {
		return p.Names[len(p.Names)-1], nil
	}
	return reader.Ident{}, &fault{offset: c.Span.End, message: "the command lacks a name", syntax: true}
}

// code gives the query, body or script of the command; nil for none.
func (c *call) code() *reader.Part {
	for i := range c.Parts {
		if c.Parts[i].Kind == reader.Code {
			return &c.Parts[i]
		}
	}
	return nil
}

// values gives the texts of the literals that a label stands for.
func (c *call) values(label string) ([]string, error) {
	var out []string
	for _, p := range c.Parts {
		if p.Kind != reader.Value || p.Label != label {
			continue
		}
		s, err := c.literal(p)
		if err != nil {
			return nil, err
		}
		out = append(out, s)
	}
	return out, nil
}

// literal gives the text that a literal means: a string's without its quotes and escapes, the others as they are written.
func (c *call) literal(p reader.Part) (string, error) {
	src := p.Span.Of(c.tree.Text)
	x, found := syntax.ParseExpr(src)
	if lit, ok := x.(*syntax.Literal); ok && len(found) == 0 {
		return lit.Text, nil
	}
	if strings.HasPrefix(src, "{") || strings.ContainsAny(src, `'"`) {
		return "", &fault{offset: p.Span.Start, message: "write this value as one literal, as 'text'"}
	}
	return src, nil
}

// options reads with (name=value, …), names in lower case. A name that isn't among the known ones is refused.
func (c *call) options(known ...string) (map[string]string, error) {
	out := map[string]string{}
	for i, p := range c.Parts {
		if p.Kind != reader.Property || i+2 >= len(c.Parts) || c.Parts[i+1].Word != "=" {
			continue
		}
		name := strings.ToLower(p.Word)
		if !slices.Contains(known, name) {
			return nil, &fault{
				offset: p.Span.Start, refused: true,
				message: fmt.Sprintf("property '%s' of this command is not built in the embedded engine; leave it out", p.Word),
			}
		}
		text, err := c.literal(c.Parts[i+2])
		if err != nil {
			return nil, err
		}
		out[name] = text
	}
	return out, nil
}

func yes(s string) bool { return strings.EqualFold(s, "true") || s == "1" }

// declaration is a table's name and columns as a command gives them.
type declaration struct {
	name    reader.Ident
	columns []value.Column
}

// declared gives the tables that a command declares.
func (c *call) declared() ([]declaration, error) {
	var out []declaration
	for _, p := range c.Parts {
		switch {
		case p.Kind == reader.Name && p.Label == "ColumnName" && len(out) > 0:
			d := &out[len(out)-1]
			for _, have := range d.columns {
				if have.Name == p.Names[0].Text {
					return nil, &fault{offset: p.Span.Start, message: fmt.Sprintf("column '%s' is named twice; rename one", have.Name)}
				}
			}
			d.columns = append(d.columns, value.Column{Name: p.Names[0].Text})
		case p.Kind == reader.Name:
			out = append(out, declaration{name: p.Names[len(p.Names)-1]})
		case p.Kind == reader.Type && len(out) > 0 && len(out[len(out)-1].columns) > 0:
			kind, err := c.kind(p)
			if err != nil {
				return nil, err
			}
			d := &out[len(out)-1]
			d.columns[len(d.columns)-1].Kind = kind
		}
	}
	return out, nil
}

func (c *call) kind(p reader.Part) (value.Kind, error) {
	src := p.Span.Of(c.tree.Text)
	if typ, ok := symbol.ParseType(src); ok {
		if kind, ok := value.KindOf(typ.String()); ok {
			return kind, nil
		}
	}
	return 0, &fault{offset: p.Span.Start, message: fmt.Sprintf("'%s' is no column type; use one of bool, int, long, real, decimal, string, datetime, timespan, guid, dynamic", src)}
}

func (c *call) current() (*symbol.Database, error) {
	if c.schema == nil || c.schema.Database == nil {
		return nil, &fault{message: "no database is chosen; name one in the request"}
	}
	return c.schema.Database, nil
}

func (c *call) databaseName() string {
	if c.schema == nil || c.schema.Database == nil {
		return ""
	}
	return c.schema.Database.Name
}

func (c *call) databases() []*symbol.Database {
	if c.schema == nil || c.schema.Cluster == nil {
		return nil
	}
	return c.schema.Cluster.Databases
}

// named gives the databases that a command names; all of them, or the current one, when it names none.
func (c *call) named(all bool) ([]*symbol.Database, error) {
	var out []*symbol.Database
	for _, p := range c.names(reader.RuleDatabase, "") {
		d := c.schema.Cluster.Find(p.Names[0].Text)
		if d == nil {
			return nil, notFound("database", p.Names[0], ".show databases")
		}
		out = append(out, d)
	}
	if patterns := c.names(reader.RulePattern, ""); len(patterns) > 0 {
		return nil, &fault{offset: patterns[0].Span.Start, refused: true, message: "a pattern of database names is not built in the embedded engine; name the databases"}
	}
	if len(out) > 0 {
		return out, nil
	}
	if all {
		return c.databases(), nil
	}
	d, err := c.current()
	return []*symbol.Database{d}, err
}

// tables gives the tables of the current database that a command names, all of them when it names none.
func (c *call) tables() (*symbol.Database, []*symbol.TableSymbol, error) {
	d, err := c.current()
	if err != nil {
		return nil, nil, err
	}
	parts := c.names(reader.RuleTable, "")
	if len(parts) == 0 {
		return d, ofKind(d, symbol.Plain), nil
	}
	var out []*symbol.TableSymbol
	for _, p := range parts {
		t := d.Table(p.Names[0].Text)
		if t == nil {
			return nil, nil, notFound("table", p.Names[0], ".show tables")
		}
		out = append(out, t)
	}
	return d, out, nil
}

func notFound(what string, n reader.Ident, list string) error {
	return &fault{offset: n.Span.Start, message: fmt.Sprintf("%s '%s' was not found; %s lists them", what, n.Text, list)}
}

// sub runs a query or command that stands in the command at an offset, as a part of it. The caller closes the answer.
func (c *call) sub(at int, src string) (*engine.Answer, error) {
	r := c.request
	r.Text, r.Unlisted = src, true
	var answer *engine.Answer
	var err error
	if strings.HasPrefix(strings.TrimSpace(src), ".") {
		answer, err = run(c.ctx, c.engine, r)
	} else {
		answer, err = c.engine.Query(c.ctx, r)
	}
	if err != nil {
		err = asError(src, err)
		if e, ok := err.(*engine.Error); ok && e.Line > 0 {
			err = moved(e, c.tree.Text, at)
		}
		return nil, err
	}
	return answer, nil
}
