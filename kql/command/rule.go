package command

// This file says what the rules of the notation match: names, values, bodies, and what follows "<|".

import (
	"slices"
	"strings"

	"calypso/kql/symbol"
	"calypso/kql/syntax"
)

// Rule is a kind of part that isn't a fixed word.
type Rule uint8

// The rules. Those up to RuleSnapshot are names.
const (
	RuleNone        Rule = iota
	RuleName             // a name being made up, or one that nobody lists
	RulePath             // a.b
	RulePattern          // a name with *
	RulePathPattern      // the same after a dot
	RuleColumn
	RuleTable
	RuleExternal // an external table
	RuleView     // a materialized view
	RuleFunction
	RuleGroup // an entity group
	RuleDatabase
	RuleCluster
	RuleGraph       // a graph model
	RuleTableColumn // table.column, or the column
	RuleDBTable     // a table, with its database before a dot or without
	RuleDBColumn
	RuleDBExternal
	RuleDBView
	RuleDBFunction
	RuleDBGroup
	RuleSnapshot // a graph model's snapshot: model.snapshot
	RuleValue    // any literal
	RuleString
	RuleBracketed // [text]
	RuleTimespan
	RuleDatetime
	RuleBool
	RuleInt
	RuleLong
	RuleReal
	RuleDecimal
	RuleGuid
	RuleType        // a column type
	RuleDeclaration // (parameters) { body }
	RuleBody        // { statements }
	RuleQuery       // a query, or a command whose result is taken
	RuleScript      // commands
	RuleData        // data up to the end
	RuleInlineData  // data up to the closing ]
)

var ruleWords = [...]string{
	RuleNone: "", RuleName: "name", RulePath: "path", RulePattern: "pattern", RulePathPattern: "pathpattern",
	RuleColumn: "column", RuleTable: "table", RuleExternal: "external", RuleView: "view", RuleFunction: "function", RuleGroup: "group",
	RuleDatabase: "database", RuleCluster: "cluster", RuleGraph: "graph", RuleTableColumn: "tablecolumn", RuleDBTable: "dbtable",
	RuleDBColumn: "dbcolumn", RuleDBExternal: "dbexternal", RuleDBView: "dbview", RuleDBFunction: "dbfunction", RuleDBGroup: "dbgroup",
	RuleSnapshot: "snapshot", RuleValue: "value", RuleString: "string", RuleBracketed: "bracketed", RuleTimespan: "timespan",
	RuleDatetime: "datetime", RuleBool: "bool", RuleInt: "int", RuleLong: "long", RuleReal: "real", RuleDecimal: "decimal",
	RuleGuid: "guid", RuleType: "type", RuleDeclaration: "declaration", RuleBody: "body", RuleQuery: "query", RuleScript: "script",
	RuleData: "data", RuleInlineData: "inlinedata",
}

func ruleNamed(name string) (Rule, bool) {
	for r, w := range ruleWords {
		if w == name && w != "" {
			return Rule(r), true
		}
	}
	return RuleNone, false
}

// ruleTexts says what stands for a rule in messages and in the syntax line; the others are called by their word.
var ruleTexts = map[Rule]string{
	RulePath: "name", RulePattern: "name*", RulePathPattern: "name*", RuleExternal: "external table",
	RuleView: "materialized view", RuleGroup: "entity group", RuleGraph: "graph model", RuleTableColumn: "column", RuleDBTable: "table",
	RuleDBColumn: "column", RuleDBExternal: "external table", RuleDBView: "materialized view", RuleDBFunction: "function",
	RuleDBGroup: "entity group", RuleSnapshot: "snapshot", RuleBracketed: "[text]", RuleDeclaration: "(parameters) { body }",
	RuleBody: "{ query }", RuleScript: "commands", RuleInlineData: "data",
}

// String says in words what a rule stands for: a "string", a "materialized view".
func (r Rule) String() string {
	if s := ruleTexts[r]; s != "" {
		return s
	}
	return ruleWords[r]
}

// IsName tells whether a rule is a name, plain or with dots.
func (r Rule) IsName() bool { return r >= RuleName && r <= RuleSnapshot }

