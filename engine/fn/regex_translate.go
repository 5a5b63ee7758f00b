// Regular expressions: Kusto's dialect in Go's terms.
//
// Kusto's \d \w \s \b know all of Unicode, Go's only ASCII: the classes are written out. What Go can't do rightly is refused
// by name: set operations in classes, \< and \>, verbose mode. A \b works on ASCII text only; other text is refused.

package fn

import (
	"errors"
	"fmt"
	"regexp"
	"regexp/syntax"
	"strings"
	"sync"
	"unicode"
	"unicode/utf8"
)

// Regex is a compiled pattern of Kusto's dialect.
type Regex struct {
	re         *regexp.Regexp
	boundaries bool   // has \b or \B, which Go gets right on ASCII text only
	shape      *shape // the pattern matched by hand; nil where it isn't simple
}

// CompileRegex compiles a pattern. The error is a *NotBuilt or a *BadArgument.
func CompileRegex(pattern string) (*Regex, error) {
	t := translation{in: pattern}
	if err := t.run(); err != nil {
		return nil, err
	}
	re, err := regexp.Compile(t.out.String())
	if err != nil {
		var bad *syntax.Error
		if errors.As(err, &bad) && (bad.Code == syntax.ErrInvalidRepeatSize || bad.Code == syntax.ErrLarge || bad.Code == syntax.ErrNestingDepth) {
			return nil, &NotBuilt{Name: "regex", Detail: "a pattern of that size"}
		}
		return nil, &BadArgument{Name: "regex", Index: -1, Why: fmt.Sprintf("invalid pattern %q: %v", pattern, err)}
	}
	return &Regex{re, t.boundaries, shapeOf(t.out.String())}, nil
}

// usable refuses text on which Go and Kusto see different word boundaries.
func (r *Regex) usable(s string) error {
	if r.boundaries && !isASCII(s) {
		return &NotBuilt{Name: "regex", Detail: `\b on text that isn't ASCII`}
	}
	return nil
}

// Match tells whether the pattern is found in s.
func (r *Regex) Match(s string) (bool, error) {
	if err := r.usable(s); err != nil {
		return false, err
	}
	if r.shape != nil {
		_, to := r.shape.find(s, 0)
		return to >= 0, nil
	}
	return r.re.MatchString(s), nil
}

// FindGroup gives the place of a group in the first match; from is -1 where nothing matches, or the group isn't part of the match.
func (r *Regex) FindGroup(s string, group int) (from, to int, err error) {
	if r.shape != nil {
		from, to = r.shape.find(s, group)
		return from, to, nil
	}
	m, err := r.Find(s)
	if m == nil {
		return -1, -1, err
	}
	return m[2*group], m[2*group+1], nil
}

// Find gives the byte offsets of the first match and of its groups, as regexp.FindStringSubmatchIndex does.
func (r *Regex) Find(s string) ([]int, error) {
	if err := r.usable(s); err != nil {
		return nil, err
	}
	return r.re.FindStringSubmatchIndex(s), nil
}

// FindAll gives all matches that don't overlap.
func (r *Regex) FindAll(s string) ([][]int, error) {
	if err := r.usable(s); err != nil {
		return nil, err
	}
	return r.re.FindAllStringSubmatchIndex(s, -1), nil
}

// Groups is the number of capturing groups.
func (r *Regex) Groups() int { return r.re.NumSubexp() }

// Group finds a named group; -1 when there is none.
func (r *Regex) Group(name string) int { return r.re.SubexpIndex(name) }

// The members of Kusto's classes, in Go's syntax for the inside of brackets.
const (
	digitSet = `\p{Nd}`
	spaceSet = `\t-\r \x{85}\p{Z}`
	wordSet  = `\p{L}\p{Nl}\p{M}\p{Nd}\p{Pc}\x{200C}\x{200D}\x{24B6}-\x{24E9}\x{1F130}-\x{1F149}\x{1F150}-\x{1F169}\x{1F170}-\x{1F189}`
)

// outsiders gives the complement of a set as ranges, for use inside brackets.
func outsiders(set string) string {
	re, err := syntax.Parse("[^"+set+"]", syntax.Perl)
	if err != nil {
		panic("fn: class set: " + err.Error())
	}
	var b strings.Builder
	for i := 0; i+1 < len(re.Rune); i += 2 {
		fmt.Fprintf(&b, `\x{%X}-\x{%X}`, re.Rune[i], re.Rune[i+1])
	}
	return b.String()
}

var (
	notSpaceSet = sync.OnceValue(func() string { return outsiders(spaceSet) })
	notWordSet  = sync.OnceValue(func() string { return outsiders(wordSet) })
)

// translation walks a pattern once and writes it in Go's dialect.
type translation struct {
	in         string
	i          int
	out        strings.Builder
	boundaries bool
}

func (t *translation) refuse(what string) error {
	return &NotBuilt{Name: "regex", Detail: what + " in " + fmt.Sprintf("%q", t.in)}
}

