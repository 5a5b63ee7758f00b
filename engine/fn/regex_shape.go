// Patterns of a simple shape, matched by hand: a literal, then literals and classes one after the other, as in took (\d+)ms. Such a
// pattern has one way to match from a place: what may repeat is never what may follow it, so nothing is tried twice.

package fn

import (
	"regexp/syntax"
	"slices"
	"strings"
	"unicode/utf8"
)

// shape is a pattern of that kind; group 0 is all of it.
type shape struct {
	steps  []shapeStep
	groups int
}

// shapeStep is one part: a literal, a class, or the edge of a group.
type shapeStep struct {
	text  string // the literal, or ""
	class *runeClass
	least int  // of a class: 0 or 1 times at least
	more  bool // of a class: any number of times
	edge  int  // 2 g for the start of group g, 2 g + 1 for its end; -1 for what isn't an edge
}

// runeClass is a set of runes.
type runeClass struct {
	ascii  [utf8.RuneSelf]bool
	ranges []rune // as in syntax.Regexp: pairs in order
}

// shapeOf gives nil for a pattern of another kind.
func shapeOf(pattern string) *shape {
	re, err := syntax.Parse(pattern, syntax.Perl)
	if err != nil {
		return nil
	}
	s := &shape{groups: re.MaxCap()}
	if !s.add(re) || !s.settled() {
		return nil
	}
	return s
}

// add appends a part of a pattern; false where it isn't simple.
func (s *shape) add(re *syntax.Regexp) bool {
	switch re.Op {
	case syntax.OpConcat:
		for _, sub := range re.Sub {
			if !s.add(sub) {
				return false
			}
		}
		return true
	case syntax.OpCapture:
		s.steps = append(s.steps, shapeStep{edge: 2 * re.Cap})
		if !s.add(re.Sub[0]) {
			return false
		}
		s.steps = append(s.steps, shapeStep{edge: 2*re.Cap + 1})
		return true
	case syntax.OpLiteral:
		if re.Flags&syntax.FoldCase != 0 || slices.Contains(re.Rune, utf8.RuneError) {
			return false
		}
		s.steps = append(s.steps, shapeStep{text: string(re.Rune), edge: -1})
		return true
	case syntax.OpCharClass:
		s.steps = append(s.steps, shapeStep{class: newRuneClass(re.Rune), least: 1, edge: -1})
		return true
	case syntax.OpPlus, syntax.OpStar:
		class := classOf(re.Sub[0])
		if class == nil || re.Flags&syntax.NonGreedy != 0 {
			return false
		}
		step := shapeStep{class: class, more: true, edge: -1}
		if re.Op == syntax.OpPlus {
			step.least = 1
		}
		s.steps = append(s.steps, step)
		return true
	}
	return false
}

// classOf gives the class of a part that is one rune long; nil for others.
func classOf(re *syntax.Regexp) *runeClass {
	switch {
	case re.Op == syntax.OpCharClass:
		return newRuneClass(re.Rune)
	case re.Op == syntax.OpLiteral && len(re.Rune) == 1 && re.Flags&syntax.FoldCase == 0:
		return newRuneClass([]rune{re.Rune[0], re.Rune[0]})
	}
	return nil
}

// settled tells whether the pattern begins with a literal and has one way to match from a place.
func (s *shape) settled() bool {
	var repeats *runeClass // the class that may go on where the next part begins
	begun := false
	for _, step := range s.steps {
		switch {
		case step.edge >= 0:
			continue
		case !begun && step.text == "":
			return false
		case step.text != "":
			if first, _ := utf8.DecodeRuneInString(step.text); repeats != nil && repeats.has(first) {
				return false
			}
			repeats = nil
		default:
			if repeats != nil && (step.least == 0 || repeats.meets(step.class)) {
				return false
			}
			if repeats = nil; step.more {
				repeats = step.class
			}
		}
		begun = true
	}
	return begun
}

// lead is the literal that the pattern begins with.
func (s *shape) lead() string {
	for _, step := range s.steps {
		if step.text != "" {
			return step.text
		}
	}
	return ""
}

// find gives the places of a group in the first match; -1 where there is none.
func (s *shape) find(text string, group int) (from, to int) {
	lead := s.lead()
	for at := 0; ; at++ {
		i := strings.Index(text[at:], lead)
		if i < 0 {
			return -1, -1
		}
		at += i
		if from, to = s.matchAt(text, at, group); to >= 0 {
			return from, to
		}
	}
}

// matchAt gives the places of a group in a match that begins at a place; to is -1 where there is none.
func (s *shape) matchAt(text string, at, group int) (from, to int) {
	from, to = at, -1
	for i := range s.steps {
		step := &s.steps[i]
		switch {
		case step.edge == 2*group:
			from = at
		case step.edge == 2*group+1:
			to = at
		case step.edge >= 0:
		case step.class == nil:
			if !strings.HasPrefix(text[at:], step.text) {
				return -1, -1
			}
			at += len(step.text)
		default:
			end := step.class.run(text, at, step.more)
			if step.least > 0 && end == at {
				return -1, -1
			}
			at = end
		}
	}
	if group == 0 {
		to = at
	}
	return from, to
}

func newRuneClass(ranges []rune) *runeClass {
	c := &runeClass{ranges: ranges}
	for r := range rune(utf8.RuneSelf) {
		c.ascii[r] = c.within(r)
	}
	return c
}

func (c *runeClass) within(r rune) bool {
	for i := 0; i+1 < len(c.ranges); i += 2 {
		if c.ranges[i] <= r && r <= c.ranges[i+1] {
			return true
		}
	}
	return false
}

func (c *runeClass) has(r rune) bool {
	if r < utf8.RuneSelf {
		return c.ascii[r]
	}
	return c.within(r)
}

// meets tells whether two classes have a rune in common.
func (c *runeClass) meets(other *runeClass) bool {
	for i := 0; i+1 < len(c.ranges); i += 2 {
		for j := 0; j+1 < len(other.ranges); j += 2 {
			if c.ranges[i] <= other.ranges[j+1] && other.ranges[j] <= c.ranges[i+1] {
				return true
			}
		}
	}
	return false
}

// run gives the end of the runes of a class from a place: of one, or of as many as there are.
func (c *runeClass) run(text string, at int, more bool) int {
	for at < len(text) {
		r, n := rune(text[at]), 1
		if r >= utf8.RuneSelf {
			r, n = utf8.DecodeRuneInString(text[at:])
		}
		if !c.has(r) {
			break
		}
		if at += n; !more {
			break
		}
	}
	return at
}
