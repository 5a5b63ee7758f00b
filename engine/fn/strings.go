// Text functions. Lengths and positions count code points.

package fn

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"calypso/kusto/value"
)

var stringFamily = []scalar{
	simple("strlen", value.Long, map1(value.Long, func(s string) int64 { return int64(utf8.RuneCountInString(s)) }), asText),
	simple("string_size", value.Long, map1(value.Long, func(s string) int64 { return int64(len(s)) }), asText),
	simple("tolower", value.String, fallible(value.String, lowerText), asText),
	simple("toupper", value.String, fallible(value.String, upperText), asText),
	simple("reverse", value.String, map1(value.String, reverseText), asText),
	variadic("strcat", 1, value.String, strcatBody, asText),
	variadic("strcat_delim", 2, value.String, strcatDelimBody, asText, asText),
	optional("strrep", 2, value.String, strrepBody, asText, value.Long, value.String),
	optional("substring", 2, value.String, substringBody, asText, value.Long, value.Long),
	optional("indexof", 2, value.Long, indexofBody, asText, asText, value.Long, value.Long, value.Long),
	simple("replace_string", value.String, replaceStringBody, asText, value.String, value.String),
	simple("replace_strings", value.String, replaceStringsBody, asText, value.Dynamic, value.Dynamic),
	simple("strcmp", value.Long, map2(value.Long, func(a, b string) int64 { return int64(strings.Compare(a, b)) }), asText, asText),
	optional("split", 2, value.Dynamic, splitBody, asText, value.String, value.Long),
	simple("isascii", value.Bool, map1(value.Bool, isASCII), asText),
	simple("isutf8", value.Bool, map1(value.Bool, utf8.ValidString), asText),
	simple("unicode_codepoints_from_string", value.Dynamic, map1(value.Dynamic, codepointsOf), asText),
	simple("to_utf8", value.Dynamic, map1(value.Dynamic, codepointsOf), asText),
	variadic("unicode_codepoints_to_string", 1, value.String, codepointsBody, asIs),
	variadic("make_string", 1, value.String, codepointsBody, asIs), // the former name
	simple("translate", value.String, translateBody, value.String, value.String, value.String),
}

// lowerText and upperText map one code point to one, as the invariant culture does.
func lowerText(s string) (string, bool, error) {
	return mapCase("tolower", s, unicode.ToLower)
}

func upperText(s string) (string, bool, error) {
	return mapCase("toupper", s, unicode.ToUpper)
}

// mapCase refuses runes that cross between ASCII and the rest (İ, ı, ſ, K): libraries differ on them.
func mapCase(name, s string, to func(rune) rune) (string, bool, error) {
	var unsure rune
	out := strings.Map(func(r rune) rune {
		q := to(r)
		if r >= utf8.RuneSelf && q < utf8.RuneSelf {
			unsure = r
		}
		return q
	}, s)
	if unsure != 0 {
		return "", false, &NotBuilt{Name: name, Detail: "the letter " + string(unsure)}
	}
	return out, true, nil
}

func reverseText(s string) string {
	out := make([]byte, len(s))
	at := len(s)
	for i := 0; i < len(s); {
		_, n := utf8.DecodeRuneInString(s[i:])
		at -= n
		copy(out[at:], s[i:i+n])
		i += n
	}
	return string(out)
}

func strcatBody(c *Context, a []*value.Vector, n int) (*value.Vector, error) {
	out := make([]string, n)
	parts := make([]string, len(a))
	for i := range out {
		for p, v := range a {
			parts[p] = v.Strings[i&v.Mask()]
		}
		out[i] = strings.Join(parts, "")
	}
	return vectorOf(value.String, out, nil), nil
}

func strcatDelimBody(c *Context, a []*value.Vector, n int) (*value.Vector, error) {
	out := make([]string, n)
	parts := make([]string, len(a)-1)
	for i := range out {
		for p, v := range a[1:] {
			parts[p] = v.Strings[i&v.Mask()]
		}
		out[i] = strings.Join(parts, a[0].Strings[i&a[0].Mask()])
	}
	return vectorOf(value.String, out, nil), nil
}

// maxText bounds what one cell may grow to; Kusto's own limit for a string is 1 MB of characters by default.
const maxText = 64 << 20

