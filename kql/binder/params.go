package binder

// This file binds operator parameters: kind=inner, hint.shufflekey=k, withsource=T.

import (
	"strings"

	"calypso/kql/builtin"
	"calypso/kql/diag"
	"calypso/kql/symbol"
	"calypso/kql/syntax"
)

// paramWord gives the word or text that a parameter is set to.
func paramWord(p *syntax.Param) string {
	switch x := p.Value.(type) {
	case *syntax.NameRef:
		return x.Name.Text
	case *syntax.Literal:
		return x.Text
	}
	return ""
}

// param gives an operator's parameter by any of its names.
func param(op syntax.Operator, names ...string) *syntax.Param {
	for _, n := range names {
		if p := op.Head().Param(n); p != nil {
			return p
		}
	}
	return nil
}

// paramName gives the name that a parameter declares, as withsource=T; nil when it isn't there.
func paramName(op syntax.Operator, names ...string) (*syntax.Name, string) {
	p := param(op, names...)
	if p == nil || p.Value == nil {
		return nil, ""
	}
	if ref, ok := p.Value.(*syntax.NameRef); ok {
		return ref.Name, ref.Name.Text
	}
	return nil, paramWord(p)
}

// parameterTable names the table of parameters that an operator takes; "" when it isn't checked.
func parameterTable(op syntax.Operator) string {
	switch op.(type) {
	case *syntax.JoinOp:
		return "JoinParameters"
	case *syntax.LookupOp:
		return "LookupParameters"
	case *syntax.UnionOp:
		return "UnionParameters"
	case *syntax.SummarizeOp:
		return "SummarizeParameters"
	case *syntax.MvExpandOp:
		return "MvExpandParameters"
	case *syntax.MvApplyOp:
		return "MvApplyParameters"
	case *syntax.ParseOp:
		return "ParseParameters"
	case *syntax.DistinctOp:
		return "DistinctParameters"
	case *syntax.MakeSeriesOp:
		return "MakeSeriesParameters"
	case *syntax.ScanOp:
		return "ScanParameters"
	case *syntax.SearchOp:
		return "SearchParameters"
	case *syntax.FindOp:
		return "FindParameters"
	case *syntax.TopOp:
		return "TopParameters"
	case *syntax.SortOp:
		return "SortParameters"
	case *syntax.AsOp:
		return "AsParameters"
	case *syntax.ConsumeOp:
		return "ConsumeParameters"
	case *syntax.EvaluateOp:
		return "EvaluateParameters"
	case *syntax.GraphMarkComponentsOp:
		return "GraphMarkComponentsParameters"
	}
	return ""
}

// parameters checks an operator's parameters: known names, each once.
func (b *binder) parameters(op syntax.Operator) {
	head := op.Head()
	if len(head.Params) == 0 {
		return
	}
	table := parameterTable(op)
	seen := map[string]bool{}
	for _, p := range head.Params {
		if p.Name == nil {
			continue
		}
		b.paramTypes(p)
		if table == "" {
			continue
		}
		fact := findParameter(builtin.Parameters(table), p.Name.Text)
		switch {
		case fact == nil && findParameter(builtin.Parameters("AllParameters"), p.Name.Text) == nil && !strings.HasPrefix(p.Name.Text, "__"):
			b.report(diag.UnknownParameter, p.Name.Span(), p.Name.Text, suggestParameter(p.Name.Text, table))
		case fact == nil:
			b.strayParameter(op, p.Name)
		case seen[fact.Name] && !fact.Flags.Has(builtin.Repeatable):
			b.report(diag.ParameterTwice, p.Name.Span(), p.Name.Text)
		default:
			seen[fact.Name] = true
			b.paramColumn(p, fact, b.scope.In[op])
			b.paramValue(p, fact)
		}
	}
}

// strayParameter reports a parameter that other operators take. A hint there is a warning, as for the library: it changes no rows,
// and what an operator makes of it is documented late; evaluate's for filters are documented and unknown to the library's table.
func (b *binder) strayParameter(op syntax.Operator, name *syntax.Name) {
	if _, ok := op.(*syntax.EvaluateOp); ok && (name.Text == "hint.pass_filters" || name.Text == "hint.pass_filters_column") {
		return
	}
	d := diag.New(diag.UnknownParameter, name.Span(), name.Text, "")
	if strings.HasPrefix(name.Text, "hint.") {
		d.Severity = diag.Warning
	}
	b.emit(d)
}

// paramTypes records the type of a parameter's literal value.
func (b *binder) paramTypes(p *syntax.Param) {
	switch x := p.Value.(type) {
	case *syntax.Literal:
		b.value(x)
	case *syntax.NameRef:
		b.scope.Types[x] = symbol.String
	}
}

// paramColumn finds the column of the operator's rows that a parameter names. A name that is none stays as it is: it may be one behind
// by, or on the right side of a join.
func (b *binder) paramColumn(p *syntax.Param, fact *builtin.Parameter, in *Table) {
	x, ok := p.Value.(*syntax.NameRef)
	if !ok || fact.Value != builtin.ValueColumn || in == nil {
		return
	}
	if c := in.find(x.Name.Text); c != nil {
		b.nameColumn(x.Name, c)
		b.scope.Types[x] = c.Type
	}
}

// paramValue checks that a word is one of those that fit.
func (b *binder) paramValue(p *syntax.Param, fact *builtin.Parameter) {
	if fact.Value == builtin.ValueBoolLiteral && p.Value != nil {
		if x, ok := p.Value.(*syntax.Literal); !ok || x.Kind != syntax.LitBool {
			b.reportAs(diag.WrongValue, "KS223", p.Value.Span(), "true, false")
		}
		return
	}
	if fact.Value != builtin.ValueWord || len(fact.Values) == 0 || p.Value == nil {
		return
	}
	word := paramWord(p)
	for _, v := range fact.Values {
		if v == word {
			return
		}
	}
	if word != "" {
		b.report(diag.WrongValue, p.Value.Span(), strings.Join(fact.Values, ", "))
	}
}

func findParameter(list []builtin.Parameter, name string) *builtin.Parameter {
	for i := range list {
		if list[i].Name == name {
			return &list[i]
		}
		for _, a := range list[i].Aliases {
			if a == name {
				return &list[i]
			}
		}
	}
	return nil
}

func suggestParameter(name, table string) string {
	return didYouMean(suggestion(name, func(yield func(string) bool) {
		for _, p := range builtin.Parameters(table) {
			if !yield(p.Name) {
				return
			}
		}
	}))
}

// paramValues binds the values of with (name = value, …), whose names are those of a table of parameters; "" for any.
func (b *binder) paramValues(list []*syntax.Param, table string) {
	for _, p := range list {
		b.paramTypes(p)
	}
	if table != "" {
		b.properties(list, table)
	}
}

// properties checks names of properties, and the words among their values.
func (b *binder) properties(list []*syntax.Param, table string) {
	for _, p := range list {
		if p.Name == nil || p.Name.Text == "" {
			continue
		}
		fact := findParameter(builtin.Parameters(table), p.Name.Text)
		if fact == nil {
			b.reportAs(diag.UnknownParameter, "KS005", p.Name.Span(), p.Name.Text, suggestParameter(p.Name.Text, table))
			continue
		}
		if fact.Value == builtin.ValueWord {
			b.paramValue(p, fact)
		}
	}
}
