package protocol

import (
	"encoding/json"

	lsp "go.lsp.dev/protocol"
)

// The messages by which flows live in the server: it asks, and the client shows. A client without experimental.ui gets none of them;
// commands that would ask then say how the same is done without an editor.
const (
	MethodUIPick        = "ui/pick"
	MethodUIInput       = "ui/input"
	MethodUITyped       = "ui/typed"
	MethodUIConfirm     = "ui/confirm"
	MethodUIFile        = "ui/file"
	MethodUICopy        = "ui/copy"
	MethodUIOpen        = "ui/open"
	MethodUISave        = "ui/save"
	MethodUIBrowse      = "ui/browse"
	MethodUICommand     = "ui/command"
	MethodUITree        = "ui/tree"
	MethodUITreeChanged = "ui/treeChanged"
)

// UIVersion is the version of these messages that both sides must have.
const UIVersion = 1

// UIClient says that the client answers the ui/* messages.
type UIClient struct {
	Version int `json:"version"` // see UIVersion
}

// ProgressBegin is the value with which a progress of LSP begins, and where it is to be seen.
type ProgressBegin struct {
	Kind         string `json:"kind"` // "begin"
	Title        string `json:"title"`
	Cancellable  bool   `json:"cancellable"`
	Notification bool   `json:"notification,omitzero"` // a person waits for it: as a notification, its Cancel one click away
}

// UIPickParams asks the person to choose.
type UIPickParams struct {
	Title       string       `json:"title"`
	Placeholder string       `json:"placeholder,omitzero"`
	Items       []UIPickItem `json:"items"`
	Many        bool         `json:"many,omitzero"` // true: several may be chosen, or none
}

// UIPickItem is one choice, or a heading between choices.
type UIPickItem struct {
	ID          string     `json:"id,omitzero"` // as in UIPickResult; a heading needs none
	Label       string     `json:"label"`
	Description string     `json:"description,omitzero"` // beside the label
	Detail      string     `json:"detail,omitzero"`      // below it
	Icon        string     `json:"icon,omitzero"`        // a codicon's name, as "server"
	Kind        UIItemKind `json:"kind,omitzero"`
	Picked      bool       `json:"picked,omitzero"` // with many: chosen already
}

// UIItemKind tells headings from choices.
type UIItemKind string

// UISeparator is a heading: a line with its label, which can't be chosen.
const UISeparator UIItemKind = "separator"

// UIPickResult is what was chosen; null when the person left.
type UIPickResult struct {
	IDs []string `json:"ids"`
}

// UIInputParams asks for a line of text. The server judges it, and asks again with the problem where it must.
type UIInputParams struct {
	Title       string `json:"title"`
	Prompt      string `json:"prompt,omitzero"`
	Placeholder string `json:"placeholder,omitzero"`
	Value       string `json:"value,omitzero"`
	Password    bool   `json:"password,omitzero"`
	Problem     string `json:"problem,omitzero"` // what is wrong with the value
	Live        string `json:"live,omitzero"`    // a name for ui/typed, which is asked while the person types; "" for none
}

// UITypedParams says what stands in an input that is open.
type UITypedParams struct {
	Live  string `json:"live"` // as in UIInputParams
	Value string `json:"value"`
}

// UITypedResult is what the person reads below it.
type UITypedResult struct {
	Note    string `json:"note,omitzero"`
	Problem string `json:"problem,omitzero"` // what is wrong with the value: it can't be entered
}

// UIInputResult is what was entered; null when the person left.
type UIInputResult struct {
	Value string `json:"value"`
}

// UIConfirmParams asks for a yes in a dialog that waits for it.
type UIConfirmParams struct {
	Message string `json:"message"`
	Detail  string `json:"detail,omitzero"`
	Button  string `json:"button"` // what the yes does, as "Remove"
}

// UIConfirmResult is the answer.
type UIConfirmResult struct {
	Yes bool `json:"yes"`
}

// UIFileKind is what a file dialog is for.
type UIFileKind string

const (
	UIFileSave   UIFileKind = "save"
	UIFileOpen   UIFileKind = "open"
	UIFileFolder UIFileKind = "folder"
)

// UIFileParams asks for a file or a folder.
type UIFileParams struct {
	Kind      UIFileKind          `json:"kind"`
	Title     string              `json:"title"`
	Filters   map[string][]string `json:"filters,omitzero"`   // endings without a dot, by the name that is shown
	Suggested string              `json:"suggested,omitzero"` // URI of the file or folder to begin with
}

// UIFileResult is what was chosen; null when the person left.
type UIFileResult struct {
	URI string `json:"uri"`
}

// UICopyParams puts a text on the clipboard.
type UICopyParams struct {
	Text string `json:"text"`
}

// UIOpenParams opens a new document that isn't saved.
type UIOpenParams struct {
	Text     string `json:"text"`
	Language string `json:"language"` // as "kql"
}

// UIBrowseParams opens a web page in the person's browser.
type UIBrowseParams struct {
	URL string `json:"url"` // https, as it is to be sent: nothing in it is encoded again
}

// UIOpenResult names the document.
type UIOpenResult struct {
	URI string `json:"uri"`
}

// UISaveParams has an open document saved.
type UISaveParams struct {
	URI string `json:"uri"`
}

// UICommandParams has the server carry out a command of the palette, a menu or a tree.
type UICommandParams struct {
	Command string            `json:"command"`        // as in the client's package.json, without "calypso."
	Args    []json.RawMessage `json:"args,omitzero"`  // of a lens or another command
	Nodes   []UINode          `json:"nodes,omitzero"` // of a tree: what was clicked, first, and what else is selected
	URI     string            `json:"uri,omitzero"`   // the active document, where it is one of ours
	Range   *lsp.Range        `json:"range,omitzero"` // its selection
}

