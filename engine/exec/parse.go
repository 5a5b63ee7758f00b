// parse and parse-where: text taken apart by a pattern.

package exec

import (
	"fmt"
	"regexp"
	"strings"

	"calypso/engine/fn"
	"calypso/engine/plan"
	"calypso/kusto/value"
)

// parse fills new columns from one text a row.
type parse struct {
	node *plan.Parse
	// regex is the whole pattern in regex mode, with one group a column.
	regex *regexp.Regexp
	width int // number of new columns
}

func newParse(n *plan.Parse) (*parse, error) {
	p := &parse{node: n, width: len(n.Shape) - len(n.In.Columns())}
	if n.Pattern.Mode == plan.ParseRegex {
		return nil, fmt.Errorf("parse kind=regex is not built in the embedded engine; use extract()")
	}
	return p, nil
}

func (p *parse) apply(c *fn.Context, b *value.Batch, emit func(*value.Batch) error) error {
	texts, err := eval(c, p.node.X, b)
	if err != nil {
		return err
	}
	found := make([]*value.Builder, p.width)
	for i := range found {
		found[i] = value.NewBuilder(value.String, b.N)
	}
	fits := make([]bool, b.N)
	cells := make([]string, p.width)
	for row := range b.N {
		clear(cells)
		fits[row] = p.match(texts.Strings[row&texts.Mask()], cells)
		for i, cell := range cells {
			if !fits[row] {
				cell = ""
			}
			found[i].AppendString(cell)
		}
	}
	return p.emit(c, b, found, fits, emit)
}

// match takes a text apart into the raw text of each column.
func (p *parse) match(text string, cells []string) bool {
	parts := p.node.Pattern.Parts
	at := 0
	for i := 0; i < len(parts); i++ {
		part := parts[i]
		switch {
		case part.Star:
			continue
		case part.Column < 0:
			// The text before a literal belongs to a column or a star; without one it must stand right here.
			if i == 0 || parts[i-1].Column < 0 && !parts[i-1].Star {
				if !strings.HasPrefix(text[at:], part.Literal) {
					return false
				}
				at += len(part.Literal)
				continue
			}
			found := strings.Index(text[at:], part.Literal)
			if found < 0 {
				return false
			}
			if before := parts[i-1]; before.Column >= 0 {
				cells[before.Column] = text[at : at+found]
			}
			at += found + len(part.Literal)
		}
	}
	if n := len(parts); n > 0 {
		last := parts[n-1]
		switch {
		case last.Column >= 0:
			cells[last.Column] = text[at:]
		case !last.Star && at < len(text):
			return true
		}
	}
	return true
}

// emit converts the columns and hands rows on.
func (p *parse) emit(c *fn.Context, b *value.Batch, found []*value.Builder, fits []bool, emit func(*value.Batch) error) error {
	out := &value.Batch{N: b.N, Cols: append([]*value.Vector(nil), b.Cols...)}
	for _, part := range p.node.Pattern.Parts {
		if part.Column < 0 {
			continue
		}
		v := found[part.Column].Vector()
		if part.Convert != nil {
			var err error
			if v, err = part.Convert.Eval(c, []*value.Vector{v}, b.N); err != nil {
				return err
			}
			if v.Kind != part.Kind {
				return fmt.Errorf("internal error: parse gave %s, not %s", v.Kind, part.Kind)
			}
		}
		out.Cols = append(out.Cols, v)
	}
	if !p.node.Pattern.Where {
		return emit(out)
	}
	var sel []uint32
	for i, ok := range fits {
		if ok {
			sel = append(sel, uint32(i))
		}
	}
	kept := value.GatherBatch(*out, sel)
	return emit(&kept)
}
