package notebook

import (
	"strings"

	"calypso/server/protocol"
)

// Two other forms of a notebook: a file of queries, and a page of Markdown with what its cells show. html.go has a third, jupyter_write.go a fourth.

// fenced puts code into Markdown; the fence is longer than any in it.
func fenced(language, code string) string {
	fence := "```"
	for strings.Contains(code, fence) {
		fence += "`"
	}
	language, _, _ = strings.Cut(language, "\n")
	return fence + strings.ReplaceAll(language, "`", "") + "\n" + strings.TrimSuffix(code, "\n") + "\n" + fence
}

// Queries gives the notebook as a file of queries: what is Markdown becomes comments.
func (f File) Queries() string {
	var parts []string
	for _, c := range f.Cells {
		text := strings.Trim(c.Text, "\r\n")
		if text == "" {
			continue
		}
		if c.Kind == Markdown {
			text = "// " + strings.ReplaceAll(strings.ReplaceAll(text, "\r\n", "\n"), "\n", "\n// ")
			text = strings.ReplaceAll(text+"\n", "// \n", "//\n")
			text = strings.TrimSuffix(text, "\n")
		}
		parts = append(parts, text)
	}
	return page(parts)
}

// Page gives the notebook as one page of Markdown, with what its cells show, but for what is private.
func (f File) Page() string {
	var parts []string
	for _, c := range f.Cells {
		text := strings.Trim(c.Text, "\r\n")
		switch {
		case text == "":
		case c.Kind == KQL:
			parts = append(parts, fenced("kusto", text))
		default:
			parts = append(parts, closed(text))
		}
		for _, o := range shown(c.Outputs) {
			for _, t := range o.Tables {
				parts = append(parts, markdownTable(t))
			}
		}
	}
	return page(parts)
}

func page(parts []string) string {
	if len(parts) == 0 {
		return ""
	}
	return strings.Join(parts, "\n\n") + "\n"
}

// closed ends the code block that a note left open: else it would swallow the cells behind it.
func closed(note string) string {
	open := ""
	for line := range strings.Lines(note) {
		line = strings.TrimRight(line, "\r\n")
		mark := strings.TrimLeft(line, " ")
		if len(line)-len(mark) > 3 || mark == "" || (mark[0] != '`' && mark[0] != '~') {
			continue
		}
		rest := strings.TrimLeft(mark, mark[:1])
		fence := mark[:len(mark)-len(rest)]
		switch {
		case open == "" && len(fence) >= 3 && (fence[0] == '~' || !strings.Contains(rest, "`")):
			open = fence
		case open != "" && fence[0] == open[0] && len(fence) >= len(open) && strings.TrimSpace(rest) == "":
			open = ""
		}
	}
	if open == "" {
		return note
	}
	return note + "\n" + open
}

// marks are those that mean something in a cell of a Markdown table; a value must not become a link, an image or a tag.
var marks = strings.NewReplacer(
	`\`, `\\`, `|`, `\|`, "`", "\\`", `*`, `\*`, `_`, `\_`, `[`, `\[`, `]`, `\]`, `<`, `\<`, `>`, `\>`, `!`, `\!`, `$`, `\$`, `&`, `\&`, `~`, `\~`, `:`, `\:`,
	"\r\n", " ", "\n", " ", "\r", " ",
)

func markdownTable(t protocol.NotebookTable) string {
	var b strings.Builder
	row := func(cells []string) {
		for _, c := range cells {
			b.WriteString("| " + marks.Replace(c) + " ")
		}
		b.WriteString("|\n")
	}
	var names, rule []string
	for _, c := range t.Columns {
		names = append(names, c.Name)
		rule = append(rule, "---")
	}
	if t.Title != "" {
		b.WriteString("**" + marks.Replace(t.Title) + "**\n\n")
	}
	if t.Chart != nil {
		b.WriteString("*" + marks.Replace(t.Chart.Summary) + "*\n\n")
	}
	if len(names) > 0 {
		row(names)
		b.WriteString("|" + strings.Join(rule, "|") + "|\n")
		for _, r := range t.Rows {
			row(r)
		}
		b.WriteString("\n")
	}
	return b.String() + t.Summary
}
