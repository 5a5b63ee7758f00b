// parse kind=regex: the pattern as one regular expression.

package plan

import (
	"fmt"
	"strings"

	"calypso/engine/fn"
	"calypso/kusto/value"
)

// compile writes the pattern as regular expressions. Kusto doesn't say whether the text must begin and end with the pattern,
// and whether a star takes as little or as much as it can: each way of reading it is compiled.
func (p *ParsePattern) compile() error {
	for reading := range 8 {
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
