package navigate

// This file answers which functions call which: let functions within their block, stored functions within a script and within
// the bodies of other stored functions.

import (
	"strings"

	"calypso/kql/binder"
	"calypso/kql/script"
	"calypso/kql/symbol"
	"calypso/kql/syntax"
	"calypso/kql/text"
)

// Caller is what can call or be called: a let with its function, a query, or a stored function.
type Caller struct {
	Name      string
	Span      text.Span // the whole let or query, in the document; unused with Function
	Selection text.Span // its name, or the query's first line
	Let       bool      // a let; Callable when it is a function's
	Callable  bool
	Function  *symbol.Function // a stored function
	Created   bool             // a stored function that a command of the document makes: Span and Selection are its name there
	// Connect, Cluster and Database say where the stored function lies, as in Target.
	Connect, Cluster, Database string
}

// Edge is a caller or callee, with the places where it calls or is called.
type Edge struct {
	Caller
	At []text.Span
}

// CallerAt finds the let function or stored function whose name stands at an offset.
func CallerAt(s *script.Script, offset int) (Caller, bool) {
	b, at := s.Innermost(offset)
	ix := newIndex(b.Bound)
	n := ix.at(at)
	if n == nil {
		if _, to, ok := entityAt(s, b, at); ok && to.Function != nil {
			return storedCaller(to), true
		}
		return Caller{}, false
	}
	return calleeOf(s, b, b.Bound.Refs[n])
}

func storedCaller(to Target) Caller {
	return Caller{
		Name: to.Function.Name, Function: to.Function, Callable: true, Created: to.Created, Span: to.Span, Selection: to.Span,
		Connect: to.Connect, Cluster: to.Cluster, Database: to.Database,
	}
}

// CallerOver finds the let or query that begins at an offset: a Caller from its Span, when the text is the same.
func CallerOver(s *script.Script, start int) (Caller, bool) {
	for _, c := range s.Created {
		if c.Function != nil && c.Span.Start == start {
			return createdCaller(s, c), true
		}
	}
	b, at := s.Innermost(start)
	for _, st := range b.Bound.Tree.Statements {
		if st.Span().Start == at {
			return callerOf(b, st)
		}
	}
	return Caller{}, false
}

func createdCaller(s *script.Script, c script.Created) Caller {
	return storedCaller(Target{Span: c.Span, Created: true, Function: c.Function, Connect: connectAt(s, c.Span.Start)})
}

// calleeOf gives what a symbol calls.
func calleeOf(s *script.Script, b *script.Block, sym binder.Symbol) (Caller, bool) {
	switch {
	case sym.Kind == binder.SymStored && sym.Func != nil:
		return storedCaller(targetOf(s, b, sym)), true
	case sym.Let != nil && sym.Let.Func != nil && sym.Let.Decl != nil:
		for _, st := range b.Bound.Tree.Statements {
			if let, ok := st.(*syntax.LetStatement); ok && let.Name == sym.Let.Decl {
				return callerOf(b, st)
			}
		}
	}
	return Caller{}, false
}

// callerOf makes the caller that a statement is.
func callerOf(b *script.Block, st syntax.Statement) (Caller, bool) {
	switch st := st.(type) {
	case *syntax.LetStatement:
		if st.Name == nil || st.Name.Missing {
			return Caller{}, false
		}
		_, function := st.X.(*syntax.Function)
		return Caller{Name: st.Name.Text, Let: true, Callable: function, Span: b.Shift(st.Span()), Selection: b.Shift(st.Name.Span())}, true
	case *syntax.QueryStatement:
		span := st.Span()
		line, _, _ := strings.Cut(span.Of(b.Bound.Tree.Text), "\n")
		first := text.Span{Start: span.Start, End: span.Start + len(strings.TrimRight(line, " \t\r"))}
		return Caller{Name: strings.TrimSpace(line), Span: b.Shift(span), Selection: b.Shift(first)}, span.Len() > 0
	}
	return Caller{}, false
}

// Incoming lists the lets and queries of a script that call a function.
func Incoming(s *script.Script, of Caller) []Edge {
	var all []Edge
	for b := range s.All() {
		if of.Function == nil && !b.Own().Contains(of.Span.Start) {
			continue
		}
		for _, st := range b.Bound.Tree.Statements {
			caller, ok := callerIn(s, b, st)
			if !ok {
				continue
			}
			var at []text.Span
			eachCall(s, b, st, func(n *syntax.Name, callee Caller) {
				if same(callee, of) {
					at = append(at, b.Shift(n.Span()))
				}
			})
			if len(at) > 0 {
				all = append(all, Edge{caller, at})
			}
		}
	}
	return all
}

