// Package doc is our documentation of KQL: a paragraph, an example that runs, a trap where there is one, and the page of the
// official documentation, for each operator, function, aggregate, plugin, keyword, join kind, chart, parameter and type.
//
// The texts lie in text/*.md and are read at the first call. It knows no signatures: those are facts, in kql/builtin. It shows
// nothing: hover and completion do. Start at Find.
package doc

import "sort"

// Kind is a family of words. A name is unique within its family only: count is an operator and an aggregate.
type Kind uint8

// The families.
const (
	Operator  Kind = iota + 1 // tabular: where, join, mv-expand
	Scalar                    // of expressions: ==, has, !in~, and
	Function                  // scalar and tabular functions
	Aggregate                 // functions of summarize
	Plugin                    // what evaluate calls
	Keyword                   // let, set, toscalar, asc, typeof
	JoinKind                  // inner, leftanti
	Chart                     // what render draws
	Parameter                 // of operators: hint.strategy; "union kind" where the operator matters
	Type                      // scalar types, with their aliases
	Option                    // what set sets
	kinds     = iota + 1
)

// kindWords are the headings of the families in the texts.
var kindWords = [kinds]string{
	Operator: "operator", Scalar: "scalar operator", Function: "function", Aggregate: "aggregate", Plugin: "plugin",
	Keyword: "keyword", JoinKind: "join kind", Chart: "chart", Parameter: "parameter", Type: "type", Option: "option",
}

// String gives the family's name as messages use it.
func (k Kind) String() string {
	if k > 0 && k < kinds {
		return kindWords[k]
	}
	return "unknown"
}

// Entry tells about one word. Text is Markdown of one paragraph; the others may be empty.
type Entry struct {
	Name    string
	Text    string
	Example string // one query or statement, in one or more lines
	Trap    string // what goes wrong when one doesn't know it
	Link    string // address of the official page
}

// Find gives the entry of a word.
func Find(kind Kind, name string) (Entry, bool) {
	e, ok := library().entries[key{kind, name}]
	return e, ok
}

// FindParameter gives the entry of an operator's parameter: its own where the operator has one, else the one that all share.
func FindParameter(operator, name string) (Entry, bool) {
	if e, ok := Find(Parameter, operator+" "+name); ok {
		return e, true
	}
	return Find(Parameter, name)
}

// Names lists the documented words of a family in order.
func Names(kind Kind) []string {
	var names []string
	for k := range library().entries {
		if k.kind == kind {
			names = append(names, k.name)
		}
	}
	sort.Strings(names)
	return names
}
