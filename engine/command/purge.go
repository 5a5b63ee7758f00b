package command

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"math"
	"slices"
	"strings"

	"calypso/engine"
	"calypso/engine/store"
	reader "calypso/kql/command"
	"calypso/kql/symbol"
	"calypso/kusto/value"
)

// .purge table T records and .purge table T allrecords: in one step where the command says noregrets, else in two, the second with the
// token that the first gives. A cluster does it in the background within days; here it is done when the answer comes.

const purgeColumns = "(OperationId: guid, DatabaseName: string, TableName: string, ScheduledTime: datetime, Duration: timespan, LastUpdatedOn: datetime, " +
	"EngineOperationId: guid, State: string, StateDetails: string, EngineStartTime: datetime, EngineDuration: timespan, Retries: int, " +
	"ClientRequestId: string, Principal: string)"

func purgeRecords(c *call) (*result, error) {
	options, err := c.options("noregrets", "verificationtoken")
	if err != nil {
		return nil, err
	}
	name, err := c.only(reader.RuleTable, "")
	if err != nil {
		return nil, err
	}
	if c.request.Database, err = c.purgeDatabase(); err != nil {
		return nil, err
	}
	c.schema = c.engine.Schema(c.request.Database)
	query, offset := "", 0
	if q := c.code(); q != nil {
		query, offset = q.Span.Of(c.tree.Text), q.Span.Start
	}
	token := c.purgeToken(name.Text, query)
	given, second := options["verificationtoken"]
	if !second && !yes(options["noregrets"]) {
		n, err := c.countPurge(name, query, offset)
		if err != nil {
			return nil, err
		}
		return tableOf(columnsOf(c.row, "(NumRecordsToPurge: long, EstimatedPurgeExecutionTime: timespan, VerificationToken: string)"),
			[]record{{"NumRecordsToPurge": n, "EstimatedPurgeExecutionTime": int64(0), "VerificationToken": token}})
	}
	if second && given != token {
		return nil, &fault{offset: c.Span.Start, message: "the verification token isn't that of these records; run the command without it to get one"}
	}
	started := c.engine.Now()
	if c.row.Name == "PurgeTableAllRecords" {
		err = c.clear(name)
	} else {
		_, err = c.removeRecords(name, query, offset, false)
	}
	if err != nil {
		return nil, err
	}
	p := engine.Purge{
		ID: store.NewID(), Database: c.databaseName(), Table: name.Text, At: started, Took: c.engine.Now() - started,
		ClientID: c.request.ClientID, User: c.request.User,
	}
	c.engine.NotePurge(p)
	if c.row.Name == "PurgeTableAllRecords" {
		d := c.after()
		if d == nil {
			return c.table()
		}
		return tableOf(columnsOf(c.row, "(TableName: string, DatabaseName: string, Folder: string, DocString: string)"), tableRows(d, ofKind(d, symbol.Plain)))
	}
	return tableOf(columnsOf(c.row, purgeColumns), []record{purgeRow(p)})
}

func purgeRow(p engine.Purge) record {
	return record{
		"OperationId": p.ID, "DatabaseName": p.Database, "TableName": p.Table, "ScheduledTime": p.At, "LastUpdatedOn": p.At + p.Took,
		"Duration": p.Took, "EngineOperationId": p.ID, "State": "Completed", "EngineStartTime": p.At, "EngineDuration": p.Took, "Retries": 0,
		"ClientRequestId": p.ClientID, "Principal": p.User,
	}
}

// showPurges lists the purges since the engine was opened.
func showPurges(c *call) (*result, error) {
	texts := map[string]string{}
	for _, label := range []string{"OperationId", "StartDate", "EndDate"} {
		list, err := c.values(label)
		if err != nil {
			return nil, err
		}
		texts[label] = strings.Trim(strings.Join(list, ""), "'\"")
	}
	from, to := int64(math.MinInt64), int64(math.MaxInt64)
	for label, bound := range map[string]*int64{"StartDate": &from, "EndDate": &to} {
		if text := texts[label]; text != "" {
			ticks, ok := value.ParseDatetime(text)
			if !ok {
				return nil, &fault{offset: c.Span.Start, message: "'" + text + "' is no datetime"}
			}
			*bound = ticks
		}
	}
	var databases []string
	for _, p := range c.names(reader.RuleDatabase, "") {
		databases = append(databases, strings.ToLower(p.Names[0].Text))
	}
	var rows []record
	for _, p := range c.engine.Purges() {
		id := string(value.AppendGuid(nil, p.ID))
		if p.At >= from && p.At <= to && (texts["OperationId"] == "" || strings.EqualFold(id, texts["OperationId"])) &&
			(len(databases) == 0 || slices.Contains(databases, strings.ToLower(p.Database))) {
			rows = append(rows, purgeRow(p))
		}
	}
	return tableOf(columnsOf(c.row, purgeColumns), rows)
}

// purgeDatabase is the database that the command names.
func (c *call) purgeDatabase() (string, error) {
	list, err := c.named(false)
	if err != nil {
		return "", err
	}
	return list[0].Name, nil
}

// purgeToken is what the second step must bring: it is of the table as it was made and of the records.
func (c *call) purgeToken(table, query string) string {
	have, _ := c.engine.Table(c.request.Database, table)
	t, _ := have.(*store.Table)
	id := [16]byte{}
	if t != nil {
		id = t.ID
	}
	sum := sha256.Sum256(fmt.Appendf(nil, "purge\x00%x\x00%s", id, query))
	return hex.EncodeToString(sum[:])
}

func (c *call) countPurge(name reader.Ident, query string, offset int) (int64, error) {
	if c.row.Name != "PurgeTableAllRecords" {
		out, err := c.removeRecords(name, query, offset, true)
		return out.count, err
	}
	have, _ := c.engine.Table(c.request.Database, name.Text)
	if t, ok := have.(*store.Table); ok {
		return t.Rows(), nil
	}
	return 0, notFound("table", name, ".show tables")
}

// clear takes all rows out of a table.
func (c *call) clear(name reader.Ident) error {
	return c.change(func(x *engine.Edit) error {
		t, err := x.Table(name.Text)
		if err != nil {
			return at(c, name, err)
		}
		return x.Put(t.Cleared())
	})
}
