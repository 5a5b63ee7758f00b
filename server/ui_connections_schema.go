package server

import (
	"fmt"

	"calypso/kql/symbol"
	"calypso/server/protocol"
)

// What a person does with what a database has: look at the definition of a function or table, at some rows, at facts.

// meantEntity is the table or function that a command was called on.
func (c *call) meantEntity(p *protocol.UICommandParams) (entity, error) {
	at, ok := placeOf(nodeOf(p, connectionsView))
	if !ok {
		return entity{}, failf(protocol.ErrorNotFound, "choose it in the tree of connections", "no table or function is chosen")
	}
	e, ok := c.entityAt(at)
	if !ok {
		return entity{}, failf(protocol.ErrorNotFound, "refresh the schema", "the table or function isn't there any more")
	}
	return e, nil
}

// showDefinition opens the text of a function, or the schema of a table.
func showDefinition(c *call, p *protocol.UICommandParams) error {
	e, err := c.meantEntity(p)
	if err != nil {
		return err
	}
	u, err := c.entityURI(e)
	if err != nil {
		return err
	}
	return c.openFile(c, string(u))
}

// sampleRows are shown of a table.
const sampleRows = 10

func showSample(c *call, p *protocol.UICommandParams) error {
	e, err := c.meantEntity(p)
	if err != nil {
		return err
	}
	if e.table == nil {
		return failf(protocol.ErrorNotFound, "choose a table", "a function has no rows to show")
	}
	return c.runShown(e.target, fmt.Sprintf("%s | take %d", tableInsert(e.table), sampleRows))
}

// showDetails has the cluster tell what it knows of a table or function: rows, sizes, policies, who made it.
func showDetails(c *call, p *protocol.UICommandParams) error {
	e, err := c.meantEntity(p)
	if err != nil {
		return err
	}
	name := symbol.QuoteName(e.name())
	switch {
	case e.table == nil:
		return c.runShown(e.target, ".show function "+name)
	case e.table.Kind == symbol.External:
		return c.runShown(e.target, ".show external table "+name)
	case e.table.Kind == symbol.MaterializedView:
		return c.runShown(e.target, ".show materialized-view "+name)
	}
	return c.runShown(e.target, ".show table "+name+" details")
}

// runShown runs a text at a place and shows its rows; how it went wrong stands where they would be.
func (c *call) runShown(t Target, text string) error {
	answer, err := queryRun(c, &protocol.QueryRunParams{Text: text, Connection: t.Connection, Database: t.Database})
	if err != nil {
		return err
	}
	if ran, ok := answer.(*protocol.QueryRunResult); ok {
		for _, r := range ran.Results {
			if err := c.show(r, true); err != nil {
				return err
			}
		}
	}
	return nil
}

// copyName puts the name of what was called on on the clipboard, as KQL writes it.
func copyName(c *call, p *protocol.UICommandParams) error {
	at, ok := placeOf(nodeOf(p, connectionsView))
	if !ok {
		return failf(protocol.ErrorNotFound, "choose it in the tree of connections", "nothing is chosen")
	}
	if e, ok := c.entityAt(at); ok {
		if e.table != nil {
			return c.copyText(c, tableInsert(e.table))
		}
		return c.copyText(c, symbol.QuoteName(e.name()))
	}
	path, err := nodeParts(at.path)
	switch {
	case err != nil:
		return err
	case len(path) == 0:
		k, err := c.connection(at.connection)
		if err != nil {
			return err
		}
		return c.copyText(c, k.URL)
	case len(path) == 1:
		return c.copyText(c, "database("+quoted1(path[0])+")")
	}
	return c.copyText(c, symbol.QuoteName(path[len(path)-1]))
}
