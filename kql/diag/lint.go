package diag

// What the linter reports about queries that run but may not answer what was asked.
const (
	JoinWithoutKind   Code = "CAL5001"
	IsNullOfString    Code = "CAL5002"
	ToBoolOfNumber    Code = "CAL5003"
	NullInSum         Code = "CAL5004"
	SpreadOfTimespan  Code = "CAL5005"
	HiddenLet         Code = "CAL5006"
	StrlenOfDynamic   Code = "CAL5007"
	NeverTrue         Code = "CAL5008"
	AlwaysTrue        Code = "CAL5009"
	ReversedBetween   Code = "CAL5010"
	RenderColumn      Code = "CAL5011"
	EqualsNull        Code = "CAL5012"
	UnmappedEntity    Code = "CAL5013"
	ArbitraryRows     Code = "CAL5014"
	UnusedSuppression Code = "CAL5901"
)

// What the linter reports about speed and cost.
const (
	ContainsForHas     Code = "CAL6001"
	ShortTerm          Code = "CAL6002"
	FormatInFilter     Code = "CAL6003"
	ViewWithoutCall    Code = "CAL6004"
	LegacyPartition    Code = "CAL6005"
	AddressAsText      Code = "CAL6006"
	FasterTwin         Code = "CAL6007"
	CaseFoldedCompare  Code = "CAL6008"
	NoTimeFilter       Code = "CAL6101"
	LateTimeFilter     Code = "CAL6102"
	TimeInFunction     Code = "CAL6103"
	SearchEverywhere   Code = "CAL6104"
	UnionByPattern     Code = "CAL6105"
	JoinUnfiltered     Code = "CAL6106"
	JoinLarger         Code = "CAL6107"
	RegexFirst         Code = "CAL6108"
	NothingReduced     Code = "CAL6109"
	ExpandWithoutLimit Code = "CAL6110"
	SortWithoutTake    Code = "CAL6111"
	OtherCluster       Code = "CAL6112"
	ComputedTwice      Code = "CAL6113"
	LateFilter         Code = "CAL6114"
	OperatorSynonym    Code = "CAL6801"
)

