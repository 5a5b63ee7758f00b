package config

import (
	"reflect"
	"testing"
)

// FuzzEditor: what an editor sends as its settings changes the settings or is refused whole; with nothing in it nothing changes.
func FuzzEditor(f *testing.F) {
	for _, s := range []string{
		`{"kusto": {"clusterUrl": "https://help.kusto.windows.net", "database": "Samples"}, "agent": {"approval": "never"}}`,
		`{"azureAuth": {"mode": "browser", "tenantId": "contoso.example", "authority": "https://login.microsoftonline.us"}}`,
		`{"agent": {"approval": "always"}}`, `{"kusto": null}`, `null`, `[]`, `{"model": 1}`, `{}`,
	} {
		f.Add([]byte(s))
	}
	start, _, err := Parse("config.toml", "model = \"m\"\n[kusto]\ndatabase = \"D\"\n[azure_auth]\nmode = \"azure_cli\"\n")
	if err != nil {
		f.Fatal(err)
	}
	f.Fuzz(func(t *testing.T, section []byte) {
		got, err := start.WithEditor(section)
		if err != nil && !reflect.DeepEqual(got, start) {
			t.Errorf("refused (%v), and changed all the same", err)
		}
		sound, _ := Sound(section, func(part []byte) error {
			_, err := start.WithEditor(part)
			return err
		})
		if _, err := start.WithEditor(sound); err != nil {
			t.Errorf("what is said to be sound, %s, isn't: %v", sound, err)
		}
		if start.AzureAuth.Mode != "azure_cli" {
			t.Error("the settings it began with changed")
		}
		if again, err := got.WithEditor([]byte("{}")); err == nil && !reflect.DeepEqual(again, got) {
			t.Error("an empty section changed something")
		}
	})
}
