package lint

import (
	"reflect"

	"calypso/kql/diag"
	"calypso/kql/syntax"
)

// Rule is a row: what is looked for and how. Slug, severity, message and examples are in diag's row of the same code.
type Rule struct {
	Code diag.Code
	// Schema tells that the rule needs to know tables and types; without a schema it is silent.
	Schema bool
	// Weight of a cost rule: what one finding adds to the score. 1 is a wasted moment, 10 may read years of data.
	Weight int
	// Off tells that the rule runs only where settings name it.
	Off bool
	// Why is for the docs: a sentence or two on what goes wrong.
	Why string

	kinds []syntax.Node // nil pointers of the kinds that node wants
	node  func(*pass, syntax.Node)
	block func(*pass)
}

// Row gives the rule's row: slug, severity, message, examples.
func (r *Rule) Row() *diag.Row { return r.Code.Row() }

// Rules gives all rules by code. The caller doesn't change them.
func Rules() []Rule { return rules }

// kinds makes a list of node kinds.
func kinds(list ...syntax.Node) []syntax.Node { return list }

// Kinds that several rules share.
var (
	aCall    = kinds((*syntax.Call)(nil))
	aBinary  = kinds((*syntax.Binary)(nil))
	aWhere   = kinds((*syntax.WhereOp)(nil))
	aJoin    = kinds((*syntax.JoinOp)(nil))
	anyMatch = kinds((*syntax.Binary)(nil), (*syntax.In)(nil))
)

