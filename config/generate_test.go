package config

import (
	"bytes"
	"encoding/json"
	"flag"
	"fmt"
	"os"
	"reflect"
	"slices"
	"strings"
	"testing"
)

var update = flag.Bool("update", false, "rewrite docs/settings.md and the manifest's settings")

// TestManifest: the extension's settings are those of EditorSettings.
func TestManifest(t *testing.T) {
	const path = "../editor-client/package.json"
	body, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	const begin = "    \"configuration\": [\n"
	from := strings.Index(string(body), begin)
	if from < 0 {
		t.Fatal("the manifest has no configuration")
	}
	end := from + strings.Index(string(body[from:]), "\n    ]")
	wrote(t, path, body, slices.Concat(body[:from], []byte(begin+manifest(t)), body[end:]))
}

func wrote(t *testing.T, path string, is, want []byte) {
	t.Helper()
	switch {
	case bytes.Equal(is, want):
	case *update:
		if err := os.WriteFile(path, want, 0o644); err != nil {
			t.Fatal(err)
		}
	default:
		t.Errorf("%s isn't what the tables say; run go test ./config -update", path)
	}
}

// groups are the pages of the settings in the editor, each with the first words of its settings' names.
var groups = []struct {
	title string
	words []string
}{
	{"Connections", []string{"server", "kusto", "connections"}},
	{"Sign-In", []string{"azureAuth"}},
	{"Queries and Results", []string{"query", "results", "history", "notebook", "parameters"}},
	{"Editor", []string{"codeLens", "inlayHints", "completion", "hover"}},
	{"Mistakes and Lint", []string{"diagnostics", "lint"}},
	{"Layout", []string{"format"}},
	{"Chat and Model", []string{"model", "modelProvider", "agent", "chat"}},
	{"More", nil}, // of a word that no page has
}

// groupOf gives the index of a setting's page.
func groupOf(s EditorSetting) int {
	word, _, _ := strings.Cut(s.Name, ".")
	for i, g := range groups {
		if slices.Contains(g.words, word) {
			return i
		}
	}
	return len(groups) - 1
}

// manifest writes the settings as the manifest has them: a page for each group, in the order of the table.
func manifest(t *testing.T) string {
	var b strings.Builder
	pages := 0
	for i, g := range groups {
		first := true
		for _, s := range EditorSettings {
			if groupOf(s) != i {
				continue
			}
			switch {
			case !first:
				b.WriteString(",")
			case pages > 0:
				b.WriteString(",\n")
			}
			if first {
				pages++
				fmt.Fprintf(&b, "      {\n        \"title\": %q,\n        \"order\": %d,\n        \"properties\": {", g.title, pages)
			}
			first = false
			writeSetting(t, &b, s)
		}
		if !first {
			b.WriteString("\n        }\n      }")
		}
	}
	return b.String()
}

func writeSetting(t *testing.T, b *strings.Builder, s EditorSetting) {
	fmt.Fprintf(b, "\n          %q: {", "calypso."+s.Name)
	comma := ""
	field := func(name string, value any) {
		var text bytes.Buffer
		e := json.NewEncoder(&text)
		e.SetEscapeHTML(false)
		if err := e.Encode(value); err != nil {
			t.Fatal(err)
		}
		fmt.Fprintf(b, "%s\n            %q: %s", comma, name, strings.TrimSpace(text.String()))
		comma = ","
	}
	field("type", s.Type)
	field("default", s.Default)
	field("scope", s.Scope)
	if s.Min != 0 || s.Max != 0 {
		field("minimum", s.Min)
		field("maximum", s.Max)
	}
	if s.Enum != nil {
		field("enum", s.Enum)
	}
	if s.EnumTexts != nil {
		field("enumDescriptions", s.EnumTexts)
	}
	if s.Each != nil {
		field("additionalProperties", map[string]any{"type": "string", "enum": s.Each})
	}
	if strings.Contains(s.Text, "`") {
		field("markdownDescription", s.Text)
	} else {
		field("description", s.Text)
	}
	b.WriteString("\n          }")
}

// TestSettingsPage: docs/settings.md is written from the tables.
func TestSettingsPage(t *testing.T) {
	const path = "../docs/settings.md"
	is, err := os.ReadFile(path)
	if err != nil && !os.IsNotExist(err) {
		t.Fatal(err)
	}
	wrote(t, path, is, []byte(page()))
}

