// Package parameter is about the values of queries that begin with declare query_parameters(…): what a query declares, whether a text is
// a value of the declared type, and which values a person gave last. It asks nobody and runs nothing; the server does.
//
// Start at Declared.
package parameter

import (
	"fmt"
	"strings"

	"calypso/engine/plan"
	"calypso/kql/syntax"
	"calypso/kusto/value"
)

// Parameter is one that a query declares.
type Parameter struct {
	Name    string
	Kind    value.Kind
	Default string // as written, a literal; "" when it has none
}

// Declared gives the parameters of a query, in their order, each name once. One whose type can't be read is left out: the query is wrong,
// and says so itself.
func Declared(tree *syntax.Tree) []Parameter {
	var list []Parameter
	seen := map[string]bool{}
	for _, s := range tree.Statements {
		d, ok := s.(*syntax.DeclareParams)
		if !ok {
			continue
		}
		for _, p := range d.Params {
			if p.Name == nil || p.Type == nil || p.Name.Text == "" || seen[p.Name.Text] {
				continue
			}
			kind, ok := value.KindOf(strings.ToLower(p.Type.Name))
			if !ok {
				continue
			}
			seen[p.Name.Text] = true
			one := Parameter{Name: p.Name.Text, Kind: kind}
			if p.Default != nil {
				one.Default = p.Default.Span().Of(tree.Text)
			}
			list = append(list, one)
		}
	}
	return list
}

// Literal gives a text that a person entered as a KQL literal of the parameter's type: 5 as long(5), TEXAS as "TEXAS". A text that is
// such a literal already stays. The error names parameter and type, and how a value is written; never the text.
func (p Parameter) Literal(text string) (string, error) {
	text = strings.TrimSpace(text)
	if v := plan.ParseConstant(text); v != nil && v.Kind == p.Kind && (p.Kind == value.String || strings.ContainsRune(text, '(')) {
		return text, nil
	}
	if p.Kind == value.String {
		return string(value.AppendQuoted(nil, text)), nil
	}
	literal := p.Kind.String() + "(" + text + ")"
	if v := plan.ParseConstant(literal); text != "" && v != nil && v.Kind == p.Kind && v.IsNull(0) == strings.EqualFold(text, "null") {
		return literal, nil
	}
	article := "a"
	if p.Kind == value.Int {
		article = "an"
	}
	return "", fmt.Errorf("parameter %q is %s %s: write its value as %s", p.Name, article, p.Kind, examples[p.Kind])
}

// examples are values as a person writes them.
var examples = map[value.Kind]string{
	value.Bool: "true or false", value.Int: "5", value.Long: "5", value.Real: "1.5", value.Decimal: "1.5",
	value.Datetime: "2007-06-01 or 2007-06-01T12:00:00Z", value.Timespan: "1h or 01:00:00",
	value.Guid: "74be27de-1e4e-49d9-b579-fe0b331d3642", value.Dynamic: `[1, 2] or {"a": 1}`,
}

// Example is such a value, for the place where one is entered; "" for a string, which is any text.
func (p Parameter) Example() string { return examples[p.Kind] }
