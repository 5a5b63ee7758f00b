package result

import "calypso/kusto/value"

// inList is the right side of KQL's in operator: each value once, as a literal; nulls can't be in a list.
type inList struct {
	seen map[string]bool
}

func (f *inList) begin(out []byte, _ []value.Column) []byte {
	f.seen = map[string]bool{}
	return append(out, '(')
}

func (f *inList) row(out []byte, cells []*value.Vector, i int) []byte {
	for _, v := range cells {
		if v.IsNull(i) {
			continue
		}
		literal := string(appendLiteral(nil, v, i))
		if f.seen[literal] {
			continue
		}
		if len(f.seen) > 0 {
			out = append(out, ", "...)
		}
		f.seen[literal] = true
		out = append(out, literal...)
	}
	return out
}

func (f *inList) end(out []byte) []byte { return append(out, ')') }
