package server

import (
	"cmp"
	"errors"
	"fmt"
	"net/url"
	"strings"
	"time"

	"calypso/server/protocol"
)

// What a person does with connections: add, choose, test, remove one, read a schema anew. Saving contacts nothing; the first use does.

func connectionCommands() []uiCommand {
	inConfig := "name the cluster in config.toml, under [kusto.clusters.NAME]"
	tree := "open the tree of connections in an editor that shows it"
	return []uiCommand{
		{"addConnection", addConnection, inConfig},
		{"editConnection", editConnection, inConfig},
		{"testConnection", testConnection, "run calypso query with a .show version"},
		{"connect", connect, "write a line #connect ADDRESS/DATABASE above the query"},
		{"removeConnection", removeConnection, "take the cluster out of config.toml"},
		{"refreshSchema", refreshSchema, "run " + protocol.CommandRefreshSchema},
		{"importConnections", importConnections, inConfig},
		{"exportConnections", exportConnections, "copy the clusters of config.toml"},
		{"useFolder", useFolder, "run calypso query --data DIR"},
		{"favourite", favourite, tree},
		{"noFavourite", favourite, tree},
		{"newGroup", newGroup, tree},
		{"renameGroup", renameGroup, tree},
		{"removeGroup", removeGroup, tree},
		{"moveConnection", moveConnection, tree},
		{"searchConnections", searchConnections, tree},
		{"showAllConnections", showAllConnections, tree},
		{"showDefinition", showDefinition, "put the caret on the name and go to its definition"},
		{"showSample", showSample, "run TABLE | take 10"},
		{"showDetails", showDetails, "run .show table TABLE details"},
		{"copyName", copyName, tree},
	}
}

// addConnection asks for an address, saves it, and asks where the document's queries are to run.
func addConnection(c *call, p *protocol.UICommandParams) error {
	group, _ := groupOf(nodeOf(p, connectionsView))
	id, err := c.askAddress(group)
	if err != nil {
		return err
	}
	return c.chooseDatabase(p.URI, id)
}

// askAddress asks for the address of a cluster and saves it.
func (c *call) askAddress(group string) (id string, err error) {
	address, err := c.input(c, protocol.UIInputParams{
		Title: "Add Kusto connection", Prompt: "Address of the cluster", Placeholder: "https://help.kusto.windows.net/Samples or http://localhost:8080",
	}, addressFault)
	if err != nil {
		return "", err
	}
	p := splitAddress(strings.TrimSpace(address))
	p.Group = group
	return c.add(p)
}

func addressFault(address string) string {
	u, err := url.Parse(strings.TrimSpace(address))
	switch {
	case err != nil || u.Host == "" || u.Scheme != "https" && u.Scheme != "http":
		return "An address begins with https:// (http:// only on this machine)"
	case u.User != nil:
		return "Leave names and passwords out of the address: sign-in is asked for when a query runs"
	}
	return ""
}

// splitAddress reads an address whose path names the database, as in https://help.kusto.windows.net/Samples.
func splitAddress(address string) protocol.ConnectionsAddParams {
	u, err := url.Parse(address)
	if err != nil {
		return protocol.ConnectionsAddParams{URL: address}
	}
	database, _, _ := strings.Cut(strings.Trim(u.Path, "/"), "/")
	return protocol.ConnectionsAddParams{URL: u.Scheme + "://" + u.Host, Database: database}
}

// connect sets where the document's queries run; without a document, where all do.
func connect(c *call, p *protocol.UICommandParams) error {
	if at, ok := placeOf(nodeOf(p, connectionsView)); ok {
		if t := at.target(); t.Database != "" {
			return c.useFor(p.URI, t)
		}
		return c.chooseDatabase(p.URI, at.connection)
	}
	id, err := c.pickConnection(p.URI)
	if err != nil {
		return err
	}
	return c.chooseDatabase(p.URI, id)
}

func (c *call) useFor(uri string, t Target) error {
	_, err := setActiveConnection(c, &protocol.SetActiveConnectionParams{URI: uri, Connection: t.Connection, Database: t.Database})
	return err
}

// adds is the id of the choice to add a connection; no connection's id is empty.
const adds = ""

func (c *call) pickConnection(uri string) (string, error) {
	ask := protocol.UIPickParams{Title: "Connection for all documents", Placeholder: "Where queries run"}
	now := ""
	if uri != "" {
		ask.Title = "Connection for this document"
		active, err := c.activeFor(uri)
		if err != nil {
			return "", err
		}
		now = active.Connection
	}
	for _, k := range c.known() {
		ask.Items = append(ask.Items, connectionItem(k, k.ID == now))
	}
	ask.Items = append(ask.Items, protocol.UIPickItem{ID: adds, Label: "Add connection…", Icon: "add"})
	id, err := c.pickOne(c, ask)
	if err != nil || id != adds {
		return id, err
	}
	return c.askAddress("")
}

func connectionItem(k protocol.Connection, active bool) protocol.UIPickItem {
	item := protocol.UIPickItem{ID: k.ID, Label: k.Name, Icon: "server"}
	switch {
	case active:
		item.Icon = "check"
	case k.Favourite:
		item.Icon = "star-full"
	}
	if k.URL != k.Name {
		item.Description = k.URL
	}
	return item
}

