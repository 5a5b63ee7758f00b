package check

// Fenced code in Markdown: ```kql or ```kusto, with ~~~ too. A fence may be indented, as in a list; its lines are then read without
// as much white space as it has.

import "strings"

func markdownQueries(body string) []Query {
	var list []Query
	var q *Query
	fence, indent := "", 0
	at := 0
	for line := range strings.Lines(body) {
		trimmed := strings.TrimLeft(line, " \t")
		switch mark := fenceMark(trimmed); {
		case fence == "" && mark != "":
			fence, indent = mark, len(line)-len(trimmed)
			if isKQL(strings.TrimSpace(trimmed[len(mark):])) {
				q = &Query{offsets: []int{}}
			}
		case fence != "" && strings.HasPrefix(mark, fence) && strings.TrimSpace(trimmed[len(mark):]) == "":
			if q != nil {
				list = append(list, closed(*q, at))
			}
			fence, q = "", nil
		case q != nil:
			skip := min(indent, len(line)-len(trimmed))
			for i := skip; i < len(line); i++ {
				q.offsets = append(q.offsets, at+i)
			}
			q.Text += line[skip:]
		}
		at += len(line)
	}
	if q != nil {
		list = append(list, closed(*q, at))
	}
	return list
}

// closed ends a query; when its bytes follow each other in the file there is no need to keep where each is.
func closed(q Query, end int) Query {
	if len(q.Text) > 0 && q.offsets[len(q.offsets)-1]-q.offsets[0] == len(q.Text)-1 {
		q.base, q.offsets = q.offsets[0], nil
		return q
	}
	q.offsets = append(q.offsets, end)
	return q
}

// fenceMark gives the run of three or more backticks or tildes that a line starts with.
func fenceMark(line string) string {
	if line == "" || line[0] != '`' && line[0] != '~' {
		return ""
	}
	mark := line[:len(line)-len(strings.TrimLeft(line, line[:1]))]
	if len(mark) < 3 {
		return ""
	}
	return mark
}

// isKQL reads the first word behind a fence.
func isKQL(info string) bool {
	word, _, _ := strings.Cut(strings.TrimLeft(info, "{."), " ")
	word, _, _ = strings.Cut(word, "}")
	word, _, _ = strings.Cut(word, ",")
	switch strings.ToLower(word) {
	case "kql", "kusto", "csl":
		return true
	}
	return false
}
