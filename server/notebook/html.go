package notebook

import (
	"fmt"
	"html"
	"strings"

	"calypso/kql/script"
	"calypso/kql/symbol"
	"calypso/kql/text"
	"calypso/kql/token"
	"calypso/server/protocol"
	"calypso/server/svg"
)

// The notebook as one page of HTML: notes, coloured queries, rows, charts as SVG. The page stands alone. No program runs in it and it
// asks for nothing, which its policy says too; all that comes out of cells and results is text.

// HTML gives the page. What is private isn't in it. Names in queries are coloured by what the schemas make of them; may be nil.
func (f File) HTML(title string, schemas script.Schemas) string {
	if schemas == nil {
		none := symbol.New(nil, nil)
		schemas = func(string) *symbol.Schema { return none }
	}
	var b strings.Builder
	fmt.Fprintf(&b, pageHead, html.EscapeString(title), pageStyle, svg.Style)
	if f.Cluster != "" {
		fmt.Fprintf(&b, "<p class=\"about\">%s</p>\n", html.EscapeString(strings.TrimSuffix(f.Cluster+" · "+f.Database, " · ")))
	}
	for _, c := range f.Cells {
		if strings.TrimSpace(c.Text) == "" && len(c.Outputs) == 0 {
			continue
		}
		b.WriteString("<section>\n")
		if c.Kind == Markdown {
			b.WriteString(noteHTML(c.Text, schemas))
		} else {
			b.WriteString(queryHTML(c.Text, schemas))
		}
		for _, o := range shown(c.Outputs) {
			b.WriteString(outputHTML(o))
		}
		b.WriteString("</section>\n")
	}
	b.WriteString("</main>\n</body>\n</html>\n")
	return b.String()
}

// queryHTML gives a query with its words in colours.
func queryHTML(src string, schemas script.Schemas) string {
	src = strings.Trim(strings.ReplaceAll(src, "\r\n", "\n"), "\n")
	var b strings.Builder
	b.WriteString("<pre class=\"kql\"><code>")
	end := 0
	for _, t := range token.Classify(script.Analyze(src, schemas, nil)) {
		if t.Span.Start < end {
			continue
		}
		b.WriteString(html.EscapeString(src[end:t.Span.Start]))
		fmt.Fprintf(&b, "<span class=\"t%d\">%s</span>", t.Type, html.EscapeString(src[t.Span.Start:t.Span.End]))
		end = t.Span.End
	}
	return b.String() + html.EscapeString(src[end:]) + "</code></pre>\n"
}

func outputHTML(o protocol.NotebookOutput) string {
	var b strings.Builder
	for _, t := range o.Tables {
		if t.Title != "" {
			fmt.Fprintf(&b, "<h4>%s</h4>\n", html.EscapeString(t.Title))
		}
		rows := rowsHTML(t)
		if drawn := chartHTML(t.Chart); drawn != "" {
			b.WriteString(drawn)
			if rows != "" {
				rows = "<details><summary>Rows</summary>\n" + rows + "</details>\n"
			}
		}
		fmt.Fprintf(&b, "%s<p class=\"about\">%s</p>\n", rows, html.EscapeString(t.Summary))
	}
	return b.String()
}

// chartHTML gives a picture with its notes; "" where there is none to be drawn.
func chartHTML(c *protocol.Chart) string {
	if c == nil {
		return ""
	}
	drawn := svg.Draw(c, svg.PageWidth)
	switch {
	case c.Problem != nil || len(c.Cells) == 0 && drawn == "":
		return ""
	case c.Form == protocol.ChartCard:
		drawn = cardsHTML(c.Cells)
	case c.Form == protocol.ChartPivot:
		drawn = tableHTML(c.Title, c.Cells[0], c.Cells[1:], nil)
	}
	var b strings.Builder
	fmt.Fprintf(&b, "<figure>\n%s\n", drawn)
	for _, note := range c.Notes {
		fmt.Fprintf(&b, "<p class=\"about\">%s</p>\n", html.EscapeString(note))
	}
	return b.String() + "</figure>\n"
}

func cardsHTML(cells [][]string) string {
	var b strings.Builder
	b.WriteString("<dl>")
	for _, c := range cells {
		if len(c) >= 2 {
			fmt.Fprintf(&b, "<div><dt>%s</dt><dd>%s</dd></div>", html.EscapeString(c[0]), html.EscapeString(c[1]))
		}
	}
	return b.String() + "</dl>"
}

func rowsHTML(t protocol.NotebookTable) string {
	if len(t.Columns) == 0 {
		return ""
	}
	names, numbers := make([]string, len(t.Columns)), make([]bool, len(t.Columns))
	for i, c := range t.Columns {
		names[i] = c.Name
		switch c.Type {
		case "int", "long", "real", "decimal":
			numbers[i] = true
		}
	}
	return tableHTML(t.Title, names, t.Rows, numbers)
}

// tableHTML gives a table that scrolls by itself where it is wide, by keyboard too.
func tableHTML(title string, head []string, rows [][]string, numbers []bool) string {
	class := func(i int) string {
		if i < len(numbers) && numbers[i] {
			return " class=\"number\""
		}
		return ""
	}
	var b strings.Builder
	if title == "" {
		title = "Rows"
	}
	fmt.Fprintf(&b, "<div class=\"rows\" tabindex=\"0\" role=\"region\" aria-label=\"%s, %s\"><table>\n<thead><tr>", html.EscapeString(title), text.Count(len(rows), "row"))
	for i, name := range head {
		fmt.Fprintf(&b, "<th scope=\"col\"%s>%s</th>", class(i), html.EscapeString(name))
	}
	b.WriteString("</tr></thead>\n<tbody>\n")
	for _, row := range rows {
		b.WriteString("<tr>")
		for i, cell := range row {
			fmt.Fprintf(&b, "<td%s>%s</td>", class(i), html.EscapeString(cell))
		}
		b.WriteString("</tr>\n")
	}
	return b.String() + "</tbody>\n</table></div>\n"
}
