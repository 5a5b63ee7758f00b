package command

import (
	"calypso/kql/symbol"
	"calypso/kusto/wire"
)

// The commands about one database's entities.

const (
	tableColumns   = "(TableName: string, DatabaseName: string, Folder: string, DocString: string)"
	detailColumns  = "(TableName: string, DatabaseName: string, Folder: string, DocString: string, TotalExtents: long, TotalExtentSize: real, TotalOriginalSize: real, TotalRowCount: long, HotExtents: long, HotExtentSize: real, HotOriginalSize: real, HotRowCount: long, AuthorizedPrincipals: string, RetentionPolicy: string, CachingPolicy: string, ShardingPolicy: string, MergePolicy: string, StreamingIngestionPolicy: string, IngestionBatchingPolicy: string, MinExtentsCreationTime: datetime, MaxExtentsCreationTime: datetime, RowOrderPolicy: string, TableId: guid)"
	columnColumns  = "(AttributeName: string, AttributeType: string, ExtentSize: long, CompressionRatio: real, IndexSize: long, IndexSizePercent: real, OriginalSize: long, AttributeId: guid, SharedIndexSize: long, StorageEngineVersion: string)"
	functionColumn = "(Name: string, Parameters: string, Body: string, Folder: string, DocString: string)"
)

func (s *state) rows(d *symbol.Database, t *symbol.TableSymbol) any {
	if s.env.rows == nil {
		return nil
	}
	return sized(s.env.rows(d.Name, t.Name))
}

func showTables(s *state) (*result, error) {
	d, err := s.current()
	if err != nil {
		return nil, err
	}
	list := plain(d)
	if names, ok := s.names(); ok {
		list = nil
		for _, n := range names {
			t := d.TableOf(symbol.Plain, n.text)
			if t == nil {
				return nil, notFound("table", n, ".show tables")
			}
			list = append(list, t)
		}
	}
	if s.words("details") && s.done() {
		return s.details(d, list), nil
	}
	if !s.done() {
		return nil, errNext
	}
	var rows [][]any
	for _, t := range list {
		rows = append(rows, []any{t.Name, d.Name, t.Folder, t.Doc})
	}
	return table(tableColumns, rows), nil
}

func plain(d *symbol.Database) []*symbol.TableSymbol { return ofKind(d, symbol.Plain) }

func ofKind(d *symbol.Database, kind symbol.TableKind) []*symbol.TableSymbol {
	var list []*symbol.TableSymbol
	for _, t := range d.Tables {
		if t.Kind == kind {
			list = append(list, t)
		}
	}
	return list
}

func (s *state) details(d *symbol.Database, list []*symbol.TableSymbol) *result {
	var rows [][]any
	for _, t := range list {
		n := s.rows(d, t)
		rows = append(rows, []any{t.Name, d.Name, t.Folder, t.Doc, nil, nil, nil, n, nil, nil, nil, n, "", "", "", "", "", "", "", nil, nil, "", id(d.Name, t.Name)})
	}
	return table(detailColumns, rows)
}

func showTable(s *state) (*result, error) {
	d, err := s.current()
	if err != nil {
		return nil, err
	}
	name, ok := s.name()
	if !ok {
		return nil, &fault{offset: name.at, message: "no table name after .show table", syntax: true}
	}
	t := d.Table(name.text)
	if t == nil {
		return nil, notFound("table", name, ".show tables")
	}
	switch {
	case s.words("cslschema") && s.done():
		return table(cslColumns, [][]any{cslRow(d, t)}), nil
	case s.words("schema as json") && s.done():
		return table(cslColumns, [][]any{{t.Name, string(wire.AppendTableSchema(nil, t)), d.Name, t.Folder, t.Doc}}), nil
	case s.words("details") && s.done():
		return s.details(d, []*symbol.TableSymbol{t}), nil
	case s.done():
		var rows [][]any
		for _, c := range t.Columns.List {
			rows = append(rows, []any{c.Name, c.Type.CLR(), nil, nil, nil, nil, nil, id(d.Name, t.Name, c.Name), nil, ""})
		}
		return table(columnColumns, rows), nil
	}
	return nil, errNext
}