func strrepBody(c *Context, a []*value.Vector, n int) (*value.Vector, error) {
	out := make([]string, n)
	for i := range out {
		s, times, delim := a[0].Strings[i&a[0].Mask()], int64(0), ""
		if !a[1].IsNull(i) {
			times = a[1].Ints[i&a[1].Mask()]
		}
		if len(a) > 2 {
			delim = a[2].Strings[i&a[2].Mask()]
		}
		if times > 1024 || times < 0 {
			return nil, &NotBuilt{Name: "strrep", Detail: "a count below 0 or above 1024"}
		}
		size := (int64(len(s)) + int64(len(delim))) * times
		if size > maxText {
			return nil, &NotBuilt{Name: "strrep", Detail: "a text of more than 64 MB"}
		}
		if err := c.reserve(size); err != nil {
			return nil, err
		}
		out[i] = strings.TrimSuffix(strings.Repeat(s+delim, int(times)), delim)
	}
	return vectorOf(value.String, out, nil), nil
}

// runeOffset is the byte offset of code point k of s; len(s) when there are fewer.
func runeOffset(s string, k int64) int {
	if k <= 0 {
		return 0
	}
	if k >= int64(len(s)) && isASCII(s) {
		return len(s)
	}
	for i := range s {
		if k == 0 {
			return i
		}
		k--
	}
	return len(s)
}

// substringBody: a negative start counts from the end; what lies outside is "".
func substringBody(_ *Context, a []*value.Vector, n int) (*value.Vector, error) {
	out := make([]string, n)
	for i := range out {
		s := a[0].Strings[i&a[0].Mask()]
		if a[1].IsNull(i) || len(a) > 2 && a[2].IsNull(i) {
			return nil, &NotBuilt{Name: "substring", Detail: "a null position"}
		}
		start, length := a[1].Ints[i&a[1].Mask()], int64(-1)
		if len(a) > 2 {
			length = a[2].Ints[i&a[2].Mask()]
		}
		if out[i] = substring(s, start, length); len(a) > 2 && length < 0 && out[i] != "" {
			return nil, &NotBuilt{Name: "substring", Detail: "a negative length"} // none of it, or all?
		}
	}
	return vectorOf(value.String, out, nil), nil
}

// substring takes length code points, or all below 0.
func substring(s string, start, length int64) string {
	if start < 0 {
		if start += int64(utf8.RuneCountInString(s)); start < 0 {
			return ""
		}
	}
	s = s[runeOffset(s, start):]
	if length >= 0 {
		s = s[:runeOffset(s, length)]
	}
	return s
}

// indexofBody: indexof(text, lookup, start, length, occurrence). An empty lookup gives null.
func indexofBody(c *Context, a []*value.Vector, n int) (*value.Vector, error) {
	var refused error
	out, err := rows(value.Long, func(a []*value.Vector, i int) (int64, bool) {
		s, lookup := a[0].Strings[i&a[0].Mask()], a[1].Strings[i&a[1].Mask()]
		start, length, occurrence := int64(0), int64(-1), int64(1)
		for p, to := range []*int64{&start, &length, &occurrence} {
			if p+2 < len(a) {
				if a[p+2].IsNull(i) {
					return 0, false
				}
				*to = a[p+2].Ints[i&a[p+2].Mask()]
			}
		}
		at, ok, err := indexof(s, lookup, start, length, occurrence)
		if err != nil {
			refused = err
		}
		return at, ok
	})(c, a, n)
	if refused != nil {
		return nil, refused
	}
	return out, err
}

// indexof finds the position of the given occurrence that starts in the range; the match may reach beyond it.
func indexof(s, lookup string, start, length, occurrence int64) (int64, bool, error) {
	if lookup == "" || length < -1 || occurrence < 1 {
		return 0, false, nil
	}
	if start < 0 {
		if start += int64(utf8.RuneCountInString(s)); start < 0 {
			return 0, false, &NotBuilt{Name: "indexof", Detail: "a start before the text"}
		}
	}
	from := runeOffset(s, start)
	limit := len(s)
	if length >= 0 {
		limit = from + runeOffset(s[from:], length)
	}
	for at := from; ; {
		j := strings.Index(s[at:], lookup)
		if j < 0 || at+j >= limit {
			return -1, true, nil
		}
		if occurrence--; occurrence == 0 {
			return int64(utf8.RuneCountInString(s[:at+j])), true, nil
		}
		// Whether occurrences may overlap isn't known.
		next := at + j + len(lookup)
		if k := strings.Index(s[at+j+1:], lookup); k >= 0 && at+j+1+k < next {
			return 0, false, &NotBuilt{Name: "indexof", Detail: "a later one of occurrences that overlap"}
		}
		at = next
	}
}

func replaceStringBody(_ *Context, a []*value.Vector, n int) (*value.Vector, error) {
	out := make([]string, n)
	for i := range out {
		s, from, to := a[0].Strings[i&a[0].Mask()], a[1].Strings[i&a[1].Mask()], a[2].Strings[i&a[2].Mask()]
		if out[i] = s; from != "" {
			out[i] = strings.ReplaceAll(s, from, to)
		}
	}
	return vectorOf(value.String, out, nil), nil
}