func (t *translation) run() error {
	for t.i < len(t.in) {
		var err error
		switch c := t.in[t.i]; c {
		case '\\':
			err = t.escape(false)
		case '[':
			err = t.class()
		case '(':
			err = t.group()
		case '{':
			err = t.repetition()
		default:
			t.copy(1)
		}
		if err != nil {
			return err
		}
	}
	return nil
}

func (t *translation) copy(n int) {
	t.out.WriteString(t.in[t.i : t.i+n])
	t.i += n
}

// escape translates \x; in a class the brackets of a set are left away.
func (t *translation) escape(inClass bool) error {
	if t.i+1 >= len(t.in) {
		t.copy(1) // Go reports the trailing backslash
		return nil
	}
	c := t.in[t.i+1]
	set := ""
	switch c {
	case 'd':
		set = digitSet
	case 's':
		set = spaceSet
	case 'w':
		set = wordSet
	case 'D':
		set = `\P{Nd}`
	case 'S':
		set = notSpaceSet()
	case 'W':
		set = notWordSet()
	case 'b', 'B':
		if inClass || strings.HasPrefix(t.in[t.i+2:], "{") {
			return t.refuse(`\b{…}`)
		}
		t.boundaries = true
	case 'p', 'P':
		return t.property()
	case '<', '>', 'u', 'U', 'Q', 'E', 'C', 'G', 'K', 'R', 'X':
		return t.refuse(`\` + string(c))
	case '0', '1', '2', '3', '4', '5', '6', '7', '8', '9':
		return &BadArgument{Name: "regex", Index: -1, Why: fmt.Sprintf("back reference in %q", t.in)}
	}
	if set != "" {
		t.i += 2
		if !inClass {
			set = "[" + set + "]"
		}
		t.out.WriteString(set)
		return nil
	}
	_, n := utf8.DecodeRuneInString(t.in[t.i+1:])
	t.copy(1 + n)
	return nil
}

// property copies \pL and \p{Greek}: general categories and scripts by the names that both dialects have. Categories of what isn't
// assigned depend on the version of Unicode.
func (t *translation) property() error {
	rest := t.in[t.i+2:]
	name, n := "", 0
	if strings.HasPrefix(rest, "{") {
		if n = strings.IndexByte(rest, '}') + 1; n > 0 {
			name = rest[1 : n-1]
		}
	} else if rest != "" {
		name, n = rest[:1], 1
	}
	_, category := unicode.Categories[name]
	_, script := unicode.Scripts[name]
	if !category && !script || name == "C" || name == "Cn" || name == "LC" {
		return t.refuse("the class " + t.in[t.i:t.i+2+n])
	}
	t.copy(2 + n)
	return nil
}

// class copies [...], refusing what only Kusto's dialect gives a meaning.
func (t *translation) class() error {
	t.copy(1)
	if t.i < len(t.in) && t.in[t.i] == '^' {
		t.copy(1)
	}
	for first := true; t.i < len(t.in); first = false {
		rest := t.in[t.i:]
		switch {
		case rest[0] == ']' && !first:
			t.copy(1)
			return nil
		case rest[0] == ']':
			t.out.WriteString(`\]`)
			t.i++
		case strings.HasPrefix(rest, "&&"), strings.HasPrefix(rest, "--"), strings.HasPrefix(rest, "~~"):
			return t.refuse("set operation " + rest[:2])
		case strings.HasPrefix(rest, "[:"):
			end := strings.Index(rest, ":]")
			if end < 0 {
				return t.refuse("nested class")
			}
			t.copy(end + 2)
		case rest[0] == '[':
			return t.refuse("nested class")
		case rest[0] == '\\':
			if err := t.escape(true); err != nil {
				return err
			}
		default:
			_, n := utf8.DecodeRuneInString(rest)
			t.copy(n)
		}
	}
	return nil
}

// group copies the start of a group; look-around is an error in Kusto too.
func (t *translation) group() error {
	rest := t.in[t.i:]
	for _, look := range []string{"(?=", "(?!", "(?<=", "(?<!", "(?>"} {
		if strings.HasPrefix(rest, look) {
			return &BadArgument{Name: "regex", Index: -1, Why: fmt.Sprintf("look-around isn't supported, in %q", t.in)}
		}
	}
	if strings.HasPrefix(rest, "(?") && !strings.HasPrefix(rest, "(?P<") && !strings.HasPrefix(rest, "(?<") {
		end := strings.IndexAny(rest, ":)")
		if end < 0 {
			end = len(rest)
		}
		if strings.ContainsAny(rest[2:end], "xuR") {
			return t.refuse("flag group " + rest[:end])
		}
		t.copy(end)
		return nil
	}
	t.copy(1)
	return nil
}

// repetition refuses a brace that isn't {n}, {n,} or {n,m}: the dialects differ on it.
func (t *translation) repetition() error {
	end := strings.IndexByte(t.in[t.i:], '}')
	if end < 0 {
		return t.refuse("a brace that is no repetition")
	}
	low, high, _ := strings.Cut(t.in[t.i+1:t.i+end], ",")
	if low == "" || strings.Trim(low, "0123456789") != "" || strings.Trim(high, "0123456789") != "" {
		return t.refuse("a brace that is no repetition")
	}
	t.copy(end + 1)
	return nil
}
