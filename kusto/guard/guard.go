// Package guard says what a query may do before it runs: it only reads, only from the databases it was given, and calls nothing
// outside the cluster. It stands between a model that writes queries and a cluster that would run them.
//
// It judges names in the tree and what the binder found behind them, in stored functions too, never text: what stands in a
// comment or a string is no command. What it can't read it refuses. It does no I/O and knows no approval: a finding's Class says
// whether somebody may wave it through. It isn't the only layer: Properties has what makes the cluster refuse as well.
//
// Start at Check; walk.go goes through the tree and the functions it calls, rules.go judges one node, cost.go what is dear.
package guard

import (
	"cmp"
	"slices"
	"strings"

	"calypso/kql/binder"
	"calypso/kql/text"
)

// Class says what a finding means for the query.
type Class uint8

// The classes. Denied can't be approved; asked may be by a person; a note stops nothing.
const (
	Note Class = iota
	Ask
	Deny
)

// String gives the class's word.
func (c Class) String() string {
	return [...]string{"note", "ask", "deny"}[min(c, Deny)]
}

// Code names a rule, for programs.
type Code string

// The rules.
const (
	Unreadable       Code = "unreadable"        // syntax errors: what can't be read can't be judged
	NotAQuery        Code = "not-a-query"       // a management command or a directive
	OptionSet        Code = "option"            // set of an option that undoes a limit
	ExternalData     Code = "external-data"     // externaldata, inline external tables
	ExternalTable    Code = "external-table"    // external_table('…')
	StoredResult     Code = "stored-result"     // stored_query_result('…')
	ForeignCluster   Code = "foreign-cluster"   // cluster, workspace, app, adx, arg
	ForeignDatabase  Code = "foreign-database"  // a database that isn't the thread's
	Plugin           Code = "plugin"            // evaluate of what calls out or runs code
	Operator         Code = "operator"          // an operator that writes or calls out
	UnknownFunction  Code = "unknown-function"  // a function whose body isn't known
	UnknownName      Code = "unknown-name"      // a table of a schema that isn't whole: a function may stand behind it
	SearchAll        Code = "search-all"        // search, find, union over all tables
	CrossJoin        Code = "cross-join"        // a join on a constant
	NoBound          Code = "no-bound"          // neither a filter on time nor a bound of rows
	TooDeep          Code = "too-deep"          // functions that call each other without end
	ForeignReference Code = "foreign-reference" // a name that turned out to lie elsewhere
)

// Finding is one thing about a query.
type Finding struct {
	Code    Code      `json:"code"`
	Class   Class     `json:"-"`
	Span    text.Span `json:"-"` // in the query's text: of what is meant, or of the call that leads there
	Message string    `json:"message"`
	// Via names the stored functions, groups and graphs that lead to it, outermost first.
	Via []string `json:"via,omitempty"`
}

// Policy says what is allowed beyond reading the thread's own database. The zero value allows nothing more.
type Policy struct {
	// Database is the thread's own, in any case; "" when none is chosen, then no name of a database fits.
	Database string
	// Databases may be read as well, by name.
	Databases []string
}

func (p Policy) allows(database string) bool {
	own := p.Database != "" && strings.EqualFold(database, p.Database)
	return own || slices.ContainsFunc(p.Databases, func(d string) bool { return d != "" && strings.EqualFold(database, d) })
}

// Verdict is what the guard says of one query.
type Verdict struct {
	// Allowed: nothing is denied. What is asked still needs somebody's yes.
	Allowed  bool
	Findings []Finding // by class, gravest first, then by place
	// Plugins: the query evaluates plugins, all of them allowed. Properties wants to know.
	Plugins bool
}

// Asks tells whether somebody has to approve the query.
func (v Verdict) Asks() bool {
	return slices.ContainsFunc(v.Findings, func(f Finding) bool { return f.Class == Ask })
}

// Check judges one query, bound against the schema that it will run on. The whole text that will be sent must be bound as one
// tree: not a document's block.
func Check(b *binder.Bound, p Policy) Verdict {
	c := &checker{bound: b, policy: p, seen: map[any]bool{}, declared: map[string]bool{}}
	if b.Schema != nil {
		c.db = b.Schema.Database
	}
	c.readable()
	c.statements()
	if len(c.found) == 0 {
		c.cost()
	}
	return c.verdict()
}

func (c *checker) verdict() Verdict {
	slices.SortStableFunc(c.found, func(a, b Finding) int {
		return cmp.Or(-cmp.Compare(a.Class, b.Class), cmp.Compare(a.Span.Start, b.Span.Start))
	})
	v := Verdict{Allowed: true, Findings: c.found, Plugins: c.plugins}
	for _, f := range v.Findings {
		v.Allowed = v.Allowed && f.Class != Deny
	}
	return v
}
