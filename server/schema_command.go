package server

import (
	"fmt"

	"calypso/kql/text"
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
		c.inform(fmt.Sprintf("The schema is read: %s, %s, %s, %s.", text.Count(answer.Counts.Tables, "table"),
			text.Count(answer.Counts.Views, "materialized view"), text.Count(answer.Counts.Externals, "external table"), text.Count(answer.Counts.Functions, "function")))
	}
	return answer, nil
}
