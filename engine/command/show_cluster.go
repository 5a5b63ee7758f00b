package command

import (
	"fmt"
	"runtime"
	"slices"
	"strings"

	"calypso/engine"
	"calypso/engine/store"
	"calypso/kql/builtin"
	reader "calypso/kql/command"
	"calypso/kql/symbol"
)

// What the engine tells of itself in the form of a cluster: one node, this process. Figures that it doesn't have are null.

func showCluster(c *call) (*result, error) {
	row := record{
		"NodeId": "calypso", "Address": "127.0.0.1", "Name": "Engine_IN_0", "StartTime": c.engine.Started(), "IsAdmin": true,
		"ProcessorCount": runtime.NumCPU(), "EnvironmentDescription": fmt.Sprintf("Calypso %s on %s/%s", c.version, runtime.GOOS, runtime.GOARCH),
	}
	if c.row.Name == "ShowClusterDetails" {
		row["NetAndClsVersion"] = runtime.Version()
	}
	return c.table(row)
}

func showDiagnostics(c *call) (*result, error) {
	var extents, largest int
	var bytes int64
	name := ""
	for _, d := range c.databases() {
		tables, _ := c.engine.Tables(d.Name)
		for _, t := range tables {
			kept, ok := t.(*store.Table)
			if !ok {
				continue
			}
			packed, _ := extentSizes(kept)
			bytes += packed
			n := len(kept.Extents())
			if extents += n; n > largest {
				largest, name = n, kept.Name()
			}
		}
	}
	return c.table(record{
		"IsHealthy": true, "IsScaleOutRequired": false, "MachinesTotal": 1, "MachinesOffline": 0, "NodeLastRestartedOn": c.engine.Started(),
		"ExtentsTotal": extents, "TotalExtentSize": float64(bytes), "IngestionsInProgress": 0, "MergesInProgress": 0, "BuildVersion": c.version,
		"IsAttentionRequired": false, "ProductVersion": "Calypso " + c.version, "FailedIngestOperations": len(c.engine.Failures()),
		"MaxExtentsInSingleTable": largest, "TableWithMaxExtents": name, "NumberOfDatabases": len(c.databases()), "MachinesSuspended": 0,
	})
}

// showCapacity tells what is running of what a cluster has places for; here nothing waits for a place, so that totals are the cores.
func showCapacity(c *call) (*result, error) {
	asked := ""
	for _, p := range c.Parts[2:] {
		if p.Kind == reader.Word && p.Word != "with" {
			asked = p.Word
		}
	}
	queries, ingestions := 0, 0
	for _, a := range c.engine.Running() {
		row := builtin.FindCommand(a.Command)
		switch {
		case a.Command == "":
			queries++
		case row != nil && !row.Reads && strings.Contains(a.Command, "Table"):
			ingestions++
		}
	}
	var rows []record
	total := runtime.NumCPU()
	for _, r := range []struct {
		word, name string
		used       int
	}{
		{"ingestions", "ingestions", ingestions},
		{"extents-merge", "extents-merge", 0},
		{"table-purge", "table-purge", 0},
		{"data-export", "data-export", 0},
		{"extents-partition", "extents-partition", 0},
		{"materialized-view", "materialized-view", 0},
		{"stored-query-results", "stored-query-results", 0},
		{"queries", "queries", queries},
	} {
		if asked == "" || asked == r.word {
			rows = append(rows, record{"Resource": r.name, "Total": total, "Consumed": min(r.used, total), "Remaining": total - min(r.used, total)})
		}
	}
	return c.table(rows...)
}

// showJournal lists the commands that changed something, as far as they are remembered.
func showJournal(c *call) (*result, error) {
	list, err := c.named(c.row.Name != "ShowDatabaseJournal")
	if err != nil {
		return nil, err
	}
	var rows []record
	for _, a := range c.engine.Done() {
		row := builtin.FindCommand(a.Command)
		if row == nil || row.Reads || a.State != engine.Completed || strings.HasPrefix(a.Command, "Cancel") {
			continue
		}
		database := c.databaseCalled(a.Database)
		if !slices.ContainsFunc(list, func(d *symbol.Database) bool { return d.Name == database }) {
			continue
		}
		rows = append(rows, record{
			"Event": a.Command, "EventTimestamp": a.Updated, "Database": database, "ChangeCommand": a.Text, "RootActivityId": a.ID,
			"ClientRequestId": a.ClientID, "User": a.User,
		})
	}
	return c.table(rows...)
}

