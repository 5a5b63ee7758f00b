package syntax

// Operator is a tabular operator: what stands after a pipe, or starts a query that needs no source.
type Operator interface {
	Node
	// Head gives what all operators share.
	Head() *OpHead
}

// OpHead is what all operators share.
type OpHead struct {
	Range
	Keyword *Name    // as written: "where", "filter", "mv-expand"
	Params  []*Param // kind=…, hint.…=…, in order
}

// Head gives the operator's head.
func (h *OpHead) Head() *OpHead { return h }

// Param finds an operator parameter by name; nil when it isn't there.
func (h *OpHead) Param(name string) *Param {
	for _, p := range h.Params {
		if p.Name.Text == name {
			return p
		}
	}
	return nil
}

type (
	// WhereOp is where or filter.
	WhereOp struct {
		OpHead
		Cond Expr
	}
	// ProjectOp is project; items are Named or plain expressions.
	ProjectOp struct {
		OpHead
		Items []Expr
	}
	// ProjectAwayOp removes columns: NameRef or Wildcard.
	ProjectAwayOp struct {
		OpHead
		Items []Expr
	}
	// ProjectKeepOp keeps columns.
	ProjectKeepOp struct {
		OpHead
		Items []Expr
	}
	// ProjectRenameOp is project-rename new = old.
	ProjectRenameOp struct {
		OpHead
		Items []Expr
	}
	// ProjectReorderOp is project-reorder a, b* asc; items are NameRef, Wildcard or Ordered. Granny keywords
	// (granny-asc, granny-desc) come as Ordered with Granny set.
	ProjectReorderOp struct {
		OpHead
		Items []Expr
	}
	// ProjectByNamesOp is project-by-names; items are NameRefs, Wildcards or expressions that give names.
	ProjectByNamesOp struct {
		OpHead
		Items []Expr
	}
	// ExtendOp adds columns.
	ExtendOp struct {
		OpHead
		Items []Expr
	}
	// SerializeOp marks rows as ordered and may add columns.
	SerializeOp struct {
		OpHead
		Items []Expr
	}
	// SummarizeOp is summarize aggregates by keys.
	SummarizeOp struct {
		OpHead
		Aggregates []Expr
		By         []Expr
		HasBy      bool
		BinParam   *Param // bin=… after by, legacy
	}
	// CountOp is count, with an optional as name.
	CountOp struct {
		OpHead
		As *Name
	}
	// DistinctOp keeps distinct rows of the items (Wildcard * for all).
	DistinctOp struct {
		OpHead
		Items []Expr
	}
	// TakeOp is take or limit.
	TakeOp struct {
		OpHead
		Count Expr
	}
	// SampleOp is sample n.
	SampleOp struct {
		OpHead
		Count Expr
	}
	// SampleDistinctOp is sample-distinct n of x.
	SampleDistinctOp struct {
		OpHead
		Count Expr
		Of    Expr
	}
	// SortOp is sort by or order by; items are Ordered or plain.
	SortOp struct {
		OpHead
		Items []Expr
	}
	// TopOp is top n by expr; more than one By is an error that is reported.
	TopOp struct {
		OpHead
		Count Expr
		By    []Expr
	}
	// TopHittersOp is top-hitters n of x by y.
	TopHittersOp struct {
		OpHead
		Count Expr
		Of    Expr
		By    Expr
	}
	// TopNestedOp is top-nested … of … by …, one clause a level.
	TopNestedOp struct {
		OpHead
		Clauses []*TopNestedClause
	}
	// TopNestedClause is one level; Count nil means all.
	TopNestedClause struct {
		Range
		Count  Expr
		Of     Expr // may be Named
		Others Expr // with others = …
		By     Expr // Ordered, Named or plain
	}
	// JoinOp is join (right) on conditions.
	JoinOp struct {
		OpHead
		Right Expr
		On    []Expr // NameRef, or $left.a == $right.b
		Where Expr   // join … where, as the grammar allows
	}
	// LookupOp is lookup (right) on conditions.
	LookupOp struct {
		OpHead
		Right Expr
		On    []Expr
	}
	// UnionOp is union of tables; a Wildcard names tables by pattern.
	UnionOp struct {
		OpHead
		Tables []Expr
	}
	// MvExpandOp is mv-expand.
	MvExpandOp struct {
		OpHead
		Items []*MvItem
		Limit Expr
	}
	// MvItem is name = expr to typeof(type) in mv-expand and mv-apply.
	MvItem struct {
		Range
		X  Expr // Named or plain
		To *TypeOf
	}
	// MvApplyOp is mv-apply items limit n id guid on (subquery). Sub is a Pipe with Source nil.
	MvApplyOp struct {
		OpHead
		Items []*MvItem
		Limit Expr
		ID    Expr
		Sub   *SubQuery
	}
	// SubQuery is operators in brackets that run on rows handed to them: mv-apply, partition, fork, facet.
	SubQuery struct {
		Range
		Name *Name // fork a=( … )
		// X is the query: a Pipe with Source nil whose first operator takes the handed rows, or a whole query (partition { T | … }).
		X Expr
		// Curly is set when written { … }.
		Curly bool
	}
	// ParseOp is parse or parse-where; Keyword tells which.
	ParseOp struct {
		OpHead
		X       Expr
		Pattern []*ParsePart
	}
	// ParsePart is one part of a parse pattern.
	ParsePart struct {
		Range
		Star    bool
		Literal *Literal // a string to find
		Column  *Name
		Type    *TypeRef // nil: string
	}
	// ParseKvOp is parse-kv x as (schema) with (props).
	ParseKvOp struct {
		OpHead
		X    Expr
		As   *RowSchema
		With []*Param
	}
	// PrintOp is print items.
	PrintOp struct {
		OpHead
		Items []Expr
	}
	// RangeOp is range name from a to b step c.
	RangeOp struct {
		OpHead
		Name           *Name
		From, To, Step Expr
	}
	// AsOp is as name.
	AsOp struct {
		OpHead
		Name *Name
	}
	// RenderOp is render kind with (props).
	RenderOp struct {
		OpHead
		Kind *Name
		With []*Param
	}
	// GetSchemaOp is getschema.
	GetSchemaOp struct {
		OpHead
		Kind *Name
	}
	// ConsumeOp is consume.
	ConsumeOp struct{ OpHead }
	// AssertSchemaOp is assert-schema (schema).
	AssertSchemaOp struct {
		OpHead
		Schema *RowSchema
	}
	// EvaluateOp is evaluate plugin(args) : (schema).
	EvaluateOp struct {
		OpHead
		Call   *Call
		Schema *RowSchema
	}
	// ExecuteAndCacheOp is execute-and-cache.
	ExecuteAndCacheOp struct{ OpHead }
	// InvokeOp is invoke f(args); Fun is a Call or a Path that ends in one.
	InvokeOp struct {
		OpHead
		Fun Expr
	}
	// FacetOp is facet by columns with (subquery).
	FacetOp struct {
		OpHead
		By   []Expr
		With *SubQuery
	}
	// ForkOp is fork a=(…) (…).
	ForkOp struct {
		OpHead
		Branches []*SubQuery
	}
	// PartitionOp is partition by column (subquery), and __partitionby.
	PartitionOp struct {
		OpHead
		By    Expr
		ID    Expr // __partitionby … id x
		Scope Expr // partition by x in (…): a Call or DynamicLit
		Sub   *SubQuery
	}
	// ReduceOp is reduce by x with props.
	ReduceOp struct {
		OpHead
		By   Expr
		With []*Param
	}
	// MakeSeriesOp is make-series aggregates on axis from..to step by keys.
	MakeSeriesOp struct {
		OpHead
		Aggregates     []*SeriesItem
		On             Expr
		From, To, Step Expr
		InRange        []Expr // on x in range(a, b, c)
		By             []Expr
		HasBy          bool
	}
	// SeriesItem is agg default = value.
	SeriesItem struct {
		Range
		X       Expr // Named or plain
		Default Expr
	}
	// ScanOp is scan order by … partition by … declare (…) with (steps).
	ScanOp struct {
		OpHead
		OrderBy     []Expr
		PartitionBy []Expr
		Declare     []*FuncParam
		Steps       []*ScanStep
	}
	// ScanStep is step name [optional] [output=all|last|none]: cond => a = x, …;
	ScanStep struct {
		Range
		Name     *Name
		Optional bool
		Output   *Name
		Cond     Expr
		Assign   []Expr // Named
	}
	// SearchOp is search in (tables) predicate.
	SearchOp struct {
		OpHead
		In   []Expr
		Cond Expr // may contain bare string terms and Wildcard: * has "x"
	}
	// FindOp is find in (tables) where cond project …
	FindOp struct {
		OpHead
		DataScope *Param
		In        []Expr
		Cond      Expr
		// Project holds name, name:type, pack(*) …; HasProject and ProjectSmart, ProjectAway tell which form it is.
		Project      []*FindColumn
		HasProject   bool
		ProjectSmart bool
		ProjectAway  []Expr
	}
	// FindColumn is one column of find's project.
	FindColumn struct {
		Range
		Name *Name
		Type *TypeRef
		Pack bool // pack(*) or pack_all()
	}
	// MacroExpandOp is macro-expand group as name ( statements ).
	MacroExpandOp struct {
		OpHead
		Group Expr
		As    *Name
		Body  *Body
	}
	// MakeGraphOp is make-graph a --> b with T on id …
	MakeGraphOp struct {
		OpHead
		Source, Target *NameRef
		Arrow          string // --> or --
		With           []*GraphNodes
		WithNodeID     *Name // with_node_id=name
		PartitionedBy  Expr
		PartitionSub   *SubQuery
	}
	// GraphNodes is a node table and its key.
	GraphNodes struct {
		Range
		Table Expr
		On    *NameRef
	}
	// GraphMatchOp is graph-match patterns where cond project items.
	GraphMatchOp struct {
		OpHead
		Patterns []*GraphPattern
		Where    Expr
		Project  []Expr
	}
	// GraphShortestPathsOp has the shape of graph-match.
	GraphShortestPathsOp struct {
		OpHead
		Patterns []*GraphPattern
		Where    Expr
		Project  []Expr
	}
	// GraphPattern is one chain of nodes and edges.
	GraphPattern struct {
		Range
		Parts []*GraphPart
	}
	// GraphPart is (name) or -[name*1..3]->; Node tells which.
	GraphPart struct {
		Range
		Node     bool
		Name     *Name // nil when anonymous
		Arrow    string
		Variable bool // *from..to
		From, To Expr
	}
	// GraphToTableOp is graph-to-table nodes as N, edges as E.
	GraphToTableOp struct {
		OpHead
		Outputs []*GraphOutput
	}
	// GraphOutput is nodes|edges as name with params.
	GraphOutput struct {
		Range
		Entity *Name
		As     *Name
		Params []*Param
	}
	// GraphWhereNodesOp filters nodes.
	GraphWhereNodesOp struct {
		OpHead
		Cond Expr
	}
	// GraphWhereEdgesOp filters edges.
	GraphWhereEdgesOp struct {
		OpHead
		Cond Expr
	}
	// GraphMarkComponentsOp marks components.
	GraphMarkComponentsOp struct{ OpHead }
	// BadOp is an operator that is missing or unknown; Tokens holds what was skipped up to the next pipe.
	BadOp struct {
		OpHead
		Tokens []Token
	}
)