// callerIn is callerOf, and for the body of a function that a command creates that function.
func callerIn(s *script.Script, b *script.Block, st syntax.Statement) (Caller, bool) {
	if b.Inner() && b.Shift(st.Span()).Start < b.Own().Start {
		for _, c := range s.Created {
			if outer, _ := s.At(c.Span.Start); c.Function != nil && outer.Span.Contains(b.Own().Start) {
				return createdCaller(s, c), true
			}
		}
	}
	return callerOf(b, st)
}

// Outgoing lists the functions that a let or query of a script, or a function that the script creates, calls.
func Outgoing(s *script.Script, of Caller) []Edge {
	var all []Edge
	if of.Created {
		command, _ := s.At(of.Span.Start)
		for b := range s.All() {
			if !b.Inner() || !command.Span.Contains(b.Own().Start) {
				continue
			}
			for _, st := range b.Bound.Tree.Statements {
				eachCall(s, b, st, func(n *syntax.Name, callee Caller) { all = addEdge(all, callee, b.Shift(n.Span())) })
			}
		}
		return all
	}
	b, _ := s.Innermost(of.Span.Start)
	for _, st := range b.Bound.Tree.Statements {
		if b.Shift(st.Span()) != of.Span {
			continue
		}
		eachCall(s, b, st, func(n *syntax.Name, callee Caller) { all = addEdge(all, callee, b.Shift(n.Span())) })
	}
	return all
}

// eachCall visits the names in a statement that stand for functions, not the one that it declares.
func eachCall(s *script.Script, b *script.Block, st syntax.Statement, visit func(*syntax.Name, Caller)) {
	syntax.Walk(st, func(n syntax.Node) bool {
		if let, ok := n.(*syntax.LetStatement); ok && let != st {
			return true
		}
		name, ok := n.(*syntax.Name)
		if !ok {
			return true
		}
		sym := b.Bound.Refs[name]
		if sym.Let != nil && sym.Let.Decl == name {
			return true
		}
		if callee, ok := calleeOf(s, b, sym); ok {
			visit(name, callee)
		}
		return true
	})
}

func same(a, b Caller) bool {
	if a.Created && b.Created {
		return a.Name == b.Name && a.Connect == b.Connect
	}
	if a.Function != nil || b.Function != nil {
		return a.Function == b.Function
	}
	return a.Span == b.Span
}

func addEdge(all []Edge, callee Caller, at text.Span) []Edge {
	for i := range all {
		if same(all[i].Caller, callee) {
			all[i].At = append(all[i].At, at)
			return all
		}
	}
	return append(all, Edge{callee, []text.Span{at}})
}

// StoredOutgoing lists the stored functions of a database that the body of one of them calls; places count in its Source.
func StoredOutgoing(db *symbol.Database, of Caller) []Edge {
	var all []Edge
	eachStoredCall(db, of.Function, func(callee *symbol.Function, at text.Span) {
		next := of
		next.Name, next.Function = callee.Name, callee
		all = addEdge(all, next, at)
	})
	return all
}

// StoredIncoming lists the stored functions of a database whose bodies call one of them; places count in the caller's Source.
func StoredIncoming(db *symbol.Database, of Caller) []Edge {
	var all []Edge
	if db == nil {
		return nil
	}
	for _, f := range db.Functions {
		if !strings.Contains(f.Body, of.Function.Name) {
			continue
		}
		next := of
		next.Name, next.Function = f.Name, f
		eachStoredCall(db, f, func(callee *symbol.Function, at text.Span) {
			if callee == of.Function {
				all = addEdge(all, next, at)
			}
		})
	}
	return all
}

// eachStoredCall visits the stored functions that a body names. Names that the body itself declares hide them.
func eachStoredCall(db *symbol.Database, f *symbol.Function, visit func(*symbol.Function, text.Span)) {
	_, decl := f.Parsed()
	if decl == nil || decl.Body == nil {
		return
	}
	src := FunctionSource(f)
	hidden := map[string]bool{}
	for _, p := range decl.Params {
		hidden[p.Name.Text] = true
	}
	see := func(n *syntax.Name) {
		callee := db.Function(n.Text)
		if callee == nil || hidden[n.Text] || n.From < decl.Body.From {
			return
		}
		if at, ok := src.InBody(f, n.Span()); ok {
			visit(callee, at)
		}
	}
	for _, st := range decl.Body.Statements {
		syntax.Walk(st, func(n syntax.Node) bool {
			switch n := n.(type) {
			case *syntax.LetStatement:
				hidden[n.Name.Text] = true
			case *syntax.Call:
				if n.Fun != nil {
					see(n.Fun)
				}
			case *syntax.NameRef:
				see(n.Name)
			}
			return true
		})
	}
}
