package config

import (
	"fmt"
	"strings"
	"testing"
)

// Each mistake names file, line and column, and the cure.
func TestProviderMistakes(t *testing.T) {
	const table = "[model_providers.x]\n"
	for body, want := range map[string]string{
		table + "wire_api = \"chat\"\n":                                                      `config.toml:2:1: model_providers.x.wire_api: set wire_api = "responses"; chat completions aren't supported`,
		table + "  wire_api = \"grpc\"\n":                                                    `config.toml:2:3: model_providers.x.wire_api: unknown value "grpc"`,
		table + "auth_header_type = \"apikey\"\n":                                            `config.toml:2:1: model_providers.x.auth_header_type: unknown value "apikey"; choose api_key, bearer; did you mean "api_key"?`,
		table + "auth_header_type = \"api_key\"\n":                                           `needs env_key`,
		table + "env_key = \"K\"\nauth = { command = \"x\" }\n":                              `config.toml:3:1: model_providers.x.auth: it can't stand beside env_key`,
		table + "auth = { args = [\"x\"] }\n":                                                `config.toml:2:1: model_providers.x.auth.command: the program is missing`,
		table + "base_url = \"http://models.example/v1\"\n":                                  `"models.example" is plain http to another machine; use https`,
		table + "base_url = \"https://u:hunter2@models.example/v1\"\n":                       `remove it`,
		table + "stream_idle_timeout_ms = 0\n":                                               `write a number above 0`,
		table + "[model_providers.x.azure_auth]\nscope = \"https://a https://b/.default\"\n": `config.toml:3:1: model_providers.x.azure_auth.scope: scope "https://a https://b/.default" holds several scopes`,
		"[azure_auth]\nmode = \"devicecode\"\n":                                              `config.toml:2:1: azure_auth.mode: unknown value "devicecode"; choose`,
		"[azure_auth]\nauthority = \"http://x\"\n":                                           `must be https`,
		"[azure_auth]\nmode=\"managed_identity\"\nclient_id=\"a\"\nobject_id=\"b\"\n":        `one of client_id, object_id and resource_id`,
		"[azure_auth.trusted_hosts]\n\"*.example\" = \"kusto\"\n":                            `"*.example" is no host`,
		"[azure_auth.trusted_hosts]\n\"a.example\" = \"sql\"\n":                              `unknown value "sql"; choose kusto, openai`,
		"[kusto.clusters.a]\ndatabase = \"D\"\n":                                             `config.toml:1:1: kusto.clusters.a.cluster_url: the cluster has no address`,
		"[kusto]\ntimeout_s = -1\n":                                                          `config.toml:2:1: kusto.timeout_s`,
		"[kusto]\n\tmax_rows = \"many\"\n":                                                   `config.toml:2:2: kusto.max_rows`,
		"azure_auth = 1\n":                                                                   `config.toml:1:1`,
		"kusto = \"x\"\n":                                                                    `config.toml:1:1`,
		"[agent]\napproval = \"yes\"\n":                                                      `config.toml:2:1: agent.approval: unknown value "yes"; choose ask, auto, never`,
	} {
		_, _, err := Parse("config.toml", body)
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%q:\ngot  %v\nwant %s", body, err, want)
		}
		if err != nil && strings.Contains(err.Error(), "hunter2") {
			t.Errorf("the message holds a password: %v", err)
		}
	}
}

// How requests sign in, as the settings say.
func TestSignIn(t *testing.T) {
	const azure, other = "base_url = \"https://a.openai.azure.com/openai/v1\"\n", "base_url = \"https://models.example/v1\"\n"
	for body, want := range map[string]Way{
		azure + "env_key = \"K\"":                                WayAPIKey,
		other + "env_key = \"K\"":                                WayKey,
		other + "env_key = \"K\"\nis_azure = true":               WayAPIKey,
		azure + "env_key = \"K\"\nauth_header_type = \"bearer\"": WayKey,
		azure + "auth_header_type = \"bearer\"":                  WayAzure,
		azure:                                                    WayAzure,
		other:                                                    WayNone,
		azure + "env_key = \"K\"\nauth_header_type = \"api_key\"\nazure_auth = { mode = \"default\" }": WayAPIKey,
		azure + "env_key = \"K\"\nazure_auth = { }":                                                    WayAzure,
		azure + "env_http_headers = { \"API-Key\" = \"K\" }\nenv_key = \"K\"":                          WayHeaders,
		other + "auth = { command = \"x\" }":                                                           WayCommand,
		other + "experimental_bearer_token = \"keyvault:https://kv.vault.azure.net/secrets/x\"":        WayToken,
	} {
		s, warnings, err := Parse("config.toml", "[model_providers.x]\n"+body)
		if err != nil || len(warnings) > 0 || s.Providers["x"].SignIn() != want {
			t.Errorf("%s\ngot %q, %v, %v; want %q", body, s.Providers["x"].SignIn(), warnings, err, want)
		}
	}
}

