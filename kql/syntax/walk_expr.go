package syntax

// The children of expressions and statements.

func (v visitor) expr(x Expr) {
	switch x := x.(type) {
	case *NameRef:
		ptr(v, x.Name)
	case *DynamicLit:
		v.one(x.Value)
	case *JSONArray:
		nodes(v, x.Items)
	case *JSONBag:
		ptrs(v, x.Pairs)
	case *TypeOf:
		ptr(v, x.Type)
		ptr(v, x.Schema)
	case *Paren:
		v.one(x.X)
	case *Unary:
		v.one(x.X)
	case *Binary:
		v.one(x.X)
		v.one(x.Y)
	case *Between:
		v.one(x.X)
		v.one(x.Low)
		v.one(x.High)
	case *In:
		v.one(x.X)
		nodes(v, x.List)
	case *Call:
		ptr(v, x.Fun)
		ptrs(v, x.Params)
		nodes(v, x.Args)
	case *Named:
		ptrs(v, x.Names)
		v.one(x.X)
	case *Path:
		v.one(x.X)
		v.one(x.Selector)
	case *Index:
		v.one(x.X)
		v.one(x.I)
	case *Pipe:
		v.one(x.Source)
		nodes(v, x.Ops)
	case *Ordered:
		v.one(x.X)
	default:
		v.tableExpr(x)
	}
}

// tableExpr visits the expressions that write out tables, and the rarer ones.
func (v visitor) tableExpr(x Expr) {
	switch x := x.(type) {
	case *DataTable:
		ptrs(v, x.Params)
		ptr(v, x.Schema)
		nodes(v, x.Values)
	case *ExternalData:
		ptrs(v, x.Params)
		ptr(v, x.Schema)
		nodes(v, x.URIs)
		ptrs(v, x.With)
	case *Function:
		ptrs(v, x.Params)
		ptr(v, x.Body)
	case *EntityGroup:
		nodes(v, x.Items)
	case *MaterializedViewCombine:
		v.one(x.View)
		v.one(x.Base)
		v.one(x.Delta)
		v.one(x.Aggregates)
	case *NameList:
		nodes(v, x.Items)
	case *DataScoped:
		v.one(x.X)
		ptr(v, x.Scope)
	case *ContextualDataTable:
		v.one(x.ID)
		ptr(v, x.Schema)
	case *InlineExternalTable:
		ptr(v, x.Schema)
		ptrs(v, x.Params)
		ptrs(v, x.Partition)
		nodes(v, x.PathFormat)
		nodes(v, x.URIs)
		ptrs(v, x.With)
	case *Wildcard, *Literal, *Bad:
		// nothing below
	}
}

func (v visitor) statement(s Statement) {
	switch s := s.(type) {
	case *LetStatement:
		ptr(v, s.Name)
		v.one(s.X)
	case *QueryStatement:
		v.one(s.X)
	case *SetStatement:
		ptr(v, s.Option)
		v.one(s.Value)
	case *DeclareParams:
		ptrs(v, s.Params)
	case *DeclarePattern:
		ptr(v, s.Name)
		ptrs(v, s.Args)
		ptr(v, s.Path)
		ptrs(v, s.Cases)
	case *AliasStatement:
		ptr(v, s.Name)
		v.one(s.X)
	case *RestrictStatement:
		nodes(v, s.Entities)
		ptrs(v, s.With)
	case *BadStatement:
		// nothing below
	}
}

// part visits what is neither expression, operator nor statement.
func (v visitor) part(n Node) {
	switch n := n.(type) {
	case *Param:
		ptr(v, n.Name)
		v.one(n.Value)
	case *ColumnDecl:
		ptr(v, n.Name)
		ptr(v, n.Type)
	case *RowSchema:
		ptrs(v, n.Columns)
	case *JSONPair:
		ptr(v, n.Key)
		v.one(n.Value)
	case *FuncParam:
		ptr(v, n.Name)
		ptr(v, n.Type)
		ptr(v, n.Schema)
		v.one(n.Default)
	case *Body:
		nodes(v, n.Statements)
	case *PatternCase:
		nodes(v, n.Values)
		v.one(n.Path)
		ptr(v, n.Body)
	case *Command:
		ptrs(v, n.Words)
		nodes(v, n.Query)
		ptr(v, n.Inner)
		nodes(v, n.Ops)
	default:
		v.operatorPart(n)
	}
}

// operatorPart visits the parts that operators are made of.
func (v visitor) operatorPart(n Node) {
	switch n := n.(type) {
	case *SubQuery:
		ptr(v, n.Name)
		v.one(n.X)
	case *MvItem:
		v.one(n.X)
		ptr(v, n.To)
	case *TopNestedClause:
		v.one(n.Count)
		v.one(n.Of)
		v.one(n.Others)
		v.one(n.By)
	case *SeriesItem:
		v.one(n.X)
		v.one(n.Default)
	case *ParsePart:
		ptr(v, n.Literal)
		ptr(v, n.Column)
		ptr(v, n.Type)
	case *FindColumn:
		ptr(v, n.Name)
		ptr(v, n.Type)
	case *ScanStep:
		ptr(v, n.Name)
		ptr(v, n.Output)
		v.one(n.Cond)
		nodes(v, n.Assign)
	case *GraphNodes:
		v.one(n.Table)
		ptr(v, n.On)
	case *GraphPattern:
		ptrs(v, n.Parts)
	case *GraphPart:
		ptr(v, n.Name)
		v.one(n.From)
		v.one(n.To)
	case *GraphOutput:
		ptr(v, n.Entity)
		ptr(v, n.As)
		ptrs(v, n.Params)
	}
}
