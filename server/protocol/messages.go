package protocol

import (
	"reflect"
	"slices"
)

// Version is the version of our own messages. It rises when an old client or server would misread a message; a member
// that is only added doesn't count.
const Version = 1

// Direction says who sends a message.
type Direction int

const (
	// ToServer is sent by the client.
	ToServer Direction = iota
	// ToClient is sent by the server, and only to a client that declared experimental.kusto.
	ToClient
)

// Message describes one method: its name on the wire and the types of both halves.
type Message struct {
	Name      string // the identifier that both languages use for it
	Method    string // the method on the wire
	Doc       string // one sentence
	Direction Direction
	Params    reflect.Type // nil: none
	Result    reflect.Type // nil: null, or a notification
	Notify    bool         // true: a notification, which has no answer
	Null      bool         // true: the result may be null too
}

func request[P, R any](name, method, doc string) Message {
	return Message{Name: name, Method: method, Doc: doc, Params: typeOf[P](), Result: typeOf[R]()}
}

func notify[P any](name, method, doc string) Message {
	return Message{Name: name, Method: method, Doc: doc, Direction: ToClient, Params: typeOf[P](), Notify: true}
}

// toClient turns a request around.
func toClient(m Message) Message {
	m.Direction = ToClient
	return m
}

// none stands for params that are absent and for a result that is null.
type none struct{}

func typeOf[T any]() reflect.Type {
	t := reflect.TypeFor[T]()
	if t == reflect.TypeFor[none]() {
		return nil
	}
	return t
}

// The methods of ours. A method that isn't in this list doesn't exist: it answers -32601.
const (
	MethodConnectionsList     = "kusto/connections/list"
	MethodConnectionsAdd      = "kusto/connections/add"
	MethodConnectionsRemove   = "kusto/connections/remove"
	MethodConnectionsTest     = "kusto/connections/test"
	MethodActiveConnection    = "kusto/activeConnection"
	MethodSetActiveConnection = "kusto/setActiveConnection"
	MethodSchemaRead          = "kusto/schema/read"
	MethodSchemaRefresh       = "kusto/schema/refresh"
	MethodSchemaChildren      = "kusto/schema/children"
	MethodQueryBlocks         = "kusto/query/blocks"
	MethodQueryRun            = "kusto/query/run"
	MethodQueryCancel         = "kusto/query/cancel"
	MethodQueryList           = "kusto/query/list"
	MethodResultInfo          = "kusto/result/info"
	MethodResultView          = "kusto/result/view"
	MethodResultRead          = "kusto/result/read"
	MethodResultCell          = "kusto/result/cell"
	MethodResultCopy          = "kusto/result/copy"
	MethodResultExport        = "kusto/result/export"
	MethodResultClose         = "kusto/result/close"
	MethodResultSheet         = "kusto/result/sheet"
	MethodResultMenu          = "kusto/result/menu"
	MethodResultSelect        = "kusto/result/select"
	MethodResultColumn        = "kusto/result/column"
	MethodResultNodes         = "kusto/result/nodes"
	MethodTabsList            = "kusto/tabs/list"
	MethodTabsAct             = "kusto/tabs/act"
	MethodTabsMenu            = "kusto/tabs/menu"
	MethodTabsShow            = "kusto/tabs/show"
	MethodTabsChanged         = "kusto/tabs/changed"
	MethodConnectionsChanged  = "kusto/connectionsChanged"
	MethodActiveConnChanged   = "kusto/activeConnectionChanged"
	MethodSchemaChanged       = "kusto/schema/changed"
	MethodQueryStarted        = "kusto/query/started"
	MethodQueryFinished       = "kusto/query/finished"
	MethodResultShow          = "kusto/result/show"
	MethodResultChart         = "kusto/result/chart"
	MethodResultImage         = "kusto/result/image"
	MethodLink                = "kusto/link"
)

// The commands that the server runs by workspace/executeCommand.
const (
	CommandRun           = "calypso.server.run"
	CommandSetConnection = "calypso.server.setConnection"
	// CommandChooseConnection asks the person which connection a document uses: {uri}.
	CommandChooseConnection = "calypso.server.chooseConnection"
	// CommandReferences gives the places of a name, as textDocument/references does: {uri, position}.
	CommandReferences = "calypso.server.references"
	// CommandRunTest runs the case of a file of tests that begins on a line, from 1: {uri, line}.
	CommandRunTest = "calypso.server.runTest"
	// CommandRefreshSchema reads a schema anew: {uri?, connection?, database?}; that of the document or the default when not said.
	CommandRefreshSchema = "calypso.server.refreshSchema"
	// CommandShowResult shows the rows of an earlier run: {result}.
	CommandShowResult = "calypso.server.showResult"
)

// The commands of a client that declares experimental.kusto: lenses and code actions that the server gives it carry them.
const (
	ClientCommandRun        = "calypso.run"            // uri, range: runs the blocks there
	ClientCommandConnect    = "calypso.connect"        // asks for the connection of the active document
	ClientCommandReferences = "calypso.showReferences" // uri, position, locations
	ClientCommandRename     = "calypso.renameAt"       // uri, position: starts a rename there
)

// The limits of one message.
const (
	PageRows       = 500       // rows of one result/read at most
	FirstRows      = 100       // rows that come with a sheet at most: more than is in sight
	PageBytes      = 256 << 10 // bytes of values of one result/read at most
	CellCharacters = 1000      // characters of one cell in a page; longer ones are cut and named in clipped
	CopyBytes      = 1 << 20   // bytes of one result/copy at most
	CellBytes      = 1 << 20   // bytes of one result/cell at most
	TreeNodes      = 200       // nodes of one schema/children at most
)

