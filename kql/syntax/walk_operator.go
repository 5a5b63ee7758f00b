package syntax

// The children of operators, beside the head's.

// operator visits the plain operators; false for others.
func (v visitor) operator(op Operator) bool {
	switch op := op.(type) {
	case *WhereOp:
		v.one(op.Cond)
	case *ProjectOp:
		nodes(v, op.Items)
	case *ProjectAwayOp:
		nodes(v, op.Items)
	case *ProjectKeepOp:
		nodes(v, op.Items)
	case *ProjectRenameOp:
		nodes(v, op.Items)
	case *ProjectReorderOp:
		nodes(v, op.Items)
	case *ProjectByNamesOp:
		nodes(v, op.Items)
	case *ExtendOp:
		nodes(v, op.Items)
	case *SerializeOp:
		nodes(v, op.Items)
	case *SummarizeOp:
		nodes(v, op.Aggregates)
		nodes(v, op.By)
		ptr(v, op.BinParam)
	case *CountOp:
		ptr(v, op.As)
	case *DistinctOp:
		nodes(v, op.Items)
	case *TakeOp:
		v.one(op.Count)
	case *SampleOp:
		v.one(op.Count)
	case *SampleDistinctOp:
		v.one(op.Count)
		v.one(op.Of)
	case *SortOp:
		nodes(v, op.Items)
	case *TopOp:
		v.one(op.Count)
		nodes(v, op.By)
	case *TopHittersOp:
		v.one(op.Count)
		v.one(op.Of)
		v.one(op.By)
	case *TopNestedOp:
		ptrs(v, op.Clauses)
	case *PrintOp:
		nodes(v, op.Items)
	case *RangeOp:
		ptr(v, op.Name)
		v.one(op.From)
		v.one(op.To)
		v.one(op.Step)
	case *AsOp:
		ptr(v, op.Name)
	default:
		return false
	}
	return true
}

// subOperator visits the operators that combine tables, take values apart or hold queries.
func (v visitor) subOperator(op Operator) {
	switch op := op.(type) {
	case *JoinOp:
		v.one(op.Right)
		nodes(v, op.On)
		v.one(op.Where)
	case *LookupOp:
		v.one(op.Right)
		nodes(v, op.On)
	case *UnionOp:
		nodes(v, op.Tables)
	case *MvExpandOp:
		ptrs(v, op.Items)
		v.one(op.Limit)
	case *MvApplyOp:
		ptrs(v, op.Items)
		v.one(op.Limit)
		v.one(op.ID)
		ptr(v, op.Sub)
	case *ParseOp:
		v.one(op.X)
		ptrs(v, op.Pattern)
	case *ParseKvOp:
		v.one(op.X)
		ptr(v, op.As)
		ptrs(v, op.With)
	case *RenderOp:
		ptr(v, op.Kind)
		ptrs(v, op.With)
	case *AssertSchemaOp:
		ptr(v, op.Schema)
	case *EvaluateOp:
		ptr(v, op.Call)
		ptr(v, op.Schema)
	case *InvokeOp:
		v.one(op.Fun)
	case *FacetOp:
		nodes(v, op.By)
		ptr(v, op.With)
	case *ForkOp:
		ptrs(v, op.Branches)
	case *PartitionOp:
		v.one(op.By)
		v.one(op.ID)
		v.one(op.Scope)
		ptr(v, op.Sub)
	case *ReduceOp:
		v.one(op.By)
		ptrs(v, op.With)
	default:
		v.searchOrGraph(op)
	}
}

// searchOrGraph visits the rest: series, scan, search, macros, graphs.
func (v visitor) searchOrGraph(op Operator) {
	switch op := op.(type) {
	case *MakeSeriesOp:
		ptrs(v, op.Aggregates)
		v.one(op.On)
		v.one(op.From)
		v.one(op.To)
		v.one(op.Step)
		nodes(v, op.InRange)
		nodes(v, op.By)
	case *ScanOp:
		nodes(v, op.OrderBy)
		nodes(v, op.PartitionBy)
		ptrs(v, op.Declare)
		ptrs(v, op.Steps)
	case *SearchOp:
		nodes(v, op.In)
		v.one(op.Cond)
	case *FindOp:
		ptr(v, op.DataScope)
		nodes(v, op.In)
		v.one(op.Cond)
		ptrs(v, op.Project)
		nodes(v, op.ProjectAway)
	case *MacroExpandOp:
		v.one(op.Group)
		ptr(v, op.As)
		ptr(v, op.Body)
	case *MakeGraphOp:
		ptr(v, op.Source)
		ptr(v, op.Target)
		ptrs(v, op.With)
		ptr(v, op.WithNodeID)
		v.one(op.PartitionedBy)
		ptr(v, op.PartitionSub)
	case *GraphMatchOp:
		ptrs(v, op.Patterns)
		v.one(op.Where)
		nodes(v, op.Project)
	case *GraphShortestPathsOp:
		ptrs(v, op.Patterns)
		v.one(op.Where)
		nodes(v, op.Project)
	case *GraphToTableOp:
		ptrs(v, op.Outputs)
	case *GraphWhereNodesOp:
		v.one(op.Cond)
	case *GraphWhereEdgesOp:
		v.one(op.Cond)
	}
}
