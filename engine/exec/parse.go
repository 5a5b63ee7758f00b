// parse and parse-where: text taken apart by a pattern. Where Kusto's documentation leaves open what a pattern does with a text,
// the row is refused rather than read one way.

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
	node  *plan.Parse
	width int // number of new columns
	// loose finds any place where the pattern might fit; nil where that can't be told.
	loose *regexp.Regexp
}

func newParse(n *plan.Parse) *parse {
	p := &parse{node: n, width: len(n.Shape) - len(n.In.Columns())}
	if n.Pattern.Mode == plan.ParseSimple {
		p.loose, _ = regexp.Compile(loosely(n.Pattern.Parts))
	}
	return p
}

// loosely is an expression that matches wherever any reading of the pattern does: between its texts, digits where a whole number is
// wanted, and anything else elsewhere.
func loosely(parts []plan.ParsePart) string {
	var out strings.Builder
	for _, part := range parts {
		switch {
		case part.Column >= 0 && (part.Kind == value.Int || part.Kind == value.Long):
			out.WriteString(`[\s\pZ]*[-+]?[0-9]+[\s\pZ]*`)
		case part.Column >= 0 || part.Star:
			out.WriteString(`(?s:.*)`)
		default:
			out.WriteString(regexp.QuoteMeta(part.Literal))
		}
	}
	return out.String()
}

func unsure(what string) error { return &fn.NotBuilt{Name: "parse", Detail: what} }

func (p *parse) apply(c *fn.Context, b *value.Batch, emit func(*value.Batch) error) error {
	texts, err := eval(c, p.node.X, b)
	if err != nil {
		return err
	}
	found := make([]*value.Builder, p.width)
	for i := range found {
		found[i] = value.NewBuilder(value.String, b.N)
	}
	fits, ambiguous := make([]bool, b.N), make([]bool, b.N)
	cells := make([]string, p.width)
	for row := range b.N {
		clear(cells)
		text := texts.Strings[row&texts.Mask()]
		if p.node.Pattern.Mode == plan.ParseRegex {
			fits[row], err = p.matchRegex(text, cells)
		} else {
			fits[row], ambiguous[row], err = p.match(text, cells)
		}
		if err != nil {
			return err
		}
		for i, cell := range cells {
			if !fits[row] {
				cell = ""
			}
			found[i].AppendString(cell)
		}
	}
	cols, err := p.convert(c, texts, found, fits, ambiguous)
	if err != nil {
		return err
	}
	out := &value.Batch{N: b.N, Cols: append(append([]*value.Vector(nil), b.Cols...), cols...)}
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

// match takes a text apart into the raw text of each column. Ambiguous tells that a literal stands again further on, so
// that another match may be possible.
func (p *parse) match(text string, cells []string) (fits, ambiguous bool, err error) {
	parts := p.node.Pattern.Parts
	at := 0
	for i := 0; i < len(parts); i++ {
		part := parts[i]
		if part.Star || part.Column >= 0 {
			if whole := part.Column >= 0 && i+1 < len(parts) && parts[i+1].Star; whole {
				n := integerPrefix(text[at:])
				cells[part.Column] = text[at : at+n]
				at += n
			}
			continue
		}
		found := strings.Index(text[at:], part.Literal)
		if i == 0 && found > 0 {
			return false, false, unsure("a text that begins with something else than the pattern (begin it with *)")
		}
		if found < 0 {
			return false, false, nil
		}
		if i > 0 && parts[i-1].Column >= 0 {
			cells[parts[i-1].Column] = text[at : at+found]
		}
		ambiguous = ambiguous || i > 0 && strings.Contains(text[at+found+1:], part.Literal)
		at += found + len(part.Literal)
	}
	if n := len(parts); n > 0 {
		last := parts[n-1]
		switch {
		case last.Column >= 0:
			cells[last.Column] = text[at:]
		case !last.Star && at < len(text):
			return false, false, unsure("a text that goes on after the pattern (end it with *)")
		}
	}
	return true, ambiguous, nil
}

// integerPrefix is the length of the whole number that a text begins with.
func integerPrefix(text string) int {
	i := 0
	if i < len(text) && text[i] == '-' {
		i++
	}
	digits := i
	for i < len(text) && text[i] >= '0' && text[i] <= '9' {
		i++
	}
	if i == digits {
		return 0
	}
	return i
}

// matchRegex takes a text apart by the pattern's regular expressions, which must agree.
func (p *parse) matchRegex(text string, cells []string) (bool, error) {
	agreed := false
	for r, re := range p.node.Pattern.Readings {
		m, err := re.Find(text)
		if err != nil {
			return false, err
		}
		if r == 0 {
			agreed = m != nil
		} else if agreed != (m != nil) {
			return false, unsure("a text that the pattern fits in part")
		}
		if m == nil {
			continue
		}
		for c := range cells {
			g := re.Group(fmt.Sprintf("c%d", c))
			cell := ""
			if g >= 0 && m[2*g] >= 0 {
				cell = text[m[2*g]:m[2*g+1]]
			}
			if r > 0 && cell != cells[c] {
				return false, unsure("a text that the pattern fits in several ways")
			}
			cells[c] = cell
		}
	}
	return agreed, nil
}

// convert gives the columns their types. In simple mode a value that doesn't fit its type makes the whole row unfit.
func (p *parse) convert(c *fn.Context, texts *value.Vector, found []*value.Builder, fits, ambiguous []bool) ([]*value.Vector, error) {
	raw := make([]*value.Vector, p.width)
	for i := range raw {
		raw[i] = found[i].Vector()
	}
	out := make([]*value.Vector, p.width)
	for _, part := range p.node.Pattern.Parts {
		if part.Column < 0 {
			continue
		}
		v := raw[part.Column]
		out[part.Column] = v
		if part.Convert == nil {
			continue
		}
		typed, err := part.Convert.Eval(c, []*value.Vector{v}, len(fits))
		if err != nil {
			return nil, err
		}
		if typed.Kind != part.Kind {
			return nil, fmt.Errorf("internal error: parse gave %s, not %s", typed.Kind, part.Kind)
		}
		out[part.Column] = typed
		for row := range fits {
			if fits[row] {
				elsewhere := typed.IsNull(row) && ambiguous[row] && (p.loose == nil || p.loose.MatchString(texts.Strings[row&texts.Mask()]))
				if err := p.checkCell(part, v.Strings[row], typed, row, fits, elsewhere); err != nil {
					return nil, err
				}
			}
		}
	}
	for i, v := range out {
		out[i] = blank(v, fits)
	}
	return out, nil
}

func (p *parse) checkCell(part plan.ParsePart, text string, typed *value.Vector, row int, fits []bool, elsewhere bool) error {
	whole := part.Kind == value.Int || part.Kind == value.Long
	if typed.IsNull(row) {
		if p.node.Pattern.Mode != plan.ParseSimple {
			return nil
		}
		if elsewhere {
			return unsure("a value that doesn't fit its type where the pattern may fit elsewhere")
		}
		fits[row] = false
		return nil
	}
	if whole && integerPrefix(text) != len(text) {
		return unsure("a number written with a plus sign or white space")
	}
	return nil
}

// blank makes cells of unfit rows null.
func blank(v *value.Vector, fits []bool) *value.Vector {
	sel := make([]uint32, len(fits))
	all := true
	for i, ok := range fits {
		sel[i] = uint32(i)
		if !ok {
			sel[i], all = value.NoRow, false
		}
	}
	if all {
		return v
	}
	return value.Gather(v, sel)
}
