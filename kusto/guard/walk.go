package guard

import (
	"fmt"
	"slices"
	"strings"

	"calypso/kql/binder"
	"calypso/kql/diag"
	"calypso/kql/symbol"
	"calypso/kql/syntax"
	"calypso/kql/text"
)

// maxDepth bounds how many stored functions may call each other in a row; Kusto's own bound is lower.
const maxDepth = 64

// checker is one look at one query.
type checker struct {
	bound   *binder.Bound
	policy  Policy
	found   []Finding
	db      *symbol.Database // whose entities plain names mean; nil when it isn't loaded, which its methods take
	seen    map[any]bool     // bodies, groups and findings that were looked at
	plugins bool             // one is evaluated
	direct  bool             // the call that is looked at next begins a path
	// declared has the names that the query or a body on the way makes itself: lets, parameters, patterns. They are only asked
	// for where nothing is bound, and a name too many there means one question less, never a call let through.
	declared map[string]bool

	// The way to the node that is judged: outside the query's own text spans are those of the call that led there.
	site *text.Span
	via  []string
}

// say adds a finding about a node, once for each rule, place and way.
func (c *checker) say(code Code, class Class, at text.Span, format string, args ...any) {
	if c.site != nil {
		at = *c.site
	}
	f := Finding{Code: code, Class: class, Span: at, Message: fmt.Sprintf(format, args...), Via: slices.Clone(c.via)}
	if len(f.Via) > 0 {
		f.Message += " (by way of " + strings.Join(f.Via, " → ") + ")"
	}
	key := fmt.Sprint(f.Code, f.Span, f.Message)
	if !c.seen[key] {
		c.seen[key] = true
		c.found = append(c.found, f)
	}
}

// readable refuses what the parser couldn't read. Errors of names and types are the binder's matter: the cluster may know better.
func (c *checker) readable() {
	for _, d := range c.bound.Tree.Diagnostics {
		if d.Severity == diag.Error {
			c.say(Unreadable, Deny, d.Span, "the query can't be read: %s", d.Message)
			return
		}
	}
	if len(c.bound.Tree.Statements) == 0 && c.bound.Tree.Command == nil {
		c.say(Unreadable, Deny, text.Span{End: len(c.bound.Tree.Text)}, "there is no query")
	}
}

// statements judges the whole text: no command and no directive at any statement's start, then every node.
func (c *checker) statements() {
	tree := c.bound.Tree
	c.declare(tree)
	if tree.Command != nil {
		c.say(NotAQuery, Deny, tree.Command.Span(), "a management command; only queries are run here")
	}
	c.starts(tree)
	for _, st := range tree.Statements {
		c.walk(st, c.bound.Scope)
	}
}

// starts looks at the token that each statement starts with, however the parser read it.
func (c *checker) starts(tree *syntax.Tree) {
	first := true
	for _, t := range tree.Tokens {
		word := t.Span().Of(tree.Text)
		if first && (strings.HasPrefix(word, ".") || strings.HasPrefix(word, "#")) {
			c.say(NotAQuery, Deny, t.Span(), "%q starts a management command or directive; only queries are run here", word)
		}
		first = word == ";"
	}
}

// declare notes the names that a text makes.
func (c *checker) declare(tree *syntax.Tree) {
	note := func(n *syntax.Name) {
		if n != nil {
			c.declared[n.Text] = true
		}
	}
	for _, st := range tree.Statements {
		syntax.Walk(st, func(n syntax.Node) bool {
			switch n := n.(type) {
			case *syntax.LetStatement:
				note(n.Name)
			case *syntax.DeclarePattern:
				note(n.Name)
			case *syntax.AliasStatement:
				note(n.Name)
			case *syntax.FuncParam:
				note(n.Name)
			}
			return true
		})
	}
}

// walk judges a node and all below it. scope has what the names in it mean; nil where nothing is bound.
func (c *checker) walk(n syntax.Node, scope *binder.Scope) {
	syntax.Walk(n, func(n syntax.Node) bool {
		path, ok := n.(*syntax.Path)
		if !ok {
			c.judge(n, scope)
			return true
		}
		// What stands behind database('…') means that database's entities.
		_, c.direct = path.X.(*syntax.Call)
		c.walk(path.X, scope)
		c.direct = false
		c.within(c.named(path.X, scope), func() {
			if isPattern(path.Selector) {
				c.views(path)
			}
			c.table(path.Selector, scope)
			c.walk(path.Selector, scope)
		})
		return false
	})
}

// named gives the database that a path starts with; the current one when it starts with something else.
func (c *checker) named(x syntax.Expr, scope *binder.Scope) *symbol.Database {
	call, ok := x.(*syntax.Call)
	if !ok || call.Fun == nil || !strings.EqualFold(call.Fun.Text, "database") {
		return c.db
	}
	name, _ := constantArg(call, scope)
	return c.find(name)
}

// find gives a database of the thread's own cluster; nil when it isn't loaded.
func (c *checker) find(name string) *symbol.Database {
	if s := c.bound.Schema; s != nil {
		return s.Cluster.Find(name)
	}
	return nil
}

// within runs look with names meaning a database's entities; nil: nothing is known of them.
func (c *checker) within(db *symbol.Database, look func()) {
	saved := c.db
	c.db = db
	look()
	c.db = saved
}

// function goes into a stored function's body: what it does, the query does.
func (c *checker) function(f *symbol.Function, at text.Span) {
	if c.seen[f] {
		return
	}
	c.seen[f] = true
	if len(c.via) >= maxDepth {
		c.say(TooDeep, Deny, at, "stored functions call each other more than %d times in a row", maxDepth)
		return
	}
	tree, decl := f.Parsed()
	if decl == nil || slices.ContainsFunc(tree.Diagnostics, func(d diag.Diagnostic) bool { return d.Severity == diag.Error }) {
		c.inside(f.Name, at, func() {
			c.say(UnknownFunction, Ask, at, "the body of the function %s can't be read here", f.Name)
		})
		return
	}
	c.declare(tree)
	c.inside(f.Name, at, func() { c.walk(decl, nil) })
}

// group goes into a stored entity group.
func (c *checker) group(g *symbol.EntityGroup, at text.Span) {
	if c.seen[g] {
		return
	}
	c.seen[g] = true
	definition := strings.TrimPrefix(strings.TrimSpace(g.Definition), "entity_group")
	c.inside(g.Name, at, func() { c.stored("let g = entity_group " + definition + ";") })
}

// graph goes into a stored graph's queries.
func (c *checker) graph(g *symbol.GraphModel, at text.Span) {
	if c.seen[g] {
		return
	}
	c.seen[g] = true
	c.inside(g.Name, at, func() {
		for _, query := range slices.Concat(g.Nodes, g.Edges) {
			c.stored(query)
		}
	})
}

// stored judges a text that the database keeps.
func (c *checker) stored(query string) {
	for _, st := range syntax.Parse(query).Statements {
		c.walk(st, nil)
	}
}

// inside runs look with the way set to a stored entity.
func (c *checker) inside(name string, at text.Span, look func()) {
	site, via := c.site, c.via
	if c.site == nil {
		c.site = &at
	}
	c.via = append(slices.Clone(via), name)
	look()
	c.site, c.via = site, via
}