var rules = []Rule{
	{
		Code: diag.JoinWithoutKind, kinds: aJoin, node: joinWithoutKind,
		Why: "Without a kind a join first drops all but one row of the left side for each key. Hardly anybody means that.",
	},
	{
		Code: diag.IsNullOfString, Schema: true, kinds: aCall, node: isNullOfString,
		Why: "Strings have no null: a missing one is empty, so the filter keeps everything or nothing.",
	},
	{
		Code: diag.ToBoolOfNumber, Schema: true, kinds: aCall, node: toBoolOfNumber,
		Why: "A comparison says what is meant and uses the index on the column.",
	},
	{
		Code: diag.NullInSum, Schema: true, kinds: aCall, node: nullInSum,
		Why: "A sum with a null in it is null, and sum leaves nulls out: the other column's value is lost with it.",
	},
	{
		Code: diag.SpreadOfTimespan, Schema: true, kinds: aCall, node: spreadOfTimespan,
		Why: "stdev, variance and their like give a real: ticks of 100 ns, not a timespan.",
	},
	{
		Code: diag.HiddenLet, Schema: true, kinds: kinds((*syntax.NameRef)(nil)), node: hiddenLet,
		Why: "Where a column and a variable have one name the column wins: the filter compares the column with itself.",
	},
	{
		Code: diag.StrlenOfDynamic, Schema: true, kinds: aCall, node: strlenOfDynamic,
		Why: "The length of the JSON text is hardly ever what is meant, and writing it for each row is slow.",
	},
	{
		Code: diag.NeverTrue, kinds: anyMatch, node: neverTrue,
		Why: "Two conditions exclude each other: the query returns nothing, and a detection never fires.",
	},
	{
		Code: diag.AlwaysTrue, kinds: aBinary, node: alwaysTrue,
		Why: "Whatever the value is, it differs from one of the two: the filter lets everything through.",
	},
	{
		Code: diag.ReversedBetween, kinds: kinds((*syntax.Between)(nil)), node: reversedBetween,
		Why: "between wants the smaller value first; the other way round nothing matches, without an error.",
	},
	{
		Code: diag.RenderColumn, Schema: true, kinds: kinds((*syntax.RenderOp)(nil)), node: renderColumn,
		Why: "A chart property that names a missing column is ignored in silence.",
	},
	{
		Code: diag.EqualsNull, kinds: aBinary, node: equalsNull,
		Why: "Comparing with null gives null or false, never true; isnull asks the question.",
	},
	{
		Code: diag.UnmappedEntity, Schema: true,
		Why: "A detection whose entity mapping names a column that its query drops raises alerts without that entity.",
	},
	{
		Code: diag.ArbitraryRows, kinds: kinds((*syntax.TakeOp)(nil)), node: arbitraryRows,
		Why: "take promises no order: which rows come depends on the machines that answer first.",
	},

	{
		Code: diag.ContainsForHas, Weight: 2, kinds: aBinary, node: containsForHas,
		Why: "contains looks into the middle of words and so reads every value; has looks the term up in the index.",
	},
	{
		Code: diag.ShortTerm, Weight: 1, kinds: anyMatch, node: shortTerm,
		Why: "Terms of one or two characters aren't in the index, so all values are read.",
	},
	{
		Code: diag.FormatInFilter, Weight: 2, kinds: aCall, node: formatInFilter,
		Why: "A text made of each datetime can't use the index on time, and making it is slow.",
	},
	{
		Code: diag.ViewWithoutCall, Schema: true, Weight: 1, block: viewWithoutCall,
		Why: "By its name alone a materialized view joins the finished part with what came in since; often the finished part will do.",
	},
	{
		Code: diag.LegacyPartition, Weight: 1, kinds: kinds((*syntax.PartitionOp)(nil)), node: legacyPartition,
		Why: "The legacy strategy runs the subquery once for each of at most 64 keys.",
	},
	{
		Code: diag.AddressAsText, Weight: 1, kinds: anyMatch, node: addressAsText,
		Why: "The functions for IPv4 addresses use the index and don't match 10.0.0.1 in 110.0.0.12.",
	},
	{
		Code: diag.FasterTwin, Weight: 2, kinds: aCall, node: fasterTwin,
		Why: "An exact count of distinct values keeps them all in memory.",
	},
	{
		Code: diag.CaseFoldedCompare, Weight: 1, kinds: anyMatch, node: caseFoldedCompare,
		Why: "=~, in~, has and contains disregard case by themselves and need no new text for each row.",
	},

	{
		Code: diag.NoTimeFilter, Schema: true, Weight: 10, block: noTimeFilter,
		Why: "Tables are cut by time; without a filter on it the query reads all that was ever kept.",
	},
	{
		Code: diag.LateTimeFilter, Schema: true, Weight: 5, block: lateTimeFilter,
		Why: "What joins or expands rows works on the whole table when the filter on time comes after it.",
	},
	{
		Code: diag.TimeInFunction, Schema: true, Weight: 5, kinds: aWhere, node: timeInFunction,
		Why: "A function of the time column must be computed for every row; a range on the column itself skips what lies outside.",
	},
	{
		Code: diag.SearchEverywhere, Weight: 10, kinds: kinds((*syntax.SearchOp)(nil), (*syntax.FindOp)(nil)), node: searchEverywhere,
		Why: "All columns of all tables of the database are read.",
	},
	{
		Code: diag.UnionByPattern, Weight: 5, kinds: kinds((*syntax.UnionOp)(nil)), node: unionByPattern,
		Why: "The list of tables, and with it cost and columns, changes with the database.",
	},
	{
		Code: diag.JoinUnfiltered, Schema: true, Weight: 5, kinds: aJoin, node: joinUnfiltered,
		Why: "All of the table goes into the join, with all of its columns.",
	},
	{
		Code: diag.JoinLarger, Schema: true, Weight: 5, kinds: aJoin, node: joinLarger,
		Why: "The left side is the one that is sent around, so it should be the smaller one. Needs the sizes of tables.",
	},
	{
		Code: diag.RegexFirst, Weight: 3, block: regexFirst,
		Why: "A regular expression reads each value to its end; a term looked up before it leaves few values to read.",
	},
	{
		Code: diag.NothingReduced, Schema: true, Weight: 5, block: nothingReduced,
		Why: "All columns and rows go over the wire, up to the limit on results, where the query fails.",
	},
	{
		Code: diag.ExpandWithoutLimit, Weight: 1, Off: true, kinds: kinds((*syntax.MvExpandOp)(nil)), node: expandWithoutLimit,
		Why: "One long array makes very many rows. Off by default: most arrays are short.",
	},
	{
		Code: diag.SortWithoutTake, Schema: true, Weight: 2, block: sortWithoutTake,
		Why: "Rows that nothing has reduced are sorted on one machine.",
	},
	{
		Code: diag.OtherCluster, Weight: 3, kinds: aCall, node: otherCluster,
		Why: "What isn't reduced over there crosses the network first.",
	},
	{
		Code: diag.ComputedTwice, Weight: 3, block: computedTwice,
		Why: "A let is a name for a text: each use runs the query again, and may see other data.",
	},
	{
		Code: diag.LateFilter, Weight: 1, kinds: aWhere, node: lateFilter,
		Why: "Rows that go anyway needn't be joined, expanded or sorted first.",
	},

	{
		Code: diag.OperatorSynonym, Off: true, block: operatorSynonym,
		Why: "One word for one thing makes queries easier to search and to read.",
	},
}

var byCode = indexRules()

func indexRules() map[diag.Code]*Rule {
	index := make(map[diag.Code]*Rule, len(rules))
	for i := range rules {
		index[rules[i].Code] = &rules[i]
	}
	return index
}

// byKind has the rules that want nodes of a kind.
var byKind = indexKinds()

func indexKinds() map[reflect.Type][]*Rule {
	index := map[reflect.Type][]*Rule{}
	for i := range rules {
		for _, k := range rules[i].kinds {
			index[reflect.TypeOf(k)] = append(index[reflect.TypeOf(k)], &rules[i])
		}
	}
	return index
}
