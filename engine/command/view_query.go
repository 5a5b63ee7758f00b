package command

import (
	"fmt"
	"slices"
	"strings"

	"calypso/engine"
	"calypso/kql/binder"
	"calypso/kql/symbol"
	"calypso/kql/syntax"
)

// What the query of a materialized view may be: Kusto's documented rules, and of what they allow that which gives the same answer when it
// is run over all rows at once. The rest is refused with the rule's name.

// viewAggregates are the aggregates that a view may have.
var viewAggregates = strings.Fields(`count countif dcount dcountif min max avg avgif sum sumif arg_max arg_min take_any take_anyif hll
	make_set make_list make_bag percentile percentiles tdigest`)

// unsteady are the functions whose answer depends on when or by whom they are asked.
var unsteady = strings.Fields(`now ago ingestion_time rand new_guid cursor_current cursor_after cursor_before_or_at current_principal
	current_principal_details current_principal_is_member_of current_cluster_endpoint current_database extent_id extent_tags toscalar`)

// checkView holds a view's query against the rules.
func checkView(schema *symbol.Schema, source, query string) error {
	bound, err := engine.BindKept(schema, query)
	if err != nil {
		return fmt.Errorf("the view's query: %s", said(err))
	}
	pipe, err := viewPipe(bound)
	if err != nil {
		return err
	}
	if err := viewSteps(pipe); err != nil {
		return err
	}
	uses := engine.UsesOf(bound)
	if !uses.Tables[source] {
		return fmt.Errorf("the view's query doesn't read its table '%s'", source)
	}
	for name := range uses.Tables {
		if name != source {
			return fmt.Errorf("the view's query reads '%s' too; a view of more than its own table is not built in the embedded engine", name)
		}
	}
	if len(uses.Functions) > 0 || uses.Foreign != "" {
		return fmt.Errorf("a view whose query calls stored functions or names databases is not built in the embedded engine; write the query out")
	}
	return steady(bound)
}

// viewPipe gives the query's one pipeline.
func viewPipe(b *binder.Bound) (*syntax.Pipe, error) {
	statements := b.Tree.Statements
	for _, s := range statements[:len(statements)-1] {
		if _, ok := s.(*syntax.LetStatement); !ok {
			return nil, fmt.Errorf("the view's query is to be one query, with let statements before it at most")
		}
	}
	if q, ok := statements[len(statements)-1].(*syntax.QueryStatement); ok {
		if pipe, ok := q.X.(*syntax.Pipe); ok && pipe.Source != nil {
			return pipe, nil
		}
	}
	return nil, fmt.Errorf("the view's query is to be a pipeline that ends in summarize")
}

// viewSteps holds the operators against the rules: those of single rows, then summarize.
func viewSteps(pipe *syntax.Pipe) error {
	last := len(pipe.Ops) - 1
	for i, op := range pipe.Ops {
		switch op := op.(type) {
		case *syntax.WhereOp, *syntax.ExtendOp, *syntax.ProjectOp, *syntax.ProjectAwayOp, *syntax.ProjectKeepOp, *syntax.ProjectRenameOp,
			*syntax.ProjectReorderOp, *syntax.ParseOp, *syntax.ParseKvOp, *syntax.MvExpandOp:
			if i == last {
				return fmt.Errorf("the view's query is to end in summarize, not in %s", op.Head().Keyword.Text)
			}
		case *syntax.SummarizeOp:
			if i != last {
				return fmt.Errorf("the view's query has something behind its summarize; a view ends there: put the rest into a function over the view")
			}
			return viewSummary(op)
		default:
			return fmt.Errorf("operator '%s' in the query of a materialized view isn't allowed, or not built in the embedded engine; operators on single rows and one summarize are",
				op.Head().Keyword.Text)
		}
	}
	return fmt.Errorf("the view's query is to end in summarize")
}

func viewSummary(op *syntax.SummarizeOp) error {
	if len(op.Aggregates) == 0 || len(op.By) == 0 {
		return fmt.Errorf("the view's summarize needs an aggregate and a column to group by")
	}
	for _, x := range op.Aggregates {
		if named, ok := x.(*syntax.Named); ok {
			x = named.X
		}
		call, ok := x.(*syntax.Call)
		if !ok || !slices.Contains(viewAggregates, call.Fun.Text) {
			return fmt.Errorf("a view's aggregates are each one of %s, and nothing around it: compute with them where the view is read", strings.Join(viewAggregates, ", "))
		}
	}
	return nil
}

// steady refuses functions whose answer isn't the same at any time.
func steady(b *binder.Bound) error {
	var bad error
	for _, s := range b.Tree.Statements {
		syntax.Walk(s, func(n syntax.Node) bool {
			if call, ok := n.(*syntax.Call); ok && slices.Contains(unsteady, call.Fun.Text) {
				bad = fmt.Errorf("function '%s' can't stand in the query of a materialized view, which is to give the same at any time", call.Fun.Text)
			}
			return bad == nil
		})
	}
	return bad
}