func showIngestionFailures(c *call) (*result, error) {
	var rows []record
	for _, f := range c.engine.Failures() {
		rows = append(rows, record{
			"OperationId": f.ID, "Database": f.Database, "Table": f.Table, "FailedOn": f.At, "Details": f.Details, "FailureKind": "Permanent",
			"RootActivityId": f.ID, "OperationKind": "UpdatePolicy", "OriginatesFromUpdatePolicy": f.Update, "ShouldRetry": false, "User": f.User,
		})
	}
	return c.table(rows...)
}

// showOperationDetails gives the table of a command that answered with its identity only.
func showOperationDetails(c *call) (*result, error) {
	texts, err := c.values("OperationId")
	if err != nil {
		return nil, err
	}
	id := constant("guid(" + strings.Trim(strings.Join(texts, ""), "'\"") + ")")
	if id == nil || id.IsNull(0) {
		return nil, &fault{offset: c.Span.Start, message: "the operation is named by its id, a guid"}
	}
	t := c.engine.Outcome(id.Guids[0])
	if t == nil {
		return nil, &fault{offset: c.Span.Start, message: "no operation of that id has left details; .show operations lists those that are remembered, and the last 100 async commands that went well have details"}
	}
	out := &result{columns: t.Columns()}
	if t.Segments() == 0 {
		return tableOf(out.columns, nil)
	}
	all := make([]int, len(out.columns))
	for i := range all {
		all[i] = i
	}
	b, err := t.Segment(c.ctx, 0, all) // a command's table is small: it has one segment
	if err != nil {
		return nil, err
	}
	out.batch = *b
	return out, nil
}

// databaseRows lists databases, with what tell adds to each.
func databaseRows(tell func(c *call, d *symbol.Database, row record)) func(c *call) (*result, error) {
	return func(c *call) (*result, error) {
		list, err := c.named(c.allDatabases())
		if err != nil {
			return nil, err
		}
		var rows []record
		for _, d := range list {
			row := c.databaseRow(d)
			tell(c, d, row)
			rows = append(rows, row)
		}
		return c.table(rows...)
	}
}

// tellPolicies adds a database's policies.
func tellPolicies(c *call, d *symbol.Database, row record) {
	settings, _, _ := c.engine.Settings(d.Name)
	policyDetails(row, settings, store.Settings{})
	delete(row, "RowOrderPolicy")
}

// tellData adds what a database's tables hold.
func tellData(c *call, d *symbol.Database, row record) {
	var n, bytes int64
	tables, _ := c.engine.Tables(d.Name)
	for _, t := range tables {
		if kept, ok := t.(*store.Table); ok {
			n += kept.Rows()
			packed, _ := extentSizes(kept)
			bytes += packed
		}
	}
	row["RowCount"], row["HotRowCount"], row["ExtentSize"], row["HotExtentSize"] = n, n, float64(bytes), float64(bytes)
}

// tellMetadata says where a database is kept.
func tellMetadata(c *call, _ *symbol.Database, row record) {
	row["PersistentStorage"], row["MetadataPersistentStorage"] = c.engine.Kept(), c.engine.Kept()
	for _, name := range []string{"IsCurrent", "PrettyName", "DatabaseId"} {
		delete(row, name)
	}
}

// showEntities lists the tables, views and functions of databases.
func showEntities(c *call) (*result, error) {
	list, err := c.named(c.row.Name == "ShowDatabasesEntities")
	if err != nil {
		return nil, err
	}
	only := ""
	for _, p := range c.names(0, "EntityName") {
		only = p.Names[0].Text
	}
	var rows []record
	for _, d := range list {
		add := func(kind, name, doc, folder string, more record) {
			if only != "" && name != only {
				return
			}
			more["DatabaseName"], more["EntityType"], more["EntityName"], more["DocString"], more["Folder"] = d.Name, kind, name, doc, folder
			rows = append(rows, more)
		}
		for _, t := range d.Tables {
			kind := map[symbol.TableKind]string{symbol.Plain: "Table", symbol.MaterializedView: "MaterializedView", symbol.External: "ExternalTable"}[t.Kind]
			add(kind, t.Name, t.Doc, t.Folder, record{"Content": t.Query, "CslOutputSchema": cslText(t)})
		}
		for _, f := range d.Functions {
			add("Function", f.Name, f.Doc, f.Folder, record{"CslInputSchema": f.Parameters, "Content": f.Body})
		}
	}
	if only != "" && len(rows) == 0 {
		return nil, &fault{offset: c.Span.Start, message: fmt.Sprintf("entity '%s' was not found; .show databases entities lists them", only)}
	}
	return c.table(rows...)
}
