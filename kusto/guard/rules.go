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
var special = []string{"toscalar", "materialize", "view", "_"}

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
		for _, x := range n.Tables {
			c.table(x, scope)
		}
	case *syntax.QueryStatement:
		c.table(n.X, scope)
	case *syntax.LetStatement:
		c.table(n.X, scope)
		if ref, ok := n.X.(*syntax.NameRef); ok && ref.Name != nil {
			if out, ok := outside[strings.ToLower(ref.Name.Text)]; ok && !c.declared[ref.Name.Text] {
				c.say(out.code, Deny, n.Span(), "%s gets another name here", ref.Name.Text)
			}
		}
	case *syntax.In:
		if len(n.List) == 1 {
			c.table(n.List[0], scope)
		}
	case *syntax.Pipe:
		c.table(n.Source, scope)
	case *syntax.JoinOp:
		c.table(n.Right, scope)
	case *syntax.LookupOp:
		c.table(n.Right, scope)
	case *syntax.Index:
		if call, ok := n.X.(*syntax.Call); ok && call.Fun != nil && strings.EqualFold(call.Fun.Text, "database") {
			c.say(Unreadable, Deny, n.Span(), "write what is read of another database behind a dot")
		}
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
	if !c.whole() {
		c.say(UnknownName, Ask, n.Span(), "the schema isn't known as a whole, so which views a pattern reads isn't known")
	}
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

// whole tells whether all of the database is known; where no schema is at hand at all, nothing can be told apart and nothing is asked.
func (c *checker) whole() bool {
	return c.bound.Schema == nil || c.db != nil && c.db.State == symbol.Known
}

// table asks about a name that stands where rows are read, in a database that isn't known as a whole: a stored function may be meant,
// and what it does isn't known.
func (c *checker) table(x syntax.Expr, scope *binder.Scope) {
	if p, ok := x.(*syntax.Paren); ok {
		c.table(p.X, scope)
		return
	}
	ref, ok := x.(*syntax.NameRef)
	if !ok || ref.Name == nil || c.whole() || c.declared[ref.Name.Text] {
		return
	}
	if _, bound := meaning(scope, ref.Name); !bound && c.db.Table(ref.Name.Text) == nil && c.db.Function(ref.Name.Text) == nil {
		c.say(UnknownName, Ask, x.Span(), "%s isn't in the known schema, so whether it is a table isn't known", ref.Name.Text)
	}
}

// call judges a call by the name it calls, then by what that name is. A stored function may have any name but a built-in function's,
// also one that is the language's own in other letters: its body is looked at first.
func (c *checker) call(x *syntax.Call, scope *binder.Scope) {
	if x.Fun == nil {
		return
	}
	name := x.Fun.Text
	if f := c.db.Function(name); f != nil && builtin.FindFunction(name) == nil && builtin.FindAggregate(name) == nil {
		if sym, ok := meaning(scope, x.Fun); !ok || sym.Let == nil {
			c.function(f, x.Span())
		}
	}
	lower := strings.ToLower(name)
	if out, ok := outside[lower]; ok {
		c.say(out.code, Deny, x.Span(), "%s; only the thread's own database is read here", out.message)
		return
	}
	switch {
	case lower == "database":
		c.database(x, scope)
		return
	case lower == "table", lower == "materialized_view":
		c.namedTable(x, scope)
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
		for _, arg := range x.Args[:min(1, len(x.Args))] {
			c.table(arg, scope)
		}
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
	direct := c.direct
	c.direct = false
	name, ok := constantArg(x, scope)
	if !ok || !c.policy.allows(name) {
		c.say(ForeignDatabase, Deny, x.Span(), "only the thread's own database and those of allowed_databases are read here")
		return
	}
	// What is read by a path is judged there; a database that gets a name is read by that.
	if db := c.find(name); !direct && c.bound.Schema != nil && (db == nil || db.State != symbol.Known) {
		c.say(UnknownName, Ask, x.Span(), "the schema of %s isn't known, so whether tables or functions of it are read isn't known", name)
	}
}

// namedTable judges table('…') and materialized_view('…').
func (c *checker) namedTable(x *syntax.Call, scope *binder.Scope) {
	name, ok := constantArg(x, scope)
	if !ok {
		c.say(UnknownName, Ask, x.Span(), "which table is meant isn't known before the query runs")
		return
	}
	if t := c.db.Table(name); t != nil && t.Kind == symbol.External {
		c.say(ExternalTable, Deny, x.Span(), "%s is an external table: its rows lie outside the database", name)
	} else if f := c.db.Function(name); f != nil {
		c.function(f, x.Span())
	} else if t == nil && !c.whole() {
		c.say(UnknownName, Ask, x.Span(), "%s isn't in the known schema, so whether it is a table isn't known", name)
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
