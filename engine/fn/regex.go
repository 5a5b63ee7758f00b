// Functions over regular expressions: matches regex, extract, extract_all, replace_regex, trim, countof, indexof_regex.

package fn

import (
	"fmt"
	"regexp"
	"strings"
	"unicode/utf8"

	"calypso/kusto/value"
)

var regexFamily = []scalar{
	{"matches regex", 2, 2, buildMatches},
	{"extract", 3, 4, buildExtract},
	{"extract_all", 2, 3, buildExtractAll},
	{"extractall", 2, 3, buildExtractAll},
	{"replace_regex", 3, 3, buildReplaceRegex(0, 1, 2)},
	{"replace", 3, 3, buildReplaceRegex(2, 0, 1)},
	{"trim", 2, 2, buildTrim(true, true)},
	{"trim_start", 2, 2, buildTrim(true, false)},
	{"trim_end", 2, 2, buildTrim(false, true)},
	{"countof", 2, 3, buildCountof},
	{"indexof_regex", 2, 5, buildIndexofRegex},
	simple("regex_quote", value.String, fallible(value.String, quoteRegex), asText),
}

// patterns gives the compiled pattern of each row; a constant one is compiled once, at binding.
type patterns struct {
	arg   int
	fixed *Regex
	wrap  string // put around the pattern, with %s where it goes
}

func patternsOf(name string, args []Arg, arg int, wrap string) (*patterns, error) {
	p := &patterns{arg: arg, wrap: wrap}
	if k := args[arg].Kind; k != value.String && k != value.Dynamic {
		return nil, wrongKind(name, args, arg, "string")
	}
	text, ok := constText(args[arg])
	if !ok {
		return p, nil
	}
	re, err := p.compile(text)
	p.fixed = re
	return p, err
}

func (p *patterns) compile(text string) (*Regex, error) {
	if p.wrap != "" {
		if _, err := CompileRegex(text); err != nil { // so that brackets of the text can't close the wrapping
			return nil, err
		}
		text = fmt.Sprintf(p.wrap, text)
	}
	return CompileRegex(text)
}

// at gives the pattern of row i; the one before is kept while the text stays the same.
func (p *patterns) at(a []*value.Vector, i int, last *lastPattern) (*Regex, error) {
	if p.fixed != nil {
		return p.fixed, nil
	}
	text := a[p.arg].Strings[i&a[p.arg].Mask()]
	if last.re == nil || last.text != text {
		re, err := p.compile(text)
		if err != nil {
			return nil, err
		}
		last.text, last.re = text, re
	}
	return last.re, nil
}

type lastPattern struct {
	text string
	re   *Regex
}

// overRows runs f on each row with the row's pattern; false gives null.
func overRows[R cell](kind value.Kind, p *patterns, f func(re *Regex, a []*value.Vector, i int) (R, bool, error)) body {
	return func(c *Context, a []*value.Vector, n int) (*value.Vector, error) {
		out := make([]R, n)
		var nulls value.Bitmap
		var last lastPattern
		for i := range out {
			if i&255 == 255 {
				if err := c.done(); err != nil {
					return nil, err
				}
			}
			re, err := p.at(a, i, &last)
			if err != nil {
				return nil, err
			}
			r, ok, err := f(re, a, i)
			if err != nil {
				return nil, err
			}
			if !ok {
				nulls = nulls.Set(i, n)
				continue
			}
			out[i] = r
		}
		return vectorOf(kind, out, nulls), nil
	}
}

func buildMatches(name string, args []Arg) (*Overload, error) {
	p, err := patternsOf(name, args, 1, "")
	if err != nil {
		return nil, err
	}
	return overload(name, args, []value.Kind{value.String, value.String}, value.Bool,
		overRows(value.Bool, p, func(re *Regex, a []*value.Vector, i int) (bool, bool, error) {
			ok, err := re.Match(a[0].Strings[i&a[0].Mask()])
			return ok, true, err
		}))
}

