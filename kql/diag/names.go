package diag

// What the binder reports about names.
const (
	UnknownColumn     Code = "CAL2001"
	UnknownTable      Code = "CAL2002"
	UnknownFunction   Code = "CAL2003"
	UnknownName       Code = "CAL2004"
	AlreadyDeclared   Code = "CAL2005"
	DuplicateColumn   Code = "CAL2006"
	UnknownDatabase   Code = "CAL2007"
	UnknownCluster    Code = "CAL2008"
	UnknownPlugin     Code = "CAL2009"
	UnknownEntity     Code = "CAL2010"
	FuzzyMissing      Code = "CAL2011"
	NotOnBothSides    Code = "CAL2012"
	AggregateNotHere  Code = "CAL2013"
	PluginNotHere     Code = "CAL2014"
	NotAnAggregate    Code = "CAL2015"
	UnknownParameter  Code = "CAL2016"
	ParameterTwice    Code = "CAL2017"
	UnusedLet         Code = "CAL2018"
	MatchesNothing    Code = "CAL2019"
	NeedsArguments    Code = "CAL2020"
	UnknownArgument   Code = "CAL2021"
	UnknownOption     Code = "CAL2022"
	FunctionHasErrors Code = "CAL2023"
	NotAFunction      Code = "CAL2024"
	ObsoleteFunction  Code = "CAL2025"
)

// What the binder reports about types and calls.
const (
	BadOperands       Code = "CAL3001"
	WrongType         Code = "CAL3002"
	ScalarExpected    Code = "CAL3003"
	TableExpected     Code = "CAL3004"
	ColumnExpected    Code = "CAL3005"
	ArgumentCount     Code = "CAL3006"
	NoOverload        Code = "CAL3007"
	ConstantExpected  Code = "CAL3008"
	WrongValue        Code = "CAL3009"
	NoCommonType      Code = "CAL3010"
	StarNotAllowed    Code = "CAL3011"
	NotSeveralValues  Code = "CAL3012"
	NoValueForName    Code = "CAL3013"
	TypeNotAllowed    Code = "CAL3014"
	JoinCondition     Code = "CAL3015"
	JoinKeyTypes      Code = "CAL3016"
	UnknownType       Code = "CAL3017"
	ValueCount        Code = "CAL3018"
	RenameExpected    Code = "CAL3019"
	NeedsOrder        Code = "CAL3020"
	GraphExpected     Code = "CAL3021"
	MissingColumns    Code = "CAL3022"
	MissingArgument   Code = "CAL3023"
	DynamicOperands   Code = "CAL3024"
	OperatorPlace     Code = "CAL3025"
	ParsePattern      Code = "CAL3026"
	TabularFirst      Code = "CAL3027"
	PositionAfterName Code = "CAL3028"
	LiteralExpected   Code = "CAL3029"
	BadFormat         Code = "CAL3030"
	WindowInScan      Code = "CAL3031"
	NeedsGroup        Code = "CAL3032"
	WrongShape        Code = "CAL3033"
	NoPatternCase     Code = "CAL3034"
)