// chooseDatabase contacts the cluster, asks which of its databases is meant, and has the document use it. The only one is taken without
// a question.
func (c *call) chooseDatabase(uri, id string) error {
	progress := c.showProgress("Asking for databases")
	databases, err := c.databases(id)
	progress.end()
	if err != nil {
		return err
	}
	t := Target{Connection: id}
	switch len(databases) {
	case 0:
	case 1:
		t.Database = databases[0]
	default:
		ask := protocol.UIPickParams{Title: "Database", Placeholder: "Database that queries run in"}
		for _, name := range databases {
			ask.Items = append(ask.Items, protocol.UIPickItem{ID: name, Label: name})
		}
		if t.Database, err = c.pickOne(c, ask); err != nil {
			return err
		}
	}
	return c.useFor(uri, t)
}

// meant gives the connection that a command was called on, or asks for one of those that fit.
func (c *call) meant(p *protocol.UICommandParams, title string, fits func(protocol.Connection) bool) (protocol.Connection, error) {
	if at, ok := placeOf(nodeOf(p, connectionsView)); ok {
		return c.connection(at.connection)
	}
	ask := protocol.UIPickParams{Title: title}
	for _, k := range c.known() {
		if fits(k) {
			ask.Items = append(ask.Items, connectionItem(k, false))
		}
	}
	if len(ask.Items) == 0 {
		c.inform("There is no added connection. Add one first.")
		return protocol.Connection{}, errDismissed
	}
	id, err := c.pickOne(c, ask)
	if err != nil {
		return protocol.Connection{}, err
	}
	return c.connection(id)
}

func removable(k protocol.Connection) bool { return !k.Fixed }

func anyConnection(protocol.Connection) bool { return true }

// testConnection contacts a cluster and says how long that took, or why it failed.
func testConnection(c *call, p *protocol.UICommandParams) error {
	k, err := c.meant(p, "Test Kusto connection", anyConnection)
	if err != nil {
		return err
	}
	progress := c.showProgress("Asking " + k.Name)
	begun := time.Now()
	databases, err := c.databases(k.ID)
	progress.end()
	if err != nil {
		return err
	}
	c.inform(fmt.Sprintf("%s answers: %s, %d ms.", k.Name, countOf(len(databases), "database"), time.Since(begun).Milliseconds()))
	c.treeChanged(connectionsView, treePlace{connection: k.ID}.id())
	return nil
}

// removeConnection asks first: a saved connection is the person's own work.
func removeConnection(c *call, p *protocol.UICommandParams) error {
	k, err := c.meant(p, "Remove Kusto connection", removable)
	if err != nil {
		return err
	}
	detail := "Its address is forgotten, and what was kept of its schema."
	if strings.HasPrefix(k.URL, "file:") {
		detail = "The files of the folder stay as they are."
	}
	err = c.confirm(c, protocol.UIConfirmParams{Message: fmt.Sprintf("Remove the connection %s?", k.Name), Detail: detail, Button: "Remove"})
	if err != nil {
		return err
	}
	_, err = connectionsRemove(c, &protocol.ConnectionsRemoveParams{ID: k.ID})
	return err
}

// refreshSchema reads a schema anew: of the given place, or where the active document's queries run.
func refreshSchema(c *call, p *protocol.UICommandParams) error {
	at, ok := placeOf(nodeOf(p, connectionsView))
	t := at.target()
	if !ok {
		now, err := c.activeFor(p.URI)
		if err != nil {
			return err
		}
		t = Target{Connection: now.Connection, Database: now.Database}
	}
	if t.Connection == "" {
		c.inform("There is no connection whose schema could be refreshed. Choose one first.")
		return nil
	}
	progress := c.showProgress("Reading the schema")
	defer progress.end()
	answer, err := c.loadSchema(&protocol.SchemaReadParams{Connection: t.Connection, Database: t.Database}, true)
	if err != nil {
		return err
	}
	n := answer.Counts
	c.inform(fmt.Sprintf("The schema is read: %s, %s.", countOf(n.Tables+n.Views+n.Externals, "table"), countOf(n.Columns, "column")))
	return nil
}

// useFolder makes the files of a folder tables: of the one that was clicked, else of one that is chosen.
func useFolder(c *call, p *protocol.UICommandParams) error {
	var folder string
	if err := commandArgument(p, &folder); err != nil || !strings.HasPrefix(folder, "file:") {
		if folder, err = c.file(c, protocol.UIFileParams{Kind: protocol.UIFileFolder, Title: "Folder of CSV, JSON or Parquet files"}); err != nil {
			return err
		}
	}
	id, err := c.add(protocol.ConnectionsAddParams{URL: folder})
	if err != nil {
		return err
	}
	progress := c.showProgress("Looking for tables")
	facts, err := c.backend.Load(c, Target{Connection: id}, true, progress.report)
	progress.end()
	if err != nil {
		_, removed := connectionsRemove(c, &protocol.ConnectionsRemoveParams{ID: id})
		return errors.Join(err, removed)
	}
	database := ""
	if facts.Schema.Database != nil {
		database = facts.Schema.Database.Name
	}
	if err := c.useFor(p.URI, Target{Connection: id, Database: database}); err != nil {
		return err
	}
	k, err := c.connection(id)
	if err == nil {
		c.inform(fmt.Sprintf("%s is a database now: %s.", cmp.Or(k.Name, folder), countOf(count(facts.Schema).Tables, "table")))
	}
	return err
}

func searchConnections(c *call, _ *protocol.UICommandParams) error {
	return c.search(c, connectionsView, "Search connections, tables, columns and functions")
}

func showAllConnections(c *call, _ *protocol.UICommandParams) error {
	c.filters.set(connectionsView, "")
	c.treeChanged(connectionsView, "")
	return nil
}
