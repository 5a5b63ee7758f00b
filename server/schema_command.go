package server

import (
	"fmt"

	"calypso/server/protocol"

	lsp "go.lsp.dev/protocol"
)

// commandRefreshSchema is calypso.server.refreshSchema {uri?, connection?, database?}: it reads a schema anew, for an editor that knows
// none of our methods. Without a connection it is that of the document, without a document the default.
func commandRefreshSchema(c *call, p *lsp.ExecuteCommandParams) (any, error) {
	var arg struct {
		URI        string `json:"uri"`
		Connection string `json:"connection"`
		Database   string `json:"database"`
	}
	if len(p.Arguments) > 0 {
		if err := argument(p, &arg); err != nil {
			return nil, err
		}
	}
	of := protocol.SchemaReadParams{Connection: arg.Connection, Database: arg.Database}
	of.WorkDoneToken = p.WorkDoneToken
	if of.Connection == "" {
		now, err := c.activeFor(arg.URI)
		if err != nil {
			return nil, err
		}
		if now.Connection == "" {
			return nil, failf(protocol.ErrorNotFound, "choose one with "+protocol.CommandChooseConnection, "there is no connection whose schema could be read")
		}
		of.Connection = now.Connection
		if of.Database == "" {
			of.Database = now.Database
		}
	}
	answer, err := c.loadSchema(&of, true)
	if err != nil {
		return nil, err
	}
	if !c.can.Kusto {
		c.inform(fmt.Sprintf("The schema is read: %d tables, %d materialized views, %d external tables, %d functions.",
			answer.Counts.Tables, answer.Counts.Views, answer.Counts.Externals, answer.Counts.Functions))
	}
	return answer, nil
}