func functionRow(f *symbol.Function) []any {
	return []any{f.Name, f.Parameters, f.Body, f.Folder, f.Doc}
}

func showFunctions(s *state) (*result, error) {
	d, err := s.current()
	if err != nil {
		return nil, err
	}
	if !s.done() {
		return nil, errNext
	}
	var rows [][]any
	for _, f := range d.Functions {
		rows = append(rows, functionRow(f))
	}
	return table(functionColumn, rows), nil
}

func showFunction(s *state) (*result, error) {
	d, err := s.current()
	if err != nil {
		return nil, err
	}
	name, ok := s.name()
	if !ok || !s.done() {
		return nil, errNext
	}
	f := d.Function(name.text)
	if f == nil {
		return nil, notFound("function", name, ".show functions")
	}
	return table(functionColumn, [][]any{functionRow(f)}), nil
}

func showExternalTables(s *state) (*result, error) {
	d, err := s.current()
	if err != nil {
		return nil, err
	}
	if !s.done() {
		return nil, errNext
	}
	var rows [][]any
	for _, t := range ofKind(d, symbol.External) {
		rows = append(rows, []any{t.Name, "Blob", t.Folder, t.Doc, "{}", nil, nil, ""})
	}
	return table("(TableName: string, TableType: string, Folder: string, DocString: string, Properties: string, ConnectionStrings: dynamic, Partitions: dynamic, PathFormat: string)", rows), nil
}

func showMaterializedViews(s *state) (*result, error) {
	d, err := s.current()
	if err != nil {
		return nil, err
	}
	s.words("details")
	if !s.done() {
		return nil, errNext
	}
	var rows [][]any
	for _, t := range ofKind(d, symbol.MaterializedView) {
		rows = append(rows, []any{t.Name, "", t.Query, nil, nil, "", true, true, t.Folder, t.Doc, false, nil, nil, ""})
	}
	return table("(Name: string, SourceTable: string, Query: string, MaterializedTo: datetime, LastRun: datetime, LastRunResult: string, IsHealthy: bool, IsEnabled: bool, Folder: string, DocString: string, AutoUpdateSchema: bool, EffectiveDateTime: datetime, Lookback: timespan, LookbackColumn: string)", rows), nil
}

func showGraphModels(s *state) (*result, error) {
	d, err := s.current()
	if err != nil {
		return nil, err
	}
	s.words("details")
	if !s.done() {
		return nil, errNext
	}
	var rows [][]any
	for _, g := range d.Graphs {
		rows = append(rows, []any{g.Name, d.Name})
	}
	return table("(Name: string, DatabaseName: string)", rows), nil
}

// showGraphSnapshots takes "*" or a model's name; the embedded engine stores no snapshots of its own.
func showGraphSnapshots(s *state) (*result, error) {
	d, err := s.current()
	if err != nil {
		return nil, err
	}
	model, given := s.name()
	s.words("details")
	if !s.done() {
		return nil, errNext
	}
	var rows [][]any
	for _, g := range d.Graphs {
		if given && model.text != "*" && model.text != g.Name {
			continue
		}
		for _, name := range g.Snapshots {
			rows = append(rows, []any{d.Name, name, nil, g.Name, nil, nil, nil, nil})
		}
	}
	return table("(DatabaseName: string, Name: string, SnapshotTime: datetime, ModelName: string, ModelId: guid, ModelCreationTime: datetime, NodesCount: long, EdgesCount: long)", rows), nil
}

func showEntityGroups(s *state) (*result, error) {
	d, err := s.current()
	if err != nil {
		return nil, err
	}
	if !s.done() {
		return nil, errNext
	}
	var rows [][]any
	for _, g := range d.EntityGroups {
		rows = append(rows, []any{g.Name, g.Definition})
	}
	return table("(Name: string, Entities: string)", rows), nil
}
