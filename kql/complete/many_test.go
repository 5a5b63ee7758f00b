package complete

import (
	"fmt"
	"testing"

	"calypso/kql/symbol"
)

// What many tables are shortlisted to gives the same answer as all of them.
func TestShortlist(t *testing.T) {
	db := &symbol.Database{Name: "D", State: symbol.Known}
	for i := range 5000 {
		name := fmt.Sprintf("%s_%04d", []string{"events", "Logs", "ÄrgerLog", "sysEvents"}[i%4], (i*7919)%5000)
		db.Tables = append(db.Tables, &symbol.TableSymbol{Name: name, Kind: symbol.TableKind(i % 3)})
	}
	for _, prefix := range []string{"", "e", "EVE", "log", "4", "ev42", "ä", "ÄL", "sys_1", "nothing"} {
		p := &place{prefix: prefix}
		got, gotMore := rank(p, p.databaseItems(db))
		var all []Item
		for _, one := range db.Tables {
			all = append(all, p.databaseItems(&symbol.Database{Tables: []*symbol.TableSymbol{one}})...)
		}
		want, wantMore := rank(p, all)
		if fmt.Sprint(got) != fmt.Sprint(want) || gotMore != wantMore {
			t.Errorf("prefix %q: more %v, want %v; got %v, want %v", prefix, gotMore, wantMore, got, want)
		}
	}
}