const intro = `# Settings

<!-- Written by go test ./config -update from config/keys.go and config/editor.go. -->

Calypso reads one file, ` + "`$CODEX_HOME/config.toml`" + `, by default ` + "`~/.codex/config.toml`" + `. It shares the file with the Codex CLI, whose keys
pass without a word. No file of a workspace is read. [config.example.toml](config.example.toml) has an example of each way to set it up.

Later wins: the file, then the environment, then the editor's settings, then flags. A workspace's settings in the editor may change only
the cluster and the database to start with. A mistake in the file is told with its line and column; a key that nobody knows is a warning.

The variables of Azure (` + "`AZURE_…`" + `) don't win over the file: they fill what it leaves empty, and only for the modes that
[sign-in.md](sign-in.md) names. ` + "`OPENAI_…`" + ` is never read.

A secret can be written in the file, which warns, or stand elsewhere: in its variable, in a Key Vault
(` + "`keyvault:https://VAULT.vault.azure.net/secrets/NAME`" + `), or in VS Code's secret storage (` + "`vscode:NAME`" + `). It is never printed.
`

func page() string {
	var b strings.Builder
	b.WriteString(intro)
	titles := map[string]string{
		"model": "The model", "model_providers.*": "`[model_providers.NAME]`", "azure_auth": "`[azure_auth]`", "kusto": "`[kusto]`",
		"kusto.clusters.*": "`[kusto.clusters.NAME]`", "agent": "`[agent]`", "lint": "`[lint]`", "schema": "`[schema]`",
	}
	last := ""
	for _, k := range Keys() {
		table, name := tableOf(k.Path)
		if table != last {
			fmt.Fprintf(&b, "\n## %s\n\n| key | type | default | wins over it | |\n|---|---|---|---|---|\n", titles[table])
			last = table
		}
		wins := ""
		if k.Env != "" && !strings.HasPrefix(k.Env, "AZURE_") {
			wins = "`" + k.Env + "`"
		}
		if k.Editor != "" {
			wins = strings.TrimPrefix(wins+", `calypso."+k.Editor+"`", ", ")
		}
		text := k.Text
		if strings.HasPrefix(k.Env, "AZURE_") {
			text += " Filled by `" + k.Env + "`."
		}
		if len(k.Values) > 0 {
			text += " One of `" + strings.Join(k.Values, "`, `") + "`."
		}
		fmt.Fprintf(&b, "| `%s` | %s | %s | %s | %s |\n", name, k.Type, k.Default, wins, text)
	}
	b.WriteString("\n## In the editor\n\nWhat is set by you, and not for all machines, is read where the program runs: in a window on another machine, over SSH or in a container,\nset it under the tab Remote of the settings.\n\n| setting | type | default | set by | |\n|---|---|---|---|---|\n")
	for _, s := range EditorSettings {
		value, _ := json.Marshal(s.Default)
		who := map[string]string{"machine": "you", "application": "you, for all machines", "machine-overridable": "you, workspace", "window": "you, workspace"}[s.Scope]
		fmt.Fprintf(&b, "| `calypso.%s` | %s | `%s` | %s | %s |\n", s.Name, s.Type, value, who, s.Text)
	}
	return b.String()
}

// tableOf parts a path into its table's, as the page has it, and the rest.
func tableOf(path string) (table, name string) {
	for _, t := range []string{"model_providers.*", "kusto.clusters.*", "azure_auth", "kusto", "agent", "lint", "schema"} {
		if rest, ok := strings.CutPrefix(path, t+"."); ok {
			return t, strings.ReplaceAll(rest, "*", "NAME")
		}
	}
	return "model", path
}