// lintRows are the codes of the linter: 5xxx for correctness, 6xxx for speed (60xx), cost (61xx) and style (68xx). The examples are
// bound with the database Test: T(a:long, b:string, c:datetime, d:dynamic, f:real), U(a:long, e:real), V(a:long, …) a
// materialized view; T has a million rows, U ten.
var lintRows = []Row{
	{
		Code: JoinWithoutKind, Slug: "join-without-kind", Severity: Warning,
		Message:  "join without a kind is innerunique: it keeps one left row for each key; write the kind that is meant, as kind=inner",
		Official: []string{"KS508"},
		Bad:      "T | join (U | where e > 1) on a", Good: "T | join kind=inner (U | where e > 1) on a",
	},
	{
		Code: IsNullOfString, Slug: "isnull-of-string", Severity: Warning,
		Message:  "a string is never null, so %s is always %s; use %s",
		Official: []string{"KS501", "KS502"},
		Bad:      "T | where isnull(b)", Good: "T | where isempty(b)",
	},
	{
		Code: ToBoolOfNumber, Slug: "tobool-of-number", Severity: Warning,
		Message:  "tobool of a number says only whether it isn't 0; compare it, as with != 0",
		Official: []string{"KS504"},
		Bad:      "T | where tobool(a)", Good: "T | where a != 0",
	},
	{
		Code: NullInSum, Slug: "null-in-sum", Severity: Info,
		Message:  "a row where one of these is null adds nothing at all; write %s",
		Official: []string{"KS505"},
		Bad:      "T | summarize sum(a + f)", Good: "T | summarize sum(a) + sum(f)",
	},
	{
		Code: SpreadOfTimespan, Slug: "spread-of-timespan", Severity: Warning,
		Message:  "%s of a timespan is a number of ticks; wrap it in totimespan(…)",
		Official: []string{"KS509"},
		Bad:      "T | summarize stdev(now() - c)", Good: "T | summarize totimespan(stdev(now() - c))",
	},
	{
		Code: HiddenLet, Slug: "hidden-let", Severity: Warning,
		Message:  "%q is a column here, not the let variable of that name; give the variable another name",
		Official: []string{"KS510"},
		Bad:      "let a = 1; T | where a == 1", Good: "let limit_ = 1; T | where a == limit_",
	},
	{
		Code: StrlenOfDynamic, Slug: "strlen-of-dynamic", Severity: Warning,
		Message:  "strlen of a dynamic value writes the whole value as text and counts that; use array_length, or tostring of the part that is meant",
		Official: []string{"KS516"},
		Bad:      "T | where strlen(d) > 1", Good: "T | where array_length(d) > 1",
	},
	{
		Code: NeverTrue, Slug: "never-true", Severity: Warning,
		Message: "this is never true: %s",
		Bad:     "T | where b == 'x' and b == 'y'", Good: "T | where b == 'x' or b == 'y'",
	},
	{
		Code: AlwaysTrue, Slug: "always-true", Severity: Warning,
		Message: "this is always true: %s; and is meant, or !in",
		Bad:     "T | where b != 'x' or b != 'y'", Good: "T | where b != 'x' and b != 'y'",
	},
	{
		Code: ReversedBetween, Slug: "reversed-between", Severity: Warning,
		Message: "nothing lies between these: the first is larger than the second; exchange them",
		Bad:     "T | where c between (ago(1d) .. ago(7d))", Good: "T | where c between (ago(7d) .. ago(1d))",
	},
	{
		Code: RenderColumn, Slug: "render-column", Severity: Warning,
		Message: "column %q isn't in the result that is drawn; it has %s",
		Bad:     "T | summarize count() by b | render barchart with (xcolumn=zz)", Good: "T | summarize count() by b | render barchart with (xcolumn=b)",
	},
	{
		Code: EqualsNull, Slug: "equals-null", Severity: Warning,
		Message: "nothing equals null, so this is never true; use %s",
		Bad:     "T | where a == long(null)", Good: "T | where isnull(a)",
	},
	{
		Code: UnmappedEntity, Slug: "unmapped-entity", Severity: Warning,
		Message: "the detection maps %q to an entity, but its query doesn't return that column; it returns %s",
		Bad:     "query: T | project a\nentityMappings: [{fieldMappings: [{columnName: b}]}]",
		Good:    "query: T | project a\nentityMappings: [{fieldMappings: [{columnName: a}]}]",
	},
	{
		Code: ArbitraryRows, Slug: "arbitrary-rows", Severity: Warning,
		Message: "%s without an order keeps arbitrary rows, and what is computed from them differs from run to run; put sort before it, or use top",
		Bad:     "T | take 100 | summarize avg(a) by b", Good: "T | top 100 by c | summarize avg(a) by b",
	},
	{
		Code: UnusedSuppression, Slug: "unused-suppression", Severity: Hint,
		Message: "%s hides nothing; remove it",
		Bad:     "// calypso: ignore CAL5002\nprint 1", Good: "// calypso: ignore CAL5002\nT | where isnull(b)",
	},

	{
		Code: ContainsForHas, Slug: "contains-for-has", Severity: Info,
		Message:  "%s reads every text; %s finds whole terms through the index. Use it if whole words are meant",
		Official: []string{"KS500"},
		Bad:      "T | where b contains 'error'", Good: "T | where b has 'error'",
	},
	{
		Code: ShortTerm, Slug: "short-term", Severity: Info,
		Message:  "the index holds terms of 3 characters and more; for %q every text is read",
		Official: []string{"KS503"},
		Bad:      "T | where b has 'ab'", Good: "T | where b has 'abc'",
	},
	{
		Code: FormatInFilter, Slug: "format-in-filter", Severity: Info,
		Message:  "format_datetime in a filter writes a text for every row; compare the datetime itself, as with between",
		Official: []string{"KS506"},
		Bad:      "T | where format_datetime(c, 'yyyy') == '2024'", Good: "T | where c between (datetime(2024) .. 365d)",
	},
	{
		Code: ViewWithoutCall, Slug: "view-without-call", Severity: Info,
		Message:  "the view's name alone also aggregates what came in since; materialized_view(%q) reads the finished part only, which is faster",
		Official: []string{"KS511"},
		Bad:      "V | where a > 1", Good: "materialized_view('V') | where a > 1",
	},
	{
		Code: LegacyPartition, Slug: "legacy-partition", Severity: Info,
		Message:  "without a strategy partition takes 64 keys at most and is slow; add hint.strategy=native (up to 64 keys) or shuffle",
		Official: []string{"KS513"},
		Bad:      "T | partition by b (top 1 by a)", Good: "T | partition hint.strategy=native by b (top 1 by a)",
	},
	{
		Code: AddressAsText, Slug: "address-as-text", Severity: Info,
		Message:  "%q is an IPv4 address; %s compares it as one",
		Official: []string{"KS514"},
		Bad:      "T | where b has '10.0.0.1'", Good: "T | where has_ipv4(b, '10.0.0.1')",
	},
	{
		Code: FasterTwin, Slug: "faster-twin", Severity: Info,
		Message:  "%s is exact and heavy; %s estimates the same number within about 1.6%% and is far cheaper",
		Official: []string{"KS515"},
		Bad:      "T | summarize count_distinct(a)", Good: "T | summarize dcount(a)",
	},
	{
		Code: CaseFoldedCompare, Slug: "case-folded-compare", Severity: Info,
		Message: "%s makes a new text for every row; %s compares without regard to case",
		Bad:     "T | where tolower(b) == 'x'", Good: "T | where b =~ 'x'",
	},

	{
		Code: NoTimeFilter, Slug: "no-time-filter", Severity: Info,
		Message: "all of %q is read: nothing filters its time (%s)",
		Bad:     "T | summarize count() by b", Good: "T | where c > ago(1d) | summarize count() by b",
	},
	{
		Code: LateTimeFilter, Slug: "late-time-filter", Severity: Info,
		Message: "the filter on %q comes after %s, which sees all of the table; put it first",
		Bad:     "T | mv-expand d limit 10 | where c > ago(1d) | count", Good: "T | where c > ago(1d) | mv-expand d limit 10 | count",
	},
	{
		Code: TimeInFunction, Slug: "time-in-function", Severity: Info,
		Message: "%s of a column can't use the index on time; compare the column itself, as %s >= …",
		Bad:     "T | where startofday(c) == startofday(now()) | count", Good: "T | where c >= startofday(now()) | count",
	},
	{
		Code: SearchEverywhere, Slug: "search-everywhere", Severity: Info,
		Message: "%s without in (…) reads every table of the database; name the tables",
		Bad:     "search 'error'", Good: "search in (T) 'error'",
	},
	{
		Code: UnionByPattern, Slug: "union-by-pattern", Severity: Info,
		Message: "union %s reads every table that matches, those of tomorrow too; name the tables",
		Bad:     "union T* | where a > 1 | count", Good: "union T, U | where a > 1 | count",
	},
	{
		Code: JoinUnfiltered, Slug: "join-unfiltered", Severity: Info,
		Message: "the right side of this join is all of %q; filter it, and project the columns that are needed",
		Bad:     "T | join kind=inner T on a", Good: "T | join kind=inner (T | where b == 'x') on a",
	},
	{
		Code: JoinLarger, Slug: "join-larger", Severity: Info,
		Message: "the left side (%s, %d rows) is larger than the right (%s, %d rows); put the smaller one first, or use hint.strategy=shuffle",
		Bad:     "T | join kind=inner (U | where e > 1) on a", Good: "U | join kind=inner (T | where b == 'x') on a",
	},
	{
		Code: RegexFirst, Slug: "regex-first", Severity: Info,
		Message: "%s runs on every row of %q; put a cheap filter before it, as where … has …",
		Bad:     "T | where b matches regex 'x+' | count", Good: "T | where b has 'xyz' and b matches regex 'x+' | count",
	},
	{
		Code: NothingReduced, Slug: "nothing-reduced", Severity: Info,
		Message: "all %d columns of all rows of %q are returned; add where, project, summarize or take",
		Bad:     "T", Good: "T | take 10",
	},
	{
		Code: ExpandWithoutLimit, Slug: "expand-without-limit", Severity: Info,
		Message: "%s makes as many rows as the arrays hold; bound it with limit",
		Bad:     "T | mv-expand d | count", Good: "T | mv-expand d limit 100 | count",
	},
	{
		Code: SortWithoutTake, Slug: "sort-without-take", Severity: Info,
		Message: "all rows of %q are sorted and returned; use top, or put take after it",
		Bad:     "T | sort by c", Good: "T | top 100 by c",
	},
	{
		Code: OtherCluster, Slug: "other-cluster", Severity: Info,
		Message: "data of cluster %q comes over the network; filter and summarize there before it is joined here",
		Bad:     "cluster('other').database('D').X | count", Good: "T | count",
	},
	{
		Code: ComputedTwice, Slug: "computed-twice", Severity: Info,
		Message: "%q is computed at each of its %d uses; wrap it in materialize(…)",
		Bad:     "let x = T | summarize n = count() by a; x | join kind=inner (x | where n > 1) on a",
		Good:    "let x = materialize(T | summarize n = count() by a); x | join kind=inner (x | where n > 1) on a",
	},
	{
		Code: LateFilter, Slug: "late-filter", Severity: Info,
		Message: "this filter needs nothing that %s makes; put it before",
		Bad:     "T | mv-expand d | where b == 'x' | count", Good: "T | where b == 'x' | mv-expand d | count",
	},

	{
		Code: OperatorSynonym, Slug: "operator-synonym", Severity: Hint,
		Message: "%s is another word for %s, which most queries use",
		Bad:     "T | filter a > 1", Good: "T | where a > 1",
	},
}