// replaceStringsBody replaces one lookup after the other; what one has replaced the next ones don't look at.
func replaceStringsBody(_ *Context, a []*value.Vector, n int) (*value.Vector, error) {
	out := make([]string, n)
	for i := range out {
		lookups, rewrites := a[1].Dynamics[i&a[1].Mask()], a[2].Dynamics[i&a[2].Mask()]
		if lookups.Kind() != value.DynArray || rewrites.Kind() != value.DynArray || lookups.Len() != rewrites.Len() {
			return nil, &NotBuilt{Name: "replace_strings", Detail: "lookups and rewrites that aren't arrays of one length"}
		}
		pieces := []piece{{text: a[0].Strings[i&a[0].Mask()]}}
		for j, l := range lookups.Items() {
			if l.Kind() != value.DynString || l.Str() == "" {
				return nil, &NotBuilt{Name: "replace_strings", Detail: "a lookup that is empty or no string"}
			}
			to := rewrites.Items()[j]
			if to.Kind() != value.DynString {
				to = l // what is no string leaves its lookup as it is
			}
			pieces = replacePieces(pieces, l.Str(), to.Str())
		}
		var b strings.Builder
		for _, p := range pieces {
			b.WriteString(p.text)
		}
		out[i] = b.String()
	}
	return vectorOf(value.String, out, nil), nil
}

// piece is a part of a text; a done one was put in by a replacement.
type piece struct {
	text string
	done bool
}

func replacePieces(pieces []piece, lookup, to string) []piece {
	var out []piece
	for _, p := range pieces {
		if p.done {
			out = append(out, p)
			continue
		}
		for {
			before, after, found := strings.Cut(p.text, lookup)
			out = append(out, piece{text: before})
			if !found {
				break
			}
			out = append(out, piece{to, true})
			p.text = after
		}
	}
	return out
}

// splitBody: split(text, delimiter, index). With an index there is an array of that one part, or null.
func splitBody(_ *Context, a []*value.Vector, n int) (*value.Vector, error) {
	for i := range n {
		if a[1].Strings[i&a[1].Mask()] == "" {
			return nil, &NotBuilt{Name: "split", Detail: "an empty delimiter"}
		}
	}
	return rows(value.Dynamic, func(a []*value.Vector, i int) (value.Dyn, bool) {
		parts := strings.Split(a[0].Strings[i&a[0].Mask()], a[1].Strings[i&a[1].Mask()])
		if len(a) > 2 {
			at := a[2].Ints[i&a[2].Mask()]
			if a[2].IsNull(i) || at < 0 || at >= int64(len(parts)) {
				return value.Dyn{}, false
			}
			parts = parts[at : at+1]
		}
		return stringArray(parts), true
	})(nil, a, n)
}

func stringArray(parts []string) value.Dyn {
	items := make([]value.Dyn, len(parts))
	for i, p := range parts {
		items[i] = value.DynOfString(p)
	}
	return value.NewArray(items)
}

func codepointsOf(s string) value.Dyn {
	items := make([]value.Dyn, 0, len(s))
	for _, r := range s {
		items = append(items, value.DynOfLong(int64(r)))
	}
	return value.NewArray(items)
}

func codepointsBody(_ *Context, a []*value.Vector, n int) (*value.Vector, error) {
	out := make([]string, n)
	for i := range out {
		var b strings.Builder
		for _, v := range a {
			d := value.DynAt(v, i)
			items := []value.Dyn{d}
			if d.Kind() == value.DynArray {
				items = d.Items()
			}
			for _, item := range items {
				r := item.Long()
				if item.Kind() != value.DynLong || r < 0 || r > unicode.MaxRune || !utf8.ValidRune(rune(r)) {
					return nil, &NotBuilt{Name: "unicode_codepoints_to_string", Detail: "what is no code point"}
				}
				b.WriteRune(rune(r))
			}
		}
		out[i] = b.String()
	}
	return vectorOf(value.String, out, nil), nil
}

// translateBody: translate(from, to, text) maps code points; a short second list repeats its last.
func translateBody(_ *Context, a []*value.Vector, n int) (*value.Vector, error) {
	out := make([]string, n)
	for i := range out {
		from, to := []rune(a[0].Strings[i&a[0].Mask()]), []rune(a[1].Strings[i&a[1].Mask()])
		if len(to) == 0 && len(from) > 0 {
			return nil, &NotBuilt{Name: "translate", Detail: "an empty replacement list"}
		}
		out[i] = strings.Map(func(r rune) rune {
			for j, f := range from {
				if f == r {
					return to[min(j, len(to)-1)]
				}
			}
			return r
		}, a[2].Strings[i&a[2].Mask()])
	}
	return vectorOf(value.String, out, nil), nil
}
