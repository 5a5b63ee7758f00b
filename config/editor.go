package config

import (
	"encoding/json"
	"fmt"
)

// EditorSetting is one setting of the editor's section calypso. From these the extension's manifest is written.
type EditorSetting struct {
	Name      string // without calypso.
	Type      string
	Default   any
	Scope     string // who may set it: machine keeps a workspace from it
	Min, Max  int    // of numbers; both 0 for none
	Enum      []string
	EnumTexts []string
	Each      []string // of objects: the words that their values may be
	Key       string   // the key of config.toml that it wins over; "" for what the editor alone has
	Text      string
}

// EditorSettings are all, in the order in which they are shown. A workspace may set a cluster and a database to start with; how to sign
// in, what is asked and what the model sees is set by the machine's user alone. What is kept, asked and shown to a model goes with the
// person ("application"): of settings of a machine the editor takes none of the person's own in a window on another machine.
var EditorSettings = []EditorSetting{
	{Name: "server.path", Type: "string", Default: "", Scope: "machine", Text: "Path of the `calypso` program. Empty: the one in the extension, then `calypso` on the PATH."},
	{Name: "kusto.clusterUrl", Type: "string", Default: "", Scope: "window", Key: "kusto.cluster_url", Text: "Address of the cluster to start with. Empty: `cluster_url` of config.toml, else the embedded engine."},
	{Name: "kusto.database", Type: "string", Default: "", Scope: "window", Key: "kusto.database", Text: "Database to start with. Empty: `database` of config.toml, else the cluster's own."},
	{Name: "azureAuth.mode", Type: "string", Default: "", Scope: "machine", Enum: append([]string{""}, authModes...), Key: "azure_auth.mode", Text: "How to sign in to Azure. Empty: `mode` of config.toml, else `default`."},
	{Name: "azureAuth.tenantId", Type: "string", Default: "", Scope: "machine", Key: "azure_auth.tenant_id", Text: "Tenant to sign in to: an id or a domain."},
	{Name: "azureAuth.clientId", Type: "string", Default: "", Scope: "machine", Key: "azure_auth.client_id", Text: "Id of the app to sign in with. Empty: the Azure CLI's."},
	{Name: "azureAuth.authority", Type: "string", Default: "", Scope: "machine", Key: "azure_auth.authority", Text: "Sign-in service, for other clouds than the public one: `https://login.microsoftonline.us`."},
	{Name: "model", Type: "string", Default: "", Scope: "machine", Key: "model", Text: "Model that questions are asked of; on Azure the deployment's name. Empty: `model` of config.toml."},
	{Name: "modelProvider", Type: "string", Default: "", Scope: "machine", Key: "model_provider", Text: "Which `[model_providers.NAME]` of config.toml it is at. Empty: `model_provider` of config.toml."},
	{Name: "agent.approval", Type: "string", Default: "", Scope: "application", Enum: []string{"", "ask", "auto", "never"}, EnumTexts: []string{"As in config.toml, else ask.", "Before each query.", "Only for what is dear or can't be judged.", "No query of the model runs."}, Key: "agent.approval", Text: "When you are asked before a query of the model runs."},
	{Name: "agent.shareRows", Type: "string", Default: "", Scope: "application", Enum: []string{"", "preview", "none"}, EnumTexts: []string{"As in config.toml, else preview.", "At most 50 rows of a result.", "Columns and counts only."}, Key: "agent.share_rows", Text: "What the model sees of rows."},
	{Name: "agent.fewShots", Type: "string", Default: "", Scope: "application", Enum: []string{"", "on", "off"}, EnumTexts: []string{"As in config.toml, else on.", "Up to three.", "None."}, Key: "agent.few_shots", Text: "Show the model your own queries as examples."},
	{Name: "agent.history", Type: "string", Default: "", Scope: "application", Enum: []string{"", "full", "no_rows", "off"}, EnumTexts: []string{"As in config.toml, else full.", "All that was said and seen.", "All but rows.", "Nothing."}, Key: "agent.history", Text: "What is kept of conversations on this machine."},
	{Name: "codeLens.run", Type: "boolean", Default: true, Scope: "window", Text: "Show Run above each query and command."},
	{Name: "codeLens.connection", Type: "boolean", Default: true, Scope: "window", Text: "Show above each query where it runs. A click changes that."},
	{Name: "codeLens.rows", Type: "boolean", Default: true, Scope: "window", Text: "Show above each query how many rows its last run gave. A click shows them."},
	{Name: "codeLens.references", Type: "string", Default: "functions", Scope: "window", Enum: []string{"functions", "all", "off"}, Text: "Count references above what a file declares: functions, variables too, or nothing."},
	{Name: "inlayHints.columnNames", Type: "boolean", Default: true, Scope: "window", Text: "Show the names of columns that name themselves, as `count_`."},
	{Name: "inlayHints.arguments", Type: "boolean", Default: true, Scope: "window", Text: "Show the names of parameters before arguments of `let` and stored functions."},
	{Name: "inlayHints.letTypes", Type: "boolean", Default: false, Scope: "window", Text: "Show the types of `let` variables."},
	{Name: "inlayHints.joinKind", Type: "boolean", Default: false, Scope: "window", Text: "Show the kind of a join that names none: `innerunique`."},
	{Name: "inlayHints.sortOrder", Type: "boolean", Default: false, Scope: "window", Text: "Show the direction of a sort that names none: `desc`."},
	{Name: "format.indent", Type: "integer", Default: 0, Scope: "window", Min: 0, Max: 16, Key: "format.indent", Text: "Spaces for each level. 0: `[format]` of config.toml, else the editor's tab size."},
	{Name: "format.width", Type: "integer", Default: 0, Scope: "window", Min: 0, Max: 1000, Key: "format.width", Text: "Characters from which on a line is broken where it can be: 20 or more. 0: `[format]` of config.toml, else 100."},
	{Name: "format.pipes", Type: "string", Default: "", Scope: "window", Enum: append([]string{""}, FormatPipes...), EnumTexts: []string{"As in config.toml, else always.", "Always.", "When the query has more than one, or doesn't fit on a line.", "Where it does already."}, Key: "format.pipes", Text: "When a pipe begins a line."},
	{Name: "format.lists", Type: "string", Default: "", Scope: "window", Enum: append([]string{""}, FormatLists...), EnumTexts: []string{"As in config.toml, else long.", "When they don't fit on one line.", "When there is more than one.", "When one of them begins a line already, or they don't fit."}, Key: "format.lists", Text: "When the items of an operator have a line each."},
	{Name: "format.brackets", Type: "string", Default: "", Scope: "window", Enum: append([]string{""}, FormatPlaces...), Key: "format.brackets", Text: "Where the opening bracket of a query in brackets stands. Empty: as in config.toml, else the same line."},
	{Name: "format.braces", Type: "string", Default: "", Scope: "window", Enum: append([]string{""}, FormatPlaces...), Key: "format.braces", Text: "Where the opening brace of a function's body stands. Empty: as in config.toml, else the same line."},
	{Name: "format.semicolon", Type: "string", Default: "", Scope: "window", Enum: append([]string{""}, FormatPlaces...), Key: "format.semicolon", Text: "Where the semicolon behind a statement of several lines stands. Empty: as in config.toml, else the same line."},
	{Name: "format.equals", Type: "string", Default: "", Scope: "window", Enum: append([]string{""}, FormatEquals...), Key: "format.equals", Text: "Whether spaces stand around the equals sign that names a column. Empty: as in config.toml, else they do."},
	{Name: "diagnostics.enabled", Type: "boolean", Default: true, Scope: "window", Text: "Underline mistakes in queries."},
	{Name: "lint.enabled", Type: "boolean", Default: true, Scope: "window", Text: "Show the linter's findings about correctness, speed and cost."},
	{Name: "lint.rules", Type: "object", Default: map[string]any{}, Scope: "window", Each: LintSeverities, Text: "Severities of findings, by rule: `{\"no-time-filter\": \"warning\", \"CAL5001\": \"off\"}`. They win over `[lint]` in config.toml."},
	{Name: "notebook.keepOutputs", Type: "boolean", Default: false, Scope: "window", Text: "Keep what cells show in the files of notebooks (`.kqlnb`): their first rows and their charts, but nothing of a private connection. Takes effect when the window is loaded again."},
	{Name: "query.timeout", Type: "integer", Default: 0, Scope: "window", Min: 0, Max: 3600, Text: "Seconds that a query may take before the cluster ends it. 0: the cluster's own limit, 4 minutes for most."},
	{Name: "history.entries", Type: "integer", Default: -1, Scope: "application", Min: -1, Max: MaxEntries, Key: "history.entries", Text: "Runs that the history keeps on this machine: queries, when and where they ran. 0 keeps none and deletes what was kept, rows too; -1 is as in config.toml, else 1000."},
	{Name: "results.memoryMB", Type: "integer", Default: 512, Scope: "machine-overridable", Min: 16, Max: 65536, Text: "Megabytes of results that are kept. When they are full, the oldest results go first; they are read from the disk again, where they are kept there."},
	{Name: "results.keep", Type: "boolean", Default: true, Scope: "application", Text: "Keep rows of runs on this machine, beside the history, so that results are there after the window was loaded again. Off deletes what was kept. Nothing is kept of connections marked *Never store this cluster's data*."},
	{Name: "results.diskMB", Type: "integer", Default: 512, Scope: "machine", Min: 16, Max: 65536, Text: "Megabytes on disk that kept results may take. The oldest go first; one that takes more than half of it isn't kept."},
}

