package source

import (
	"context"
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"hash"
	"math"
	"strings"
	"testing"

	"calypso/engine/exec"
	"calypso/kusto/value"
)

// The sample data never changes by accident, and is the same on every system: queries, pictures and tests rely on its rows.
func TestSamplesAreGolden(t *testing.T) {
	want := map[string]string{
		"StormEvents":    "0999d609d2df0a69969f30ff",
		"PopulationData": "731895c564c3747f513df37c",
		"Telemetry":      "a3563d262268d18dcce11ae7",
	}
	for _, table := range Samples() {
		if got := checksum(t, table); got != want[table.Name()] {
			t.Errorf("%s: checksum %s, want %s", table.Name(), got, want[table.Name()])
		}
	}
}

// checksum hashes every value of a table in a form that doesn't depend on the machine.
func checksum(t *testing.T, table exec.Table) string {
	t.Helper()
	sum := sha256.New()
	for c, column := range table.Columns() {
		sum.Write([]byte(column.Name + column.Kind.String()))
		for s := range table.Segments() {
			b, err := table.Segment(context.Background(), s, []int{c})
			if err != nil {
				t.Fatal(err)
			}
			for i := range b.N {
				hashCell(sum, b.Cols[0], i)
			}
		}
	}
	return hex.EncodeToString(sum.Sum(nil)[:12])
}

func hashCell(sum hash.Hash, v *value.Vector, i int) {
	if v.IsNull(i) {
		sum.Write([]byte{0})
		return
	}
	var text string
	switch v.Kind {
	case value.String:
		text = v.Strings[i]
	case value.Dynamic:
		text = v.Dynamics[i].String()
	case value.Real:
		binary.Write(sum, binary.LittleEndian, math.Float64bits(v.Reals[i]))
	case value.Bool:
		binary.Write(sum, binary.LittleEndian, v.Bools[i])
	case value.Guid:
		sum.Write(v.Guids[i][:])
	case value.Decimal:
		text = v.Decimals[i].String()
	default:
		binary.Write(sum, binary.LittleEndian, v.Ints[i])
	}
	binary.Write(sum, binary.LittleEndian, int64(len(text)))
	sum.Write([]byte(text))
}

func wholeColumn(t testing.TB, table exec.Table, name string) *value.Vector {
	t.Helper()
	for c, col := range table.Columns() {
		if col.Name != name {
			continue
		}
		var parts []*value.Vector
		for s := range table.Segments() {
			b, err := table.Segment(context.Background(), s, []int{c})
			if err != nil {
				t.Fatal(err)
			}
			parts = append(parts, b.Cols[0])
		}
		return value.Concat(col.Kind, parts...)
	}
	t.Fatalf("%s has no column %s", table.Name(), name)
	return nil
}

// What a reader of the documentation expects of the storms: their number, areas and kinds, and times, damage and places that make
// sense.
func TestStormsArePlausible(t *testing.T) {
	table := Samples()[0]
	if table.Rows() != 59_066 || len(table.Columns()) != 22 {
		t.Fatalf("%d rows, %d columns", table.Rows(), len(table.Columns()))
	}
	states, kinds := wholeColumn(t, table, "State"), wholeColumn(t, table, "EventType")
	byState, byKind := map[string]int{}, map[string]int{}
	for i := range states.N {
		byState[states.Strings[i]]++
		byKind[kinds.Strings[i]]++
	}
	if len(byState) != 67 || len(byKind) < 40 || byState["TEXAS"] < 3000 || byKind["Tornado"] < 500 {
		t.Errorf("%d states, %d kinds, %d in Texas, %d tornadoes", len(byState), len(byKind), byState["TEXAS"], byKind["Tornado"])
	}
	start, end := wholeColumn(t, table, "StartTime"), wholeColumn(t, table, "EndTime")
	lat, place := wholeColumn(t, table, "BeginLat"), wholeColumn(t, table, "BeginLocation")
	first, _ := value.DatetimeOf(2007, 1, 1, 0)
	for i := range start.N {
		if start.Ints[i] < first || end.Ints[i] < start.Ints[i] || end.Ints[i] > lastMinute2007 {
			t.Fatalf("row %d: from %d to %d", i, start.Ints[i], end.Ints[i])
		}
		if lat.IsNull(i) != (place.Strings[i] == "") {
			t.Fatalf("row %d: place %q and latitude disagree", i, place.Strings[i])
		}
	}
}

// Dynamic columns hold JSON, not text that merely looks like it.
func TestSampleJSONIsValid(t *testing.T) {
	for _, c := range []struct{ table, column string }{{"StormEvents", "StormSummary"}, {"Telemetry", "Properties"}, {"Telemetry", "Tags"}, {"Telemetry", "Readings"}} {
		for _, table := range Samples() {
			if table.Name() != c.table {
				continue
			}
			v := wholeColumn(t, table, c.column)
			for i := range v.N {
				if raw, ok := v.Dynamics[i].Raw(); ok && !value.ValidJSON(raw) {
					t.Fatalf("%s.%s row %d: %s", c.table, c.column, i, raw)
				}
			}
		}
	}
}

// A column made alone is the same as one made after all others.
func TestSampleColumnsDontDependOnOrder(t *testing.T) {
	all := Samples()[0]
	checksum(t, all)
	alone := wholeColumn(t, Samples()[0], "EventNarrative")
	after := wholeColumn(t, all, "EventNarrative")
	for i := range alone.N {
		if alone.Strings[i] != after.Strings[i] {
			t.Fatalf("row %d: %q, %q", i, alone.Strings[i], after.Strings[i])
		}
	}
	if !strings.HasSuffix(alone.Strings[0], ".") {
		t.Errorf("a narrative that is no sentence: %q", alone.Strings[0])
	}
}

func BenchmarkStormStates(b *testing.B) {
	for b.Loop() {
		wholeColumn(b, Samples()[0], "State")
	}
}

func BenchmarkStormAllColumns(b *testing.B) {
	for b.Loop() {
		table := Samples()[0]
		for _, c := range table.Columns() {
			wholeColumn(b, table, c.Name)
		}
	}
}
