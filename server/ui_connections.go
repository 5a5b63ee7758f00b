package server

import (
	"cmp"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"calypso/kql/symbol"
	"calypso/server/protocol"

	lsp "go.lsp.dev/protocol"
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
		{"favourite", favourite(true), tree},
		{"noFavourite", favourite(false), tree},
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
	t, err := c.askAddress(group)
	if err != nil {
		return err
	}
	return c.firstContact(p.URI, t)
}

// firstContact asks where queries are to run on a connection that was just added. Where it can't be reached for its address, that can be
// changed at once.
func (c *call) firstContact(uri string, t Target) error {
	const change, remove = "Change Address", "Remove Connection"
	for {
		err := c.chooseDatabase(uri, t)
		var f *Failure
		if !errors.As(err, &f) || f.Kind != protocol.ErrorNetwork {
			return err
		}
		k, gone := c.connection(t.Connection)
		if gone != nil || k.Fixed {
			return err
		}
		c.treeChanged(connectionsView, "")
		chosen, asked := c.choose(c, lsp.MessageTypeError, sentence(f), change, remove)
		switch {
		case asked != nil:
			return asked
		case chosen == remove:
			_, err := connectionsRemove(c, &protocol.ConnectionsRemoveParams{ID: k.ID})
			return err
		}
		edit, err := addressField().ask(c, k)
		if err != nil {
			return err
		}
		if k, err = c.change(k.ID, edit); err != nil {
			return err
		}
		t = Target{Connection: k.ID, Database: k.Database}
	}
}

// sentence is a failure in one line: what, then what next.
func sentence(f *Failure) string {
	first, size := utf8.DecodeRuneInString(f.Message)
	said := string(unicode.ToUpper(first)) + f.Message[size:]
	if f.Hint == "" || strings.Contains(said, f.Hint) {
		return said
	}
	return said + ": " + f.Hint
}

// askAddress asks for the address of a cluster and saves it; the database is the one that the address names, "" for none.
func (c *call) askAddress(group string) (Target, error) {
	address, err := c.inputLive(c, protocol.UIInputParams{
		Title: "Add Kusto connection", Prompt: "Address of the cluster", Placeholder: "https://help.kusto.windows.net/Samples or http://localhost:8080",
	}, addressNote, c.addressFault)
	if err != nil {
		return Target{}, err
	}
	p, err := c.backend.Address(address)
	if err != nil {
		return Target{}, err
	}
	p.Group = group
	before := c.backend.List()
	id, err := c.add(p)
	if err != nil {
		return Target{}, err
	}
	k, err := c.connection(id)
	// One that a line #connect made isn't there already: it becomes a saved one now.
	if err == nil && slices.ContainsFunc(before, func(b protocol.Connection) bool { return b.ID == id && b.Fixed == k.Fixed }) {
		c.inform("There is a connection to " + k.URL + " already: " + k.Name + ".")
	}
	return Target{Connection: id, Database: p.Database}, err
}

// addressFault says what is wrong with an address, "" when nothing is.
func (c *call) addressFault(address string) string {
	_, err := c.backend.Address(address)
	if err == nil {
		return ""
	}
	var f *Failure
	if errors.As(err, &f) {
		return sentence(f)
	}
	return sentence(&Failure{Message: err.Error()})
}

// addressNote says while an address is typed what it is read as, or what is wrong with it.
func addressNote(c *call, address string) protocol.UITypedResult {
	if strings.TrimSpace(address) == "" {
		return protocol.UITypedResult{}
	}
	p, err := c.backend.Address(address)
	if err != nil {
		return protocol.UITypedResult{Problem: c.addressFault(address)}
	}
	note := p.URL
	if p.Database != "" {
		note += ", database " + p.Database
	}
	return protocol.UITypedResult{Note: note}
}

// connect sets where the document's queries run; without a document, where all do.
func connect(c *call, p *protocol.UICommandParams) error {
	if at, ok := placeOf(nodeOf(p, connectionsView)); ok {
		if t := at.target(); t.Database != "" {
			return c.useFor(p.URI, t)
		}
		return c.chooseDatabase(p.URI, Target{Connection: at.connection})
	}
	id, err := c.pickConnection(p.URI)
	switch {
	case err != nil:
		return err
	case id == adds:
		return addConnection(c, &protocol.UICommandParams{URI: p.URI})
	}
	return c.chooseDatabase(p.URI, Target{Connection: id})
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
	return c.pickOne(c, ask)
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

// chooseDatabase contacts the cluster and has the document use the given database of it, else asks which is meant. The only one is taken
// without a question.
func (c *call) chooseDatabase(uri string, t Target) error {
	progress := c.showProgress("Asking for databases")
	databases, err := c.databases(t.Connection)
	progress.end()
	if err != nil {
		return err
	}
	ask := protocol.UIPickParams{Title: "Database", Placeholder: "Database that queries run in"}
	if t.Database != "" {
		if i := slices.IndexFunc(databases, func(name string) bool { return strings.EqualFold(name, t.Database) }); i >= 0 {
			return c.useFor(uri, Target{Connection: t.Connection, Database: databases[i]})
		}
		ask.Placeholder = "There is no database " + t.Database + " that you can see: choose another"
	}
	switch {
	case len(databases) == 0:
		c.inform("The cluster answers, but has no database that you can see. Ask for access to one.")
		return nil
	case len(databases) == 1 && t.Database == "":
		t.Database = databases[0]
	default:
		for _, name := range databases {
			ask.Items = append(ask.Items, protocol.UIPickItem{ID: name, Label: name, Icon: nodeIcons[protocol.NodeDatabase]})
		}
		if t.Database, err = c.pickOne(c, ask); err != nil {
			return err
		}
	}
	return c.useFor(uri, t)
}

// meantAll gives all connections that a command was called on, as meant does one.
func (c *call) meantAll(p *protocol.UICommandParams, title, none string, fits func(protocol.Connection) bool) ([]protocol.Connection, error) {
	var all []protocol.Connection
	for _, id := range nodesOf(p, connectionsView) {
		if at, ok := placeOf(id); ok && at.path == "" {
			k, err := c.connection(at.connection)
			if err != nil {
				return nil, err
			}
			all = append(all, k)
		}
	}
	if len(all) > 0 {
		return all, nil
	}
	k, err := c.meant(p, title, none, fits)
	return []protocol.Connection{k}, err
}

// meant gives the connection that a command was called on, or asks for one of those that fit; none is said where there is none.
func (c *call) meant(p *protocol.UICommandParams, title, none string, fits func(protocol.Connection) bool) (protocol.Connection, error) {
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
		c.inform(none)
		return protocol.Connection{}, errDismissed
	}
	id, err := c.pickOne(c, ask)
	if err != nil {
		return protocol.Connection{}, err
	}
	return c.connection(id)
}

