package command

import "maps"

// The table of the commands that run here, by the names that kql/builtin gives them.

// handler runs a command.
type handler struct {
	run func(*call) (*result, error)
	// cluster: the command is about the cluster, so that the request needs no database.
	cluster bool
	// query: the command holds a query that is run on its own, with its own errors.
	query bool
	// lenient: what is wrong inside the command's texts is told when they run.
	lenient bool
}

var handlers = map[string]handler{}

// The table is filled at the start because a script, which is in it, looks commands up in it.
func init() {
	for _, part := range []map[string]handler{showing(), changing(), filling()} {
		maps.Copy(handlers, part)
	}
}

// showing are the commands that tell what is there.
func showing() map[string]handler {
	return map[string]handler{
		"ShowVersion":                 {run: showVersion, cluster: true},
		"ShowClusterDatabases":        {run: showDatabases, cluster: true},
		"ShowClusterDatabasesDetails": {run: showDatabases, cluster: true},
		"ShowDatabase":                {run: showDatabases},
		"ShowDatabaseDetails":         {run: showDatabases},
		"ShowDatabaseIdentity":        {run: showIdentity},
		"ShowClusterDatabasesIdentity": {
			run: showIdentity, cluster: true,
		},
		"ShowDatabaseSchema":            {run: showSchema},
		"ShowDatabasesSchema":           {run: showSchema, cluster: true},
		"ShowDatabaseSchemaAsJson":      {run: showSchemaJSON},
		"ShowDatabasesSchemaAsJson":     {run: showSchemaJSON, cluster: true},
		"ShowDatabaseSchemaAsCslScript": {run: showScript},
		"ShowDatabaseCslSchema":         {run: showCSL},
		"ShowSchema":                    {run: showClusterSchema, cluster: true},
		"ShowTables":                    {run: showTables},
		"ShowTablesDetails":             {run: showDetails},
		"ShowTable":                     {run: showTable},
		"ShowTableDetails":              {run: showDetails},
		"ShowTableCslSchema":            {run: showCSL},
		"ShowTableSchemaAsJson":         {run: showTableJSON},
		"ShowTableExtents":              {run: showExtents},
		"ShowDatabaseExtents":           {run: showExtents},
		"ShowFunctions":                 {run: showFunctions},
		"ShowFunction":                  {run: showFunctions},
		"ShowExternalTables":            {run: showExternalTables},
		"ShowMaterializedViews":         {run: showMaterializedViews},
		"ShowMaterializedViewsDetails":  {run: showNothing},
		"ShowEntityGroups":              {run: showEntityGroups},
		"GraphModelsShow":               {run: showGraphModels},
		"GraphSnapshotsShow":            {run: showGraphSnapshots},

		"ShowQueries":            {run: showQueries, cluster: true},
		"ShowRunningQueries":     {run: showRunningQueries, cluster: true},
		"ShowCommands":           {run: showCommands, cluster: true},
		"ShowCommandsAndQueries": {run: showCommandsAndQueries, cluster: true},
		"ShowOperations":         {run: showOperations, cluster: true},
		"CancelQuery":            {run: cancelQuery, cluster: true},
	}
}

// changing are the commands that make, change and drop what holds rows.
func changing() map[string]handler {
	return map[string]handler{
		"CreateDatabase":          {run: createDatabase, cluster: true},
		"DetachDatabase":          {run: dropDatabase, cluster: true},
		"AlterDatabasePrettyName": {run: prettyName},
		"DropDatabasePrettyName":  {run: prettyName},

		"CreateTable":               {run: createTable},
		"CreateTables":              {run: createTables},
		"CreateMergeTable":          {run: createTable},
		"CreateMergeTables":         {run: createTables},
		"CreateTableBasedOnAnother": {run: createTableLike},
		"AlterTable":                {run: alterTable},
		"AlterMergeTable":           {run: alterTable},
		"AlterTableDocString":       {run: describeTable},
		"AlterTableFolder":          {run: describeTable},
		"DropTable":                 {run: dropTables},
		"DropTables":                {run: dropTables},
		"RenameTable":               {run: renameTables},
		"RenameTables":              {run: renameTables},
		"ClearTableData":            {run: clearTable},

		"AlterColumnType":            {run: alterColumn},
		"RenameColumn":               {run: renameColumns},
		"RenameColumns":              {run: renameColumns},
		"DropColumn":                 {run: dropColumns},
		"DropTableColumns":           {run: dropColumns},
		"AlterTableColumnDocStrings": {run: describeColumns},
		"AlterMergeTableColumnDocStrings": {
			run: describeColumns,
		},

		"CreateFunction":         {run: createFunction},
		"AlterFunction":          {run: createFunction},
		"CreateOrAlterFunction":  {run: createFunction},
		"AlterFunctionDocString": {run: describeFunction},
		"AlterFunctionFolder":    {run: describeFunction},
		"DropFunction":           {run: dropFunctions},
		"DropFunctions":          {run: dropFunctions},
	}
}

// filling are the commands that bring rows in, and scripts.
func filling() map[string]handler {
	return map[string]handler{
		"CreateTableIngestionMapping":        {run: putMapping},
		"CreateOrAlterTableIngestionMapping": {run: putMapping},
		"AlterTableIngestionMapping":         {run: putMapping},
		"DropTableIngestionMapping":          {run: dropMapping},
		"ShowTableIngestionMappings":         {run: showMappings},
		"ShowTableIngestionMapping":          {run: showMappings},

		"SetTable":              {run: setTable, query: true},
		"AppendTable":           {run: setTable, query: true},
		"SetOrAppendTable":      {run: setTable, query: true},
		"SetOrReplaceTable":     {run: setTable, query: true},
		"IngestInlineIntoTable": {run: ingestInline},
		"IngestIntoTable":       {run: ingestFiles},
		"ExecuteDatabaseScript": {run: runScript, lenient: true},
	}
}
