package notebook

import "strings"

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
	if len(parts) == 0 {
		return ""
	}
	return strings.Join(parts, "\n\n") + "\n"
}

// Page gives the notebook as one page of Markdown, with the outputs that it keeps.
func (f File) Page() string {
	var parts []string
	for _, c := range f.Cells {
		text := strings.Trim(c.Text, "\r\n")
		if c.Kind == KQL && text != "" {
			text = fenced("kusto", text)
		}
		if text != "" {
			parts = append(parts, text)
		}
		if c.Output != "" {
			parts = append(parts, strings.Trim(c.Output, "\r\n"))
		}
	}
	if len(parts) == 0 {
		return ""
	}
	return strings.Join(parts, "\n\n") + "\n"
}