// UINode names a node of a tree.
type UINode struct {
	View string `json:"view"`
	ID   string `json:"id"`
}

// UITreeParams asks for the children of a node, or for the roots.
type UITreeParams struct {
	View   string `json:"view"`            // as in Views
	Node   string `json:"node,omitzero"`   // id; without it: the roots
	Cursor string `json:"cursor,omitzero"` // next of the page before
	Count  int    `json:"count,omitzero"`  // how many of the level were shown before it changed: as many are listed again, at most 5,000
}

// UITreeResult is one page of a level.
type UITreeResult struct {
	Nodes   []UITreeNode `json:"nodes"`
	Next    string       `json:"next,omitzero"`    // cursor of the next page; absent on the last
	More    string       `json:"more,omitzero"`    // with next: what to click for it, as "Load more: 200 of 5,000 are shown"
	Message string       `json:"message,omitzero"` // with the roots: only what the view is searched for is shown, and what that is
}

// UITreeNode is one line of a tree.
type UITreeNode struct {
	ID          string `json:"id"` // unique in its view, and the same each time
	Label       string `json:"label"`
	Description string `json:"description,omitzero"` // beside the label
	Spoken      string `json:"spoken"`               // what a screen reader says: the tooltip would be too long
	Tooltip     string `json:"tooltip,omitzero"`     // plain text, of several lines
	Icon        string `json:"icon,omitzero"`        // a codicon's name, as "table"
	Context     string `json:"context"`              // what menus ask for, as "connection.added"
	Expands     bool   `json:"expands,omitzero"`     // true: it has children
	Opened      bool   `json:"opened,omitzero"`      // true: they are shown at first
	Command     string `json:"command,omitzero"`     // what a click does: a command of Commands, which is given the node
	Drag        bool   `json:"drag,omitzero"`        // true: it may be dragged onto a node of its view
}

// UITreeChanged says that the children of a node, or without one the whole view, are to be asked for again.
type UITreeChanged struct {
	View string `json:"view"`
	Node string `json:"node,omitzero"`
}

// CommandDropped is sent when nodes were dropped: the target is the first of the nodes, what was dragged follows. Onto the free space
// of a view, the target's id is "".
const CommandDropped = "tree.dropped"

// Commands of keys that mean something else in each view: F2 and Delete.
const (
	CommandRename = "tree.rename"
	CommandRemove = "tree.remove"
)

// Views are the side bar's trees, by the id that package.json has for them, without "calypso.". The client makes a tree of each.
func Views() []string { return []string{"connections", "history", "scratchPads"} }

// Commands are those of the client that it only forwards, without "calypso.": the server carries them out. What a command is called, and
// where it is offered, stands in the client's package.json; a test of the server holds that each is carried out.
func Commands() []string {
	return []string{
		CommandDropped,
		CommandRename,
		CommandRemove,
		"signIn",
		"signOut",
		"switchTenant",
		"showAccount",
		"setParameters",
		"sampleQuery",
		"connect",
		"addConnection",
		"editConnection",
		"testConnection",
		"removeConnection",
		"refreshSchema",
		"importConnections",
		"exportConnections",
		"useFolder",
		"favourite",
		"noFavourite",
		"newGroup",
		"renameGroup",
		"removeGroup",
		"moveConnection",
		"searchConnections",
		"showAllConnections",
		"showDefinition",
		"showSample",
		"showDetails",
		"copyName",
		"history.open",
		"history.run",
		"history.copy",
		"history.result",
		"history.remove",
		"history.clear",
		"history.search",
		"history.showAll",
		"newScratchPad",
		"scratch.open",
		"scratch.rename",
		"scratch.remove",
		"copyLink",
		"openInWeb",
		"showChats",
		"chooseModel",
		"setUpModel",
		"runExport",
		"exportResults",
		"copyResults",
		"pinResult",
		"renameResult",
		"closeResult",
		"closeAllResults",
		"cancel",
	}
}

func uiMessages() []Message {
	asked := func(m Message) Message {
		m.Direction = ToClient
		return m
	}
	orNull := func(m Message) Message {
		m.Direction, m.Null = ToClient, true
		return m
	}
	return []Message{
		orNull(request[UIPickParams, UIPickResult]("UIPick", MethodUIPick, "Asks the person to choose.")),
		orNull(request[UIInputParams, UIInputResult]("UIInput", MethodUIInput, "Asks the person for a line of text.")),
		request[UITypedParams, UITypedResult]("UITyped", MethodUITyped, "Says what is being typed into an input, and asks what to show below it."),
		asked(request[UIConfirmParams, UIConfirmResult]("UIConfirm", MethodUIConfirm, "Asks the person for a yes.")),
		orNull(request[UIFileParams, UIFileResult]("UIFile", MethodUIFile, "Asks the person for a file or a folder.")),
		asked(request[UICopyParams, none]("UICopy", MethodUICopy, "Puts a text on the clipboard.")),
		asked(request[UIOpenParams, UIOpenResult]("UIOpen", MethodUIOpen, "Opens a new document that isn't saved.")),
		asked(request[UIBrowseParams, none]("UIBrowse", MethodUIBrowse, "Opens a web page in the browser.")),
		asked(request[UISaveParams, none]("UISave", MethodUISave, "Saves an open document.")),
		request[UICommandParams, none]("UICommand", MethodUICommand, "Carries out a command of the client that it only forwards."),
		request[UITreeParams, UITreeResult]("UITree", MethodUITree, "Lists one level of a tree."),
		notify[UITreeChanged]("UITreeChanged", MethodUITreeChanged, "A tree, or a part of it, is to be asked for again."),
	}
}