// dotted tells whether a rule's name may have dots in it.
func (r Rule) dotted() bool { return r == RulePath || r >= RuleTableColumn && r <= RuleSnapshot }

// reservedNames are the words that can't be plain names in commands, sorted: what the language library rejects of its list of
// words that need brackets. It takes the others of that list, as count and limit, all the same.
var reservedNames = strings.Fields(`
accumulate and as asc between boolean by byte cachingpolicy callout cancel char contains dataexport datatable
date datetime decimal desc double dynamic earliest encodingpolicy extent_tags_retention external_data
externaldata find first flags float harddelete hardretention has has_all has_any in int int16 int32 int64 int8
invoke journal kind last latest long materialize mdm missing of or others pathformat print project queries
query_results real restricted_view_access row_level_security rowstore rowstore_references rowstore_sealinfo
rowstorepolicy rowstores sample seal seals search set shards softdelete softretention sql statistics
storedqueryresultcontainers string tablepurge time timespan title to toscalar totable uint uint16 uint32 uint64
uint8 ulong union uniqueid unrestrictedviewers verbose viewers views where writeaheadlog`)

func isReserved(word string) bool {
	_, found := slices.BinarySearch(reservedNames, word)
	return found
}

// length gives the number of tokens that a rule matches from token i on, 0 when it doesn't fit.
func (m *matcher) length(r Rule, i int) int {
	t := m.toks[i]
	switch r {
	case RulePattern:
		return m.patternLen(i)
	case RulePathPattern:
		return m.pathPatternLen(i)
	case RuleString:
		return m.kindLen(i, syntax.TokString)
	case RuleBracketed:
		return m.bracketedLen(i)
	case RuleValue, RuleTimespan, RuleDatetime, RuleBool, RuleInt, RuleLong, RuleReal, RuleDecimal:
		return m.valueLen(i)
	case RuleGuid:
		if t.Kind == syntax.TokString || t.Kind == syntax.TokNumber || t.Kind == syntax.TokGoo {
			return 1
		}
		return m.placeholderLen(i)
	case RuleType:
		if typ, ok := symbol.ParseType(m.text(i)); ok && typ != symbol.TypeType && m.text(i)[0] >= 'a' {
			return 1
		}
		return m.placeholderLen(i)
	case RuleDeclaration:
		return m.declarationLen(i)
	case RuleBody:
		return m.bodyLen(i)
	case RuleQuery, RuleScript, RuleData:
		return m.restLen(r, i)
	case RuleInlineData:
		return m.inlineLen(i)
	}
	return m.nameLen(i, r.dotted())
}

func (m *matcher) kindLen(i int, kind syntax.TokenKind) int {
	if m.toks[i].Kind == kind {
		return 1
	}
	return m.placeholderLen(i)
}

// nameLen matches a word, 'a string', ['a name'], [a name] or {a placeholder}; with dots also a.b.
func (m *matcher) nameLen(i int, dotted bool) int {
	n := m.plainNameLen(i)
	for dotted && n > 0 && m.is(i+n, ".") {
		next := m.plainNameLen(i + n + 1)
		if next == 0 {
			break
		}
		n += 1 + next
	}
	return n
}

func (m *matcher) plainNameLen(i int) int {
	switch t := m.toks[i]; {
	case t.Kind == syntax.TokName:
		if isReserved(m.text(i)) {
			return 0
		}
		return 1
	case t.Kind == syntax.TokString:
		return 1
	case m.is(i, "["):
		return m.bracketedLen(i)
	}
	return m.placeholderLen(i)
}

// placeholderLen matches {name}, which the client fills in.
func (m *matcher) placeholderLen(i int) int {
	if m.is(i, "{") && m.is(i+2, "}") && m.toks[i+1].Kind == syntax.TokName && m.toks[i+2].End-m.toks[i].Start == m.toks[i+1].End-m.toks[i+1].Start+2 {
		return 3
	}
	return 0
}

// bracketedLen matches [any text] on one line.
func (m *matcher) bracketedLen(i int) int {
	if !m.is(i, "[") {
		return 0
	}
	for j := i + 1; j < len(m.toks); j++ {
		switch {
		case m.toks[j].Kind == syntax.TokEnd, m.is(j, "["), m.breakBefore(j):
			return 0
		case m.is(j, "]"):
			return j - i + 1
		}
	}
	return 0
}