// nameRows are the codes of the binder: 2xxx for names, 3xxx for types and calls. The examples are bound with the database
// Test: T(a:long, b:string, c:datetime, d:dynamic), U(a:long, e:real).
var nameRows = []Row{
	{
		Code: UnknownColumn, Slug: "unknown-column", Severity: Error,
		Message: "column %q not found%s", Official: []string{"KS142"},
		Bad: "T | where aa == 1", Good: "T | where a == 1",
	},
	{
		Code: UnknownTable, Slug: "unknown-table", Severity: Error,
		Message: "table %q not found%s", Official: []string{"KS204", "KS181"},
		Bad: "TT | take 1", Good: "T | take 1",
	},
	{
		Code: UnknownFunction, Slug: "unknown-function", Severity: Error,
		Message: "function %q not found%s", Official: []string{"KS211", "KS143", "KS122", "KS123"},
		Bad: "print strlenn('x')", Good: "print strlen('x')",
	},
	{
		Code: UnknownName, Slug: "unknown-name", Severity: Error,
		Message: "%q is no table, variable or function here%s", Official: []string{"KS142"},
		Bad: "let x = nope; print x", Good: "let y = 1; let x = y; print x",
	},
	{
		Code: AlreadyDeclared, Slug: "already-declared", Severity: Error,
		Message: "%q is declared already; choose another name", Official: []string{"KS201"},
		Bad: "let x = 1; let x = 2; print x", Good: "let x = 1; let y = 2; print x + y",
	},
	{
		Code: DuplicateColumn, Slug: "duplicate-column", Severity: Error,
		Message: "column %q is declared twice; choose another name", Official: []string{"KS171"},
		Bad: "T | project x = a, x = b", Good: "T | project x = a, y = b",
	},
	{
		Code: UnknownDatabase, Slug: "unknown-database", Severity: Error,
		Message: "database %q not found%s", Official: []string{"KS208"},
		Bad: "database('Tst').T", Good: "database('Test').T",
	},
	{
		Code: UnknownCluster, Slug: "unknown-cluster", Severity: Info,
		Message: "nothing is known of cluster %q; names in it aren't checked", Official: []string{"KS207"},
		Bad: "cluster('nowhere').database('x').T", Good: "T | take 1",
	},
	{
		Code: UnknownPlugin, Slug: "unknown-plugin", Severity: Error,
		Message: "plugin %q not found%s", Official: []string{"KS124", "KS125"},
		Bad: "T | evaluate bag_unpak(d)", Good: "T | evaluate bag_unpack(d)",
	},
	{
		Code: UnknownEntity, Slug: "unknown-entity", Severity: Error,
		Message: "%s %q not found%s", Official: []string{"KS209", "KS210", "KS247", "KS248", "KS260", "KS261"},
		Bad: "external_table('X') | take 1", Good: "table('T') | take 1",
	},
	{
		Code: FuzzyMissing, Slug: "fuzzy-missing", Severity: Hint,
		Message: "table %q not found; isfuzzy leaves it out", Official: []string{"KS205"},
		Bad: "union isfuzzy=true T, TT", Good: "union isfuzzy=true T, U",
	},
	{
		Code: NotOnBothSides, Slug: "not-on-both-sides", Severity: Error,
		Message: "column %q isn't on both sides; write $left.x == $right.y for keys with two names", Official: []string{"KS145"},
		Bad: "T | join (U) on b", Good: "T | join (U) on a",
	},
	{
		Code: AggregateNotHere, Slug: "aggregate-not-here", Severity: Error,
		Message: "the aggregate %q can't stand here; use it in summarize", Official: []string{"KS144"},
		Bad: "T | extend x = sum(a)", Good: "T | summarize x = sum(a)",
	},
	{
		Code: PluginNotHere, Slug: "plugin-not-here", Severity: Error,
		Message: "the plugin %q can't stand here; use it in evaluate", Official: []string{"KS126"},
		Bad: "T | extend x = bag_unpack(d)", Good: "T | evaluate bag_unpack(d)",
	},
	{
		Code: NotAnAggregate, Slug: "not-an-aggregate", Severity: Error,
		Message:  "column %q is neither aggregated nor a key; wrap it in an aggregate such as take_any, or put it behind by",
		Official: []string{"KS236", "KS237"},
		Bad:      "T | summarize a by b", Good: "T | summarize take_any(a) by b",
	},
	{
		Code: UnknownParameter, Slug: "unknown-parameter", Severity: Error,
		Message: "%q is no parameter of this operator%s", Official: []string{"KS179", "KS005"},
		Bad: "T | join withsource=x (U) on a", Good: "T | join kind=inner (U) on a",
	},
	{
		Code: ParameterTwice, Slug: "parameter-twice", Severity: Error,
		Message: "parameter %q is given twice; keep one", Official: []string{"KS180"},
		Bad: "T | join kind=inner kind=leftouter (U) on a", Good: "T | join kind=inner (U) on a",
	},
	{
		Code: UnusedLet, Slug: "unused-let", Severity: Hint,
		Message: "%q is never used",
		Bad:     "let x = 1; print 2", Good: "let x = 1; print x",
	},
	{
		Code: MatchesNothing, Slug: "matches-nothing", Severity: Hint,
		Message: "%q matches nothing here",
		Bad:     "T | project-away zz*", Good: "T | project-away a*",
	},
	{
		Code: NeedsArguments, Slug: "needs-arguments", Severity: Error,
		Message: "function %q needs its brackets: %[1]s(…)", Official: []string{"KS117"},
		Bad: "print x = strlen", Good: "print x = strlen('a')",
	},
	{
		Code: UnknownArgument, Slug: "unknown-argument", Severity: Error,
		Message: "%q is no parameter of this function%s", Official: []string{"KS196"},
		Bad: "let f = (x:long) { x }; print f(y=1)", Good: "let f = (x:long) { x }; print f(x=1)",
	},
	{
		Code: UnknownOption, Slug: "unknown-option", Severity: Hint,
		Message: "option %q isn't known; clusters ignore what they don't know",
		Bad:     "set nonsense=true; print 1", Good: "set notruncation; print 1",
	},
	{
		Code: FunctionHasErrors, Slug: "function-has-errors", Severity: Error,
		Message: "the body of %q has an error with these arguments: %s", Official: []string{"KS200"},
		Bad: "let f = (X:(*)) { X | where zz == 1 }; f(T)", Good: "let f = (X:(*)) { X | where a == 1 }; f(T)",
	},
	{
		Code: NotAFunction, Slug: "not-a-function", Severity: Error,
		Message: "%q is no function; leave out the brackets", Official: []string{"KS128"},
		Bad: "let x = 1; print x(2)", Good: "let x = (y:long) { y }; print x(2)",
	},
	{
		Code: ObsoleteFunction, Slug: "obsolete-function", Severity: Hint,
		Message: "%q is obsolete; use %s", Official: []string{"KS507"},
		Bad: "print parsejson('{}')", Good: "print parse_json('{}')",
	},

	{
		Code: BadOperands, Slug: "bad-operands", Severity: Error,
		Message: "operator %s isn't defined for %s", Official: []string{"KS106"},
		Bad: "T | where b + 1 > 2", Good: "T | where a + 1 > 2",
	},
	{
		Code: WrongType, Slug: "wrong-type", Severity: Error,
		Message: "expected %s, found %s", Official: []string{
			"KS107", "KS116", "KS134", "KS135", "KS136", "KS137", "KS138", "KS141", "KS178", "KS206", "KS215", "KS233", "KS234", "KS235",
			"KS114", "KS142", "KS147",
		},
		Bad: "T | where b", Good: "T | where b == 'x'",
	},
	{
		Code: ScalarExpected, Slug: "scalar-expected", Severity: Error,
		Message: "expected a scalar value, found %s; toscalar(…) makes one of a table", Official: []string{"KS108"},
		Bad: "T | extend x = U", Good: "T | extend x = toscalar(U | count)",
	},
	{
		Code: TableExpected, Slug: "table-expected", Severity: Error,
		Message: "expected a table, found %s", Official: []string{"KS111", "KS251", "KS231", "KS112"},
		Bad: "let x = 1; x | take 1", Good: "let x = T; x | take 1",
	},
	{
		Code: ColumnExpected, Slug: "column-expected", Severity: Error,
		Message: "expected a column's name; make the value a column with extend first", Official: []string{"KS109"},
		Bad: "T | sort by a | extend x = prev(a + 1)", Good: "T | sort by a | extend x = prev(a)",
	},
	{
		Code: ArgumentCount, Slug: "argument-count", Severity: Error,
		Message: "%q takes %s, not %d", Official: []string{"KS119", "KS120", "KS118", "KS121"},
		Bad: "print strlen('a', 'b')", Good: "print strlen('a')",
	},
	{
		Code: NoOverload, Slug: "no-overload", Severity: Error,
		Message: "%q doesn't take (%s)", Official: []string{"KS127"},
		Bad: "T | extend abs(b)", Good: "T | extend abs(a)",
	},
	{
		Code: ConstantExpected, Slug: "constant-expected", Severity: Error,
		Message: "expected a constant: a literal, or what can be computed before the query runs", Official: []string{"KS129", "KS130"},
		Bad: "T | extend x = round(1.5, a)", Good: "T | extend x = round(1.5, 1)",
	},
	{
		Code: WrongValue, Slug: "wrong-value", Severity: Error,
		Message: "expected one of %s", Official: []string{"KS140", "KS005", "KS223"},
		Bad: "print datetime_part('yaer', now())", Good: "print datetime_part('year', now())",
	},
	{
		Code: NoCommonType, Slug: "no-common-type", Severity: Error,
		Message: "the arguments of %q have no type in common: %s", Official: []string{"KS232"},
		Bad: "print coalesce(1, 'a')", Good: "print coalesce(1, 2)",
	},
	{
		Code: StarNotAllowed, Slug: "star-not-allowed", Severity: Error,
		Message: "* can't stand here; name what is meant", Official: []string{"KS191", "KS192", "KS268"},
		Bad: "T | summarize sum(*)", Good: "T | summarize arg_max(a, *)",
	},
	{
		Code: NotSeveralValues, Slug: "not-several-values", Severity: Error,
		Message: "the expression has one value; only %q gets it", Official: []string{"KS149"},
		Bad: "T | extend (x, y) = a", Good: "T | extend (x, y) = series_fit_line(d)",
	},
	{
		Code: NoValueForName, Slug: "no-value-for-name", Severity: Error,
		Message: "the expression has no value left for %q", Official: []string{"KS150"},
		Bad: "T | extend (x, y, z) = series_fft(d)", Good: "T | extend (x, y) = series_fft(d)",
	},
	{
		Code: TypeNotAllowed, Slug: "type-not-allowed", Severity: Error,
		Message: "%s can't stand here; convert it, as with tostring(…)", Official: []string{"KS116", "KS240", "KS241"},
		Bad: "T | summarize count() by d", Good: "T | summarize count() by tostring(d)",
	},
	{
		Code: JoinCondition, Slug: "join-condition", Severity: Error,
		Message: "a join condition is a column of both sides, or $left.x == $right.y", Official: []string{"KS182", "KS183"},
		Bad: "T | join (U) on a > 1", Good: "T | join (U) on $left.a == $right.a",
	},
	{
		Code: JoinKeyTypes, Slug: "join-key-types", Severity: Error,
		Message: "the keys don't fit: %s on the left, %s on the right", Official: []string{"KS242", "KS227", "KS241"},
		Bad: "T | join (U) on $left.b == $right.a", Good: "T | join (U) on $left.a == $right.a",
	},
	{
		Code: UnknownType, Slug: "unknown-type", Severity: Error,
		Message:  "%q is no type; the types are bool, int, long, real, decimal, string, datetime, timespan, guid and dynamic",
		Official: []string{"KS160", "KS172"},
		Bad:      "datatable(x:strng)['a']", Good: "datatable(x:string)['a']",
	},
	{
		Code: ValueCount, Slug: "value-count", Severity: Error,
		Message: "%d values don't fill rows of %d columns", Official: []string{"KS173"},
		Bad: "datatable(x:long, y:long)[1, 2, 3]", Good: "datatable(x:long, y:long)[1, 2]",
	},
	{
		Code: RenameExpected, Slug: "rename-expected", Severity: Error,
		Message: "expected new = old, the new name first", Official: []string{"KS110"},
		Bad: "T | project-rename a", Good: "T | project-rename x = a",
	},
	{
		Code: NeedsOrder, Slug: "needs-order", Severity: Error,
		Message: "%q needs rows in a defined order; put sort or serialize before",
		Bad:     "T | extend n = row_number()", Good: "T | serialize n = row_number()",
	},
	{
		Code: GraphExpected, Slug: "graph-expected", Severity: Error,
		Message: "expected a graph, found %s; make one with make-graph", Official: []string{"KS219", "KS218"},
		Bad: "T | graph-match (x) project x.a", Good: "T | make-graph a --> a | graph-match (x)-[y]->(z) project y.a",
	},
	{
		Code: MissingColumns, Slug: "missing-columns", Severity: Error,
		Message: "the table lacks %s", Official: []string{"KS249"},
		Bad: "let f = (X:(zz:long)) { X }; f(T)", Good: "let f = (X:(a:long)) { X }; f(T)",
	},
	{
		Code: MissingArgument, Slug: "missing-argument", Severity: Error,
		Message: "parameter %q gets no value", Official: []string{"KS197"},
		Bad: "let f = (x:long, y:long = 1) { x + y }; print f(y = 2)", Good: "let f = (x:long, y:long = 1) { x + y }; print f(x = 2)",
	},
	{
		Code: DynamicOperands, Slug: "dynamic-operands", Severity: Error,
		Message: "operator %s isn't defined for two dynamic values; convert one, as with tostring(…)",
		Bad:     "T | where d == d.x", Good: "T | where tostring(d) == d.x",
	},
	{
		Code: OperatorPlace, Slug: "operator-place", Severity: Error,
		Message: "%s %s", Official: []string{"KS174", "KS175", "KS177"},
		Bad: "T | print 1", Good: "print 1",
	},
	{
		Code: ParsePattern, Slug: "parse-pattern", Severity: Error,
		Message: "%s", Official: []string{"KS100", "KS101", "KS102", "KS103", "KS104"},
		Bad: "T | parse b with x y", Good: "T | parse b with x ',' y",
	},
	{
		Code: TabularFirst, Slug: "tabular-first", Severity: Error,
		Message: "tabular parameters come before the others", Official: []string{"KS226"},
		Bad: "let f = (x:long, X:(*)) { X | where a == x }; f(1, T)", Good: "let f = (X:(*), x:long) { X | where a == x }; f(T, 1)",
	},
	{
		Code: PositionAfterName, Slug: "position-after-name", Severity: Error,
		Message: "name this argument too: those before are out of order", Official: []string{"KS195", "KS194", "KS193"},
		Bad: "let f = (x:long, y:long) { x + y }; print f(y = 1, 2)", Good: "let f = (x:long, y:long) { x + y }; print f(y = 1, x = 2)",
	},
	{
		Code: LiteralExpected, Slug: "literal-expected", Severity: Error,
		Message: "expected a literal, as 'day' or 5", Official: []string{"KS131", "KS132", "KS133", "KS221", "KS222", "KS223", "KS224", "KS225", "KS226"},
		Bad: "T | extend x = datetime_part(b, c)", Good: "T | extend x = datetime_part('year', c)",
	},
	{
		Code: BadFormat, Slug: "bad-format", Severity: Error,
		Message: "%q isn't a format letter that %s knows; join texts around it with strcat(…)",
		Bad:     "print format_datetime(now(), 'yyyy-MM-ddTHH')", Good: "print format_datetime(now(), 'yyyy-MM-dd')",
	},
	{
		Code: WindowInScan, Slug: "window-in-scan", Severity: Error,
		Message: "%q can't stand in a scan step; step.column gives the state before",
		Bad:     "T | sort by c asc | scan declare (n:long) with (step s: true => n = prev(a);)",
		Good:    "T | sort by c asc | scan declare (n:long) with (step s: true => n = s.n + a;)",
	},
	{
		Code: NeedsGroup, Slug: "needs-group", Severity: Error,
		Message: "%q needs a group in brackets in its regex",
		Bad:     "print extract_all('a', 'banana')", Good: "print extract_all('(a)', 'banana')",
	},
	{
		Code: WrongShape, Slug: "wrong-shape", Severity: Warning,
		Message: "%q looks into %s; this is %s, so the result is empty or null", Official: []string{"KS234", "KS235"},
		Bad: "print array_length(dynamic({'a': 1}))", Good: "print array_length(dynamic([1, 2]))",
	},
	{
		Code: NoPatternCase, Slug: "no-pattern-case", Severity: Error,
		Message: "pattern %q has no case for these arguments; declare one", Official: []string{"KS188"},
		Bad: "declare pattern p; p('a')", Good: "declare pattern p = (x:string) { ('a') = { T }; }; p('a')",
	},
}
