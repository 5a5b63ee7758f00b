package command

import (
	"cmp"
	"strings"

	"calypso/engine"
	"calypso/engine/store"
	reader "calypso/kql/command"
	"calypso/kql/symbol"
)

// The commands about one database's entities.

func showTables(c *call) (*result, error) {
	d, list, err := c.tables()
	if err != nil {
		return nil, err
	}
	return c.table(tableRows(d, list)...)
}

func tableRows(d *symbol.Database, list []*symbol.TableSymbol) []record {
	var rows []record
	for _, t := range list {
		rows = append(rows, record{"TableName": t.Name, "DatabaseName": d.Name, "Folder": t.Folder, "DocString": t.Doc})
	}
	return rows
}

func showDetails(c *call) (*result, error) {
	d, list, err := c.tables()
	if err != nil {
		return nil, err
	}
	var rows []record
	for _, t := range list {
		var n any
		if c.rows != nil {
			n = sized(c.rows(d.Name, t.Name))
		}
		row := record{
			"TableName": t.Name, "DatabaseName": d.Name, "Folder": t.Folder, "DocString": t.Doc,
			"TotalRowCount": n, "HotRowCount": n, "TableId": id(d.Name, t.Name),
		}
		if kept := c.kept(d, t); kept != nil {
			keptDetails(row, kept)
			settings, _, _ := c.engine.Settings(d.Name)
			policyDetails(row, kept.Settings, settings)
		}
		rows = append(rows, row)
	}
	return c.table(rows...)
}

// kept gives a table that commands made; nil for others.
func (c *call) kept(d *symbol.Database, t *symbol.TableSymbol) *store.Table {
	if c.engine == nil {
		return nil
	}
	have, _ := c.engine.Table(d.Name, t.Name)
	kept, _ := have.(*store.Table)
	return kept
}

func keptDetails(row record, t *store.Table) {
	row["TableId"], row["TotalExtents"], row["HotExtents"] = t.ID, len(t.Extents()), len(t.Extents())
	for i, s := range t.Extents() {
		if i == 0 {
			row["MinExtentsCreationTime"] = s.Created
		}
		row["MaxExtentsCreationTime"] = s.Created
	}
	bytes, original := extentSizes(t)
	row["TotalExtentSize"], row["HotExtentSize"] = float64(bytes), float64(bytes)
	row["TotalOriginalSize"], row["HotOriginalSize"] = original, original
}

// extentSizes gives the bytes that a table's extents take, and those of their values before they were packed: nil when that isn't known
// of all.
func extentSizes(t *store.Table) (bytes int64, original any) {
	var values int64
	known := true
	for _, s := range t.Extents() {
		bytes += s.Bytes
		values += s.Original
		known = known && s.Original > 0
	}
	if !known {
		return bytes, nil
	}
	return bytes, float64(values)
}

// policyDetails fills the columns of policies: the table's own, else those of its database.
func policyDetails(row record, own, database store.Settings) {
	for column, word := range map[string]string{
		"RetentionPolicy": engine.PolicyRetention, "CachingPolicy": "caching", "ShardingPolicy": "sharding", "MergePolicy": "merge",
		"StreamingIngestionPolicy": "streamingingestion", "IngestionBatchingPolicy": "ingestionbatching", "RowOrderPolicy": "roworder",
	} {
		row[column] = cmp.Or(own.Policies[word], database.Policies[word], "null")
	}
	row["AuthorizedPrincipals"] = principalsJSON(own.Roles)
}

func showTable(c *call) (*result, error) {
	d, list, err := c.tables()
	if err != nil {
		return nil, err
	}
	var rows []record
	for _, t := range list {
		for _, column := range t.Columns.List {
			rows = append(rows, record{
				"AttributeName": column.Name, "AttributeType": column.Type.CLR(), "AttributeId": id(d.Name, t.Name, column.Name),
			})
		}
	}
	return c.table(rows...)
}

// showExtents lists the pieces that tables made by commands lie in.
func showExtents(c *call) (*result, error) {
	chosen, err := c.extentChoice()
	if err != nil {
		return nil, err
	}
	databases, err := c.named(c.row.Name == "ShowClusterExtents")
	if err != nil {
		return nil, err
	}
	var rows []record
	for _, d := range databases {
		list := ofKind(d, symbol.Plain)
		if len(c.names(reader.RuleTable, "")) > 0 {
			if d, list, err = c.tables(); err != nil {
				return nil, err
			}
		}
		for _, t := range list {
			kept := c.kept(d, t)
			if kept == nil {
				continue
			}
			for _, s := range kept.Extents() {
				if !chosen(s) {
					continue
				}
				row := record{
					"ExtentId": s.ID, "DatabaseName": d.Name, "TableName": t.Name, "MinCreatedOn": s.Created, "MaxCreatedOn": s.Created,
					"ExtentSize": float64(s.Bytes), "RowCount": s.Rows(), "Tags": strings.Join(s.Tags, "\r\n"),
				}
				if s.Original > 0 {
					row["OriginalSize"] = float64(s.Original)
				}
				rows = append(rows, row)
			}
		}
	}
	return c.table(rows...)
}

func functionRow(f *symbol.Function) record {
	return record{"Name": f.Name, "Parameters": f.Parameters, "Body": f.Body, "Folder": f.Folder, "DocString": f.Doc}
}

