package command

import (
	"fmt"

	"calypso/engine"
	"calypso/engine/store"
	reader "calypso/kql/command"
)

// Databases, and scripts that make what is in them.

// createDatabase makes an empty database. Where the server keeps databases in a folder this one is kept there too, whatever paths the
// command names; where it doesn't, persist is refused.
func createDatabase(c *call) (*result, error) {
	name, err := c.only(0, "DatabaseName")
	if err != nil {
		return nil, err
	}
	options, err := c.options("prettyname")
	if err != nil {
		return nil, err
	}
	keeps := c.engine.Kept() != ""
	for _, p := range c.Parts {
		if p.Kind == reader.Word && p.Word == "persist" && !keeps {
			return nil, &fault{offset: p.Span.Start, message: "this engine keeps databases in memory only; start it with calypso serve --db DIR, or leave persist out"}
		}
	}
	if !c.Has("ifnotexists") || c.schema.Cluster.Find(name.Text) == nil {
		if err := c.engine.CreateDatabase(name.Text, options["prettyname"]); err != nil {
			return nil, at(c, name, err)
		}
	}
	return c.table(record{
		"DatabaseName": name.Text, "PersistentPath": c.engine.Kept(), "Created": "true", "StoresMetadata": keeps, "StoresData": keeps,
	})
}

// dropDatabase answers .drop database; .detach database, which the library takes for the same command, would leave files that
// .attach database finds, and isn't built.
func dropDatabase(c *call) (*result, error) {
	if c.Parts[0].Word != "drop" {
		return nil, c.refusal()
	}
	var rows []record
	for _, p := range c.names(reader.RuleDatabase, "") {
		n := p.Names[0]
		if c.schema.Cluster.Find(n.Text) == nil {
			if c.Has("ifexists") {
				continue
			}
			return nil, notFound("database", n, ".show databases")
		}
		tables, _ := c.engine.Tables(n.Text)
		if err := c.engine.DropDatabase(n.Text); err != nil {
			return nil, at(c, n, err)
		}
		for _, t := range tables {
			if kept, ok := t.(*store.Table); ok {
				rows = append(rows, record{"Table": t.Name(), "NumberOfRemovedExtents": fmt.Sprint(len(kept.Extents()))})
			}
		}
	}
	return c.table(rows...)
}

// prettyName sets or drops the name that a database is shown by.
func prettyName(c *call) (*result, error) {
	list, err := c.named(false)
	if err != nil {
		return nil, err
	}
	names, err := c.values("PrettyName")
	if err != nil {
		return nil, err
	}
	pretty := ""
	for _, s := range names {
		pretty = s
	}
	if err := c.engine.Change(list[0].Name, func(x *engine.Edit) error {
		x.SetPrettyName(pretty)
		return nil
	}); err != nil {
		return nil, err
	}
	return c.table(record{"DatabaseName": list[0].Name, "PrettyName": pretty})
}

// runScript runs the commands of a script one after the other, each a change of its own, and says what came of each. It stops at the
// first that fails, unless ContinueOnErrors is set; with ThrowOnErrors that failure is the script's own.
func runScript(c *call) (*result, error) {
	options, err := c.options("continueonerrors", "throwonerrors")
	if err != nil {
		return nil, err
	}
	var rows []record
	for _, e := range c.Embedded(c.tree) {
		if err := c.ctx.Err(); err != nil {
			return nil, err
		}
		row := record{"CommandText": e.Text, "Result": "Completed", "OperationId": store.NewID()}
		if b := read(c.env, e.Text); b.row != nil {
			row["CommandType"] = b.row.Name
			if b.row.Name == "ExecuteDatabaseScript" {
				return nil, &fault{offset: e.Span.Start, message: "a script can't hold another; put its commands here"}
			}
		}
		rows = append(rows, row)
		answer, err := c.sub(e.Start, e.Text)
		if err == nil {
			answer.Close()
			continue
		}
		if yes(options["throwonerrors"]) {
			return nil, err
		}
		row["Result"], row["Reason"] = "Failed", err.Error()
		if !yes(options["continueonerrors"]) {
			break
		}
	}
	return tableOf(columnsOf(c.row, "(OperationId: guid, CommandType: string, CommandText: string, Result: string, Reason: string)"), rows)
}
