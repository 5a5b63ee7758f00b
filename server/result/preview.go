package result

// Preview gives the first rows as text, cells cut to so many characters; null is "".
func (t *Table) Preview(rows, columns, characters int) [][]string {
	out := make([][]string, 0, min(rows, t.Rows()))
	for i := range min(rows, t.Rows()) {
		batch, at := t.at(i)
		row := make([]string, 0, min(columns, len(batch.Cols)))
		for _, v := range batch.Cols[:min(columns, len(batch.Cols))] {
			text, cut := clip(cellText(v, at), characters)
			if cut {
				text += "…"
			}
			row = append(row, text)
		}
		out = append(out, row)
	}
	return out
}
