// Reading structured text: CSV, URLs, versions.

package fn

import (
	"strings"

	"github.com/woodsbury/decimal128"

	"calypso/kusto/value"
)

var parseFamily = []scalar{
	simple("parse_csv", value.Dynamic, fallible(value.Dynamic, parseCSV), value.String),
	simple("parse_url", value.Dynamic, fallible(value.Dynamic, parseURL), value.String),
	simple("parseurl", value.Dynamic, fallible(value.Dynamic, parseURL), value.String),
	simple("parse_urlquery", value.Dynamic, fallible(value.Dynamic, parseURLQuery), value.String),
	simple("parseurlquery", value.Dynamic, fallible(value.Dynamic, parseURLQuery), value.String),
	simple("parse_version", value.Decimal, try1(value.Decimal, parseVersion), value.String),
}

// parseCSV gives the fields of the first record.
func parseCSV(s string) (value.Dyn, bool, error) {
	var fields []string
	for {
		field, rest, ok := csvField(s)
		if !ok {
			return value.Dyn{}, false, &NotBuilt{Name: "parse_csv", Detail: "text with a quote out of place"}
		}
		fields = append(fields, field)
		if rest == "" || rest[0] != ',' {
			return stringArray(fields), true, nil
		}
		s = rest[1:]
	}
}

// csvField reads one field; rest starts at what ended it.
func csvField(s string) (field, rest string, ok bool) {
	if !strings.HasPrefix(s, `"`) {
		end := strings.IndexAny(s, ",\r\n")
		if end < 0 {
			end = len(s)
		}
		return s[:end], s[end:], !strings.Contains(s[:end], `"`)
	}
	var b strings.Builder
	for s = s[1:]; ; {
		before, after, found := strings.Cut(s, `"`)
		b.WriteString(before)
		switch {
		case !found:
			return "", "", false
		case strings.HasPrefix(after, `"`):
			b.WriteByte('"')
			s = after[1:]
		default:
			return b.String(), after, after == "" || strings.IndexByte(",\r\n", after[0]) >= 0
		}
	}
}

// parseURL takes an absolute URL apart. Forms other than scheme://[user[:password]@]host[:port][/path][?query][#fragment] are
// refused, and so are escapes, of which it isn't known whether they are decoded.
func parseURL(s string) (value.Dyn, bool, error) {
	refusal := &NotBuilt{Name: "parse_url", Detail: "a URL of that form"}
	scheme, rest, ok := strings.Cut(s, "://")
	if !ok || scheme == "" || strings.ContainsAny(s, "%[] +") {
		return value.Dyn{}, false, refusal
	}
	rest, fragment, _ := strings.Cut(rest, "#")
	rest, query, _ := strings.Cut(rest, "?")
	authority, path := rest, ""
	if i := strings.IndexByte(rest, '/'); i >= 0 {
		authority, path = rest[:i], rest[i:]
	}
	user, password := "", ""
	if i := strings.LastIndexByte(authority, '@'); i >= 0 {
		user, password, _ = strings.Cut(authority[:i], ":")
		authority = authority[i+1:]
	}
	host, port, _ := strings.Cut(authority, ":")
	parameters, ok := queryBag(query)
	if !ok || host == "" || strings.Contains(port, ":") {
		return value.Dyn{}, false, refusal
	}
	keys := []string{"Scheme", "Host", "Port", "Path", "Username", "Password", "Query Parameters", "Fragment"}
	values := make([]value.Dyn, len(keys))
	for i, text := range []string{scheme, host, port, path, user, password, "", fragment} {
		values[i] = value.DynOfString(text)
	}
	values[6] = parameters
	return value.NewBag(keys, values), true, nil
}

func parseURLQuery(s string) (value.Dyn, bool, error) {
	bag, ok := queryBag(s)
	if !ok || strings.ContainsAny(s, "%+#?") {
		return value.Dyn{}, false, &NotBuilt{Name: "parse_urlquery", Detail: "a query of that form"}
	}
	return value.NewBag([]string{"Query Parameters"}, []value.Dyn{bag}), true, nil
}

// queryBag reads k=v&k=v; a key given twice or without a value isn't known.
func queryBag(query string) (value.Dyn, bool) {
	var b bagBuilder
	if query == "" {
		return b.bag(), true
	}
	for _, pair := range strings.Split(query, "&") {
		k, v, ok := strings.Cut(pair, "=")
		if !ok || k == "" || !b.add(k, value.DynOfString(v)) {
			return value.Dyn{}, false
		}
	}
	return b.bag(), true
}

// parseVersion makes a number that sorts as a version does: up to four parts of up to eight digits.
func parseVersion(s string) (decimal128.Decimal, bool) {
	fields := strings.Split(s, ".")
	if len(fields) > 4 {
		return decimal128.Decimal{}, false
	}
	var digits strings.Builder
	for i := range 4 {
		field := "0"
		if i < len(fields) {
			field = fields[i]
		}
		if field == "" || len(field) > 8 || strings.Trim(field, "0123456789") != "" {
			return decimal128.Decimal{}, false
		}
		digits.WriteString(strings.Repeat("0", 8-len(field)))
		digits.WriteString(field)
	}
	return value.ParseDecimal(digits.String())
}
