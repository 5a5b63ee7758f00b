package server

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"calypso/kql/text"
	"calypso/server/protocol"
)

// Editing a connection, field by field, and the groups that connections are in.

// connectionField is what can be edited: shown as it is now, then asked for.
type connectionField struct {
	id, label string
	marks     bool // of a connection that comes from elsewhere too
	shown     func(protocol.Connection) string
	ask       func(c *call, k protocol.Connection) (func(*protocol.Connection), error)
}

func connectionFields() []connectionField {
	return []connectionField{
		textField("name", "Name", "How the tree shows it", nil, func(k *protocol.Connection) *string { return &k.Name }),
		addressField(),
		textField("database", "Default database", "Database that queries run in when nothing else is said; nothing for the cluster's own", nil,
			func(k *protocol.Connection) *string { return &k.Database }),
		textField("tenant", "Tenant", "Id or domain of the directory that is asked for tokens; nothing for the cluster's own", nil,
			func(k *protocol.Connection) *string { return &k.Tenant }),
		{"group", "Group", true, func(k protocol.Connection) string { return k.Group }, func(c *call, k protocol.Connection) (func(*protocol.Connection), error) {
			group, err := c.pickGroup("Group of " + k.Name)
			return func(k *protocol.Connection) { k.Group = group }, err
		}},
		markField("favourite", "Favourite", func(k *protocol.Connection) *bool { return &k.Favourite }),
		markField("readOnly", "For reading only", func(k *protocol.Connection) *bool { return &k.ReadOnly }),
		markField("private", "Never store this cluster's data", func(k *protocol.Connection) *bool { return &k.Private }),
	}
}

func addressField() connectionField {
	return connectionField{
		"url", "Address", false,
		func(k protocol.Connection) string { return k.URL },
		func(c *call, k protocol.Connection) (func(*protocol.Connection), error) {
			judge := c.addressFault
			if strings.HasPrefix(k.URL, "file:") {
				judge = nil
			}
			value, err := c.inputLive(c, protocol.UIInputParams{Title: "Address of " + k.Name, Prompt: "Address of the cluster", Value: k.URL}, addressNote, judge)
			return func(k *protocol.Connection) { k.URL = value }, err
		},
	}
}

func textField(id, label, prompt string, judge func(string) string, of func(*protocol.Connection) *string) connectionField {
	return connectionField{
		id, label, false,
		func(k protocol.Connection) string { return *of(&k) },
		func(c *call, k protocol.Connection) (func(*protocol.Connection), error) {
			value, err := c.input(c, protocol.UIInputParams{Title: label + " of " + k.Name, Prompt: prompt, Value: *of(&k)}, judge)
			return func(k *protocol.Connection) { *of(k) = value }, err
		},
	}
}

func markField(id, label string, of func(*protocol.Connection) *bool) connectionField {
	return connectionField{
		id, label, true,
		func(k protocol.Connection) string { return map[bool]string{true: "yes", false: "no"}[*of(&k)] },
		func(*call, protocol.Connection) (func(*protocol.Connection), error) {
			return func(k *protocol.Connection) { *of(k) = !*of(k) }, nil
		},
	}
}

// editConnection shows what a connection is made of, and changes one thing after the other until the person leaves.
func editConnection(c *call, p *protocol.UICommandParams) error {
	k, err := c.meant(p, "Edit Kusto connection", noConnection, anyConnection)
	for err == nil {
		ask := protocol.UIPickParams{Title: "Edit " + k.Name, Placeholder: "What to change"}
		fields := slices.DeleteFunc(connectionFields(), func(f connectionField) bool { return k.Fixed && !f.marks })
		for _, f := range fields {
			ask.Items = append(ask.Items, protocol.UIPickItem{ID: f.id, Label: f.label, Description: f.shown(k)})
		}
		var id string
		if id, err = c.pickOne(c, ask); err != nil {
			break
		}
		field := fields[slices.IndexFunc(fields, func(f connectionField) bool { return f.id == id })]
		var edit func(*protocol.Connection)
		before := k.URL
		if edit, err = field.ask(c, k); err == nil {
			k, err = c.change(k.ID, edit)
		}
		if err == nil && k.URL != before {
			return c.tested(k) // so that a wrong address is told at once
		}
	}
	return err
}

