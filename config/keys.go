package config

import (
	"slices"
	"strings"

	"github.com/BurntSushi/toml"
)

// Key is one key of config.toml.
type Key struct {
	Path    string // dotted; * stands for a name of the person's own
	Type    string // string, secret, integer, boolean, list, table
	Default string // what holds where nothing is written, for people; "" when nothing does
	Values  []string
	Env     string // the variable that wins over the file; those of Azure fill gaps instead
	Editor  string // the editor's setting that wins over both
	Text    string
}

// Keys are all keys, table by table.
func Keys() []Key {
	keys := slices.Concat(modelKeys, providerKeys)
	keys = append(keys, authKeys("azure_auth")...)
	keys = append(keys, kustoKeys...)
	return slices.Concat(keys, agentKeys, otherKeys, formatKeys)
}

var modelKeys = []Key{
	{Path: "model", Type: "string", Env: EnvModel, Editor: "model", Text: "The model to ask; on Azure the deployment's name."},
	{Path: "model_provider", Type: "string", Env: EnvProvider, Editor: "modelProvider", Text: "Which `[model_providers.X]` it is asked of."},
	{Path: "model_context_window", Type: "integer", Default: "128000", Text: "Tokens that the model takes at most."},
	{Path: "model_auto_compact_token_limit", Type: "integer", Default: "80 % of the window", Text: "Tokens from which on a conversation is summarised."},
	{Path: "model_reasoning_effort", Type: "string", Text: "For models that reason: `minimal`, `low`, `medium`, `high`. Sent only when set."},
	{Path: "model_reasoning_summary", Type: "string", Text: "For models that reason: `auto`, `concise`, `detailed`. Sent only when set."},
}

var providerKeys = []Key{
	{Path: "model_providers.*.name", Type: "string", Text: "The provider's name for people."},
	{Path: "model_providers.*.base_url", Type: "string", Text: "The endpoint: `https://NAME.openai.azure.com/openai/v1`. Plain http works for this machine only."},
	{Path: "model_providers.*.wire_api", Type: "string", Default: "responses", Values: []string{"responses"}, Text: "The protocol; chat completions aren't supported."},
	{Path: "model_providers.*.env_key", Type: "string", Text: "The variable that holds the key, or a reference to it: `keyvault:https://VAULT/secrets/NAME`."},
	{Path: "model_providers.*.env_key_instructions", Type: "string", Text: "Shown when that variable is empty."},
	{Path: "model_providers.*.auth_header_type", Type: "string", Values: []string{HeaderAPIKey, HeaderBearer}, Text: "How requests sign in: the key in the header `api-key`, or a bearer token. Without it: `azure_auth` means bearer; a configured `api-key` or `authorization` header is left alone; `env_key` means `api-key` on Azure, bearer elsewhere."},
	{Path: "model_providers.*.is_azure", Type: "boolean", Default: "by the host", Text: "Whether the endpoint is Azure's."},
	{Path: "model_providers.*.azure_auth", Type: "table", Text: "Sign-in for this provider; replaces `[azure_auth]`, keys as there."},
	{Path: "model_providers.*.experimental_bearer_token", Type: "secret", Text: "A fixed bearer token, or a reference to one: `keyvault:https://VAULT/secrets/NAME`; `env_key` is better."},
	{Path: "model_providers.*.auth.command", Type: "string", Text: "A program that prints a bearer token; run again once when the token is refused."},
	{Path: "model_providers.*.auth.args", Type: "list", Text: "Its arguments."},
	{Path: "model_providers.*.auth.cwd", Type: "string", Text: "The folder it runs in."},
	{Path: "model_providers.*.auth.timeout_ms", Type: "integer", Default: "5000", Text: "How long it may take."},
	{Path: "model_providers.*.auth.refresh_interval_ms", Type: "integer", Default: "300000", Text: "How long its token is used; 0: until it is refused."},
	{Path: "model_providers.*.query_params.*", Type: "string", Text: "Parameters of each request's address."},
	{Path: "model_providers.*.http_headers.*", Type: "secret", Text: "Headers of each request; a value may be a reference."},
	{Path: "model_providers.*.env_http_headers.*", Type: "string", Text: "Headers whose value is in a variable; an empty one isn't sent."},
	{Path: "model_providers.*.request_max_retries", Type: "integer", Default: "4", Text: "Repeats of a request that was refused for now; at most 100."},
	{Path: "model_providers.*.stream_max_retries", Type: "integer", Default: "5", Text: "Repeats of an answer that broke off; at most 100."},
	{Path: "model_providers.*.stream_idle_timeout_ms", Type: "integer", Default: "300000", Text: "How long an answer may pause."},
	{Path: "model_providers.*.prices.*.input", Type: "number", Text: "What a million tokens of a model's input cost, under the model's name; with prices the cost of each answer is shown."},
	{Path: "model_providers.*.prices.*.cached_input", Type: "number", Default: "as `input`", Text: "The same, of input that the endpoint had in its cache."},
	{Path: "model_providers.*.prices.*.output", Type: "number", Text: "What a million tokens of output cost, reasoning with them."},
	{Path: "model_providers.*.prices.*.currency", Type: "string", Text: "The currency, such as `USD`."},
	{Path: "model_providers.*.aws", Type: "table", Text: "The Codex CLI's; Calypso can't sign in that way."},
	{Path: "model_providers.*.gateway_oauth", Type: "table", Text: "The Codex CLI's; Calypso can't sign in that way."},
	{Path: "model_providers.*.requires_openai_auth", Type: "boolean", Text: "The Codex CLI's; Calypso can't sign in that way."},
	{Path: "model_providers.*.supports_websockets", Type: "boolean", Text: "The Codex CLI's; has no effect here."},
	{Path: "model_providers.*.websocket_connect_timeout_ms", Type: "integer", Text: "The Codex CLI's; has no effect here."},
}