const noConnection = "There is no connection. Add one first."

func removable(k protocol.Connection) bool { return !k.Fixed }

func anyConnection(protocol.Connection) bool { return true }

// testConnection contacts a cluster and says how long that took, or why it failed.
func testConnection(c *call, p *protocol.UICommandParams) error {
	k, err := c.meant(p, "Test Kusto connection", noConnection, anyConnection)
	if err != nil {
		return err
	}
	return c.tested(k)
}

func (c *call) tested(k protocol.Connection) error {
	progress := c.showProgress("Asking " + k.Name)
	begun := time.Now()
	databases, err := c.databases(k.ID)
	progress.end()
	if err != nil {
		return err
	}
	said := fmt.Sprintf("%s answers: %s, %d ms.", k.Name, countOf(len(databases), "database"), time.Since(begun).Milliseconds())
	if len(databases) == 0 {
		said = k.Name + " answers, but has no database that you can see. Ask for access to one."
	}
	c.inform(said)
	c.treeChanged(connectionsView, treePlace{connection: k.ID}.id())
	return nil
}

// removeConnection asks first: a saved connection is the person's own work.
func removeConnection(c *call, p *protocol.UICommandParams) error {
	list, err := c.meantAll(p, "Remove Kusto connection", "There is no connection that was added.", removable)
	if err != nil {
		return err
	}
	names := make([]string, len(list))
	folders := true
	for i, k := range list {
		if k.Fixed {
			return failf(protocol.ErrorOther, "take it out of that file", "the connection %s is built in or comes from config.toml", k.Name)
		}
		names[i], folders = k.Name, folders && strings.HasPrefix(k.URL, "file:")
	}
	ask := protocol.UIConfirmParams{
		Message: fmt.Sprintf("Remove the connection %s?", names[0]), Detail: "Its address is forgotten, and what was kept of its schema.", Button: "Remove",
	}
	if len(list) > 1 {
		ask.Message, ask.Detail = fmt.Sprintf("Remove %d connections?", len(list)), listed(names)+". Their addresses are forgotten, and what was kept of their schemas."
	} else if folders {
		ask.Detail = "The files of the folder stay as they are."
	}
	if err := c.confirm(c, ask); err != nil {
		return err
	}
	for _, k := range list {
		if _, err := connectionsRemove(c, &protocol.ConnectionsRemoveParams{ID: k.ID}); err != nil {
			return err
		}
	}
	return nil
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
	c.treeChanged(connectionsView, treePlace{connection: t.Connection}.id()) // also when the schema is the same: rows and sizes are asked for again
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
	before := c.backend.List()
	id, err := c.add(protocol.ConnectionsAddParams{URL: folder})
	if err != nil {
		return err
	}
	progress := c.showProgress("Looking for tables")
	facts, err := c.backend.Load(c, Target{Connection: id}, true, progress.report)
	progress.end()
	if err != nil && slices.ContainsFunc(before, func(k protocol.Connection) bool { return k.ID == id }) {
		return err
	}
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
		said := fmt.Sprintf("%s is a database now: %s.", cmp.Or(k.Name, folder), countOf(count(facts.Schema).Tables, "table"))
		if broken := c.brokenTables(Target{Connection: id, Database: database}, facts.Schema.Database); len(broken) > 0 {
			said += " These can't be read: " + listed(broken) + "."
		}
		c.inform(said)
	}
	return err
}

// brokenTables names the tables that can't be used.
func (c *call) brokenTables(t Target, d *symbol.Database) []string {
	sizes, ok := c.tableSizes()
	if !ok || d == nil {
		return nil
	}
	var broken []string
	for _, table := range d.Tables {
		if size, known := sizes.TableSize(t, "", "", table.Name); known && size.Problem != "" {
			broken = append(broken, table.Name)
		}
	}
	return broken
}
