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
	for _, part := range []map[string]handler{showing(), telling(), changing(), granting(), viewing(), filling()} {
		maps.Copy(handlers, part)
	}
}

// showing are the commands that tell what is there.
func showing() map[string]handler {
	return map[string]handler{
		"ShowVersion":                 {run: showVersion, cluster: true},
		"ShowClusterDatabases":        {run: databaseRows(tellNothing), cluster: true},
		"ShowClusterDatabasesDetails": {run: databaseRows(tellNothing), cluster: true},
		"ShowDatabase":                {run: databaseRows(tellNothing)},
		"ShowDatabaseDetails":         {run: databaseRows(tellNothing)},
		"ShowDatabaseIdentity":        {run: databaseRows(tellIdentity)},
		"ShowClusterDatabasesIdentity": {
			run: databaseRows(tellIdentity), cluster: true,
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
		"ShowClusterExtents":            {run: showExtents, cluster: true},
		"ShowFunctions":                 {run: showFunctions},
		"ShowFunction":                  {run: showFunctions},
		"ShowExternalTables":            {run: showExternalTables},
		"ShowEntityGroups":              {run: func(c *call) (*result, error) { return c.groupsShown() }},
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

// telling are the commands about what is beside the entities themselves.
func telling() map[string]handler {
	return map[string]handler{
		"ShowCluster":                   {run: showCluster, cluster: true},
		"ShowClusterDetails":            {run: showCluster, cluster: true},
		"ShowDiagnostics":               {run: showDiagnostics, cluster: true},
		"ShowCapacity":                  {run: showCapacity, cluster: true},
		"ShowJournal":                   {run: showJournal, cluster: true},
		"ShowClusterJournal":            {run: showJournal, cluster: true},
		"ShowDatabaseJournal":           {run: showJournal},
		"ShowIngestionFailures":         {run: showIngestionFailures, cluster: true},
		"ShowOperationDetails":          {run: showOperationDetails, cluster: true},
		"ShowDatabasePolicies":          {run: databaseRows(tellPolicies)},
		"ShowClusterDatabasesPolicies":  {run: databaseRows(tellPolicies), cluster: true},
		"ShowDatabaseDataStats":         {run: databaseRows(tellData)},
		"ShowClusterDatabasesDataStats": {run: databaseRows(tellData), cluster: true},
		"ShowWorkloadGroups":            {run: showWorkloadGroups, cluster: true},
		"ShowWorkloadGroup":             {run: showWorkloadGroups, cluster: true},
		"CreateOrAleterWorkloadGroup":   {run: putWorkloadGroup, cluster: true},
		"AlterMergeWorkloadGroup":       {run: putWorkloadGroup, cluster: true},
		"DropWorkloadGroup":             {run: dropWorkloadGroup, cluster: true},
		"ShowPurges":                    {run: showPurges, cluster: true},
		"ShowDatabasesEntities":         {run: showEntities, cluster: true},
		"ShowDatabaseEntity":            {run: showEntities},
		"ShowDatabaseMetadata":          {run: databaseRows(tellMetadata)},
		"ShowClusterDatabasesMetadata":  {run: databaseRows(tellMetadata), cluster: true},
	}
}

// granting are the commands about roles.
func granting() map[string]handler {
	out := map[string]handler{
		"ShowPrincipalRoles":         {run: showPrincipalRoles},
		"ShowDatabasePrincipalRoles": {run: showPrincipalRoles},
		"ShowTablePrincipalRoles":    {run: showPrincipalRoles},
		"ShowFunctionPrincipalRoles": {run: showPrincipalRoles},
		"ShowClusterPrincipalRoles":  {run: showPrincipalRoles, cluster: true},

		"SetMaterializedViewAdmins":  {run: changeRoles},
		"AddMaterializedViewAdmins":  {run: changeRoles},
		"DropMaterializedViewAdmins": {run: changeRoles},
	}
	for _, on := range []string{"Cluster", "Database", "Table", "Function", "MaterializedView"} {
		out["Show"+on+"Principals"] = handler{run: showPrincipals, cluster: on == "Cluster"}
		for _, verb := range []string{"Add", "Drop", "Set"} {
			if on != "MaterializedView" {
				out[verb+on+"Role"] = handler{run: changeRoles, cluster: on == "Cluster"}
			}
		}
	}
	return out
}

// viewing are the commands about materialized views.
func viewing() map[string]handler {
	return map[string]handler{
		"CreateMaterializedView":                {run: putView},
		"CreateOrAlterMaterializedView":         {run: putView},
		"AlterMaterializedView":                 {run: putView},
		"DropMaterializedView":                  {run: dropView},
		"RenameMaterializedView":                {run: renameView},
		"EnableDisableMaterializedView":         {run: switchView},
		"AlterMaterializedViewFolder":           {run: describeView},
		"AlterMaterializedViewDocString":        {run: describeView},
		"AlterMaterializedViewAutoUpdateSchema": {run: describeView},
		"ClearMaterializedViewData":             {run: clearView},
		"ShowMaterializedView":                  {run: showMaterializedViews},
		"ShowMaterializedViews":                 {run: showMaterializedViews},
		"ShowMaterializedViewDetails":           {run: showViewDetails},
		"ShowMaterializedViewsDetails":          {run: showViewDetails},
		"ShowMaterializedViewSchemaAsJson":      {run: showViewSchema},
		"ShowMaterializedViewCslSchema":         {run: showViewSchema},
		"ShowMaterializedViewSchema":            {run: showViewSchema},
		"ShowMaterializedViewExtents":           {run: showViewExtents},
		"ShowMaterializedViewFailures":          {run: showViewFailures},
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

		"CreateFunction":                  {run: createFunction},
		"AlterFunction":                   {run: createFunction},
		"CreateOrAlterFunction":           {run: createFunction},
		"AlterFunctionDocString":          {run: describeFunction},
		"AlterFunctionFolder":             {run: describeFunction},
		"CreateEntityGroupCommand":        {run: putGroup},
		"CreateOrAlterEntityGroupCommand": {run: putGroup},
		"AlterEntityGroup":                {run: putGroup},
		"AlterMergeEntityGroup":           {run: putGroup},
		"DropEntityGroup":                 {run: dropGroup},
		"ShowEntityGroup":                 {run: showGroup},

		"DropFunction":  {run: dropFunctions},
		"DropFunctions": {run: dropFunctions},
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
		"DeleteTableRecords":    {run: deleteRecords, query: true},
		"TableDataUpdate":       {run: updateTable, query: true},
		"DropExtent":            {run: dropExtents},
		"DropExtents":           {run: dropExtents, query: true},
		"PurgeTableRecords":     {run: purgeRecords, query: true},
		"PurgeTableAllRecords":  {run: purgeRecords},
		"ExecuteDatabaseScript": {run: runScript, lenient: true},
	}
}