// change edits a connection and has everybody know. A cluster whose data may not be stored loses what was.
func (c *call) change(id string, edit func(*protocol.Connection)) (protocol.Connection, error) {
	was, err := c.connection(id)
	if err != nil {
		return protocol.Connection{}, err
	}
	next, err := c.backend.Change(c, id, edit)
	if err != nil {
		return protocol.Connection{}, err
	}
	if next != id {
		c.forget(id)
	}
	if err := c.forgetPrivate(); err != nil {
		return protocol.Connection{}, err
	}
	c.connectionsChanged(protocol.ConnectionsChanged{IDs: []string{next}})
	now, err := c.connection(next)
	if err == nil && now.Private && !was.Private {
		err = c.offerToForgetChats(now.Name, id, next)
	}
	return now, err
}

// offerToForgetChats asks whether the chats about a cluster go, whose data may not be stored from now on: what stands in them a person
// may still want. The ids are those that it had and has.
func (c *call) offerToForgetChats(name string, ids ...string) error {
	if c.agent == nil {
		return nil
	}
	chats, err := c.agent.On(ids...)
	if err != nil || len(chats) == 0 {
		return err
	}
	err = c.confirm(c, protocol.UIConfirmParams{
		Message: fmt.Sprintf("Delete the chats about %s too?", name), Button: "Delete Chats",
		Detail: fmt.Sprintf("%s of before on this machine, with questions, queries and rows.", text.Count(len(chats), "chat")),
	})
	switch {
	case errors.Is(err, errDismissed):
		c.inform("The chats about " + name + " stay; Calypso: Show Chats deletes them one by one.")
		return nil
	case err != nil:
		return err
	}
	for _, t := range chats {
		err = errors.Join(err, c.agent.Delete(c, t.ID))
		c.tell(protocol.MethodAgentThreadDeleted, protocol.AgentThreadParams{ThreadID: t.ID})
	}
	return err
}

// favourite marks a connection, or takes the mark off.
func favourite(wanted bool) func(*call, *protocol.UICommandParams) error {
	title, none := "Mark as favourite", "Every connection is a favourite already."
	if !wanted {
		title, none = "Unmark as favourite", "No connection is marked as favourite."
	}
	return func(c *call, p *protocol.UICommandParams) error {
		list, err := c.meantAll(p, title, none, func(k protocol.Connection) bool { return k.Favourite != wanted })
		for i := 0; err == nil && i < len(list); i++ {
			_, err = c.change(list[i].ID, func(k *protocol.Connection) { k.Favourite = wanted })
		}
		return err
	}
}

// noGroup and anotherGroup are ids of choices; no group is called so, since names are kept without white space at their ends.
const (
	noGroup      = " none"
	anotherGroup = " new"
)

func (c *call) pickGroup(title string) (string, error) {
	ask := protocol.UIPickParams{Title: title, Items: []protocol.UIPickItem{{ID: noGroup, Label: "No group", Icon: "circle-slash"}}}
	for _, name := range c.backend.Groups() {
		ask.Items = append(ask.Items, protocol.UIPickItem{ID: name, Label: name, Icon: "folder"})
	}
	ask.Items = append(ask.Items, protocol.UIPickItem{ID: anotherGroup, Label: "New group…", Icon: "new-folder"})
	switch id, err := c.pickOne(c, ask); {
	case err != nil || id == noGroup:
		return "", err
	case id == anotherGroup:
		return c.askGroup("")
	default:
		return id, nil
	}
}

// askGroup asks for a group's name; now is that of the group that is renamed, "" for a new one.
func (c *call) askGroup(now string) (string, error) {
	taken := c.backend.Groups()
	name, err := c.input(c, protocol.UIInputParams{Title: "Group of connections", Prompt: "Name of the group", Value: now}, func(name string) string {
		switch name = strings.TrimSpace(name); {
		case name == "":
			return "A group needs a name"
		case name != now && slices.Contains(taken, name):
			return "There is a group with this name already"
		}
		return ""
	})
	return strings.TrimSpace(name), err
}

