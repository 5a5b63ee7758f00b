package script

// Innermost is At for features that look into commands: where the offset lies in a query, body or command inside a management
// command, it gives that text as a block of its own, bound, with offsets of its own. Such a block isn't among the script's.
func (s *Script) Innermost(offset int) (*Block, int) {
	b, at := s.At(offset)
	for {
		e := b.Bound.Inside(at)
		if e == nil {
			return b, at
		}
		inner := *b
		inner.Start, inner.Bound = b.Start+e.Start, e.Bound
		b, at = &inner, at-e.Start
	}
}