// buildExtract makes extract(pattern, group, text[, typeof(x)]): "" where nothing matches.
func buildExtract(name string, args []Arg) (*Overload, error) {
	p, err := patternsOf(name, args, 0, "")
	if err != nil {
		return nil, err
	}
	to := value.String
	if len(args) > 3 {
		if to, err = typeArg(name, args, 3); err != nil {
			return nil, err
		}
	}
	find := overRows(value.String, p, func(re *Regex, a []*value.Vector, i int) (string, bool, error) {
		g := a[1].Ints[i&a[1].Mask()]
		if a[1].IsNull(i) || g < 0 || g > int64(re.Groups()) {
			return "", false, &BadArgument{Name: name, Index: 1, Why: fmt.Sprintf("no capturing group %d in the pattern", g)}
		}
		s := a[2].Strings[i&a[2].Mask()]
		from, to, err := re.FindGroup(s, int(g))
		if err != nil || from < 0 {
			return "", true, err
		}
		return s[from:to], true, nil
	})
	cast := castKind(value.String, to)
	params := []value.Kind{value.String, value.Long, value.String, asIs}[:len(args)]
	o, err := overload(name, args, params, to, func(c *Context, a []*value.Vector, n int) (*value.Vector, error) {
		if a[2].Spans != nil {
			a = []*value.Vector{a[0], a[1], extractPacked(p.fixed.shape, a[2], a[1].Ints[0], n)}
			if to == value.String {
				return a[2], nil
			}
			return cast(value.Flat(a[2]), n)
		}
		out, err := find(c, a, n)
		if err != nil || cast == nil {
			return out, err
		}
		return cast(out, n)
	})
	if err == nil && p.fixed != nil && p.fixed.shape != nil && args[2].Kind == value.String && args[1].Const != nil && !args[1].Const.IsNull(0) {
		group := value.DynAt(args[1].Const, 0).Long()
		o.Packed = group >= 0 && group <= int64(p.fixed.Groups())
	}
	return o, err
}

// extractPacked is extract of a simple shape from packed texts; what it finds is packed too.
func extractPacked(s *shape, v *value.Vector, group int64, n int) *value.Vector {
	spans := make([]value.Span, n)
	found := func(row, from, to int) bool {
		if to >= 0 {
			at := v.Spans[row].From
			spans[row] = value.Span{From: at + uint32(from), To: at + uint32(to)}
		}
		return to >= 0
	}
	lead := newNeedle(s.lead(), true)
	if !lead.rows(v, n, func(row, at int) bool {
		from, to := s.matchAt(v.PackedAt(row), at, int(group))
		return found(row, from, to)
	}) {
		for i := range n {
			from, to := s.find(v.PackedAt(i), int(group))
			found(i, from, to)
		}
	}
	return value.Packed(value.String, v.Page, spans)
}

// typeArg reads a typeof() argument, which is handed over as a constant string that names the type.
func typeArg(name string, args []Arg, i int) (value.Kind, error) {
	text, ok := constText(args[i])
	if ok {
		if kind, known := value.KindOf(text); known {
			return kind, nil
		}
	}
	return 0, &BadArgument{Name: name, Index: i, Why: "must be a type, as in typeof(long)"}
}

func buildExtractAll(name string, args []Arg) (*Overload, error) {
	p, err := patternsOf(name, args, 0, "")
	if err != nil {
		return nil, err
	}
	if p.fixed != nil && p.fixed.Groups() == 0 {
		return nil, &BadArgument{Name: name, Index: 0, Why: "the pattern has no capturing group"}
	}
	params := []value.Kind{value.String, value.String}
	text := 1
	if len(args) == 3 {
		params = []value.Kind{value.String, value.Dynamic, value.String}
		text = 2
	}
	return overload(name, args, params, value.Dynamic,
		overRows(value.Dynamic, p, func(re *Regex, a []*value.Vector, i int) (value.Dyn, bool, error) {
			groups, err := wantedGroups(name, re, a, i)
			if err != nil {
				return value.Dyn{}, false, err
			}
			s := a[text].Strings[i&a[text].Mask()]
			all, err := re.FindAll(s)
			if err != nil || len(all) == 0 {
				return value.Dyn{}, false, err
			}
			return matchArray(s, all, groups), true, nil
		}))
}

