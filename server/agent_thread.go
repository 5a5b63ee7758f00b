package server

import (
	"calypso/agent"
	"calypso/server/protocol"
)

// threadPage is the most threads of one page.
const threadPage = 100

// agentThreadStart is agent/thread/start.
func agentThreadStart(c *call, p *protocol.AgentThreadStartParams) (any, error) {
	t, err := c.agentTarget(p.Connection, p.Database)
	if err != nil {
		return nil, err
	}
	info, err := c.agent.Start(c, t.Connection, t.Database)
	return agentResult(protocol.AgentThreadResult{Thread: info}, err)
}

// agentTarget gives where the agent's queries run: what was said, else the default.
func (c *call) agentTarget(connection, database string) (Target, error) {
	if connection == "" {
		connection = c.snapshot.Default.Connection
		if database == "" {
			database = c.snapshot.Default.Database
		}
	}
	if connection == "" {
		return Target{}, failf(protocol.ErrorNotFound, "choose a connection", "there is no connection to ask about")
	}
	return c.target(connection, database)
}

// agentThreadResume is agent/thread/resume.
func agentThreadResume(c *call, p *protocol.AgentThreadParams) (any, error) {
	info, kept, err := c.agent.Resume(c, p.ThreadID)
	items := []agent.Item{}
	for _, item := range kept {
		items = append(items, c.carded(item))
	}
	return agentResult(protocol.AgentThreadResumeResult{Thread: info, Items: items, Used: used(info.Usage, info.Currency, 0, 0)}, err)
}

// agentThreadList is agent/thread/list.
func agentThreadList(c *call, p *protocol.AgentThreadListParams) (any, error) {
	limit := p.Limit
	if limit <= 0 || limit > threadPage {
		limit = threadPage
	}
	threads, next, err := c.agent.List(p.Cursor, limit)
	if threads == nil {
		threads = []agent.Info{}
	}
	return agentResult(protocol.AgentThreadListResult{Threads: threads, NextCursor: next}, err)
}

// agentThreadRename is agent/thread/rename.
func agentThreadRename(c *call, p *protocol.AgentThreadRenameParams) (any, error) {
	return agentDone(c.agent.Rename(c, p.ThreadID, p.Name))
}

// agentThreadDelete is agent/thread/delete.
func agentThreadDelete(c *call, p *protocol.AgentThreadParams) (any, error) {
	return agentDone(c.agent.Delete(c, p.ThreadID))
}

// agentThreadFork is agent/thread/fork.
func agentThreadFork(c *call, p *protocol.AgentThreadParams) (any, error) {
	info, err := c.agent.Fork(c, p.ThreadID)
	return agentResult(protocol.AgentThreadResult{Thread: info}, err)
}

// agentThreadCompact is agent/thread/compact. It answers when the summary is there; a cancelled request stops it.
func agentThreadCompact(c *call, p *protocol.AgentThreadParams) (any, error) {
	return agentDone(c.agent.Compact(c, p.ThreadID))
}

// agentThreadExport is agent/thread/export.
func agentThreadExport(c *call, p *protocol.AgentThreadExportParams) (any, error) {
	text, err := c.agent.Export(c, p.ThreadID, p.Format)
	return agentResult(protocol.AgentThreadExportResult{Text: text}, err)
}
