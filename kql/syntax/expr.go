package syntax

import "calypso/kql/text"

// Expr is an expression: scalar, tabular or a pattern; the grammar lets most of them stand in most places.
type Expr interface {
	Node
	expr()
}

type exprNode struct{ Range }

func (exprNode) expr() {}

// LiteralKind is the type a literal is written in.
type LiteralKind uint8

// The literal kinds. LitNull is the bare word null inside dynamic(…).
const (
	LitBool LiteralKind = iota + 1
	LitInt
	LitLong
	LitReal
	LitDecimal
	LitString
	LitDatetime
	LitTimespan
	LitGuid
	LitNull
)

type (
	// NameRef is a name that refers to something: a column, variable, table, function without brackets.
	NameRef struct {
		exprNode
		Name *Name
	}
	// Wildcard is a name pattern: ab*, *_id, or a lone * (Text "*").
	Wildcard struct {
		exprNode
		Text string
	}
	// Literal is a constant. Text is as written for numbers and for what stands in datetime(…) and its like
	// (raw, trimmed: "2020-01-01", "null"), and decoded for strings.
	Literal struct {
		exprNode
		Kind  LiteralKind
		Text  string
		Goo   bool // written in the bracketed form: long(5), datetime(2020-01-01)
		Parts int  // string literals written side by side; 1 for most
		// Hidden is set by h'…': the engine keeps the text out of its logs.
		Hidden bool
	}
	// DynamicLit is dynamic(…); Value is a Literal, JSONArray, JSONBag, a Unary minus, or nil when empty.
	DynamicLit struct {
		exprNode
		Value Expr
	}
	// JSONArray is [a, b] inside dynamic(…).
	JSONArray struct {
		exprNode
		Items []Expr
	}
	// JSONBag is {"k": v} inside dynamic(…).
	JSONBag struct {
		exprNode
		Pairs []*JSONPair
	}
	// JSONPair is one property of a bag.
	JSONPair struct {
		Range
		Key   *Literal
		Value Expr
	}
	// TypeOf is typeof(long) or typeof(a:long, b:string) or typeof(*).
	TypeOf struct {
		exprNode
		Type   *TypeRef   // a single scalar type, or nil
		Schema *RowSchema // else the columns
	}
	// Paren is an expression in round brackets.
	Paren struct {
		exprNode
		X Expr
	}
	// Unary is -x or +x.
	Unary struct {
		exprNode
		Op string
		X  Expr
	}
	// Binary is x op y: arithmetic, comparison, string operators, and, or, and also =~ has contains "matches regex" …;
	// Op is the operator in lower case as written ("<>" stays "<>").
	Binary struct {
		exprNode
		Op   string
		OpAt text.Span
		X, Y Expr
	}
	// Between is x between (low .. high) or !between.
	Between struct {
		exprNode
		Not       bool
		OpAt      text.Span
		X         Expr
		Low, High Expr
	}
	// In is x in (…), with Op one of in !in in~ !in~ has_any has_all.
	In struct {
		exprNode
		Op   string
		OpAt text.Span
		X    Expr
		List []Expr
	}
	// Call is f(args). Arguments may be named (*Named), a *Wildcard, a *Pipe.
	Call struct {
		exprNode
		Fun    *Name
		Params []*Param // toscalar kind=nooptimization (…); none for most
		Args   []Expr
		LParen int // offset of "("; -1 when missing
		RParen int // offset of ")"; -1 when missing
		Commas []int
	}
	// Named is name = expr, or (a, b) = expr.
	Named struct {
		exprNode
		Names []*Name
		Tuple bool // written with brackets
		X     Expr
	}
	// Path is x.selector; Selector is a NameRef, a Call (database('x')), or a Wildcard.
	Path struct {
		exprNode
		X        Expr
		Dot      int // offset of the dot
		Selector Expr
	}
	// Index is x[i] or x.[i].
	Index struct {
		exprNode
		X Expr
		I Expr
	}
	// Pipe is a query: a source and the operators it runs through. A query that starts with an operator that needs no
	// source (print, range, union, search, find, evaluate, macro-expand …) has Source nil and that operator first.
	// A source alone, without operators, is not wrapped in a Pipe.
	Pipe struct {
		exprNode
		Source Expr
		Ops    []Operator
		Bars   []int // offsets of the "|" before each operator; one fewer than Ops when Source is nil
	}
	// DataTable is datatable(schema)[values].
	DataTable struct {
		exprNode
		Params []*Param
		Schema *RowSchema
		Values []Expr
	}
	// ExternalData is externaldata(schema)[uris] with(props).
	ExternalData struct {
		exprNode
		Params []*Param
		Schema *RowSchema
		URIs   []Expr
		With   []*Param
	}
	// Function is the right side of let f = (params) { body } or view () { body }.
	Function struct {
		exprNode
		View   bool
		Params []*FuncParam
		Body   *Body
	}
	// FuncParam is one parameter: name:type, name:type=default, T:(schema).
	FuncParam struct {
		Range
		Name    *Name
		Type    *TypeRef
		Schema  *RowSchema // set for a tabular parameter
		Default Expr
	}
	// Body is statements in curly brackets; the last is usually a QueryStatement.
	Body struct {
		Range
		Statements []Statement
		LBrace     int
		RBrace     int // -1 when missing
	}
	// EntityGroup is entity_group [a, b].
	EntityGroup struct {
		exprNode
		Items []Expr
	}
	// MaterializedViewCombine is materialized-view-combine(name) base (q) delta (q) aggregates (summarize …) as the grammar has it.
	MaterializedViewCombine struct {
		exprNode
		View        Expr
		Base, Delta Expr
		Aggregates  Operator
	}
	// Ordered is expr asc|desc nulls first|last, in sort and its like.
	Ordered struct {
		exprNode
		X          Expr
		Desc, Asc  bool // neither: the default, which is desc
		NullsFirst bool
		NullsLast  bool
		Granny     bool // granny-asc, granny-desc in project-reorder
	}
	// NameList is several names as one value: ycolumns=a,b in render.
	NameList struct {
		exprNode
		Items []Expr
	}
	// DataScoped is T datascope=hotcache.
	DataScoped struct {
		exprNode
		X     Expr
		Scope *Param
	}
	// ContextualDataTable is __contextual_datatable id (schema), which the engine hands between its nodes.
	ContextualDataTable struct {
		exprNode
		ID     Expr
		Schema *RowSchema
	}
	// InlineExternalTable is inline_external_table (schema) kind=storage partition by (…) pathformat=(…) dataformat=csv (uris)
	// with(props). Params holds kind, dataformat and their like.
	InlineExternalTable struct {
		exprNode
		Params     []*Param
		Schema     *RowSchema
		Partition  []*FuncParam // name:type = expression
		PathFormat []Expr       // string literals, column names, datetime_pattern('…', column)
		URIs       []Expr
		With       []*Param
	}
	// Bad stands for an expression that is missing or couldn't be read; its span may be empty.
	Bad struct {
		exprNode
		Tokens []Token // what was skipped
	}
)