func (m *matcher) breakBefore(i int) bool {
	for k := m.toks[i-1].End; k < m.toks[i].Start; k++ {
		if m.src[k] == '\n' {
			return true
		}
	}
	return false
}

// patternLen matches a*b: names and asterisks without white space between, at least one asterisk.
func (m *matcher) patternLen(i int) int {
	star := false
	j := i
	for ; j < len(m.toks); j++ {
		t := m.toks[j]
		if j > i && t.Start != m.toks[j-1].End {
			break
		}
		if m.is(j, "*") {
			star = true
		} else if t.Kind != syntax.TokName && t.Kind != syntax.TokNumber {
			break
		}
	}
	if !star {
		return 0
	}
	return j - i
}

func (m *matcher) pathPatternLen(i int) int {
	n := m.patternOrNameLen(i)
	if n > 0 && m.is(i+n, ".") {
		if next := m.patternOrNameLen(i + n + 1); next > 0 {
			return n + 1 + next
		}
	}
	return n
}

func (m *matcher) patternOrNameLen(i int) int {
	if n := m.patternLen(i); n > 0 {
		return n
	}
	return m.plainNameLen(i)
}

// valueLen matches a literal, with its sign; dynamic(…) and typeof(…) too.
func (m *matcher) valueLen(i int) int {
	if (m.is(i, "-") || m.is(i, "+")) && m.toks[i+1].Kind == syntax.TokNumber {
		return 2
	}
	switch t := m.toks[i]; t.Kind {
	case syntax.TokString, syntax.TokNumber, syntax.TokGoo:
		return 1
	case syntax.TokName:
		switch m.text(i) {
		case "true", "false", "null", "True", "False", "TRUE", "FALSE":
			return 1
		case "dynamic", "typeof":
			if n := m.bracketLen(i+1, "("); n > 0 {
				return 1 + n
			}
		}
	}
	return m.placeholderLen(i)
}

// bracketLen matches a bracket with all that is in it.
func (m *matcher) bracketLen(i int, open string) int {
	if !m.is(i, open) {
		return 0
	}
	if close := m.closing(i); close > 0 {
		return close - i + 1
	}
	return 0
}

// bodyLen matches { statements }; one that isn't closed yet reaches up to the end, where the query parser says what is missing.
func (m *matcher) bodyLen(i int) int {
	if n := m.bracketLen(i, "{"); n > 0 || !m.is(i, "{") {
		return n
	}
	return len(m.toks) - 1 - i
}

// isOpen tells whether code goes on with what is written behind token to: a query or script up to the command's end, a body,
// with the parameters before it, that isn't closed yet.
func (m *matcher) isOpen(r Rule, from, to int) bool {
	switch r {
	case RuleQuery, RuleScript:
		return to == len(m.toks)-1
	case RuleDeclaration:
		from += m.bracketLen(from, "(")
	case RuleBody:
	default:
		return false
	}
	return m.bracketLen(from, "{") == 0
}

// declarationLen matches (parameters) { body }, or the body alone; what isn't closed yet reaches up to the end.
func (m *matcher) declarationLen(i int) int {
	n := m.bracketLen(i, "(")
	if n == 0 && m.is(i, "(") {
		if m.text(i-1) == "with" { // properties, of a function that has no name yet
			return 0
		}
		return len(m.toks) - 1 - i
	}
	body := m.bodyLen(i + n)
	if body == 0 && i+n < len(m.toks)-1 {
		return 0
	}
	return n + body
}

// restLen matches up to the command's end; a query in braces up to the closing one.
func (m *matcher) restLen(r Rule, i int) int {
	last := len(m.toks) - 1
	if r == RuleScript && !m.is(i, ".") {
		return 0
	}
	if r == RuleQuery && i > 0 && m.is(i-1, "{") {
		if close := m.closing(i - 1); close > 0 {
			last = close
		}
	}
	return last - i
}

// inlineLen matches up to the last closing bracket.
func (m *matcher) inlineLen(i int) int {
	for j := len(m.toks) - 1; j > i; j-- {
		if m.is(j, "]") {
			return j - i
		}
	}
	return 0
}
