package syntax

// Statement is one statement of a query; statements are parted by semicolons.
type Statement interface {
	Node
	node() *stmtNode
}

type stmtNode struct {
	Range
	Semicolon int // offset of the ";" after it, or -1
}

func (s *stmtNode) node() *stmtNode { return s }

type (
	// LetStatement is let name = expr; the expression may be a Function.
	LetStatement struct {
		stmtNode
		Name *Name
		X    Expr
	}
	// QueryStatement is a tabular (or scalar) expression that is run.
	QueryStatement struct {
		stmtNode
		X Expr
	}
	// SetStatement is set option or set option = value.
	SetStatement struct {
		stmtNode
		Option *Name
		Value  Expr
	}
	// DeclareParams is declare query_parameters(a:long = 1, …).
	DeclareParams struct {
		stmtNode
		Params []*FuncParam
	}
	// DeclarePattern is declare pattern name = (params) [path:type] { ("a").["b"] = { body }; … } or a bare declaration.
	DeclarePattern struct {
		stmtNode
		Name  *Name
		Args  []*FuncParam
		Path  *FuncParam
		Cases []*PatternCase
	}
	// PatternCase is one match of a pattern.
	PatternCase struct {
		Range
		Values []Expr
		Path   Expr
		Body   *Body
	}
	// AliasStatement is alias database name = cluster('c').database('d').
	AliasStatement struct {
		stmtNode
		Name *Name
		X    Expr
	}
	// RestrictStatement is restrict access to (entities).
	RestrictStatement struct {
		stmtNode
		Entities []Expr
		With     []*Param
	}
	// BadStatement is text that is no statement.
	BadStatement struct {
		stmtNode
		Tokens []Token
	}
)

// Command is a management command, split off by its leading dot. Its inside is not parsed here; a query that its result
// feeds (".show tables | where …"), or that follows "<|", is.
type Command struct {
	Range
	Words []*Name // the leading plain words: show, tables
	// Rest is the text between the words and the end of the command proper.
	Rest Range
	// Query is what follows "<|", or nil.
	Query []Statement
	// Inner is the command that follows "<|" in place of a query: .drop extents <| .show table T extents | where ….
	Inner *Command
	// Ops is the pipeline that the command's result runs through.
	Ops  []Operator
	Bars []int
}
