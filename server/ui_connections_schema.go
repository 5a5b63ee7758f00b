package server

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"calypso/kql/symbol"
	"calypso/server/protocol"
)

// What a person does with what a database has: look at the definition of a function or table, at some rows, at facts.

// meantEntity is the table or function that a command was called on, or that the person picks of those where the document's queries run.
func (c *call) meantEntity(p *protocol.UICommandParams, what string, fits func(entity) bool) (entity, error) {
	at, ok := placeOf(nodeOf(p, connectionsView))
	if !ok {
		return c.pickEntity(p.URI, what, fits)
	}
	e, ok := c.entityAt(at)
	if !ok {
		return entity{}, failf(protocol.ErrorNotFound, "refresh the schema", "the table or function isn't there any more")
	}
	return e, nil
}

func (c *call) pickEntity(uri, what string, fits func(entity) bool) (entity, error) {
	now, err := c.activeFor(uri)
	if err != nil {
		return entity{}, err
	}
	if now.Connection == "" {
		return entity{}, failf(protocol.ErrorNotFound, "choose a connection", "there is no connection whose tables could be shown")
	}
	t := Target{Connection: now.Connection, Database: now.Database}
	facts, err := c.backend.Load(c, t, false, func(string) {})
	if err != nil {
		return entity{}, err
	}
	place := joined([]string{now.Name, now.Database}, "/")
	list := slices.DeleteFunc(entities(facts.Schema, t, "-", "-"), func(e entity) bool { return !fits(e) })
	if list, err = c.fewer(list, what, place); err != nil {
		return entity{}, err
	}
	if len(list) == 0 {
		return entity{}, failf(protocol.ErrorNotFound, "choose another database", "%s has no tables", place)
	}
	ask := protocol.UIPickParams{Title: what, Placeholder: "One of " + place}
	for i, e := range list {
		ask.Items = append(ask.Items, protocol.UIPickItem{ID: strconv.Itoa(i), Label: e.name(), Icon: nodeIcons[e.kind()]})
	}
	id, err := c.pickOne(c, ask)
	if err != nil {
		return entity{}, err
	}
	i, err := strconv.Atoi(id) // one of those offered
	return list[i], err
}

// pickedEntities are offered at once: more would be a message of megabytes.
const pickedEntities = 1000

// fewer asks for a part of the name where there are more than one list can offer.
func (c *call) fewer(list []entity, what, place string) ([]entity, error) {
	if len(list) <= pickedEntities {
		return list, nil
	}
	with := func(part string) []entity {
		return slices.DeleteFunc(slices.Clone(list), func(e entity) bool { return !holds(e.name(), strings.TrimSpace(part)) })
	}
	part, err := c.input(c, protocol.UIInputParams{Title: what, Prompt: fmt.Sprintf("A part of its name; %s has %d", place, len(list))}, func(part string) string {
		switch n := len(with(part)); {
		case n == 0:
			return "No name contains this"
		case n > pickedEntities:
			return fmt.Sprintf("%d names contain this: write more of it", n)
		}
		return ""
	})
	return with(part), err
}

func anyEntity(entity) bool { return true }

func hasRows(e entity) bool { return e.table != nil }

// showDefinition opens the text of a function, or the schema of a table.
func showDefinition(c *call, p *protocol.UICommandParams) error {
	e, err := c.meantEntity(p, "Show the definition of", anyEntity)
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
	e, err := c.meantEntity(p, "Show 10 rows of", hasRows)
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
	e, err := c.meantEntity(p, "Show the details of", anyEntity)
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
	return c.runShown(e.target, ".show table "+name+" details | project-reorder TableName, TotalRowCount, TotalOriginalSize, TotalExtentSize, DocString, Folder")
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
	e, isEntity := c.entityAt(at)
	if !ok {
		var err error
		if e, err = c.pickEntity(p.URI, "Copy the name of", anyEntity); err != nil {
			return err
		}
		isEntity = true
	}
	if isEntity {
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
