// Functions that answer from the query's surroundings. Where a query has no cluster and no user they answer what Microsoft's
// emulator answers to a query without sign-in: current_cluster_endpoint() is localhost and current_principal() "<null identity>"
// (kustainer-docs, current-cluster-endpoint-function-00 and current-principal-function-00). Its cursor_current() is the instant in
// ticks (kustainer-docs, cursor-current-00).

package fn

import (
	"cmp"
	"strconv"
	"strings"
	"unicode"

	"calypso/kusto/value"
)

var contextFamily = []scalar{
	surroundings("current_database", func(c *Context) string { return c.DB }),
	surroundings("current_cluster_endpoint", func(c *Context) string { return cmp.Or(c.Cluster, "localhost") }),
	surroundings("current_principal", func(c *Context) string { return cmp.Or(c.User, "<null identity>") }),
	surroundings("cursor_current", func(c *Context) string { return strconv.FormatInt(c.Now, 10) }),
	{"estimate_data_size", 1, -1, buildDataSize},
}

// buildDataSize is estimate_data_size: 8 bytes for a long, a string's length (kustainer-docs, estimate-data-size-function-00, which
// counts ASCII text only). The sizes of other types aren't known.
func buildDataSize(name string, args []Arg) (*Overload, error) {
	params := make([]value.Kind, len(args))
	for i, a := range args {
		if params[i] = a.Kind; a.Kind != value.Long && a.Kind != value.String {
			return nil, &NotBuilt{Name: name, Detail: "the size of " + a.Kind.String()}
		}
	}
	return overload(name, args, params, value.Long, func(_ *Context, a []*value.Vector, n int) (*value.Vector, error) {
		out := make([]int64, n)
		for _, v := range a {
			for i := range out {
				if v.Kind == value.Long {
					if out[i] += 8; v.IsNull(i) {
						return nil, &NotBuilt{Name: name, Detail: "the size of null"}
					}
					continue
				}
				text := v.Strings[i&v.Mask()]
				if strings.IndexFunc(text, func(r rune) bool { return r > unicode.MaxASCII }) >= 0 {
					return nil, &NotBuilt{Name: name, Detail: "the size of text beyond ASCII"}
				}
				out[i] += int64(len(text))
			}
		}
		return vectorOf(value.Long, out, nil), nil
	})
}

func surroundings(name string, of func(c *Context) string) scalar {
	return simple(name, value.String, func(c *Context, _ []*value.Vector, n int) (*value.Vector, error) {
		if c == nil || of(c) == "" {
			return nil, &NotBuilt{Name: name}
		}
		return constant(value.String, of(c), false, n), nil
	})
}
