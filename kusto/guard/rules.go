package guard

import (
	"slices"
	"strings"

	"calypso/kql/binder"
	"calypso/kql/builtin"
	"calypso/kql/symbol"
	"calypso/kql/syntax"
)

// options are what a query may set: none of them lifts a limit, changes the language or writes.
var options = []string{
	"query_now", "query_bin_auto_at", "query_bin_auto_size", "query_datetimescope_column", "query_datetimescope_from", "query_datetimescope_to",
}

// plugins are those that compute from the rows they get. The others call out, run code, or read elsewhere.
var plugins = []string{
	"active_users_count", "activity_counts_metrics", "activity_engagement", "activity_metrics", "autocluster", "bag_unpack", "basket",
	"dcount_intersect", "diffpatterns", "funnel_sequence", "funnel_sequence_completion", "geo_line_lookup", "geo_polygon_lookup",
	"ipv4_lookup", "ipv6_lookup", "narrow", "new_activity_metrics", "pivot", "preview", "rolling_percentile", "rows_near",
	"sequence_detect", "session_count", "sliding_window_counts",
}

// outside are the calls that lead out of the database, whatever they are given.
var outside = map[string]struct {
	code    Code
	message string
}{
	"externaldata":        {ExternalData, "externaldata reads addresses outside the cluster"},
	"external_table":      {ExternalTable, "external_table reads storage outside the database"},
	"external_datatable":  {ExternalTable, "external_datatable reads storage outside the database"},
	"stored_query_result": {StoredResult, "stored_query_result reads what another query kept"},
	"cluster":             {ForeignCluster, "cluster() names another cluster"},
	"workspace":           {ForeignCluster, "workspace() names another workspace"},
	"app":                 {ForeignCluster, "app() names another application"},
	"adx":                 {ForeignCluster, "adx() names another cluster"},
	"arg":                 {ForeignCluster, "arg() asks Azure Resource Graph"},
}

// special are calls that the tables of functions don't list: the parser knows them, or they name something of the database.
var special = []string{"toscalar", "materialize", "table", "materialized_view", "graph", "entity_group", "database", "view", "_"}

// judge looks at one node.
func (c *checker) judge(n syntax.Node, scope *binder.Scope) {
	switch n := n.(type) {
	case *syntax.BadStatement:
		c.say(Unreadable, Deny, n.Span(), "a statement that can't be read")
	case *syntax.SetStatement:
		if n.Option == nil || !slices.Contains(options, strings.ToLower(n.Option.Text)) {
			c.say(OptionSet, Deny, n.Span(), "set changes what the cluster allows; leave the statement out")
		}
	case *syntax.ExternalData:
		c.say(ExternalData, Deny, n.Span(), "externaldata reads addresses outside the cluster")
	case *syntax.InlineExternalTable:
		c.say(ExternalTable, Deny, n.Span(), "inline_external_table reads storage outside the database")
	case *syntax.ContextualDataTable:
		c.say(Operator, Deny, n.Span(), "__contextual_datatable belongs to the engine")
	case *syntax.ExecuteAndCacheOp:
		c.say(Operator, Deny, n.Span(), "execute-and-cache keeps its result in the cluster")
	case *syntax.EvaluateOp:
		c.plugins = true
		if n.Call == nil || n.Call.Fun == nil || !slices.Contains(plugins, strings.ToLower(n.Call.Fun.Text)) {
			c.say(Plugin, Deny, n.Span(), "this plugin may call out or run code; these are allowed: %s", strings.Join(plugins, ", "))
		}
	case *syntax.SearchOp:
		c.patterns(n, n.In, len(n.In) == 0)
	case *syntax.FindOp:
		c.patterns(n, n.In, len(n.In) == 0)
	case *syntax.UnionOp:
		c.patterns(n, n.Tables, false)
	case *syntax.Call:
		c.call(n, scope)
	case *syntax.NameRef:
		c.name(n, scope)
	}
}

// patterns goes into the functions that stand among the tables, where tables are named by a pattern or not at all.
func (c *checker) patterns(n syntax.Node, tables []syntax.Expr, all bool) {
	if all || slices.ContainsFunc(tables, isPattern) {
		c.views(n)
	}
}

func (c *checker) views(n syntax.Node) {
	if c.db == nil {
		return
	}
	for _, f := range c.db.Functions {
		if f.View {
			c.function(f, n.Span())
		}
	}
}

func isPattern(x syntax.Expr) bool {
	_, ok := x.(*syntax.Wildcard)
	return ok
}

