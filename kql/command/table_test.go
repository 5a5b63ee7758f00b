package command

import (
	"slices"
	"strings"
	"testing"

	"calypso/kql/builtin"
	"calypso/kql/syntax"
)

// exampleOf writes a shortest text for a part, or with full one that has every optional part, list items twice and the last
// alternatives.
func exampleOf(p *part, full bool) string {
	switch p.op {
	case opWord:
		return p.text
	case opRule:
		return ruleExamples[p.rule]
	case opOpt:
		if !full {
			return ""
		}
		return exampleOf(p.kids[0], full)
	case opAlt:
		if full {
			return exampleOf(p.kids[len(p.kids)-1], full)
		}
		return exampleOf(p.kids[0], full)
	case opList:
		item := exampleOf(p.kids[0], full)
		if full {
			return item + " " + p.sep + " " + item
		}
		return item
	}
	var words []string
	for _, k := range p.kids {
		if s := exampleOf(k, full); s != "" {
			words = append(words, s)
		}
	}
	return strings.Join(words, " ")
}

var ruleExamples = map[Rule]string{
	RuleName: "N1", RulePath: "A1.B1", RulePattern: "a1*", RulePathPattern: "A1.b1*", RuleColumn: "C1",
	RuleTable: "T1", RuleExternal: "E1", RuleView: "V1", RuleFunction: "F1", RuleGroup: "G1", RuleDatabase: "['D 1']", RuleCluster: "K1",
	RuleGraph: "M1", RuleTableColumn: "T1.C1", RuleDBTable: "D1.T1", RuleDBColumn: "D1.T1.C1", RuleDBExternal: "E1", RuleDBView: "D1.V1",
	RuleDBFunction: "F1", RuleDBGroup: "G1", RuleSnapshot: "M1.S1", RuleValue: "-1", RuleString: "h'x'", RuleBracketed: "[an x]",
	RuleTimespan: "1d", RuleDatetime: "datetime(2024-01-01)", RuleBool: "true", RuleInt: "1", RuleLong: "1", RuleReal: "1.5",
	RuleDecimal: "decimal(1)", RuleGuid: "11111111-1111-1111-1111-111111111111", RuleType: "long", RuleDeclaration: "(a:long) { print a }",
	RuleBody: "{ T | count }", RuleQuery: "print 1", RuleScript: "\n.show tables\n.show version", RuleData: "1,2", RuleInlineData: "1,2",
}

// TestTable holds every row to its notation: its shortest and its fullest example are read without a finding, to their end.
func TestTable(t *testing.T) {
	for _, row := range builtin.Commands() {
		p, err := readSyntax(row.Syntax)
		if err != nil {
			t.Errorf("%s: %v", row.Name, err)
			continue
		}
		for _, full := range []bool{false, true} {
			src := "." + exampleOf(p, full)
			c := Parse(syntax.Parse(src))
			if len(c.Diagnostics) > 0 {
				t.Errorf("%s: %q: %s at %v", row.Name, src, c.Diagnostics[0].Message, c.Diagnostics[0].Span)
				continue
			}
			if c.Span.End != len(src) {
				t.Errorf("%s: %q is read up to %d only", row.Name, src, c.Span.End)
			}
			if c.Row == nil || c.Row.Name != row.Name {
				t.Errorf("%s: %q is taken for %v", row.Name, src, c.Row)
			}
		}
		if s := Syntax(&row); strings.ContainsAny(s, "$%!\\") && !strings.Contains(s, "!has") {
			t.Errorf("%s: its description %q shows the notation", row.Name, s)
		}
	}
}

func TestNotationMistakes(t *testing.T) {
	for _, s := range []string{"show <a|b", "show [a", "show {a", "show $nothing", "show %other", "show %props<a", "show a]"} {
		if _, err := readSyntax(s); err == nil {
			t.Errorf("%q is read without a mistake", s)
		}
	}
}

func TestReservedNamesAreSorted(t *testing.T) {
	if !slices.IsSorted(reservedNames) || !isReserved("where") || isReserved("table") || isReserved("count") {
		t.Error("reserved names aren't found by binary search")
	}
}
