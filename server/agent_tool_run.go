package server

import (
	"encoding/json"

	"calypso/agent/tool"
	"calypso/server/protocol"
)

// agentToolRun is agent/tool/run: a tool for a person, who approved the call by typing it. The guard judges it all the same.
func agentToolRun(c *call, p *protocol.AgentToolRunParams) (any, error) {
	t, err := c.agentTarget(p.Connection, p.Database)
	if err != nil {
		return nil, err
	}
	tools, err := c.opt.Agents.Tools(c, t)
	if err != nil {
		return nil, agentError(err)
	}
	prepared := tools.Prepare(c, p.Tool, string(p.Arguments))
	out := protocol.AgentToolRunResult{Query: prepared.Query, ClientRequestID: prepared.RequestID}
	for _, f := range prepared.Verdict.Findings {
		out.Findings = append(out.Findings, tool.Finding{Code: string(f.Code), Class: f.Class.String(), Message: f.Message})
	}
	r, ctx := c.queries.start(c.Context, protocol.RunningQuery{
		By: protocol.ByUser, Connection: t.Connection, Database: t.Database, Title: title(prepared.Query),
	})
	defer c.queries.end(r)
	done := prepared.Run(ctx)
	out.Output = json.RawMessage(done.Output)
	if done.Rows != nil {
		out.RowCount, out.ResultID = done.Rows.RowCount, c.keepRows(prepared.Query, done.Rows)
	}
	return agentResult(out, nil)
}