// call judges a call by the name it calls, then by what that name is.
func (c *checker) call(x *syntax.Call, scope *binder.Scope) {
	if x.Fun == nil {
		return
	}
	name := x.Fun.Text
	lower := strings.ToLower(name)
	if out, ok := outside[lower]; ok {
		c.say(out.code, Deny, x.Span(), "%s; only the thread's own database is read here", out.message)
		return
	}
	switch {
	case lower == "database":
		c.database(x, scope)
		return
	case lower == "graph":
		c.storedGraph(x, scope)
		return
	case lower == "entity_group":
		c.storedGroup(x, scope)
		return
	case builtin.FindPlugin(lower) != nil:
		if !slices.Contains(plugins, lower) {
			c.say(Plugin, Deny, x.Span(), "the plugin %s may call out or run code", name)
		}
		return
	case slices.Contains(special, lower):
		return
	}
	if sym, ok := meaning(scope, x.Fun); ok {
		c.symbol(sym, x)
		return
	}
	c.unbound(name, x, true)
}

// name judges a name without brackets: a table, a function or a group may stand behind it.
func (c *checker) name(x *syntax.NameRef, scope *binder.Scope) {
	if sym, ok := meaning(scope, x.Name); ok {
		c.symbol(sym, x)
		return
	}
	c.unbound(x.Name.Text, x, false)
}

func meaning(scope *binder.Scope, n *syntax.Name) (binder.Symbol, bool) {
	if scope == nil || n == nil {
		return binder.Symbol{}, false
	}
	sym, ok := scope.Refs[n]
	return sym, ok
}

// symbol judges what a name was bound to.
func (c *checker) symbol(sym binder.Symbol, x syntax.Expr) {
	if sym.Cluster != "" {
		c.say(ForeignReference, Deny, x.Span(), "%s lies in another cluster, %s", sym.Name, sym.Cluster)
	}
	if sym.Database != "" && !c.policy.allows(sym.Database) {
		c.say(ForeignDatabase, Deny, x.Span(), "%s lies in the database %s, which isn't allowed here", sym.Name, sym.Database)
	}
	switch sym.Kind {
	case binder.SymTable:
		if sym.Table != nil && sym.Table.Kind == symbol.External {
			c.say(ExternalTable, Deny, x.Span(), "%s is an external table: its rows lie outside the database", sym.Name)
		}
	case binder.SymStored:
		if sym.Func != nil {
			db := c.db
			if sym.Database != "" {
				db = c.find(sym.Database)
			}
			c.within(db, func() { c.function(sym.Func, x.Span()) })
			return
		}
		c.unbound(sym.Name, x, true)
	case binder.SymGroup:
		if g := c.db.EntityGroup(sym.Name); g != nil {
			c.group(g, x.Span())
		}
	}
}

// unbound judges a name that nothing is known of: in a body that isn't bound here, or one that the schema lacks. What the
// database keeps under that name may be meant.
func (c *checker) unbound(name string, x syntax.Expr, called bool) {
	f := c.db.Function(name)
	switch {
	case f != nil:
		c.function(f, x.Span())
	case c.db.EntityGroup(name) != nil:
		c.group(c.db.EntityGroup(name), x.Span())
	case !called || c.declared[name] || builtin.FindFunction(name) != nil || builtin.FindAggregate(name) != nil:
		// A column, a variable, a table of the database, or a function of the language.
	default:
		c.say(UnknownFunction, Ask, x.Span(), "the function %s isn't in the known schema, so what it does isn't known", name)
	}
}

// database judges database('…').
func (c *checker) database(x *syntax.Call, scope *binder.Scope) {
	if name, ok := constantArg(x, scope); !ok || !c.policy.allows(name) {
		c.say(ForeignDatabase, Deny, x.Span(), "only the thread's own database and those of allowed_databases are read here")
	}
}

func (c *checker) storedGraph(x *syntax.Call, scope *binder.Scope) {
	name, ok := constantArg(x, scope)
	if g := c.db.Graph(name); ok && g != nil {
		c.graph(g, x.Span())
		return
	}
	c.say(UnknownFunction, Ask, x.Span(), "the graph isn't in the known schema, so what it reads isn't known")
}

func (c *checker) storedGroup(x *syntax.Call, scope *binder.Scope) {
	name, ok := constantArg(x, scope)
	if g := c.db.EntityGroup(name); ok && g != nil {
		c.group(g, x.Span())
		return
	}
	c.say(ForeignReference, Deny, x.Span(), "the entity group isn't in the known schema, so where it leads isn't known")
}

// constantArg gives a call's first argument where it is a string that is known now.
func constantArg(x *syntax.Call, scope *binder.Scope) (string, bool) {
	if len(x.Args) == 0 {
		return "", false
	}
	if lit, ok := x.Args[0].(*syntax.Literal); ok && lit.Kind == syntax.LitString {
		return lit.Text, true
	}
	if scope != nil {
		s, ok := scope.Consts[x.Args[0]].(string)
		return s, ok
	}
	return "", false
}