// Messages lists every message of ours in the order of the design: the server's table and the generator read it.
func Messages() []Message {
	return append([]Message{
		request[none, ConnectionsListResult]("ConnectionsList", MethodConnectionsList, "Lists the saved connections."),
		request[ConnectionsAddParams, ConnectionsAddResult]("ConnectionsAdd", MethodConnectionsAdd, "Saves a connection; nothing is contacted."),
		request[ConnectionsRemoveParams, none]("ConnectionsRemove", MethodConnectionsRemove, "Forgets a saved connection."),
		request[ConnectionsTestParams, ConnectionsTestResult]("ConnectionsTest", MethodConnectionsTest, "Contacts the cluster and lists its databases."),
		request[ActiveConnectionParams, ActiveConnectionResult]("ActiveConnection", MethodActiveConnection, "Says where a document's queries run."),
		request[SetActiveConnectionParams, ActiveConnectionResult]("SetActiveConnection", MethodSetActiveConnection, "Sets where a document's queries run, or the default."),
		request[SchemaReadParams, SchemaReadResult]("SchemaRead", MethodSchemaRead, "Says what is known of a schema, loading it where nothing is."),
		request[SchemaReadParams, SchemaReadResult]("SchemaRefresh", MethodSchemaRefresh, "Loads a schema again."),
		request[SchemaChildrenParams, SchemaChildrenResult]("SchemaChildren", MethodSchemaChildren, "Lists one level of the schema tree."),
		request[QueryBlocksParams, QueryBlocksResult]("QueryBlocks", MethodQueryBlocks, "Lists the runnable blocks of a document."),
		request[QueryRunParams, QueryRunResult]("QueryRun", MethodQueryRun, "Runs a block, a selection or a text; answers when the rows are there."),
		request[QueryCancelParams, none]("QueryCancel", MethodQueryCancel, "Stops a running query, on the cluster too."),
		request[none, QueryListResult]("QueryList", MethodQueryList, "Lists what runs now."),
		request[ResultInfoParams, ResultInfo]("ResultInfo", MethodResultInfo, "Describes the tables of a result."),
		request[ResultViewParams, ResultViewResult]("ResultView", MethodResultView, "Makes a sorted, filtered, searched view of a table."),
		request[ResultReadParams, ResultReadResult]("ResultRead", MethodResultRead, "Reads a page of a view."),
		request[ResultCellParams, ResultCellResult]("ResultCell", MethodResultCell, "Reads one whole cell."),
		request[ResultCopyParams, ResultCopyResult]("ResultCopy", MethodResultCopy, "Writes part of a view as text for the clipboard."),
		request[ResultExportParams, ResultExportResult]("ResultExport", MethodResultExport, "Writes all rows of a view to a file."),
		request[ResultChartParams, Chart]("ResultChart", MethodResultChart, "Makes the picture of a view, thinned to what a screen shows."),
		request[ChartImageParams, ChartImageResult]("ResultImage", MethodResultImage, "Asks where to, and writes a picture that a view drew."),
		request[LinkParams, LinkResult]("Link", MethodLink, "Makes a link that opens a query in the web page of its cluster."),
		request[ResultCloseParams, none]("ResultClose", MethodResultClose, "Drops a result and its views."),
		request[SheetParams, SheetState]("ResultSheet", MethodResultSheet, "Tells how a table is looked at, and changes it."),
		request[SheetMenuParams, MenuResult]("ResultMenu", MethodResultMenu, "Lists what can be done at a place of a table."),
		request[ResultSelectParams, ResultSelectResult]("ResultSelect", MethodResultSelect, "Says what is selected in front; gives its sum and the like."),
		request[ResultColumnParams, ResultColumnResult]("ResultColumn", MethodResultColumn, "Describes the values of a column."),
		request[ResultNodesParams, ResultNodesResult]("ResultNodes", MethodResultNodes, "Lists one level of a dynamic cell."),
		request[none, TabsChanged]("TabsList", MethodTabsList, "Lists the tabs of the results."),
		request[TabActParams, none]("TabsAct", MethodTabsAct, "Does something to a tab."),
		request[TabMenuParams, MenuResult]("TabsMenu", MethodTabsMenu, "Lists what can be done to a tab."),
		request[ResultInfoParams, none]("TabsShow", MethodTabsShow, "Brings a kept result to the front, whoever made it."),
		notify[ConnectionsChanged]("ConnectionsChanged", MethodConnectionsChanged, "Connections were added, removed, or changed state."),
		notify[ActiveConnectionChanged]("ActiveConnectionChanged", MethodActiveConnChanged, "The connection of a document, or the default, changed."),
		notify[SchemaChanged]("SchemaChanged", MethodSchemaChanged, "A schema was loaded, is loading, or was denied."),
		notify[QueryStarted]("QueryStarted", MethodQueryStarted, "A query started, whoever asked for it."),
		notify[QueryFinished]("QueryFinished", MethodQueryFinished, "A query ended, whoever asked for it."),
		notify[TabsChanged]("TabsChanged", MethodTabsChanged, "The tabs of the results changed."),
		notify[ResultShow]("ResultShow", MethodResultShow, "A result should be shown, because a server command made it."),
	}, slices.Concat(authMessages(), agentMessages(), uiMessages(), historyMessages(), notebookMessages(), parameterMessages(), statusMessages())...)
}
