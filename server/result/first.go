package result

import "unicode/utf8"

// First gives the text forms of the first rows, count at most, each cell cut to so many characters; a null is the word.
func (t *Table) First(count, characters int) [][]string {
	rows := [][]string{}
	for batch, numbers := range t.runs {
		for _, n := range numbers {
			if len(rows) == count {
				return rows
			}
			cells := make([]string, len(batch.Cols))
			for i, v := range batch.Cols {
				cells[i] = "null"
				if !v.IsNull(int(n)) {
					cells[i] = cutText(string(appendText(nil, v, int(n))), characters)
				}
			}
			rows = append(rows, cells)
		}
	}
	return rows
}

// cutText cuts a text to so many characters.
func cutText(s string, characters int) string {
	if len(s) <= characters || utf8.RuneCountInString(s) <= characters {
		return s
	}
	return string([]rune(s)[:characters-1]) + "…"
}
