// What can be wrong with a query that the binder let pass.

package plan

import (
	"errors"
	"fmt"

	"calypso/engine/fn"
	"calypso/kql/syntax"
	"calypso/kql/text"
)

// NotBuilt refuses a query for something that Kusto has and this engine hasn't.
type NotBuilt struct {
	Name string    // what isn't built: "operator 'reduce'", "function 'geo_distance_2points'"
	Span text.Span // where it stands, in bytes of the query, or of the stored function named by In
	In   string    // the stored function's name; "" means the query itself
	Line int       // of Span.Start, from 1
	Col  int       // of Span.Start, in bytes from 1
}

// Error gives position, thing and way out.
func (e *NotBuilt) Error() string {
	return fmt.Sprintf("%s: %s is not built in the embedded engine; connect to a cluster to use it", place(e.In, e.Line, e.Col), e.Name)
}

// Invalid says that the query is wrong, as a cluster would.
type Invalid struct {
	Message string
	Span    text.Span
	In      string
	Line    int
	Col     int
}

// Error gives position and message.
func (e *Invalid) Error() string { return place(e.In, e.Line, e.Col) + ": " + e.Message }

func place(in string, line, col int) string {
	if in != "" {
		return fmt.Sprintf("function '%s' %d:%d", in, line, col)
	}
	return fmt.Sprintf("%d:%d", line, col)
}

// source is the text that a node's span belongs to.
type source struct {
	tree *syntax.Tree
	name string // of the stored function; "" for the query
}

func (s source) at(n syntax.Node) (span text.Span, line, col int) {
	if n == nil || s.tree == nil {
		return text.Span{}, 1, 1
	}
	span = n.Span()
	p := text.NewFile(s.tree.Text).UTF8(span.Start)
	return span, p.Line + 1, p.Column + 1
}

// notBuilt refuses what stands at n.
func (e *env) notBuilt(n syntax.Node, format string, args ...any) error {
	span, line, col := e.src.at(n)
	return &NotBuilt{Name: fmt.Sprintf(format, args...), Span: span, In: e.src.name, Line: line, Col: col}
}

// invalid says what is wrong at n.
func (e *env) invalid(n syntax.Node, format string, args ...any) error {
	span, line, col := e.src.at(n)
	return &Invalid{Message: fmt.Sprintf(format, args...), Span: span, In: e.src.name, Line: line, Col: col}
}

// functionError gives a refusal of package fn its place.
func (e *env) functionError(n syntax.Node, err error) error {
	var missing *fn.NotBuilt
	if errors.As(err, &missing) {
		if missing.Detail == "" {
			return e.notBuilt(n, "function '%s'", missing.Name)
		}
		return e.notBuilt(n, "'%s': %s", missing.Name, missing.Detail)
	}
	var bad *fn.BadArgument
	if errors.As(err, &bad) {
		return e.invalid(n, "%s", bad.Error())
	}
	return err
}
