package server

import (
	"context"
	"encoding/json"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"calypso/agent"
	"calypso/agent/tool"
	"calypso/server/protocol"
)

// agentCommand is a line that a person can type in a chat; it needs no model.
type agentCommand struct {
	protocol.AgentCommand
	tool  string                // "" for help
	read  func(rest string) any // the tool's arguments
	table bool                  // its first argument is a table
}

// agentCommands are those lines.
func agentCommands() []agentCommand {
	command := func(name, arguments, description, tool string, read func(string) any) agentCommand {
		return agentCommand{AgentCommand: protocol.AgentCommand{Name: name, Arguments: arguments, Description: description}, tool: tool, read: read}
	}
	query := func(rest string) any { return map[string]any{"query": rest} }
	none := func(string) any { return struct{}{} }
	list := []agentCommand{
		command("/tables", "", "List the tables", "kusto_list_tables", none),
		command("/schema", "T", "Show a table's columns", "kusto_get_table_schema", func(rest string) any { return map[string]any{"table_name": rest} }),
		command("/sample", "T [n]", "Show a few rows of a table", "kusto_sample_table", sampleArguments),
		command("/functions", "", "List the stored functions", "kusto_list_functions", none),
		command("/run", "<kql>", "Run a query", "kusto_execute_query", query),
		command("/validate", "<kql>", "Check a query without running it", "kusto_validate_query", query),
		command("/explain", "<kql>", "Explain a query step by step", "kusto_explain_query", query),
		command("/help", "", "Show these commands", "", nil),
	}
	list[1].table, list[2].table = true, true
	return list
}

var rowsBehind = regexp.MustCompile(`^(.*?)\s+(\d+)$`)

func sampleArguments(rest string) any {
	if m := rowsBehind.FindStringSubmatch(rest); m != nil {
		if n, err := strconv.Atoi(m[2]); err == nil {
			return map[string]any{"table_name": m[1], "rows": n}
		}
	}
	return map[string]any{"table_name": rest, "rows": nil}
}

// commandOf reads a line.
func commandOf(line string) (agentCommand, string, error) {
	name, rest, _ := strings.Cut(strings.TrimSpace(line), " ")
	if i := strings.IndexAny(name, "\t\r\n"); i >= 0 {
		name, rest = name[:i], name[i:]+" "+rest
	}
	rest = strings.TrimSpace(rest)
	var names []string
	for _, known := range agentCommands() {
		names = append(names, known.Name)
		if !strings.EqualFold(known.Name, name) {
			continue
		}
		if known.Arguments != "" && rest == "" {
			return known, "", failf(protocol.ErrorOther, "type "+known.Name+" "+known.Arguments, "%s wants %s", known.Name, known.Arguments)
		}
		return known, rest, nil
	}
	return agentCommand{}, "", failf(protocol.ErrorOther, "type "+strings.Join(names, ", "), "there is no command %s", name)
}

// agentCommandRun is agent/command/run. The person approved the query by typing it; the guard judges it all the same.
func agentCommandRun(c *call, p *protocol.AgentCommandRunParams) (any, error) {
	if p.ThreadID == "" {
		return agentResult(c.command(p.Line, p.Connection, p.Database))
	}
	return agentResult(c.agent.Command(c, p.ThreadID, p.Line, func(at agent.Info) agent.CommandResult {
		out, err := c.command(p.Line, at.Connection, at.Database)
		if err != nil {
			out = agent.CommandResult{Blocks: []agent.Block{}, Error: c.agentFailure(err)}
		}
		return out
	}))
}

// agentFailure is an error as an item of a chat.
func (c *call) agentFailure(err error) *agent.Failure {
	f := info(err, context.Cause(c.Context))
	return &agent.Failure{Kind: string(f.Data.Kind), Message: f.Message, Hint: f.Data.Hint, Actions: f.Data.Actions}
}

// command carries out a line on a place.
func (c *call) command(line, connection, database string) (out agent.CommandResult, err error) {
	command, rest, err := commandOf(line)
	if err != nil {
		return out, err
	}
	if command.tool == "" {
		return agent.CommandResult{Blocks: helpBlocks()}, nil
	}
	arguments, err := json.Marshal(command.read(rest))
	if err != nil {
		return out, err
	}
	run, done, err := c.runTool(&protocol.AgentToolRunParams{Tool: command.tool, Arguments: arguments, Connection: connection, Database: database})
	if err != nil {
		return out, err
	}
	out = agent.CommandResult{ResultID: run.ResultID, RowCount: run.RowCount, Blocks: []agent.Block{}}
	if command.tool == "kusto_sample_table" {
		out.Query = run.Query
	}
	if f := done.Failure; f != nil {
		out.Error, out.Blocks = &agent.Failure{Kind: string(f.Kind), Message: f.Message, Hint: f.Hint}, failureBlocks(f)
	} else {
		out.Findings, out.Blocks = run.Findings, answerBlocks(command.tool, done.Output, run.ResultID != "")
	}
	return out, nil
}

