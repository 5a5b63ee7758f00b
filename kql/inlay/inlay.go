// Package inlay says what the text leaves unsaid: the names that columns get automatically, the types of variables, which parameter
// an argument is for, the kind of a join, the direction of a sort. Each sort of hint can be had by itself.
//
// Start at Hints. A hint that could be written out carries the edit that does so.
package inlay

import (
	"sort"
	"strings"

	"calypso/kql/binder"
	"calypso/kql/script"
	"calypso/kql/symbol"
	"calypso/kql/syntax"
	"calypso/kql/text"
)

// Options choose the sorts of hint; the zero value wants none.
type Options struct {
	Names     bool // columns that name themselves: count_ =
	LetTypes  bool // let x: long
	Arguments bool // of let and stored functions: limit:
	JoinKind  bool // kind=innerunique
	SortOrder bool // desc
}

// Kind tells what a hint is about.
type Kind uint8

// The kinds of hint.
const (
	Type Kind = iota + 1
	Parameter
	Other
)

// Hint is one hint.
type Hint struct {
	At          int // offset in the document
	Label       string
	Kind        Kind
	SpaceBefore bool // the label wants air on this side
	SpaceBehind bool
	Tip         string
	Edit        string // what to insert at At to write the hint out; "" when that isn't possible
}

// named is the most columns of one item that a hint lists.
const named = 4

// finder collects the hints of a block.
type finder struct {
	Options
	block *script.Block
	bound *binder.Bound
	list  []Hint
	piped map[*syntax.Call]bool // calls that get their first argument from the pipe
}

// Hints gives the hints whose place lies in a span of the document, in order.
func Hints(s *script.Script, within text.Span, o Options) []Hint {
	var all []Hint
	for b := range s.All() {
		own := b.Own()
		if own.End < within.Start || own.Start > within.End {
			continue
		}
		f := &finder{Options: o, block: b, bound: b.Bound, piped: map[*syntax.Call]bool{}}
		for _, st := range b.Bound.Tree.Statements {
			syntax.Walk(st, f.visit)
		}
		for _, h := range f.list {
			if b.Quoted() {
				h.Edit = "" // it would have to be escaped
			}
			if h.At += b.Start; within.Touches(h.At) && own.Touches(h.At) {
				all = append(all, h)
			}
		}
	}
	sort.SliceStable(all, func(i, j int) bool { return all[i].At < all[j].At })
	return all
}

func (f *finder) visit(n syntax.Node) bool {
	switch n := n.(type) {
	case *syntax.LetStatement:
		f.let(n)
	case *syntax.InvokeOp:
		if call, ok := n.Fun.(*syntax.Call); ok {
			f.piped[call] = true
		}
	case *syntax.Call:
		f.arguments(n)
	case *syntax.JoinOp:
		f.join(n)
	case *syntax.SortOp:
		f.order(n.Items)
	case *syntax.TopOp:
		f.order(n.By)
	}
	if x, ok := n.(syntax.Expr); ok && f.Names {
		f.made(x)
	}
	return true
}

// made tells the names that an item gives its columns.
func (f *finder) made(x syntax.Expr) {
	columns := f.bound.Made[x]
	switch x.(type) {
	case *syntax.Named, *syntax.Wildcard, *syntax.NameRef, *syntax.Bad:
		return
	}
	if len(columns) == 0 || len(columns) > named || x.Span().Len() == 0 {
		return
	}
	if call, ok := x.(*syntax.Call); ok && len(columns) == 1 && firstName(call) == columns[0].Name {
		return // bin(StartTime, 1h) is StartTime: nothing that one wouldn't expect
	}
	names := make([]string, len(columns))
	for i, c := range columns {
		names[i] = symbol.QuoteName(c.Name)
	}
	label := names[0]
	if len(names) > 1 {
		label = "(" + strings.Join(names, ", ") + ")"
	}
	f.add(Hint{
		At: x.Span().Start, Label: label + " =", Kind: Other, SpaceBehind: true, Edit: label + " = ",
		Tip: "The name that the column gets because none is written.",
	})
}

// firstName gives the name of a call's first argument, "" when it is none.
func firstName(call *syntax.Call) string {
	if len(call.Args) > 0 {
		if ref, ok := call.Args[0].(*syntax.NameRef); ok {
			return ref.Name.Text
		}
	}
	return ""
}

// let tells a variable's type.
func (f *finder) let(n *syntax.LetStatement) {
	if !f.LetTypes || n.Name == nil || n.Name.Missing {
		return
	}
	v := f.bound.Refs[n.Name].Let
	if v == nil || v.Func != nil || !v.Type.Scalar() {
		return
	}
	if l, plain := n.X.(*syntax.Literal); plain && l.Goo {
		return // datetime(…) says it
	}
	f.add(Hint{At: n.Name.To, Label: ": " + v.Type.String(), Kind: Type})
}

// arguments names the parameters that arguments of let and stored functions are for.
func (f *finder) arguments(call *syntax.Call) {
	if !f.Arguments || call.Fun == nil {
		return
	}
	params := parameters(f.bound.Refs[call.Fun])
	if len(params) > 0 && f.piped[call] {
		params = params[1:]
	}
	for i, arg := range call.Args {
		if i >= len(params) {
			return
		}
		switch arg := arg.(type) {
		case *syntax.Named:
			return // from here on all are named
		case *syntax.NameRef:
			if arg.Name.Text == params[i] {
				continue
			}
		}
		if arg.Span().Len() > 0 {
			f.add(Hint{At: arg.Span().Start, Label: params[i] + ":", Kind: Parameter, SpaceBehind: true})
		}
	}
}

func parameters(sym binder.Symbol) []string {
	var decl *syntax.Function
	switch {
	case sym.Let != nil:
		decl = sym.Let.Func
	case sym.Kind == binder.SymStored && sym.Func != nil:
		_, decl = sym.Func.Parsed()
	}
	if decl == nil {
		return nil
	}
	names := make([]string, len(decl.Params))
	for i, p := range decl.Params {
		names[i] = p.Name.Text
	}
	return names
}

// join tells the kind of a join that doesn't say it.
func (f *finder) join(n *syntax.JoinOp) {
	if !f.JoinKind || n.Keyword == nil || n.Param("kind") != nil {
		return
	}
	f.add(Hint{
		At: n.Keyword.To, Label: "kind=innerunique", Kind: Other, SpaceBefore: true, Edit: " kind=innerunique",
		Tip: "Without a kind, join first keeps one row of the left side for each key. Most often inner is meant.",
	})
}

// order tells the direction of items that don't say it.
func (f *finder) order(items []syntax.Expr) {
	if !f.SortOrder {
		return
	}
	for _, x := range items {
		at := x.Span().End
		if o, ok := x.(*syntax.Ordered); ok {
			if o.Asc || o.Desc {
				continue
			}
			at = o.X.Span().End
		}
		if _, bad := x.(*syntax.Bad); !bad && x.Span().Len() > 0 {
			f.add(Hint{At: at, Label: "desc", Kind: Other, SpaceBefore: true, Edit: " desc"})
		}
	}
}

func (f *finder) add(h Hint) { f.list = append(f.list, h) }
