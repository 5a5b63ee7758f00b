// Compact vectors, coded and packed, on their way through a query: scans give them to pipes whose operators take them, functions run
// once for each word or over a whole page, and everybody else gets plain vectors.

package exec

import (
	"calypso/engine/fn"
	"calypso/engine/plan"
	"calypso/kusto/value"
)

// coded gives the pipe with coded columns where its table has some. Filter and project take them, so does whoever asks for this.
func (p *pipe) coded() *pipe {
	out := *p
	switch s := p.src.(type) {
	case *scan:
		out.src = s.asCoded()
	case *skipping:
		out.src = &skipping{s.scan.asCoded(), s.bounds}
	default:
		return p
	}
	return &out
}

func (s *scan) asCoded() *scan {
	out := *s
	_, out.coded = s.table.(CodedTable)
	return &out
}

// flatten makes coded columns plain.
type flatten struct{}

func (flatten) apply(_ *fn.Context, b *value.Batch, emit func(*value.Batch) error) error {
	return emit(value.FlatBatch(b))
}

// flatEnd is the pipe with coded columns within and plain ones at its end.
func (p *pipe) flatEnd() *pipe {
	out := p.coded()
	if out == p {
		return p
	}
	out.maps = append(out.maps[:len(out.maps):len(out.maps)], flatten{})
	return out
}

// takesCoded tells whether a mapper understands coded columns.
func takesCoded(m mapper) bool {
	switch m.(type) {
	case *filter, *project, flatten:
		return true
	}
	return false
}

// overWords computes a call for the words of its one argument that isn't constant, where that is coded: result i is word i's. It
// gives nil where that can't be done, or wouldn't pay. A failure may be that of a word that no row has, so it decides nothing.
func overWords(c *fn.Context, e *plan.Call, args []*value.Vector, n int) (result *value.Vector, codes []uint32) {
	if e.Over.Volatile {
		return nil, nil
	}
	at := -1
	for i, v := range args {
		if v.Const {
			continue
		}
		if at >= 0 || v.Words == nil || len(v.Words.Texts) > n {
			return nil, nil
		}
		at = i
	}
	if at < 0 {
		return nil, nil
	}
	texts := args[at].Words.Texts
	of := make([]*value.Vector, len(args))
	for i, v := range args {
		constant := *v
		constant.N = len(texts)
		of[i] = &constant
	}
	of[at] = &value.Vector{Kind: value.String, N: len(texts), Strings: texts}
	result, err := e.Over.Eval(c, of, len(texts))
	if err != nil || result.Kind != e.Over.Result || result.N < len(texts) {
		return nil, nil
	}
	return value.Flat(result), args[at].Codes
}

// byCode gives each row its word's result.
func byCode(result *value.Vector, codes []uint32) *value.Vector {
	if result.Kind == value.String {
		return value.Coded(&value.Words{Texts: result.Strings}, codes)
	}
	return value.Gather(result, codes)
}

// forCall makes plain vectors of coded ones, and of packed ones too unless the call takes them.
func forCall(e *plan.Call, args []*value.Vector) []*value.Vector {
	for i, v := range args {
		if v.Words == nil && (v.Spans == nil || e.Over.Packed) {
			continue
		}
		out := append([]*value.Vector(nil), args...)
		for j := i; j < len(out); j++ {
			if out[j].Words != nil || out[j].Spans != nil && !e.Over.Packed {
				out[j] = value.Flat(out[j])
			}
		}
		return out
	}
	return args
}

// flatAll makes plain vectors of coded ones.
func flatAll(list []*value.Vector) []*value.Vector {
	return value.FlatBatch(&value.Batch{Cols: list}).Cols
}
