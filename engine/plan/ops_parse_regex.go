// parse kind=regex: the pattern as one regular expression.

package plan

import (
	"fmt"
	"strings"

	"calypso/engine/fn"
	"calypso/kusto/value"
)

// narrow are the types whose values Kusto may look for as such or as any text, and how they look; the documentation tells it of
// string and long only.
var narrow = map[value.Kind]string{
	value.Real: `[-+]?[0-9]+(?:\.[0-9]+)?(?:[eE][-+]?[0-9]+)?`, value.Decimal: `[-+]?[0-9]+(?:\.[0-9]+)?`, value.Bool: `(?i:true|false)`, value.Timespan: `[-0-9:.]+`,
}

// compile writes the pattern as regular expressions. Kusto doesn't say whether the text must begin and end with the pattern,
// whether a star takes as little or as much as it can, and what a column of most types stands for: each way of reading it is compiled.
func (p *ParsePattern) compile() error {
	readings := 8
	for _, part := range p.Parts {
		if part.Column >= 0 && narrow[part.Kind] != "" {
			readings = 16
		}
	}
	for reading := range readings {
		star, begin, end := ".*?", "", ""
		if reading&1 != 0 {
			star = ".*"
		}
		if reading&2 != 0 {
			begin = `\A`
		}
		if reading&4 != 0 {
			end = `\z`
		}
		var b strings.Builder
		b.WriteString(begin)
		for _, part := range p.Parts {
			switch {
			case part.Star:
				b.WriteString(star)
			case part.Column < 0:
				b.WriteString("(?:" + part.Literal + ")")
			case part.Kind == value.Int || part.Kind == value.Long:
				fmt.Fprintf(&b, `(?P<c%d>-?[0-9]+)`, part.Column)
			case reading&8 != 0 && narrow[part.Kind] != "":
				fmt.Fprintf(&b, `(?P<c%d>%s)`, part.Column, narrow[part.Kind])
			default:
				fmt.Fprintf(&b, `(?P<c%d>.*)`, part.Column)
			}
		}
		b.WriteString(end)
		text := b.String()
		if p.Flags != "" {
			text = "(?" + p.Flags + ")" + text
		}
		re, err := fn.CompileRegex(text)
		if err != nil {
			return err
		}
		p.Readings = append(p.Readings, re)
	}
	return nil
}
