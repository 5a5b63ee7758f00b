package tool

import (
	"context"
	"strings"

	"calypso/kql/binder"
	"calypso/kql/doc"
	"calypso/kql/symbol"
	"calypso/kql/syntax"
	"calypso/kusto/guard"
)

var explainTool = definition{
	Tool: define("kusto_explain_query", "Explains a KQL query step by step without running it: what each operator does, what columns come out.",
		`"query":{"type":"string","description":"The KQL query"}`, "query"),
	prepare: (*Set).prepareExplain,
}

// Explanation is the answer of kusto_explain_query.
type Explanation struct {
	Steps  []Step         `json:"steps"`
	Tables []TableColumns `json:"tables,omitempty"`
	Guard  Judged         `json:"guard"`
	Notes  []string       `json:"notes,omitempty"`
}

// Step is one operator, in the order in which the rows flow.
type Step struct {
	Operator string   `json:"operator"`
	Text     string   `json:"text"`
	Does     string   `json:"does,omitempty"`
	Columns  []string `json:"columns,omitempty"` // that come out; only where they change
	Depth    int      `json:"depth,omitempty"`   // of subqueries
}

func (s *Set) prepareExplain(_ context.Context, p *Prepared) *Failure { return p.onQuery(s.explain) }

func (s *Set) explain(ctx context.Context, query string) Outcome {
	c, f := s.check(ctx, query)
	if f != nil {
		return failed(f)
	}
	if c.syntax {
		return failed(s.refusal(c, false))
	}
	e := Explanation{Steps: []Step{}, Tables: tablesOf(c.bound), Guard: Judged{c.verdict.Allowed, findings(c)}}
	for _, f := range c.verdict.Findings {
		if f.Class == guard.Note {
			e.Notes = append(e.Notes, f.Message)
		}
	}
	x := &explainer{bound: c.bound, limit: s.limits.OutputBytes - 4000}
	for _, st := range c.bound.Tree.Statements {
		x.statement(st)
	}
	e.Steps = x.steps
	return Outcome{Output: marshal(e)}
}

// explainer walks a query in the order in which its rows flow.
type explainer struct {
	bound *binder.Bound
	steps []Step
	size  int
	limit int
}

func (x *explainer) add(s Step) {
	if x.size += len(marshal(s)); x.size <= x.limit {
		x.steps = append(x.steps, s)
	}
}

func (x *explainer) statement(st syntax.Statement) {
	switch st := st.(type) {
	case *syntax.LetStatement:
		x.add(Step{Operator: "let", Text: clip(st.Span().Of(x.bound.Tree.Text), 300), Does: "gives a name to what follows"})
	case *syntax.QueryStatement:
		x.query(st.X, 0)
	default:
		x.add(Step{Operator: "statement", Text: clip(st.Span().Of(x.bound.Tree.Text), 300)})
	}
}

// query explains a tabular expression: its source, then each operator.
func (x *explainer) query(e syntax.Expr, depth int) {
	switch e := e.(type) {
	case *syntax.Paren:
		x.query(e.X, depth)
	case *syntax.Pipe:
		if e.Source != nil {
			x.query(e.Source, depth)
		}
		for _, op := range e.Ops {
			x.operator(op, depth)
		}
	case nil:
	default:
		step := Step{Operator: "source", Text: clip(e.Span().Of(x.bound.Tree.Text), 300), Depth: depth}
		if t := x.bound.Tables[e]; t != nil {
			step.Columns = names(t)
		}
		x.add(step)
	}
}

func (x *explainer) operator(op syntax.Operator, depth int) {
	switch op := op.(type) {
	case *syntax.JoinOp:
		x.query(op.Right, depth+1)
	case *syntax.LookupOp:
		x.query(op.Right, depth+1)
	case *syntax.UnionOp:
		for _, t := range op.Tables {
			x.query(t, depth+1)
		}
	}
	keyword := op.Head().Keyword
	step := Step{Text: clip(op.Span().Of(x.bound.Tree.Text), 300), Depth: depth}
	if keyword != nil {
		step.Operator = keyword.Text
		if entry, ok := doc.Find(doc.Operator, keyword.Text); ok {
			step.Does, _, _ = strings.Cut(entry.Text, ". ")
		}
	}
	if in, out := x.bound.In[op], x.bound.Out[op]; out != nil && !same(in, out) {
		step.Columns = names(out)
	}
	x.add(step)
}

func same(a, b *binder.Table) bool {
	if a == nil || len(a.List) != len(b.List) {
		return false
	}
	for i := range a.List {
		if a.List[i].Name != b.List[i].Name {
			return false
		}
	}
	return true
}

func names(t *binder.Table) []string {
	return columnNames(t.List[:min(len(t.List), maxTableColumns)])
}

func columnNames(list []*symbol.Column) []string {
	out := make([]string, len(list))
	for i, c := range list {
		out[i] = c.Name + ": " + c.Type.String()
	}
	return out
}
