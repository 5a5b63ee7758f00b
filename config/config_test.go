package config

import (
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"
)

func load(t *testing.T, body string, env map[string]string) (Settings, []Warning, error) {
	t.Helper()
	dir := t.TempDir()
	if body != "-" {
		if err := os.WriteFile(filepath.Join(dir, "config.toml"), []byte(body), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	return Load(func(name string) string {
		if name == EnvHome {
			return dir
		}
		return env[name]
	})
}

func TestLoad(t *testing.T) {
	cases := []struct {
		name, body string
		env        map[string]string
		want       Kusto
	}{
		{name: "no file", body: "-"},
		{name: "empty file", body: ""},
		{
			name: "cluster and database", body: "[kusto]\ncluster_url = \"https://help.kusto.windows.net\"\ndatabase = \"Samples\"\n",
			want: Kusto{ClusterURL: "https://help.kusto.windows.net", Database: "Samples"},
		},
		{
			name: "tables of other programs pass", body: "model = \"x\"\n[model_providers.azure]\nname = \"n\"\n[kusto]\ndatabase = \"D\"\n",
			want: Kusto{Database: "D"},
		},
		{
			name: "the environment wins", body: "[kusto]\ndatabase = \"D\"\n",
			env: map[string]string{EnvDatabase: "E", EnvClusterURL: "http://localhost:8080"}, want: Kusto{ClusterURL: "http://localhost:8080", Database: "E"},
		},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			got, warnings, err := load(t, c.body, c.env)
			if err != nil || len(warnings) > 0 || !reflect.DeepEqual(got.Kusto, c.want) {
				t.Errorf("got %+v, %v, %v; want %+v", got.Kusto, warnings, err, c.want)
			}
		})
	}
}

// Each mistake is told with its place and the way out.
func TestMistakes(t *testing.T) {
	cases := []struct{ name, body, want string }{
		{"syntax", "[kusto]\ncluster_url = https://x\n", "config.toml:2:"},
		{"wrong type", "[kusto]\ncluster_url = 7\n", "config.toml:2:"},
		{"no scheme", "[kusto]\ncluster_url = \"help\"\n", "doesn't start with https://"},
		{"password", "[kusto]\ncluster_url = \"https://u:secret@h\"\n", "remove it"},
		{"binary", "\x00\x01\xff", "config.toml"},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			_, _, err := load(t, c.body, nil)
			if err == nil || !strings.Contains(err.Error(), c.want) {
				t.Errorf("got %v; want a message with %q", err, c.want)
			}
			if err != nil && strings.Contains(err.Error(), "secret") {
				t.Errorf("the message holds the password: %v", err)
			}
		})
	}
}

func TestUnknownKeyWarns(t *testing.T) {
	_, warnings, err := load(t, "[kusto]\n\ndatabse = \"D\"\n", nil)
	if err != nil || len(warnings) != 1 {
		t.Fatalf("got %v, %v; want one warning", warnings, err)
	}
	if got := warnings[0].String(); !strings.Contains(got, ":3:1: ") || !strings.Contains(got, `did you mean "kusto.database"?`) {
		t.Errorf("got %q", got)
	}
}

func FuzzParse(f *testing.F) {
	f.Add("[kusto]\ncluster_url = \"x\"\n")
	f.Add("[kusto\n")
	examples, err := os.ReadFile(filepath.Join("..", "docs", "config.example.toml"))
	if err != nil {
		f.Fatal(err)
	}
	for example := range strings.SplitSeq(string(examples), "# ---") {
		f.Add("# ---" + example)
	}
	f.Fuzz(func(_ *testing.T, body string) { _, _, _ = Parse("config.toml", body) })
}
