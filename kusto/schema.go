package kusto

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"calypso/kql/symbol"
	"calypso/kusto/wire"
)

// Databases lists the databases that the caller may see, the connection's own first.
func (c *Client) Databases(ctx context.Context) ([]string, error) {
	const command = ".show databases"
	answer, err := c.Mgmt(ctx, Query{Text: command})
	if err != nil {
		return nil, err
	}
	names, ok := answer.column("DatabaseName")
	if !ok {
		return nil, c.unexpected(answer, "DatabaseName", command)
	}
	own := slices.IndexFunc(names, func(name string) bool { return strings.EqualFold(name, c.where.Database) })
	if own > 0 {
		names = slices.Insert(slices.Delete(slices.Clone(names), own, own+1), 0, names[own])
	}
	return names, nil
}

func (c *Client) unexpected(a *Answer, column, command string) error {
	return &Failure{
		Kind: NotKusto, ClientRequestID: a.ClientRequestID,
		Message: fmt.Sprintf("%s answers %s without a column %s", c.where.Host(), command, column), Hint: "check that it is a Kusto cluster",
	}
}

// Database loads one database's tables, views and functions; "" means the connection's.
func (c *Client) Database(ctx context.Context, name string) (*symbol.Database, error) {
	name = c.database(name)
	command := ".show databases (" + entity(name) + ") schema as json with(Tables=True, Functions=True, ExternalTables=True, MaterializedViews=True)"
	answer, err := c.Mgmt(ctx, Query{Database: name, Text: command})
	if refusesCommand(err) {
		command = ".show database " + entity(name) + " schema as json"
		answer, err = c.Mgmt(ctx, Query{Database: name, Text: command})
	}
	if err != nil {
		return nil, err
	}
	texts, ok := answer.column("DatabaseSchema")
	if !ok {
		return nil, c.unexpected(answer, "DatabaseSchema", command)
	}
	for _, text := range texts {
		list, err := wire.ParseSchemaJSON(text)
		if err != nil {
			return nil, &Failure{
				Kind: Broken, ClientRequestID: answer.ClientRequestID, Cause: err,
				Message: fmt.Sprintf("the schema of database %s can't be read: %v", quote(name), err), Hint: "load it again",
			}
		}
		for _, d := range list {
			if d.Is(name) || len(list) == 1 && len(texts) == 1 { // a cluster may list it by another name than it takes
				return d, nil
			}
		}
	}
	return nil, &Failure{
		Kind: NotFound, ClientRequestID: answer.ClientRequestID,
		Message: fmt.Sprintf("database %s isn't on %s, or you may not see it", quote(name), c.where.Host()), Hint: ".show databases lists those you may",
	}
}

// refusesCommand tells a refusal of the command's form, which older clusters and emulators give.
func refusesCommand(err error) bool {
	var f *Failure
	return errors.As(err, &f) && f.Kind == BadQuery
}

// entity writes a name as KQL reads one whatever it holds: ['…'] with quotes and backslashes escaped.
func entity(name string) string {
	return "['" + escape.Replace(name) + "']"
}

// literal writes a text as a KQL string.
func literal(s string) string {
	return "'" + escape.Replace(s) + "'"
}

var escape = strings.NewReplacer(`\`, `\\`, `'`, `\'`, "\n", `\n`, "\r", `\r`)