func TestChosen(t *testing.T) {
	const provider = "[model_providers.x]\nbase_url = \"https://models.example/v1\"\n"
	for body, want := range map[string]string{
		"":                                    "no model provider is configured",
		provider:                              "model_provider isn't set; set it in config.toml to one of: x",
		"model_provider = \"x\"\n":            "has no [model_providers.x]",
		"model_provider = \"y\"\n" + provider: "there is no [model_providers.y]; choose one of: x",
		"model_provider = \"x\"\n" + provider: "model isn't set",
		"model = \"m\"\nmodel_provider = \"x\"\n[model_providers.x]\nname=\"n\"\n":                                                  "has no base_url",
		"model = \"m\"\nmodel_provider = \"x\"\n" + provider + "requires_openai_auth = true\n":                                      "Calypso can't (requires_openai_auth)",
		"model = \"m\"\nmodel_provider = \"x\"\n" + provider + "aws = { region = \"r\" }\n":                                         "Calypso can't (aws)",
		"model = \"m\"\nmodel_provider = \"x\"\n" + provider + "requires_openai_auth = true\nazure_auth = { mode = \"default\" }\n": "",
		"model = \"m\"\nmodel_provider = \"x\"\n" + provider:                                                                        "",
	} {
		s, warnings, err := Parse("config.toml", body)
		if err != nil || len(warnings) > 0 {
			t.Fatalf("%q: %v %v", body, warnings, err)
		}
		_, _, err = s.Chosen()
		if want == "" && err != nil || want != "" && (err == nil || !strings.Contains(err.Error(), want)) {
			t.Errorf("%q: %v; want %q", body, err, want)
		}
	}
}

// What belongs to the Codex CLI passes without a word; what nobody knows is a warning with its place and the nearest name.
func TestForeignAndUnknownKeys(t *testing.T) {
	var all strings.Builder
	for i, key := range codexKeys {
		if i%2 == 0 {
			fmt.Fprintf(&all, "%s = %d\n", key, i)
		}
	}
	for i, key := range codexKeys {
		if i%2 == 1 {
			fmt.Fprintf(&all, "[%s.x.y]\nz = 1\n", key)
		}
	}
	all.WriteString("[model_providers.x]\nrequires_openai_auth=true\nsupports_websockets=true\nwebsocket_connect_timeout_ms=5\naws={profile=\"p\"}\ngateway_oauth={a=1}\n")
	if _, warnings, err := Parse("config.toml", all.String()); err != nil || len(warnings) > 0 {
		t.Fatalf("%v %v", warnings, err)
	}
	for body, want := range map[string]string{
		"modle = \"x\"\n":                                                  `config.toml:1:1: unknown key "modle" has no effect; did you mean "model"?`,
		"[azure_auth]\ntenant = \"x\"\n":                                   `config.toml:2:1: unknown key "azure_auth.tenant" has no effect`,
		"[azure_auth]\nclientid = \"x\"\n":                                 `did you mean "azure_auth.client_id"?`,
		"[azuer_auth]\nmode = \"x\"\n":                                     `config.toml:1:1: unknown key "azuer_auth" has no effect; did you mean "azure_auth"?`,
		"[model_providers.x]\nbaseurl = \"x\"\n":                           `did you mean "model_providers.x.base_url"?`,
		"[model_providers.x.azure_auth]\nmod = \"x\"\n":                    `did you mean "model_providers.x.azure_auth.mode"?`,
		"[kusto.clusters.a]\ncluster_url=\"https://a\"\ndatabse = \"D\"\n": `config.toml:3:1: unknown key "kusto.clusters.a.databse" has no effect; did you mean "kusto.clusters.a.database"?`,
		"[azure_auth]\nclient_secret = \"CANARY\"\n":                       `config.toml:2:1: client_secret stands in this file for all who read it; better set AZURE_CLIENT_SECRET`,
	} {
		s, warnings, err := Parse("config.toml", body)
		if err != nil || len(warnings) != 1 || !strings.Contains(warnings[0].String(), want) {
			t.Errorf("%q: got %v %v; want %s", body, warnings, err, want)
		}
		if text := fmt.Sprintf("%v %+v %#v", s, s.AzureAuth, s.AzureAuth); strings.Contains(text+fmt.Sprint(warnings), "CANARY") {
			t.Errorf("a secret prints: %s", text)
		}
	}
}

// Where the keys of a text stand, also in inline tables, lists of tables and long strings.
func TestLocate(t *testing.T) {
	found := locate("a = 1\n b.\"c.d\" = '''\nx = 2\n'''\n[t]\nk = { i = [1, # x = 3\n 2], j = { l = \"}\" } }\n[[u]]\nm=1\n")
	for key, want := range map[string]place{
		"a": {1, 1}, "b.c.d": {2, 2}, "t": {5, 1}, "t.k": {6, 1}, "t.k.i": {6, 7}, "t.k.j": {7, 6}, "t.k.j.l": {7, 12}, "u": {8, 1}, "u.m": {9, 1},
	} {
		if found[key] != want {
			t.Errorf("%s is at %v, want %v", key, found[key], want)
		}
	}
	if len(found) != 9 {
		t.Errorf("%v", found)
	}
}

func FuzzLocate(f *testing.F) {
	f.Add("a = { b = [")
	f.Add("[[[[a]]]]\n\"")
	f.Fuzz(func(_ *testing.T, body string) { locate(body) })
}

// The block that holds: the nearest, with the machine's part of the general one.
func TestIdentity(t *testing.T) {
	s, _, err := Parse("config.toml", `
[azure_auth]
mode = "device_code"
tenant_id = "t"
ca_file = "ca"
trusted_hosts = { "a.example" = "kusto" }
[kusto.azure_auth]
mode = "azure_cli"
trusted_hosts = { "b.example" = "kusto" }
`)
	if err != nil {
		t.Fatal(err)
	}
	got := s.Identity(s.Kusto.AzureAuth)
	if got.Mode != "azure_cli" || got.TenantID != "" || got.CAFile != "ca" || len(got.TrustedHosts) != 2 || len(s.AzureAuth.TrustedHosts) != 1 {
		t.Errorf("%+v", got)
	}
	if general := s.Identity(nil); general.Mode != "device_code" || general.TenantID != "t" {
		t.Errorf("%+v", general)
	}
}
