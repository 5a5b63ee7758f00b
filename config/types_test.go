package config

import (
	"regexp"
	"strings"
	"testing"
)

// TestWrongTypes reads what a person does who wrote a value of a wrong type.
func TestWrongTypes(t *testing.T) {
	for body, want := range map[string]string{
		"[kusto]\ncluster_url = 7":                      `config.toml:2:1: kusto.cluster_url: the number 7 stands where a text is expected; write cluster_url = "https://help.kusto.windows.net"`,
		"[azure_auth]\n  mode = [\"default\"]":          `config.toml:2:3: azure_auth.mode: a list stands where a text is expected; write mode = "default"`,
		"azure_auth = \"default\"":                      "config.toml:1:1: azure_auth: a text stands where a table is expected; write [azure_auth], and a line for each of its keys: allow_scope_mismatch, allowed_tenants, authority, ca_file, certificate_password, certificate_path, …",
		"[kusto]\nclusters = 3":                         "config.toml:2:1: kusto.clusters: the number 3 stands where a table is expected; write [kusto.clusters], and a line for each of its keys: names of your own",
		"[schema]\ncache = \"yes\"":                     "config.toml:2:1: schema.cache: a text stands where true or false is expected; write cache = true",
		"[kusto]\nallowed_databases = [\"a\", 1]":       `config.toml:2:1: kusto.allowed_databases: a list of other things stands where a list of texts is expected; write allowed_databases = ["…"]`,
		"[agent]\nmax_tool_calls = 1.5":                 "config.toml:2:1: agent.max_tool_calls: the number 1.5 stands where a whole number is expected; write max_tool_calls = 10",
		"[[kusto]]\ncluster_url = \"x\"":                "config.toml:1:1: kusto: this table may stand once; write [kusto] with single brackets, and all its keys below",
		"[azure_auth.trusted_hosts]\n\"a.b.c\" = true":  `config.toml:2:1: azure_auth.trusted_hosts.a.b.c: true stands where a text is expected; write "a.b.c" = "kusto"`,
		"[[lint.paths]]\nmatch = 2026-01-01":            `config.toml:2:1: lint.paths.match: a date stands where a list of texts is expected; write match = ["…"]`,
		"[agent]\nmax_tool_calls = 9999999999999999999": "config.toml:2:18: 9999999999999999999 is too large a number; correct the file or remove the line",
	} {
		if _, _, err := Parse("config.toml", body); err == nil || err.Error() != want {
			t.Errorf("%s\n got %v\nwant %s", body, err, want)
		}
	}
}

// Every key says what it wants, in words of the file and never with the value of a text, and its example is one that it takes.
func TestWrongTypeOfEveryKey(t *testing.T) {
	goWords := regexp.MustCompile(`int64|\bstruct\b|slice|bool\b|map\[|TOML|destination|interface|SECRET`)
	for _, k := range Keys() {
		path := strings.ReplaceAll(k.Path, "*", "x")
		i := strings.LastIndexByte(path, '.')
		head, name := "", path
		if i >= 0 {
			head, name = "["+path[:i]+"]\n", path[i+1:]
		}
		head = strings.Replace(head, "[lint.paths]", "[[lint.paths]]", 1)
		if strings.HasPrefix(head, "[lint.paths.rules]") {
			continue // a table of a table that may stand several times
		}
		value := `"SECRET"`
		if k.Type == "string" || k.Type == "secret" {
			value = "[1, \"SECRET\"]"
		}
		shape := shapes()
		for _, part := range strings.Split(path, ".") {
			shape = shape.of(part)
		}
		if shape.below == nil && k.Type == "table" {
			continue // another program's: anything may stand there
		}
		_, _, err := Parse("config.toml", head+name+" = "+value)
		if err == nil || !strings.HasPrefix(err.Error(), "config.toml:") || !strings.Contains(err.Error(), ":1: "+path+": ") || !strings.Contains(err.Error(), "; write ") || goWords.MatchString(err.Error()) {
			t.Errorf("%s: %v", path, err)
		}
		if k.Type == "table" {
			continue
		}
		if _, _, err := Parse("config.toml", head+k.example(name)); err != nil && strings.Contains(err.Error(), "stands where") {
			t.Errorf("the example of %s: %v", path, err)
		}
	}
}