func showFunctions(c *call) (*result, error) {
	d, err := c.current()
	if err != nil {
		return nil, err
	}
	list := d.Functions
	for _, p := range c.names(reader.RuleFunction, "") {
		f := d.Function(p.Names[0].Text)
		if f == nil {
			return nil, notFound("function", p.Names[0], ".show functions")
		}
		list = []*symbol.Function{f}
	}
	var rows []record
	for _, f := range list {
		rows = append(rows, functionRow(f))
	}
	return c.table(rows...)
}

func showExternalTables(c *call) (*result, error) {
	d, err := c.current()
	if err != nil {
		return nil, err
	}
	var rows []record
	for _, t := range ofKind(d, symbol.External) {
		rows = append(rows, record{"TableName": t.Name, "TableType": "Blob", "Folder": t.Folder, "DocString": t.Doc, "Properties": "{}"})
	}
	return c.table(rows...)
}

func showMaterializedViews(c *call) (*result, error) {
	d, list, err := c.viewSymbols()
	if err != nil {
		return nil, err
	}
	_, views, _ := c.engine.Settings(d.Name)
	var rows []record
	for _, t := range list {
		row := record{
			"Name": t.Name, "Query": t.Query, "IsHealthy": true, "IsEnabled": true, "Folder": t.Folder, "DocString": t.Doc, "AutoUpdateSchema": false,
		}
		for _, v := range views {
			if v.Name == t.Name {
				row = viewRow(v)
			}
		}
		rows = append(rows, row)
	}
	return c.table(rows...)
}

// viewSymbols gives the materialized views that a command names, all of them when it names none.
func (c *call) viewSymbols() (*symbol.Database, []*symbol.TableSymbol, error) {
	d, err := c.current()
	if err != nil {
		return nil, nil, err
	}
	parts := c.names(reader.RuleView, "")
	if len(parts) == 0 {
		return d, ofKind(d, symbol.MaterializedView), nil
	}
	var out []*symbol.TableSymbol
	for _, p := range parts {
		t := d.TableOf(symbol.MaterializedView, p.Names[0].Text)
		if t == nil {
			return nil, nil, notFound("materialized view", p.Names[0], ".show materialized-views")
		}
		out = append(out, t)
	}
	return d, out, nil
}

// showViewDetails lists views with their policies; how many rows they have is known when they are read only.
func showViewDetails(c *call) (*result, error) {
	d, list, err := c.viewSymbols()
	if err != nil {
		return nil, err
	}
	database, views, _ := c.engine.Settings(d.Name)
	var rows []record
	for _, t := range list {
		row := record{"MaterializedViewName": t.Name, "DatabaseName": d.Name, "Folder": t.Folder, "DocString": t.Doc}
		for _, v := range views {
			if v.Name == t.Name {
				policyDetails(row, v.Settings, database)
			}
		}
		for _, word := range []string{"StreamingIngestionPolicy", "IngestionBatchingPolicy", "RowOrderPolicy"} {
			delete(row, word)
		}
		rows = append(rows, row)
	}
	return c.table(rows...)
}

// showViewSchema answers .show materialized-view V cslschema, kqlschema and schema as json.
func showViewSchema(c *call) (*result, error) {
	d, list, err := c.viewSymbols()
	if err != nil {
		return nil, err
	}
	text := cslText
	if c.Has("json") {
		text = schemaJSON
	}
	return tableOf(columnsOf(c.row, "(TableName: string, Schema: string, DatabaseName: string, Folder: string, DocString: string)"), cslRows(d, list, text))
}

// showViewExtents lists none: a view is run when it is read, and keeps nothing.
func showViewExtents(c *call) (*result, error) {
	if _, _, err := c.viewSymbols(); err != nil {
		return nil, err
	}
	return c.table()
}

// showViewFailures lists none: what is wrong with a view is told to who reads it.
func showViewFailures(c *call) (*result, error) {
	if _, _, err := c.viewSymbols(); err != nil {
		return nil, err
	}
	return tableOf(columnsOf(c.row, "(Timestamp: datetime, OperationId: guid, Name: string, LastSuccessRun: datetime, FailureKind: string, Details: string)"), nil)
}

func showGraphModels(c *call) (*result, error) {
	d, err := c.current()
	if err != nil {
		return nil, err
	}
	var rows []record
	for _, g := range d.Graphs {
		rows = append(rows, record{"Name": g.Name, "DatabaseName": d.Name})
	}
	return tableOf(columnsOf(c.row, "(Name: string, DatabaseName: string)"), rows)
}

// showGraphSnapshots takes "*" or a model's name; the embedded engine stores no snapshots of its own.
func showGraphSnapshots(c *call) (*result, error) {
	d, err := c.current()
	if err != nil {
		return nil, err
	}
	model := "*"
	for _, p := range c.names(reader.RulePathPattern, "") {
		model = p.Names[0].Text
	}
	var rows []record
	for _, g := range d.Graphs {
		if model != "*" && model != g.Name {
			continue
		}
		for _, name := range g.Snapshots {
			rows = append(rows, record{"DatabaseName": d.Name, "Name": name, "ModelName": g.Name})
		}
	}
	return tableOf(columnsOf(c.row, "(DatabaseName: string, Name: string, SnapshotTime: datetime, ModelName: string, ModelId: guid, "+
		"ModelCreationTime: datetime, NodesCount: long, EdgesCount: long)"), rows)
}
