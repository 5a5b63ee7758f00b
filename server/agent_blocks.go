package server

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"

	"calypso/agent"
	"calypso/agent/tool"
	"calypso/kql/text"
)

// What the tools answer, for people: a client draws texts, tables and lists, and knows no tool.

// answerBlocks writes the answer of a tool. kept: its rows are shown elsewhere, out of the result that has them all.
func answerBlocks(name, output string, kept bool) []agent.Block {
	switch name {
	case "kusto_list_tables":
		return read(output, tableBlocks)
	case "kusto_get_table_schema":
		return read(output, columnBlocks)
	case "kusto_list_functions":
		return read(output, functionBlocks)
	case "kusto_validate_query":
		return read(output, verdictBlocks)
	case "kusto_explain_query":
		return read(output, stepBlocks)
	}
	if kept {
		return []agent.Block{}
	}
	return read(output, rowBlocks)
}

// read decodes a tool's own answer; one that can't be is shown as it is.
func read[T any](output string, write func(T) []agent.Block) []agent.Block {
	var answer T
	if err := json.Unmarshal([]byte(output), &answer); err != nil {
		return []agent.Block{{Code: output}}
	}
	return write(answer)
}

func tableBlocks(a tool.TableList) []agent.Block {
	table := agent.Block{Label: "Tables", Columns: []string{"Table", "Columns", "About"}, Right: []int{1}, Command: "/schema"}
	for _, t := range a.Tables {
		table.Rows = append(table.Rows, []string{t.Name, fmt.Sprint(t.ColumnCount), t.Docstring})
	}
	return counted(table, a.Total, "table", a.Truncated)
}

func columnBlocks(a tool.TableSchema) []agent.Block {
	table := agent.Block{Label: "Columns of " + a.Table, Columns: []string{"Column", "Type", "About"}}
	for _, c := range a.Columns {
		table.Rows = append(table.Rows, []string{c.Name, c.Type, c.Docstring})
	}
	if a.Docstring != "" {
		return []agent.Block{{Text: a.Docstring}, table}
	}
	return []agent.Block{table}
}

func functionBlocks(a tool.FunctionList) []agent.Block {
	table := agent.Block{Label: "Functions", Columns: []string{"Function", "About"}}
	for _, f := range a.Functions {
		table.Rows = append(table.Rows, []string{f.Name + f.Parameters, f.Docstring})
	}
	return counted(table, a.Total, "function", a.Truncated)
}

// counted puts the number below a table; an empty table isn't shown.
func counted(table agent.Block, total int, what string, cut bool) []agent.Block {
	number := agent.Block{Text: text.Count(total, what)}
	if cut {
		number.Text += ", not all of them listed"
	}
	if len(table.Rows) == 0 {
		return []agent.Block{number}
	}
	return []agent.Block{table, number}
}

func verdictBlocks(a tool.Validation) []agent.Block {
	out := []agent.Block{{Icon: "pass", Text: "The query is fine."}}
	if !a.OK {
		out[0] = agent.Block{Icon: "error", Text: "The query has faults."}
	}
	var list []string
	for _, d := range a.Diagnostics {
		list = append(list, fmt.Sprintf("line %d: %s", d.Line, d.Message))
	}
	for _, f := range a.Guard.Findings {
		list = append(list, f.Message)
	}
	if len(list) > 0 {
		out = append(out, agent.Block{List: list})
	}
	var gives []string
	for _, c := range a.Columns {
		gives = append(gives, c.Name+": "+c.Type)
	}
	if len(gives) > 0 {
		out = append(out, agent.Block{Text: "Gives " + strings.Join(gives, ", ")})
	}
	return out
}

func stepBlocks(a tool.Explanation) []agent.Block {
	out := []agent.Block{}
	for i, step := range a.Steps {
		text := step.Does
		if len(step.Columns) > 0 {
			text = strings.TrimSpace(text + " → " + strings.Join(step.Columns, ", "))
		}
		out = append(out, agent.Block{Code: step.Text, Text: fmt.Sprintf("%d. %s", i+1, text)})
	}
	if len(a.Notes) > 0 {
		out = append(out, agent.Block{List: a.Notes})
	}
	return out
}

// rowBlocks writes rows that aren't kept anywhere else.
func rowBlocks(a tool.Preview) []agent.Block {
	table := agent.Block{Label: "First rows"}
	for i, c := range a.Columns {
		table.Columns = append(table.Columns, c.Name)
		if slices.Contains([]string{"int", "long", "real", "decimal"}, c.Type) {
			table.Right = append(table.Right, i)
		}
	}
	for _, row := range a.Rows {
		var cells []string
		for _, cell := range row {
			var text string
			if json.Unmarshal(cell, &text) != nil {
				text = string(cell)
			}
			cells = append(cells, text)
		}
		table.Rows = append(table.Rows, cells)
	}
	return counted(table, int(a.RowCount), "row", a.Truncated)
}

// failureBlocks lists what a failure says beside its message.
func failureBlocks(f *tool.Failure) []agent.Block {
	var list []string
	for _, d := range f.Diagnostics {
		list = append(list, fmt.Sprintf("line %d: %s", d.Line, d.Message))
	}
	for _, found := range f.Findings {
		list = append(list, found.Message)
	}
	if len(list) == 0 {
		return []agent.Block{}
	}
	return []agent.Block{{List: list}}
}