// authKeys are the keys of a block azure_auth.
func authKeys(table string) []Key {
	keys := []Key{
		{Path: "mode", Type: "string", Default: "default", Values: authModes, Editor: "azureAuth.mode", Text: "How to sign in; [sign-in.md](sign-in.md) has each."},
		{Path: "tenant_id", Type: "string", Env: "AZURE_TENANT_ID", Editor: "azureAuth.tenantId", Text: "The tenant to sign in to: an id or a domain."},
		{Path: "client_id", Type: "string", Env: "AZURE_CLIENT_ID", Editor: "azureAuth.clientId", Text: "The app's id; of a managed identity, its client id."},
		{Path: "authority", Type: "string", Default: "https://login.microsoftonline.com", Env: "AZURE_AUTHORITY_HOST", Editor: "azureAuth.authority", Text: "The sign-in service; picks the cloud: `https://login.microsoftonline.us`, `https://login.chinacloudapi.cn`."},
		{Path: "scope", Type: "string", Default: "the cloud's", Text: "The model service's scope; must end in `/.default`."},
		{Path: "client_secret", Type: "secret", Env: "AZURE_CLIENT_SECRET", Text: "The app's secret; better `keyvault:https://VAULT/secrets/NAME` or the variable."},
		{Path: "certificate_path", Type: "string", Env: "AZURE_CLIENT_CERTIFICATE_PATH", Text: "PEM or PFX with certificate and RSA key; read again when it changes."},
		{Path: "certificate_password", Type: "secret", Env: "AZURE_CLIENT_CERTIFICATE_PASSWORD", Text: "Its password, or a reference."},
		{Path: "send_certificate_chain", Type: "boolean", Default: "false", Env: "AZURE_CLIENT_SEND_CERTIFICATE_CHAIN", Text: "Send the chain along, for apps that trust by subject and issuer."},
		{Path: "object_id", Type: "string", Text: "A managed identity by its object id."},
		{Path: "resource_id", Type: "string", Text: "A managed identity by its resource id."},
		{Path: "subscription", Type: "string", Text: "The Azure CLI's subscription."},
		{Path: "allowed_tenants", Type: "list", Env: "AZURE_ADDITIONALLY_ALLOWED_TENANTS", Text: "More tenants that an app may ask; `\"*\"` is all."},
		{Path: "allow_scope_mismatch", Type: "boolean", Default: "false", Text: "Take a scope that belongs to another service or cloud."},
		{Path: "trusted_hosts.*", Type: "string", Values: Services, Text: "Hosts of your own that may have tokens, each with its service."},
		{Path: "storage", Type: "string", Default: "editor, else keyring", Values: []string{"client", "keyring", "kernel", "file", "memory"}, Text: "Who keeps the key of the saved sign-in."},
		{Path: "codex_file", Type: "string", Default: "ask", Values: []string{"ask", "share", "off"}, Text: "The Codex CLI's saved Azure DevOps sign-in: ask before it is imported, share both ways, or leave it alone."},
		{Path: "ca_file", Type: "string", Text: "PEM with more certificates to trust, for proxies that inspect TLS."},
	}
	for i := range keys {
		keys[i].Path = table + "." + keys[i].Path
	}
	return keys
}

