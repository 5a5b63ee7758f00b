package kusto

import (
	"context"
	"fmt"
	"strings"

	"calypso/kql/symbol"
	"calypso/kusto/wire"
)

// Databases lists the databases that the caller may see, the connection's own first.
func (c *Client) Databases(ctx context.Context) ([]string, error) {
	answer, err := c.Mgmt(ctx, "", ".show databases")
	if err != nil {
		return nil, err
	}
	names, ok := answer.column("DatabaseName")
	if !ok {
		return nil, c.unexpected(answer, "DatabaseName", ".show databases")
	}
	for i, name := range names {
		if strings.EqualFold(name, c.where.Database) {
			copy(names[1:i+1], names[:i])
			names[0] = name
		}
	}
	return names, nil
}

func (c *Client) unexpected(a *Answer, column, command string) error {
	return &Failure{Kind: NotKusto, ClientRequestID: a.ClientRequestID,
		Message: fmt.Sprintf("%s answers %s without a column %s; check that it is a Kusto cluster", c.where.Host(), command, column)}
}

// Database loads one database's tables, views and functions; "" means the connection's.
func (c *Client) Database(ctx context.Context, name string) (*symbol.Database, error) {
	name = c.database(name)
	command := ".show databases (" + entity(name) + ") schema as json with(Tables=True, Functions=True, ExternalTables=True, MaterializedViews=True)"
	answer, err := c.Mgmt(ctx, name, command)
	if err != nil && oldCluster(err) {
		command = ".show database " + entity(name) + " schema as json"
		answer, err = c.Mgmt(ctx, name, command)
	}
	if err != nil {
		return nil, err
	}
	texts, ok := answer.column("DatabaseSchema")
	if !ok || len(texts) == 0 {
		return nil, c.unexpected(answer, "DatabaseSchema", command)
	}
	list, err := wire.ParseSchemaJSON(texts[0])
	if err != nil {
		return nil, &Failure{Kind: Broken, ClientRequestID: answer.ClientRequestID, Cause: err,
			Message: fmt.Sprintf("the schema of database %s can't be read: %v; load it again", quote(name), err)}
	}
	for _, d := range list {
		if d.Is(name) {
			return d, nil
		}
	}
	if len(list) == 1 { // asked for by a name that the cluster knows and doesn't list
		return list[0], nil
	}
	return nil, &Failure{Kind: NotFound, ClientRequestID: answer.ClientRequestID,
		Message: fmt.Sprintf("database %s isn't on %s, or you may not see it; .show databases lists those you may", quote(name), c.where.Host())}
}

// oldCluster tells a refusal of the command's form, which older clusters and emulators give.
func oldCluster(err error) bool {
	f, ok := err.(*Failure)
	return ok && f.Kind == BadQuery && strings.HasPrefix(f.Code, "SYN")
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
