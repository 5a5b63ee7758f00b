package syntax

import "strings"

// What an unknown operator may have been meant as.

// habits maps words from other languages to operators.
var habits = map[string]string{
	"select": "project", "group": "summarize … by …", "groupby": "summarize … by …", "having": "where", "orderby": "sort by",
	"head": "take", "first": "take", "rename": "project-rename", "drop": "project-away", "explode": "mv-expand", "stats": "summarize",
	"eval": "extend", "dedup": "distinct", "table": "project", "fields": "project", "rex": "parse or extract()", "unnest": "mv-expand",
}

// suggestOperator gives the end of a message about an unknown operator: "; did you mean …?", or nothing.
func suggestOperator(name string) string {
	lower := strings.ToLower(name)
	if w := lookupWordSafe(lower); words[w].flags&operatorWord != 0 {
		return "; operators are written in lower case: " + lower
	}
	if meant := habits[lower]; meant != "" {
		return "; did you mean " + meant + "?"
	}
	limit := 2
	if len(lower) < 5 {
		limit = 1
	}
	best := ""
	for _, op := range words {
		if op.flags&operatorWord == 0 || strings.HasPrefix(op.text, "__") {
			continue
		}
		if d := editDistance(lower, op.text, limit); d <= limit {
			best, limit = op.text, d-1
		}
	}
	if best == "" {
		return ""
	}
	return "; did you mean " + best + "?"
}

func lookupWordSafe(s string) word {
	if s == "" {
		return 0
	}
	return lookupWord(s)
}

// editDistance counts the letters to insert, delete, replace or swap to make b of a; more than limit gives limit+1.
func editDistance(a, b string, limit int) int {
	if len(a) > len(b)+limit || len(b) > len(a)+limit {
		return limit + 1
	}
	var before []int
	prev := make([]int, len(b)+1)
	for j := range prev {
		prev[j] = j
	}
	for i := range len(a) {
		row := make([]int, len(b)+1)
		row[0] = i + 1
		for j := range len(b) {
			cost := 1
			if a[i] == b[j] {
				cost = 0
			}
			row[j+1] = min(prev[j]+cost, prev[j+1]+1, row[j]+1)
			if i > 0 && j > 0 && a[i] == b[j-1] && a[i-1] == b[j] {
				row[j+1] = min(row[j+1], before[j-1]+1)
			}
		}
		before, prev = prev, row
	}
	return min(prev[len(b)], limit+1)
}

// OperatorNames lists the words that start a tabular operator, as completion offers them: without internal ones and aliases
// that are out of use.
func OperatorNames() []string {
	var names []string
	for _, w := range words {
		if w.flags&operatorWord == 0 || strings.HasPrefix(w.text, "__") || w.text == "mvexpand" || w.text == "mvapply" || w.text == "filter" {
			continue
		}
		names = append(names, w.text)
	}
	return names
}

// IsKeyword tells whether a name must be written in brackets, ['and'], where an expression refers to it.
func IsKeyword(name string) bool {
	w := lookupWordSafe(name)
	return w != 0 && words[w].flags&pathName == 0
}
