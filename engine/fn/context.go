// Functions that answer from the query's surroundings.

package fn

import (
	"calypso/kusto/value"
)

var contextFamily = []scalar{
	surroundings("current_database", func(c *Context) string { return c.DB }),
	surroundings("current_cluster_endpoint", func(c *Context) string { return c.Cluster }),
	surroundings("current_principal", func(c *Context) string { return c.User }),
}

func surroundings(name string, of func(c *Context) string) scalar {
	return simple(name, value.String, func(c *Context, _ []*value.Vector, n int) (*value.Vector, error) {
		if c == nil || of(c) == "" {
			return nil, &NotBuilt{Name: name}
		}
		return constant(value.String, of(c), false, n), nil
	})
}
