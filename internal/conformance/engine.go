package main

// This file compares with the real engine: the queries whose answers it gave are bound over a database without tables, as it
// had them. Where it answered, an error of ours is false and its columns are the measure; where it refused, so should we.

import (
	"strings"

	"calypso/kql/binder"
	"calypso/kql/symbol"
	"calypso/kql/syntax"
)

const engineSchema = "engine"

// engineTexts gives the texts that the engine was asked, see normal: of these it is the judge, wherever they stand.
func engineTexts(shared string) (map[string]bool, error) {
	texts := map[string]bool{}
	for _, corpus := range engineCorpora {
		queries, err := readQueries(shared, corpus)
		if err != nil {
			return nil, err
		}
		for _, q := range queries {
			texts[normal(q.Query)] = true
		}
	}
	return texts, nil
}

// normal writes a text with single spaces, to find it in another corpus.
func normal(text string) string { return strings.Join(strings.Fields(text), " ") }

func compareEngine(shared string, total *tally) []difference {
	schema := symbol.ForDatabase(&symbol.Database{Name: "db", State: symbol.Known})
	var found []difference
	for _, corpus := range engineCorpora {
		queries, err := readQueries(shared, corpus)
		if err != nil {
			continue // measure has read it before
		}
		for _, q := range queries {
			d := engineDifferences(q, schema, &total.engine)
			found = append(found, d...)
		}
	}
	return found
}

// engineTally counts the queries that the engine was asked.
type engineTally struct {
	answered, falseErrors, equal, open int
	refused, missed                    int
}

func engineDifferences(q query, schema *symbol.Schema, n *engineTally) []difference {
	bound := binder.Bind(syntax.Parse(q.Query), schema)
	ours := ourErrors(bound.Diagnostics)
	d := difference{Schema: engineSchema, ID: q.ID}
	if q.Expected.Error != "" {
		n.refused++
		if len(ours) > 0 {
			return nil
		}
		n.missed++
		d.Aspect, d.Theirs, d.Ours = aspectMissed, firstLine(q.Expected.Error), "no error"
		return []difference{d}
	}
	n.answered++
	if len(ours) > 0 {
		n.falseErrors++
		d.Aspect, d.Theirs, d.Ours = aspectFalse, "no error", ourFirst(ours)
		return []difference{d}
	}
	var result *binder.Table
	if len(bound.Results) > 0 {
		result = bound.Results[0] // of several, the engine's first is recorded
	}
	theirs, same, open := sameColumns(q, result)
	switch {
	case same:
		n.equal++
		return nil
	case open:
		n.open++
		return nil // what comes out depends on the rows
	}
	d.Aspect, d.Theirs, d.Ours = aspectColumns, theirs, ourColumns(result)
	return []difference{d}
}

// sameColumns compares the engine's columns, whose types are CLR names or classes of them, with ours. open tells that ours are
// known only when it runs.
func sameColumns(q query, t *binder.Table) (theirs string, same, open bool) {
	if t == nil {
		t = &binder.Table{}
	}
	same = len(t.List) == len(q.Expected.Columns) && !t.Open
	open = t.Open
	var names []string
	for i, want := range q.Expected.Columns {
		class := want.Cls
		if want.CLR != "" {
			class = want.CLR
		}
		names = append(names, want.Name+":"+class)
		if i < len(t.List) {
			have := t.List[i]
			open = open || have.Type == symbol.Unknown
			same = same && have.Name == want.Name && isClass(have.Type, want.CLR, want.Cls)
		}
	}
	return strings.Join(names, ", "), same, open
}

// isClass tells whether a type is what the suites call by a CLR name or by a class.
func isClass(t symbol.Type, clr, class string) bool {
	if clr != "" {
		return t == symbol.Bool && clr == "Boolean" || t == symbol.Decimal && (clr == "SqlDecimal" || clr == "Decimal") ||
			strings.TrimPrefix(t.CLR(), "System.") == clr
	}
	switch class {
	case "Bool":
		return t == symbol.Bool
	case "Int":
		return t.Integer()
	case "Real":
		return t == symbol.Real || t == symbol.Decimal
	case "DateTime":
		return t == symbol.Datetime
	case "TimeSpan":
		return t == symbol.Timespan
	case "String":
		return t == symbol.String
	case "Guid":
		return t == symbol.Guid
	}
	return t == symbol.Dynamic
}

func firstLine(s string) string {
	line, _, _ := strings.Cut(s, "\n")
	return line
}
