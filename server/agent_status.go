package server

import (
	"calypso/agent/tool"
	"calypso/server/protocol"
	"calypso/server/session"
)

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
	out.Commands = []protocol.AgentCommand{}
	for _, known := range agentCommands() {
		out.Commands = append(out.Commands, known.AgentCommand)
	}
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
