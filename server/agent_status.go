package server

import (
	"calypso/agent/tool"
	"calypso/server/protocol"
	"calypso/server/session"
)

// agentCommands are the lines that a person can type. The client knows no tool: it sends what stands here.
var agentCommands = []protocol.AgentCommand{
	{Name: "/tables", Description: "List the tables", Tool: "kusto_list_tables"},
	{Name: "/schema", Arguments: "T", Description: "Show a table's columns", Tool: "kusto_get_table_schema"},
	{Name: "/sample", Arguments: "T [n]", Description: "Show a few rows of a table", Tool: "kusto_sample_table"},
	{Name: "/functions", Description: "List the stored functions", Tool: "kusto_list_functions"},
	{Name: "/run", Arguments: "<kql>", Description: "Run a query", Tool: "kusto_execute_query"},
	{Name: "/validate", Arguments: "<kql>", Description: "Check a query without running it", Tool: "kusto_validate_query"},
	{Name: "/explain", Arguments: "<kql>", Description: "Explain a query step by step", Tool: "kusto_explain_query"},
	{Name: "/help", Description: "Show these commands"},
}

// agentStatus is agent/status.
func agentStatus(c *call, p *protocol.AgentStatusParams) (any, error) {
	out := c.opt.Agents.Status()
	if out.Models == nil {
		out.Models = []protocol.AgentModel{}
	}
	out.Tools = []protocol.AgentTool{}
	for _, t := range tool.Tools() {
		out.Tools = append(out.Tools, protocol.AgentTool{Name: t.Name, Description: t.Description})
	}
	out.Commands = agentCommands
	target := c.snapshot.Default
	if p.URI != "" {
		target, _ = c.snapshot.Target(session.KeyOf(p.URI))
	}
	out.Connection, out.Database = target.Connection, c.databaseOf(target)
	out.Name = c.active(target, protocol.FromDefault).Name
	return agentResult(out, nil)
}

// agentChoose is agent/model/choose.
func agentChoose(c *call, p *protocol.AgentChooseParams) (any, error) {
	return agentDone(c.opt.Agents.Choose(c, p.Provider))
}
