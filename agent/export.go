package agent

import (
	"context"
	"fmt"
	"strings"
)

// Export writes a thread for people: Markdown, or a .kql file with the queries and the rest as comments.
func (a *Agent) Export(_ context.Context, id, format string) (string, error) {
	t, err := a.find(id)
	if err != nil {
		return "", err
	}
	info := t.snapshot()
	t.mu.Lock()
	defer t.mu.Unlock()
	switch format {
	case "markdown":
		return markdown(info, t.shown), nil
	case "kql":
		return kqlFile(info, t.shown), nil
	}
	return "", fmt.Errorf("threads can't be exported as %q; choose markdown or kql", format)
}

func markdown(info *Info, items []Item) string {
	var out strings.Builder
	fmt.Fprintf(&out, "# %s\n\n%s · %s\n", info.Name, info.Connection, info.Database)
	for _, i := range items {
		switch i.Type {
		case UserMessage:
			fmt.Fprintf(&out, "\n## %s\n", strings.ReplaceAll(i.Text, "\n", " "))
		case AgentMessage, Notice:
			fmt.Fprintf(&out, "\n%s\n", i.Text)
		case ToolCall:
			if i.Query != "" {
				fmt.Fprintf(&out, "\n```kusto\n%s\n```\n%s, %d rows\n", i.Query, i.Status, i.RowCount)
			}
		}
	}
	return out.String()
}

// kqlFile writes queries as blocks, parted by blank lines; blank lines inside a query would part it, so they go.
func kqlFile(info *Info, items []Item) string {
	var out strings.Builder
	fmt.Fprintf(&out, "// %s\n// %s, %s\n", oneLine(info.Name), info.Connection, info.Database)
	for _, i := range items {
		switch i.Type {
		case UserMessage, AgentMessage, Notice:
			out.WriteString("\n" + comment(i.Text))
		case ToolCall:
			if i.Query != "" {
				fmt.Fprintf(&out, "\n%s\n// %s, %d rows\n", dense(i.Query), i.Status, i.RowCount)
			}
		}
	}
	return out.String()
}

func oneLine(s string) string { return strings.Join(strings.Fields(s), " ") }

func comment(s string) string {
	var out strings.Builder
	for line := range strings.Lines(s) {
		out.WriteString("// " + strings.TrimRight(line, "\r\n") + "\n")
	}
	return out.String()
}

func dense(query string) string {
	var kept []string
	for line := range strings.Lines(query) {
		if line = strings.TrimRight(line, "\r\n"); strings.TrimSpace(line) != "" {
			kept = append(kept, line)
		}
	}
	return strings.Join(kept, "\n")
}