var kustoKeys = []Key{
	{Path: "kusto.cluster_url", Type: "string", Default: "the embedded engine", Env: EnvClusterURL, Editor: "kusto.clusterUrl", Text: "The cluster to start with."},
	{Path: "kusto.database", Type: "string", Default: "the cluster's own", Env: EnvDatabase, Editor: "kusto.database", Text: "The database to start with."},
	{Path: "kusto.tenant_id", Type: "string", Text: "The cluster's tenant, where you are a guest there."},
	{Path: "kusto.allowed_databases", Type: "list", Text: "More databases of the cluster that the agent may read."},
	{Path: "kusto.timeout_s", Type: "integer", Default: "60", Text: "Seconds that the agent's queries may run."},
	{Path: "kusto.max_rows", Type: "integer", Default: "10000", Text: "Rows that are fetched of them."},
	{Path: "kusto.azure_auth", Type: "table", Text: "Sign-in for clusters; replaces `[azure_auth]`, keys as there."},
	{Path: "kusto.clusters.*.cluster_url", Type: "string", Text: "One more cluster, under a name of your own."},
	{Path: "kusto.clusters.*.database", Type: "string", Text: "Its database to start with."},
	{Path: "kusto.clusters.*.tenant_id", Type: "string", Text: "Its tenant."},
	{Path: "kusto.clusters.*.allowed_databases", Type: "list", Text: "More of its databases that the agent may read."},
	{Path: "kusto.clusters.*.azure_auth", Type: "table", Text: "Sign-in for this cluster; replaces the others, keys as in `[azure_auth]`."},
}

var agentKeys = []Key{
	{Path: "agent.approval", Type: "string", Default: "ask", Values: []string{"ask", "auto", "never"}, Editor: "agent.approval", Text: "When you are asked before a query runs: each time, only for what is dear, or never, as none is run."},
	{Path: "agent.share_rows", Type: "string", Default: "preview", Values: []string{"preview", "none"}, Editor: "agent.shareRows", Text: "What the model sees of rows: a preview of at most 50, or columns and counts only."},
	{Path: "agent.few_shots", Type: "string", Default: "on", Values: []string{"on", "off"}, Editor: "agent.fewShots", Text: "Show the model up to three of your own queries as examples."},
	{Path: "agent.history", Type: "string", Default: "full", Values: []string{"full", "no_rows", "off"}, Editor: "agent.history", Text: "What is kept of conversations on this machine."},
	{Path: "agent.max_model_calls", Type: "integer", Default: "20", Text: "Calls of the model for one question."},
	{Path: "agent.max_tool_calls", Type: "integer", Default: "30", Text: "Calls of tools for one question."},
	{Path: "agent.max_turn_seconds", Type: "integer", Default: "600", Text: "How long one question may take, without the time you take to approve."},
	{Path: "agent.max_turn_tokens", Type: "integer", Default: "400000", Text: "Tokens that one question may cost."},
	{Path: "agent.max_turn_cost", Type: "number", Text: "What one question may cost, in the currency of the model's prices; needs those."},
	{Path: "agent.max_thread_cost", Type: "number", Text: "The same for a whole conversation."},
}

var otherKeys = []Key{
	{Path: "lint.rules.*", Type: "string", Values: LintSeverities, Editor: "lint.rules", Text: "How grave a rule's findings are, by code or slug; [lint.md](lint.md) lists the rules."},
	{Path: "lint.paths.match", Type: "list", Text: "In `[[lint.paths]]`: patterns of files for which other rules hold."},
	{Path: "lint.paths.rules.*", Type: "string", Values: LintSeverities, Text: "Their rules."},
	{Path: "schema.cache", Type: "boolean", Default: "true", Text: "Keep schemas of clusters on disk."},
	{Path: "history.entries", Type: "integer", Default: "1000", Editor: "history.entries", Text: "Runs that the history keeps on this machine: queries, when and where they ran; 0 keeps none, and no rows beside it."},
	{Path: "schema.refresh_after", Type: "string", Default: "1h", Text: "The age from which on a schema in use is read again; at least `1m`."},
}

var authModes = []string{
	"default", "device_code", "browser", "vscode", "managed_identity", "client_secret", "client_certificate", "azure_cli", "environment_credential",
	"workload_identity",
}

// siblings are the names that could stand in a key's place.
func siblings(key toml.Key) []string {
	var names []string
	for _, k := range Keys() {
		parts := strings.Split(k.Path, ".")
		if i := slices.Index(parts, "azure_auth"); i == len(parts)-1 { // a block of one's own has the general one's keys
			for _, a := range authKeys(k.Path) {
				names = appendSibling(names, key, strings.Split(a.Path, "."))
			}
		}
		names = appendSibling(names, key, parts)
	}
	if len(key) == 1 {
		names = append(names, codexKeys...)
	}
	return names
}

func appendSibling(names []string, key toml.Key, parts []string) []string {
	if len(parts) < len(key) {
		return names
	}
	for i, part := range key[:len(key)-1] {
		if parts[i] != "*" && parts[i] != part {
			return names
		}
	}
	if name := parts[len(key)-1]; name != "*" && !slices.Contains(names, name) {
		names = append(names, name)
	}
	return names
}