func helpBlocks() []agent.Block {
	table := agent.Block{Label: "Commands", Columns: []string{"Command", "What it does"}}
	for _, known := range agentCommands() {
		table.Rows = append(table.Rows, []string{strings.TrimSpace(known.Name + " " + known.Arguments), known.Description})
	}
	return []agent.Block{table}
}

// agentCommandComplete is agent/command/complete: the commands that begin so, and behind those that want one the tables.
func agentCommandComplete(c *call, p *protocol.AgentCommandCompleteParams) (any, error) {
	out := protocol.AgentCommandCompleteResult{Items: []protocol.AgentCompletion{}}
	name, rest, behind := strings.Cut(p.Line, " ")
	name = strings.ToLower(name)
	for _, known := range agentCommands() {
		switch {
		case behind && known.Name == name && known.table:
			for _, table := range c.tableNames(p, rest) {
				out.Items = append(out.Items, protocol.AgentCompletion{Line: known.Name + " " + table, Label: table, Detail: "table"})
			}
		case !behind && strings.HasPrefix(known.Name, name) && known.Name != p.Line:
			line := known.Name
			if known.Arguments != "" {
				line += " "
			}
			out.Items = append(out.Items, protocol.AgentCompletion{Line: line, Label: strings.TrimSpace(known.Name + " " + known.Arguments), Detail: known.Description})
		}
	}
	return agentResult(out, nil)
}

// completedTables is the most tables that are offered at once.
const completedTables = 50

// tableNames gives the tables whose names hold what was typed, those that begin with it first. None where nothing is known: a person
// who types isn't shown an error.
func (c *call) tableNames(p *protocol.AgentCommandCompleteParams, typed string) []string {
	typed = strings.ToLower(strings.TrimSpace(typed))
	t, err := c.agentTarget(p.Connection, p.Database)
	if err != nil {
		return nil
	}
	tools, err := c.opt.Agents.Tools(c, t)
	if err != nil {
		return nil
	}
	var begin, hold []string
	for _, name := range tools.TableNames(c) {
		switch at := strings.Index(strings.ToLower(name), typed); {
		case strings.EqualFold(name, typed):
			return nil // it is there whole
		case at == 0:
			begin = append(begin, name)
		case at > 0:
			hold = append(hold, name)
		}
	}
	all := slices.Concat(begin, hold)
	return all[:min(len(all), completedTables)]
}

// agentToolRun is agent/tool/run: a tool for another model of the editor's, whose person was asked there.
func agentToolRun(c *call, p *protocol.AgentToolRunParams) (any, error) {
	out, _, err := c.runTool(p)
	return agentResult(out, err)
}

// runTool runs a tool without a model. The guard judges it.
func (c *call) runTool(p *protocol.AgentToolRunParams) (out protocol.AgentToolRunResult, done tool.Outcome, err error) {
	t, err := c.agentTarget(p.Connection, p.Database)
	if err != nil {
		return out, done, err
	}
	tools, err := c.opt.Agents.Tools(c, t)
	if err != nil {
		return out, done, agentError(err)
	}
	prepared := tools.Prepare(c, p.Tool, string(p.Arguments))
	out = protocol.AgentToolRunResult{Query: prepared.Query, ClientRequestID: prepared.RequestID}
	for _, f := range prepared.Verdict.Findings {
		out.Findings = append(out.Findings, tool.Finding{Code: string(f.Code), Class: f.Class.String(), Message: f.Message})
	}
	r, ctx := c.queries.start(c.Context, protocol.RunningQuery{
		By: protocol.ByUser, Connection: t.Connection, Database: t.Database, Title: title(prepared.Query),
	})
	defer c.queries.end(r)
	done = prepared.Run(ctx)
	out.Output = json.RawMessage(done.Output)
	if done.Rows != nil {
		out.RowCount, out.ResultID = done.Rows.RowCount, c.keepRows(prepared.Query, done.Rows)
	}
	return out, done, nil
}