// editor is the part of the section that wins over config.toml.
type editor struct {
	Kusto struct {
		ClusterURL string `json:"clusterUrl"`
		Database   string `json:"database"`
	} `json:"kusto"`
	AzureAuth struct {
		Mode      string `json:"mode"`
		TenantID  string `json:"tenantId"`
		ClientID  string `json:"clientId"`
		Authority string `json:"authority"`
	} `json:"azureAuth"`
	Model         string `json:"model"`
	ModelProvider string `json:"modelProvider"`
	Agent         struct {
		Approval  string `json:"approval"`
		ShareRows string `json:"shareRows"`
		FewShots  string `json:"fewShots"`
		History   string `json:"history"`
	} `json:"agent"`
}

// WithEditor lays the editor's section calypso, as JSON, over the settings. What is missing, null or empty changes nothing. An error
// names the setting; the settings are then those without the editor's.
func (s Settings) WithEditor(section []byte) (Settings, error) {
	var e editor
	if len(section) > 0 {
		if err := json.Unmarshal(section, &e); err != nil {
			return s, fmt.Errorf("settings of the editor, section calypso: %w", err)
		}
	}
	out := s
	block := s.Identity(nil)
	put := func(to *string, value string) bool {
		if value != "" {
			*to = value
		}
		return value != ""
	}
	put(&out.Kusto.ClusterURL, e.Kusto.ClusterURL)
	put(&out.Kusto.Database, e.Kusto.Database)
	put(&out.Model, e.Model)
	put(&out.ModelProvider, e.ModelProvider)
	put(&out.Agent.Approval, e.Agent.Approval)
	put(&out.Agent.ShareRows, e.Agent.ShareRows)
	put(&out.Agent.FewShots, e.Agent.FewShots)
	put(&out.Agent.History, e.Agent.History)
	changed := put(&block.Mode, e.AzureAuth.Mode)
	changed = put(&block.TenantID, e.AzureAuth.TenantID) || changed
	changed = put(&block.ClientID, e.AzureAuth.ClientID) || changed
	if put(&block.Authority, e.AzureAuth.Authority) || changed {
		out.AzureAuth = &block
	}
	if err := out.check(); err != nil {
		return s, fmt.Errorf("settings of the editor: %w", err)
	}
	return out, nil
}
