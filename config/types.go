package config

// Values of a wrong type, told by the key's row in the table of keys: what stands there, what is expected, an example. The TOML library
// would tell them too, but by the names of Go's types.

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"
)

// shape is what the table of keys says of one place in the file.
type shape struct {
	key   *Key              // nil for a table that only holds others
	below map[string]*shape // "*" stands for a name of the person's own
}

// shapes is the tree of all keys. A block azure_auth has the keys of the general one wherever it stands.
func shapes() *shape {
	root := &shape{}
	for _, k := range Keys() {
		root.put(strings.Split(k.Path, "."), &k)
		if strings.HasSuffix(k.Path, ".azure_auth") {
			for _, inner := range authKeys(k.Path) {
				root.put(strings.Split(inner.Path, "."), &inner)
			}
		}
	}
	return root
}

func (s *shape) put(path []string, k *Key) {
	if len(path) == 0 {
		s.key = k
		return
	}
	if s.below == nil {
		s.below = map[string]*shape{}
	}
	if s.below[path[0]] == nil {
		s.below[path[0]] = &shape{}
	}
	s.below[path[0]].put(path[1:], k)
}

func (s *shape) of(name string) *shape {
	if found := s.below[name]; found != nil {
		return found
	}
	return s.below["*"]
}

// checkTypes finds the first value, in the order of names, that isn't of its key's type. Keys that nobody knows are passed over.
func checkTypes(s *shape, path string, table map[string]any) error {
	for _, name := range slices.Sorted(maps.Keys(table)) {
		below := s.of(name)
		if below == nil {
			continue
		}
		if err := below.check(strings.TrimPrefix(path+"."+name, "."), name, table[name]); err != nil {
			return err
		}
	}
	return nil
}

func (s *shape) check(path, name string, value any) error {
	if s.below == nil {
		if fits(s.key.Type, value) {
			return nil
		}
		return wrong(path, "%s stands where %s is expected; write %s", standing(value), expected[s.key.Type], s.key.example(name))
	}
	switch v := value.(type) {
	case map[string]any:
		return checkTypes(s, path, v)
	case []map[string]any:
		if path != "lint.paths" { // the only table that may stand several times
			return wrong(path, "this table may stand once; write [%s] with single brackets, and all its keys below", path)
		}
		for _, one := range v {
			if err := checkTypes(s, path, one); err != nil {
				return err
			}
		}
		return nil
	}
	if path == "lint.paths" {
		return wrong(path, "%s stands where tables are expected; write [[lint.paths]], and its keys below", standing(value))
	}
	return wrong(path, "%s stands where a table is expected; write [%s], and a line for each of its keys: %s", standing(value), path, strings.Join(s.names(), ", "))
}

// names are the keys of a table, for people.
func (s *shape) names() []string {
	names := slices.Sorted(maps.Keys(s.below))
	if i := slices.Index(names, "*"); i >= 0 {
		names[i] = "names of your own"
	}
	const most = 6
	if len(names) > most {
		names = append(names[:most], "…")
	}
	return names
}

var expected = map[string]string{
	"string": "a text", "secret": "a text", "integer": "a whole number", "number": "a number", "boolean": "true or false", "list": "a list of texts", "table": "a table",
}

func fits(kind string, value any) bool {
	switch kind {
	case "string", "secret":
		_, ok := value.(string)
		return ok
	case "integer":
		_, ok := value.(int64)
		return ok
	case "number":
		_, whole := value.(int64)
		_, broken := value.(float64)
		return whole || broken
	case "boolean":
		_, ok := value.(bool)
		return ok
	case "list":
		list, ok := value.([]any)
		return ok && !slices.ContainsFunc(list, func(one any) bool { _, text := one.(string); return !text })
	}
	return true // tables of other programs are theirs
}

// standing says what a value is, in words of the file. It never quotes a text: that may be a secret.
func standing(value any) string {
	switch v := value.(type) {
	case string:
		return "a text"
	case int64:
		return fmt.Sprintf("the number %d", v)
	case float64:
		return fmt.Sprintf("the number %v", v)
	case bool:
		return fmt.Sprintf("%v", v)
	case time.Time:
		return "a date"
	case []any:
		if slices.ContainsFunc(v, func(one any) bool { _, text := one.(string); return !text }) {
			return "a list of other things"
		}
		return "a list"
	}
	return "a table"
}

// examples are values where the type alone doesn't help. Others are made of the type, the words that the key takes, or its default.
var examples = map[string]string{
	"cluster_url": `"https://help.kusto.windows.net"`, "base_url": `"https://NAME.openai.azure.com/openai/v1"`, "database": `"Samples"`, "tenant_id": `"contoso.onmicrosoft.com"`,
	"authority": `"https://login.microsoftonline.com"`, "scope": `"https://cognitiveservices.azure.com/.default"`, "certificate_path": `"~/app.pfx"`, "ca_file": `"~/proxy.pem"`,
	"env_key": `"AZURE_OPENAI_API_KEY"`, "client_secret": `"keyvault:https://VAULT.vault.azure.net/secrets/NAME"`, "refresh_after": `"1h"`, "model": `"gpt-5"`,
}

func (k *Key) example(name string) string {
	value := examples[name]
	switch {
	case value != "":
	case len(k.Values) > 0:
		value = `"` + k.Values[0] + `"`
	case k.Type == "boolean":
		value = "true"
	case k.Type == "integer" || k.Type == "number":
		value = "10"
	case k.Type == "list":
		value = `["…"]`
	default:
		value = `"…"`
	}
	if strings.ContainsAny(name, " .:/\"") {
		name = `"` + strings.ReplaceAll(name, `"`, `\"`) + `"`
	}
	return name + " = " + value
}