// wantedGroups are the groups named by the second of three arguments, else all.
func wantedGroups(name string, re *Regex, a []*value.Vector, i int) ([]int, error) {
	var groups []int
	if len(a) < 3 {
		for g := 1; g <= re.Groups(); g++ {
			groups = append(groups, g)
		}
	} else {
		for _, item := range a[1].Dynamics[i&a[1].Mask()].Items() {
			g := -1
			if item.Kind() == value.DynLong {
				g = int(item.Long())
			} else if item.Kind() == value.DynString {
				g = re.Group(item.Str())
			}
			if g < 0 || g > re.Groups() {
				return nil, &BadArgument{Name: name, Index: 1, Why: "no capturing group " + item.Text() + " in the pattern"}
			}
			groups = append(groups, g)
		}
		if len(groups) == 1 {
			return nil, &NotBuilt{Name: name, Detail: "a list of one capturing group"}
		}
	}
	if len(groups) == 0 {
		return nil, &BadArgument{Name: name, Index: 0, Why: "the pattern has no capturing group"}
	}
	return groups, nil
}

func matchArray(s string, all [][]int, groups []int) value.Dyn {
	items := make([]value.Dyn, len(all))
	for j, m := range all {
		parts := make([]value.Dyn, len(groups))
		for k, g := range groups {
			part := ""
			if m[2*g] >= 0 {
				part = s[m[2*g]:m[2*g+1]]
			}
			parts[k] = value.DynOfString(part)
		}
		if items[j] = parts[0]; len(groups) > 1 {
			items[j] = value.NewArray(parts)
		}
	}
	return value.NewArray(items)
}

// buildReplaceRegex makes a replacement whose text, pattern and rewrite are the given arguments.
func buildReplaceRegex(text, pattern, rewrite int) func(string, []Arg) (*Overload, error) {
	return func(name string, args []Arg) (*Overload, error) {
		p, err := patternsOf(name, args, pattern, "")
		if err != nil {
			return nil, err
		}
		params := []value.Kind{value.String, value.String, value.String}
		params[text] = asText
		return overload(name, args, params, value.String,
			overRows(value.String, p, func(re *Regex, a []*value.Vector, i int) (string, bool, error) {
				s, to := a[text].Strings[i&a[text].Mask()], a[rewrite].Strings[i&a[rewrite].Mask()]
				all, err := re.FindAll(s)
				if err != nil || len(all) == 0 {
					return s, true, err
				}
				out, err := rewriteAll(s, all, to)
				return out, true, err
			}))
	}
}

// rewriteAll puts the rewrite in place of each match; \0 is the match and \1 to \9 its groups.
func rewriteAll(s string, all [][]int, rewrite string) (string, error) {
	var b strings.Builder
	at := 0
	for _, m := range all {
		b.WriteString(s[at:m[0]])
		at = m[1]
		for i := 0; i < len(rewrite); i++ {
			if rewrite[i] != '\\' {
				b.WriteByte(rewrite[i])
				continue
			}
			i++
			if i >= len(rewrite) || rewrite[i] < '0' || rewrite[i] > '9' || 2*int(rewrite[i]-'0') >= len(m) {
				return "", &NotBuilt{Name: "replace_regex", Detail: fmt.Sprintf("the rewrite %q", rewrite)}
			}
			if g := 2 * int(rewrite[i]-'0'); m[g] >= 0 {
				b.WriteString(s[m[g]:m[g+1]])
			}
		}
	}
	b.WriteString(s[at:])
	return b.String(), nil
}