func newGroup(c *call, _ *protocol.UICommandParams) error {
	name, err := c.askGroup("")
	if err == nil {
		err = c.regroup("", name)
	}
	return err
}

func renameGroup(c *call, p *protocol.UICommandParams) error {
	from, err := c.meantGroup(p)
	if err != nil {
		return err
	}
	name, err := c.askGroup(from)
	if err != nil || name == from {
		return err
	}
	return c.regroup(from, name)
}

// connectionsRenamed is F2 in the tree.
func connectionsRenamed(c *call, p *protocol.UICommandParams) error {
	node := nodeOf(p, connectionsView)
	if _, ok := groupOf(node); ok {
		return renameGroup(c, p)
	}
	at, ok := placeOf(node)
	if !ok || at.path != "" {
		c.inform("Only connections and groups are renamed here.")
		return nil
	}
	k, err := c.connection(at.connection)
	if err != nil {
		return err
	}
	edit, err := connectionFields()[0].ask(c, k)
	if err == nil {
		_, err = c.change(k.ID, edit)
	}
	return err
}

// connectionsRemoved is Delete in the tree.
func connectionsRemoved(c *call, p *protocol.UICommandParams) error {
	node := nodeOf(p, connectionsView)
	if _, ok := groupOf(node); ok {
		return removeGroup(c, p)
	}
	if at, ok := placeOf(node); !ok || at.path != "" {
		c.inform("Only connections and groups are removed here.")
		return nil
	}
	return removeConnection(c, p)
}

// removeGroup dissolves a group. Its connections stay, so nothing is asked.
func removeGroup(c *call, p *protocol.UICommandParams) error {
	name, err := c.meantGroup(p)
	if err == nil {
		err = c.regroup(name, "")
	}
	return err
}

func (c *call) meantGroup(p *protocol.UICommandParams) (string, error) {
	if name, ok := groupOf(nodeOf(p, connectionsView)); ok {
		return name, nil
	}
	ask := protocol.UIPickParams{Title: "Group of connections"}
	for _, name := range c.backend.Groups() {
		ask.Items = append(ask.Items, protocol.UIPickItem{ID: name, Label: name, Icon: "folder"})
	}
	if len(ask.Items) == 0 {
		c.inform("There is no group of connections yet.")
		return "", errDismissed
	}
	return c.pickOne(c, ask)
}

func (c *call) regroup(from, to string) error {
	if err := c.backend.RenameGroup(c, from, to); err != nil {
		return err
	}
	c.treeChanged(connectionsView, "")
	return nil
}

// moveConnection puts a connection into a group.
func moveConnection(c *call, p *protocol.UICommandParams) error {
	list, err := c.meantAll(p, "Move Kusto connection", noConnection, anyConnection)
	if err != nil {
		return err
	}
	what := list[0].Name
	if len(list) > 1 {
		what = text.Count(len(list), "connection")
	}
	group, err := c.pickGroup("Move " + what + " to")
	for i := 0; err == nil && i < len(list); i++ {
		_, err = c.change(list[i].ID, func(k *protocol.Connection) { k.Group = group })
	}
	return err
}

// connectionsDropped puts the dragged connections into the group that they were dropped on, or into that of the connection.
func connectionsDropped(c *call, onto string, nodes []string) error {
	group, ok := groupOf(onto)
	if at, isPlace := placeOf(onto); isPlace {
		k, err := c.connection(at.connection)
		if err != nil {
			return err
		}
		group, ok = k.Group, true
	}
	if !ok && onto != "" {
		return badParams("nothing can be dropped on %q", onto)
	}
	for _, node := range nodes {
		at, ok := placeOf(node)
		if !ok || at.path != "" {
			return fmt.Errorf("only connections can be moved")
		}
		if _, err := c.change(at.connection, func(k *protocol.Connection) { k.Group = group }); err != nil {
			return err
		}
	}
	return nil
}