// TestKeysAreTheStructs: the table of keys and what is decoded are the same.
func TestKeysAreTheStructs(t *testing.T) {
	var fields []string
	var walk func(prefix string, of reflect.Type)
	walk = func(prefix string, of reflect.Type) {
		for of.Kind() == reflect.Pointer {
			of = of.Elem()
		}
		switch {
		case of == reflect.TypeFor[AzureAuth]() && prefix != "azure_auth":
			fields = append(fields, prefix)
		case of == reflect.TypeFor[Secret](), of.Kind() != reflect.Struct && of.Kind() != reflect.Map && of.Kind() != reflect.Slice:
			fields = append(fields, prefix)
		case of.Kind() == reflect.Slice && of.Elem().Kind() == reflect.Struct:
			walk(prefix, of.Elem())
		case of.Kind() == reflect.Slice:
			fields = append(fields, prefix)
		case of.Kind() == reflect.Map:
			walk(prefix+".*", of.Elem())
		default:
			for i := range of.NumField() {
				if tag := of.Field(i).Tag.Get("toml"); tag != "-" && tag != "" {
					walk(strings.TrimPrefix(prefix+"."+tag, "."), of.Field(i).Type)
				}
			}
		}
	}
	walk("", reflect.TypeFor[Settings]())
	var table []string
	for _, k := range Keys() {
		table = append(table, k.Path)
		if k.Text == "" || k.Type == "" {
			t.Errorf("%s: the table says too little", k.Path)
		}
	}
	slices.Sort(fields)
	slices.Sort(table)
	for _, f := range fields {
		if !slices.Contains(table, f) {
			t.Errorf("%s is decoded, but the table lacks it", f)
		}
	}
	for _, k := range table {
		if !slices.Contains(fields, k) {
			t.Errorf("%s is in the table, but nothing decodes it", k)
		}
	}
}

// TestEditorAndFile: a setting of the editor that stands for a key says so on both sides, and takes what the key takes.
func TestEditorAndFile(t *testing.T) {
	for _, k := range Keys() {
		if k.Editor == "" {
			continue
		}
		i := slices.IndexFunc(EditorSettings, func(s EditorSetting) bool { return s.Name == k.Editor })
		if i < 0 {
			t.Errorf("%s: there is no setting calypso.%s", k.Path, k.Editor)
			continue
		}
		s := EditorSettings[i]
		if k.Path == "lint.rules.*" {
			continue // a whole table
		}
		if s.Key != k.Path || len(s.Enum) > 0 && !slices.Equal(s.Enum[1:], k.Values) {
			t.Errorf("%s and calypso.%s don't agree", k.Path, k.Editor)
		}
		if s.Scope != "machine" && s.Scope != "application" && k.Path != "kusto.cluster_url" && k.Path != "kusto.database" && !strings.HasPrefix(k.Path, "format.") {
			t.Errorf("calypso.%s may be set by a workspace", s.Name)
		}
	}
}

func TestWithEditor(t *testing.T) {
	s, _, err := Parse("config.toml", "model = \"a\"\n[azure_auth]\nmode = \"azure_cli\"\nca_file = \"x\"\n[agent]\napproval = \"never\"\n")
	if err != nil {
		t.Fatal(err)
	}
	got, err := s.WithEditor([]byte(`{"model":"b","modelProvider":null,"azureAuth":{"tenantId":"contoso.com","clientId":"an-app","authority":"https://login.example"},"kusto":{"clusterUrl":"https://h"},"agent":{"approval":""}}`))
	if err != nil || got.Model != "b" || got.Agent.Approval != "never" || got.Kusto.ClusterURL != "https://h" ||
		got.AzureAuth.Mode != "azure_cli" || got.AzureAuth.TenantID != "contoso.com" || got.AzureAuth.ClientID != "an-app" || got.AzureAuth.Authority != "https://login.example" || got.AzureAuth.CAFile != "x" || s.AzureAuth.TenantID != "" {
		t.Errorf("got %+v, %v", got, err)
	}
	for section, want := range map[string]string{
		`{"kusto":{"clusterUrl":"h"}}`:           "kusto.cluster_url",
		`{"agent":{"approval":"sometimes"}}`:     "agent.approval",
		`{"azureAuth":{"mode":"card"}}`:          "azure_auth.mode",
		`{"azureAuth":{"authority":"http://x"}}`: "azure_auth.authority",
		`[]`:                                     "section calypso",
	} {
		if got, err := s.WithEditor([]byte(section)); err == nil || !strings.Contains(err.Error(), want) || !reflect.DeepEqual(got, s) {
			t.Errorf("%s: %v", section, err)
		}
	}
}
