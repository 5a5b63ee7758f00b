package command

import (
	"fmt"
	"slices"
	"strings"

	"calypso/engine"
	reader "calypso/kql/command"
	"calypso/kql/symbol"
)

// Stored entity groups: lists of databases that macro-expand runs a query over.

func (c *call) groupName() (reader.Ident, error) {
	if len(c.names(0, "EntityGroupName")) > 0 {
		return c.only(0, "EntityGroupName")
	}
	return c.only(reader.RuleGroup, "")
}

// groupEntities gives the databases that the command lists, as they are written in queries.
func (c *call) groupEntities() (list []string, err error) {
	for _, p := range c.Parts {
		if p.Kind != reader.Value {
			continue
		}
		text, err := c.literal(p)
		if err != nil {
			return nil, err
		}
		if strings.ContainsAny(text, `,[]'"\`) {
			return nil, &fault{offset: p.Span.Start, message: "no cluster or database has such a name; leave out commas, brackets and quotes"}
		}
		switch p.Label {
		case "ClusterName":
			list = append(list, "cluster('"+text+"')")
		case "DatabaseName":
			entity := "database('" + text + "')"
			if n := len(list); n > 0 && strings.HasPrefix(list[n-1], "cluster(") && !strings.Contains(list[n-1], ").database(") && c.dotted(p) {
				list[n-1] += "." + entity
			} else {
				list = append(list, entity)
			}
		}
	}
	return list, nil
}

// dotted tells whether a database's name stands behind that of its cluster.
func (c *call) dotted(p reader.Part) bool {
	i := slices.IndexFunc(c.Parts, func(other reader.Part) bool { return other.Span == p.Span })
	return i >= 3 && c.Parts[i-3].Word == "."
}

// putGroup answers .create, .create-or-alter, .alter and .alter-merge entity_group.
func putGroup(c *call) (*result, error) {
	name, err := c.groupName()
	if err != nil {
		return nil, err
	}
	list, err := c.groupEntities()
	if err != nil {
		return nil, err
	}
	err = c.change(func(x *engine.Edit) error {
		old := x.Group(name.Text)
		switch {
		case old == nil && strings.HasPrefix(c.verb(), "alter"):
			return notFound("entity group", name, ".show entity_groups")
		case old != nil && c.verb() == "create" && c.Has("ifnotexists"):
			return nil
		case old != nil && c.verb() == "create":
			return &fault{offset: name.Span.Start, message: fmt.Sprintf("entity group '%s' is there already; use .create-or-alter, or add ifnotexists", name.Text)}
		}
		all := list
		if c.verb() == "alter-merge" {
			all = strings.Split(strings.Trim(old.Definition, "[]"), ", ")
			for _, entity := range list {
				if !slices.Contains(all, entity) {
					all = append(all, entity)
				}
			}
		}
		return at(c, name, x.PutGroup(&symbol.EntityGroup{Name: name.Text, Definition: "[" + strings.Join(all, ", ") + "]"}))
	})
	if err != nil {
		return nil, err
	}
	return c.groupsShown(name.Text)
}

func dropGroup(c *call) (*result, error) {
	name, err := c.groupName()
	if err != nil {
		return nil, err
	}
	err = c.change(func(x *engine.Edit) error {
		if x.Group(name.Text) == nil {
			return notFound("entity group", name, ".show entity_groups")
		}
		x.DropGroup(name.Text)
		return nil
	})
	if err != nil {
		return nil, err
	}
	return c.groupsShown()
}

func showGroup(c *call) (*result, error) {
	name, err := c.groupName()
	if err != nil {
		return nil, err
	}
	return c.groupsShown(name.Text)
}

// groupsShown lists groups as they are; all where none is named.
func (c *call) groupsShown(names ...string) (*result, error) {
	d := c.after()
	if d == nil {
		return c.table()
	}
	var rows []record
	for _, g := range d.EntityGroups {
		if len(names) > 0 && !slices.Contains(names, g.Name) {
			continue
		}
		list := strings.Split(strings.Trim(g.Definition, "[]"), ", ")
		for i, entity := range list {
			list[i] = quoted(entity)
		}
		rows = append(rows, record{"Name": g.Name, "Entities": "[" + strings.Join(list, ",") + "]"})
	}
	return c.table(rows...)
}
