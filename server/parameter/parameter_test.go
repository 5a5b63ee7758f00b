package parameter

import (
	"fmt"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"

	"calypso/engine/plan"
	"calypso/kql/syntax"
	"calypso/kusto/value"
)

func TestDeclared(t *testing.T) {
	for _, c := range []struct {
		src  string
		want []Parameter
	}{
		{"StormEvents | count", nil},
		{".show tables", nil},
		{"declare query_parameters(state: string, n: long = 5, when: date = datetime(2007-01-01)); T | take n", []Parameter{
			{"state", value.String, ""},
			{"n", value.Long, "5"},
			{"when", value.Datetime, "datetime(2007-01-01)"},
		}},
		{"declare query_parameters(['a b']: int); T", []Parameter{{"a b", value.Int, ""}}},
		{"declare query_parameters(a: int, a: long, b: strange, c:, d", []Parameter{{"a", value.Int, ""}}},
	} {
		if got := Declared(syntax.Parse(c.src)); !reflect.DeepEqual(got, c.want) {
			t.Errorf("%s: got %v, want %v", c.src, got, c.want)
		}
	}
}

func TestLiteral(t *testing.T) {
	const none = "is a"
	for _, c := range []struct {
		kind       value.Kind
		text, want string
	}{
		{value.String, "TEXAS", `"TEXAS"`},
		{value.String, `it's "so" \ 1`, `"it's \"so\" \\ 1"`},
		{value.String, `"TEXAS"`, `"TEXAS"`},
		{value.String, `'a' + 'b'`, `"'a' + 'b'"`},
		{value.String, "", `""`},
		{value.String, "string(null)", `"string(null)"`},
		{value.Long, " 5 ", "long(5)"},
		{value.Long, "-5", "long(-5)"},
		{value.Long, "long(5)", "long(5)"},
		{value.Long, "null", "long(null)"},
		{value.Long, "five", none},
		{value.Long, "", none},
		{value.Long, "5) | take 1 //", none},
		{value.Long, "1.5", none},
		{value.Int, "5", "int(5)"},
		{value.Real, "5", "real(5)"},
		{value.Real, "1e3", "real(1e3)"},
		{value.Decimal, "1.50", "decimal(1.50)"},
		{value.Bool, "true", "bool(true)"},
		{value.Bool, "maybe", none},
		{value.Datetime, "2007-06-01", "datetime(2007-06-01)"},
		{value.Datetime, "ago(1h)", none},
		{value.Timespan, "1h", "timespan(1h)"},
		{value.Timespan, "01:00:00", "timespan(01:00:00)"},
		{value.Guid, "74be27de-1e4e-49d9-b579-fe0b331d3642", "guid(74be27de-1e4e-49d9-b579-fe0b331d3642)"},
		{value.Guid, "x", none},
		{value.Dynamic, `{"a": [1]}`, `dynamic({"a": [1]})`},
		{value.Dynamic, "{", none},
	} {
		p := Parameter{Name: "p", Kind: c.kind}
		got, err := p.Literal(c.text)
		if c.want == none {
			if err == nil || !strings.Contains(err.Error(), `parameter "p" is a `+c.kind.String()) {
				t.Errorf("%s %q: got %s, %v", c.kind, c.text, got, err)
			}
			continue
		}
		if err != nil || got != c.want {
			t.Errorf("%s %q: got %s, %v, want %s", c.kind, c.text, got, err, c.want)
		}
	}
}

// FuzzLiteral: whatever is entered becomes one constant of the type, or is refused.
func FuzzLiteral(f *testing.F) {
	f.Add("5", 1)
	f.Add("1h) + now(", 7)
	f.Fuzz(func(t *testing.T, text string, kind int) {
		p := Parameter{Name: "p", Kind: value.Bool + value.Kind(uint(kind)%10)}
		literal, err := p.Literal(text)
		if err != nil {
			return
		}
		if v := plan.ParseConstant(literal); v == nil || v.Kind != p.Kind {
			t.Fatalf("%s %q: %s is no constant of it", p.Kind, text, literal)
		}
	})
}

func TestMemory(t *testing.T) {
	file := filepath.Join(t.TempDir(), "deep", "parameters.json")
	m := OpenMemory(file)
	if err := m.Keep("a.kql", map[string]string{"n": "5", "s": "x"}); err != nil {
		t.Fatal(err)
	}
	other := OpenMemory(file)
	if err := other.Keep("b.kql", map[string]string{"n": "6"}); err != nil {
		t.Fatal(err)
	}
	if err := m.Keep("a.kql", map[string]string{"s": ""}); err != nil {
		t.Fatal(err)
	}
	again := OpenMemory(file)
	if got := fmt.Sprint(again.Values("a.kql"), again.Values("b.kql"), again.Values("c.kql")); got != "map[n:5] map[n:6] map[]" {
		t.Error(got)
	}
	if info, err := os.Stat(file); err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("got %v, %v", info, err)
	}
	for i := range documents + 5 {
		_ = m.Keep(fmt.Sprint(i), map[string]string{"n": "1"})
	}
	if len(m.list) != documents || m.Values("a.kql") != nil {
		t.Errorf("%d documents are kept", len(m.list))
	}
	if err := os.WriteFile(file, []byte("{broken"), 0o600); err != nil {
		t.Fatal(err)
	}
	if got := OpenMemory(file).Values("b.kql"); got != nil {
		t.Errorf("a broken file gives %v", got)
	}
}

func FuzzMemory(f *testing.F) {
	for _, seed := range []string{``, `[]`, `[null]`, `[{"document":"d","values":null}]`, `[{"document":"d","values":{"a":"1"}},{"document":"d"}]`} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, body []byte) {
		path := filepath.Join(t.TempDir(), "values.json")
		if err := os.WriteFile(path, body, 0o600); err != nil {
			t.Fatal(err)
		}
		m := OpenMemory(path)
		if err := m.Keep("d", map[string]string{"n": "1"}); err != nil || m.Values("d")["n"] != "1" || OpenMemory(path).Values("d")["n"] != "1" {
			t.Errorf("%v: %v", err, m.Values("d"))
		}
	})
}