// buildTrim makes trim(pattern, text): one match is taken off the start, then one off the end.
func buildTrim(start, end bool) func(string, []Arg) (*Overload, error) {
	return func(name string, args []Arg) (*Overload, error) {
		head, err := patternsOf(name, args, 0, `\A(?:%s)`)
		if err != nil {
			return nil, err
		}
		tail, err := patternsOf(name, args, 0, `(?:%s)\z`)
		if err != nil {
			return nil, err
		}
		cut := func(p *patterns, keepHead bool) body {
			return overRows(value.String, p, func(re *Regex, a []*value.Vector, i int) (string, bool, error) {
				s := a[1].Strings[i&a[1].Mask()]
				m, err := re.Find(s)
				if m == nil {
					return s, true, err
				}
				if keepHead {
					return s[:m[0]], true, nil
				}
				return s[m[1]:], true, nil
			})
		}
		return overload(name, args, []value.Kind{value.String, asText}, value.String,
			func(c *Context, a []*value.Vector, n int) (*value.Vector, error) {
				out := a[1]
				var err error
				if start {
					if out, err = cut(head, false)(c, []*value.Vector{a[0], out}, n); err != nil {
						return nil, err
					}
				}
				if end {
					return cut(tail, true)(c, []*value.Vector{a[0], out}, n)
				}
				return out, nil
			})
	}
}

// buildCountof makes countof(text, search[, "normal"|"regex"]); plain matches may overlap.
func buildCountof(name string, args []Arg) (*Overload, error) {
	params := []value.Kind{asText, value.String, value.String}[:len(args)]
	kind := "normal"
	if len(args) == 3 {
		var ok bool
		if kind, ok = constText(args[2]); !ok {
			return nil, &NotBuilt{Name: name, Detail: "a kind that isn't constant"}
		}
	}
	switch kind {
	case "normal":
		return overload(name, args, params, value.Long, countPlain)
	case "regex":
		p, err := patternsOf(name, args, 1, "")
		if err != nil {
			return nil, err
		}
		return overload(name, args, params, value.Long,
			overRows(value.Long, p, func(re *Regex, a []*value.Vector, i int) (int64, bool, error) {
				all, err := re.FindAll(a[0].Strings[i&a[0].Mask()])
				return int64(len(all)), true, err
			}))
	}
	return nil, &BadArgument{Name: name, Index: 2, Why: `must be "normal" or "regex"`}
}

func countPlain(_ *Context, a []*value.Vector, n int) (*value.Vector, error) {
	out := make([]int64, n)
	for i := range out {
		s, search := a[0].Strings[i&a[0].Mask()], a[1].Strings[i&a[1].Mask()]
		if search == "" {
			return nil, &NotBuilt{Name: "countof", Detail: "an empty search text"}
		}
		_, step := utf8.DecodeRuneInString(search)
		for {
			j := strings.Index(s, search)
			if j < 0 {
				break
			}
			out[i]++
			s = s[j+step:]
		}
	}
	return vectorOf(value.Long, out, nil), nil
}

// buildIndexofRegex makes indexof_regex(text, pattern, start, length, occurrence).
func buildIndexofRegex(name string, args []Arg) (*Overload, error) {
	p, err := patternsOf(name, args, 1, "")
	if err != nil {
		return nil, err
	}
	params := []value.Kind{asText, value.String, value.Long, value.Long, value.Long}[:len(args)]
	return overload(name, args, params, value.Long,
		overRows(value.Long, p, func(re *Regex, a []*value.Vector, i int) (int64, bool, error) {
			s := a[0].Strings[i&a[0].Mask()]
			start, length, occurrence := int64(0), int64(-1), int64(1)
			for k, to := range []*int64{&start, &length, &occurrence} {
				if k+2 < len(a) {
					if a[k+2].IsNull(i) {
						return 0, false, nil
					}
					*to = a[k+2].Ints[i&a[k+2].Mask()]
				}
			}
			if start < 0 || length < -1 || occurrence < 1 {
				return 0, false, nil
			}
			from := runeOffset(s, start)
			part := s[from:]
			if length >= 0 {
				part = part[:runeOffset(part, length)]
			}
			all, err := re.FindAll(part)
			if err != nil {
				return 0, false, err
			}
			if int64(len(all)) < occurrence {
				return -1, true, nil
			}
			return int64(utf8.RuneCountInString(s[:from+all[occurrence-1][0]])), true, nil
		}))
}

// quoteRegex escapes what has a meaning in patterns; marks that only some dialects escape are refused.
func quoteRegex(s string) (string, bool, error) {
	if strings.ContainsAny(s, "-#&~") {
		return "", false, &NotBuilt{Name: "regex_quote", Detail: "text with - # & or ~"}
	}
	return regexp.QuoteMeta(s), true, nil
}
