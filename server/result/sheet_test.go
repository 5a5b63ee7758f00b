package result

import (
	"context"
	"errors"
	"fmt"
	"math"
	"math/rand/v2"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"testing"
	"testing/quick"

	"calypso/engine/source"
	"calypso/kusto/value"
)

// What is typed into a filter box means this.
func TestFilterOf(t *testing.T) {
	for _, c := range []struct {
		kind  value.Kind
		typed string
		want  string
	}{
		{value.String, "", "false"},
		{value.String, "TEX", "contains TEX []"},
		{value.String, "=TEXAS", "== TEXAS []"},
		{value.String, `="a "quoted" one"`, `== a "quoted" one []`},
		{value.String, "!= x", "!= x []"},
		{value.String, "!x", "!contains x []"},
		{value.String, "^Te", "startswith Te []"},
		{value.String, "/^a.c$/", "matches regex ^a.c$ []"},
		{value.String, `"=1"`, "contains =1 []"},
		{value.String, "(a)", "contains (a) []"},
		{value.String, `(a, "b, c")`, "in  [a b, c]"},
		{value.String, "!in (a)", "!in  [a]"},
		{value.String, "null", "isempty  []"},
		{value.String, "!", "false"},
		{value.String, "=", "false"},
		{value.String, "a..b", "contains a..b []"},
		{value.Long, "5", "== 5 []"},
		{value.Long, ">=5", ">= 5 []"},
		{value.Long, "<>5", "!= 5 []"},
		{value.Long, "1..5", "between  [1 5]"},
		{value.Long, "1..", "between  [1 ]"},
		{value.Long, "..", "false"},
		{value.Long, "(1, 2)", "in  [1 2]"},
		{value.Long, "!(1)", "!in  [1]"},
		{value.Datetime, "2007-01-01..2008-01-01", "between  [2007-01-01 2008-01-01]"},
		{value.Dynamic, "!null", "isnotempty  []"},
	} {
		f, ok := FilterOf(3, c.kind, c.typed)
		got := fmt.Sprint(f.Op, " ", f.Value, " ", f.Values)
		if !ok {
			got = "false"
		}
		if got != c.want {
			t.Errorf("%q: got %s, want %s", c.typed, got, c.want)
		}
	}
}

func FuzzFilterOf(f *testing.F) {
	f.Add("=a", uint8(0))
	f.Add(`!in ("a,`, uint8(3))
	f.Fuzz(func(t *testing.T, typed string, kind uint8) {
		k := engineKinds[int(kind)%len(engineKinds)]
		if filter, ok := FilterOf(0, k, typed); ok {
			if holds, err := filter.test(value.Column{Name: "c", Kind: k}); err == nil {
				holds(value.NewNull(k, 1), 0)
			}
		}
	})
}

// What one filters to have the rows like a cell finds that cell, and its opposite doesn't.
func TestFilterFor(t *testing.T) {
	r := randomTable(t, rand.New(rand.NewPCG(3, 4)), 60)
	v, err := r.View(context.Background(), Wish{})
	if err != nil {
		t.Fatal(err)
	}
	for c := range v.Columns() {
		for row := range v.Rows() {
			if b, i := v.at(row); c > 0 && b.Cols[c].Kind == value.Real && b.Cols[c].Reals[i] != b.Cols[c].Reals[i] {
				continue // NaN equals nothing
			}
			for _, same := range []bool{true, false} {
				typed, err := v.FilterFor(row, c, same)
				if err != nil {
					t.Fatal(err)
				}
				filter, ok := FilterOf(c, v.Columns()[c].Kind, typed)
				if !ok {
					t.Fatalf("%q says nothing", typed)
				}
				found, err := r.View(context.Background(), Wish{Filters: []Filter{filter}})
				if err != nil {
					t.Fatalf("%q: %v", typed, err)
				}
				if has := slices.Contains(found.numbers(), uint32(row)); has != same {
					t.Errorf("column %d: %q finds row %d: %v", c, typed, row, has)
				}
			}
		}
	}
}

// A sheet keeps what a person did; the view is made anew only where its rows are others.
func TestSheet(t *testing.T) {
	s := NewStore(DefaultBudget)
	r := keep(t, s, []float64{3, 1, 2, 1}, []string{"b", "a", "b", "c"})
	do := func(change func(*Sheet)) (*Sheet, *View) {
		t.Helper()
		sheet, v, err := s.Sheet(context.Background(), r, 0, func(s *Sheet, _ *View) error {
			if change != nil {
				change(s)
			}
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
		return sheet, v
	}
	column := func(v *View, c int) string {
		var out []string
		for i := range v.Lines() {
			out = append(out, v.Text(i, c))
		}
		return strings.Join(out, " ")
	}
	_, first := do(nil)
	if _, again := do(nil); again != first {
		t.Error("the same sheet gave another view")
	}
	_, sorted := do(func(s *Sheet) { s.SortBy(0, false); s.SortBy(1, true) })
	if got := column(sorted, 1); got != "a c b b" {
		t.Errorf("sorted: %s", got)
	}
	sheet, moved := do(func(s *Sheet) { s.Move(r.Tables[0], 1, 0) })
	if got := column(moved, 0); got != "a c b b" || fmt.Sprint(sheet.Shown(r.Tables[0])) != "[1 0]" {
		t.Errorf("moved: %s, %v", got, sheet.Shown(r.Tables[0]))
	}
	_, grouped := do(func(s *Sheet) { s.Group = []int{1} })
	if got := column(grouped, 0) + " / " + column(grouped, 1); got != "a (1) c (1) b (2) Total (4) / 1.0 1.0 5.0 7.0" {
		t.Errorf("grouped: %s", got)
	}
	_, opened := do(func(s *Sheet) { s.Opened[grouped.Toggle(2)] = true })
	if got := column(opened, 1); got != "1.0 1.0 5.0 2.0 3.0 7.0" {
		t.Errorf("opened: %s", got)
	}
	_, down := do(func(s *Sheet) { s.SetSort(0, "desc", false) })
	if got := column(down, 0); got != "b (2) b b a (1) c (1) Total (4)" {
		t.Errorf("groups by their total: %s", got)
	}
	_, hidden := do(func(s *Sheet) { s.Reset(); s.Hidden[0] = true; s.SetFilter(1, "b") })
	if got := column(hidden, 0); got != "b b" || len(hidden.Columns()) != 1 {
		t.Errorf("hidden: %s", got)
	}
	if _, _, err := s.Sheet(context.Background(), r, 0, func(s *Sheet, _ *View) error { s.SetFilter(0, "<many"); return nil }); err == nil {
		t.Error("a filter that can't be read was taken")
	}
	if _, still := do(nil); still != hidden {
		t.Error("a refused change changed the sheet")
	}
}

// The order of columns stays one of all columns, whatever is moved where.
func TestMoveKeepsColumns(t *testing.T) {
	table := &Table{Columns: make([]value.Column, 7)}
	if err := quick.Check(func(moves []uint8) bool {
		s := (&Sheet{}).clone()
		for i, m := range moves {
			s.Hidden[int(m)%7] = i%3 == 0
			s.Move(table, int(m)%7, int(m>>3)%7)
		}
		all := s.arranged(table)
		slices.Sort(all)
		return fmt.Sprint(all) == "[0 1 2 3 4 5 6]"
	}, nil); err != nil {
		t.Error(err)
	}
}

// No text is evaluated by a spreadsheet; numbers stay numbers.
func TestExcel(t *testing.T) {
	r := keep(t, NewStore(1<<20), []float64{-1, 2, 3, 4, 5, 6}, []string{"=1+1", "+1", "-1", "@x", "\tx", "plain, \"x\""})
	v, err := r.View(context.Background(), Wish{})
	if err != nil {
		t.Fatal(err)
	}
	got, err := v.Copy([]Area{{EndRow: 9, EndColumn: 9}}, "excel", true, 0)
	want := "\ufeffx,s\r\n-1.0,'=1+1\r\n2.0,'+1\r\n3.0,'-1\r\n4.0,'@x\r\n5.0,'\tx\r\n6.0,\"plain, \"\"x\"\"\"\r\n"
	if err != nil || got != want {
		t.Errorf("%v\n got %q\nwant %q", err, got, want)
	}
	if got, err := v.Copy([]Area{{EndRow: 9, StartColumn: 1, EndColumn: 2}, {EndRow: 1, EndColumn: 1}}, "in", true, 0); err != nil ||
		got != `("=1+1", "+1", "-1", "@x", "\tx", "plain, \"x\"")(real(-1.0))` {
		t.Errorf("in: %s %v", got, err)
	}
}

// A spreadsheet keeps 15 digits of a number, and drops zeros in front of it: such numbers are given as text.
func TestExcelDigits(t *testing.T) {
	r := keep(t, NewStore(1<<20), []float64{-1e300, 2, 3, 4, 5, 6, 7}, []string{"007", "0.5", "1234567890123456789", "12345", "0", "1.2.3", "2024-01-02"})
	longs := value.NewBuilder(value.Long, 7)
	for _, n := range []int64{math.MaxInt64, math.MinInt64, 999_999_999_999_999, -999_999_999_999_999, 0, 1, 1_000_000_000_000_000} {
		longs.AppendInt(n)
	}
	b := NewStore(1 << 20).Build("q")
	b.Table("T", []value.Column{{Name: "=n", Kind: value.Long}})
	if err := b.Rows(&value.Batch{N: 7, Cols: []*value.Vector{longs.Vector()}}); err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		result *Result
		want   string
	}{
		{r, "x,s\r\n-1e300,'007\r\n2.0,0.5\r\n3.0,'1234567890123456789\r\n4.0,12345\r\n5.0,0\r\n6.0,1.2.3\r\n7.0,2024-01-02\r\n"},
		{b.Keep(nil), "'=n\r\n'9223372036854775807\r\n'-9223372036854775808\r\n999999999999999\r\n-999999999999999\r\n0\r\n1\r\n'1000000000000000\r\n"},
	} {
		v, err := c.result.View(context.Background(), Wish{})
		if err != nil {
			t.Fatal(err)
		}
		if got, err := v.Copy([]Area{{EndRow: 9, EndColumn: 9}}, "excel", true, 0); err != nil || got != "\ufeff"+c.want {
			t.Errorf("%v\n got %q\nwant %q", err, got, c.want)
		}
	}
}

// Parquet keeps every value and type; twins among the names are told apart.
func TestParquet(t *testing.T) {
	r := randomTable(t, rand.New(rand.NewPCG(5, 6)), 500)
	r.Tables[0].Columns[2].Name = "c0"
	v, err := r.View(context.Background(), Wish{Sort: []Order{{Column: 0, Descending: true}}})
	if err != nil {
		t.Fatal(err)
	}
	file := filepath.Join(t.TempDir(), "x.parquet")
	if _, _, err := v.Export(context.Background(), "parquet", file, nil); err != nil {
		t.Fatal(err)
	}
	table, err := source.OpenFile(context.Background(), file, source.Options{})
	if err != nil {
		t.Fatal(err)
	}
	names := table.Columns()
	if names[2].Name != "c0_2" || len(names) != len(v.Columns()) {
		t.Errorf("columns %v", names)
	}
	all := make([]int, len(names))
	for i := range all {
		all[i] = i
	}
	b, err := table.Segment(context.Background(), 0, all)
	if err != nil {
		t.Fatal(err)
	}
	for row := range v.Rows() {
		for c := range names {
			if got, want := cellText(value.Flat(b.Cols[c]), row), v.Text(row, c); got != want {
				t.Fatalf("row %d, column %d: got %q, want %q", row, c, got, want)
			}
		}
	}
}

// Whatever ends an export early, nothing is left of it, and what was there stays.
func TestBrokenExport(t *testing.T) {
	v := wideView(t)
	dir := t.TempDir()
	target := filepath.Join(dir, "x.csv")
	if err := os.WriteFile(target, []byte("old"), 0o600); err != nil {
		t.Fatal(err)
	}
	f, err := Create(context.Background(), "csv", target, v.Columns())
	if err != nil {
		t.Fatal(err)
	}
	_ = f.file.Close() // as a full disk: the next write fails
	if err := f.Close(); err == nil {
		t.Error("a write that failed was no error")
	}
	var bad *BadWish
	if _, _, err := v.Export(context.Background(), "word", target, nil); !errors.As(err, &bad) {
		t.Errorf("got %v", err)
	}
	if _, _, err := v.Export(context.Background(), "csv", filepath.Join(dir, "none", "x.csv"), nil); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("got %v", err)
	}
	if err := os.Chmod(target, 0o400); err != nil {
		t.Fatal(err)
	}
	for place, want := range map[string]string{dir: "it is a folder", target: "marked as read-only"} {
		if _, _, err := v.Export(context.Background(), "csv", place, nil); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: got %v", place, err)
		}
	}
	files, _ := os.ReadDir(dir)
	if text, _ := os.ReadFile(target); string(text) != "old" || len(files) != 1 {
		t.Errorf("left %v, %q", files, text)
	}
}

// A name as long as a name may be, the file behind a link, the rights of what is replaced.
func TestExportTargets(t *testing.T) {
	v := wideView(t)
	dir := t.TempDir()
	old, link := filepath.Join(dir, strings.Repeat("x", 251)+".csv"), filepath.Join(dir, "link.csv")
	if err := os.WriteFile(old, []byte("old"), 0o640); err != nil {
		t.Fatal(err)
	}
	if err := os.Symlink(old, link); err != nil {
		t.Skipf("this system makes no links here: %v", err)
	}
	if _, _, err := v.Export(context.Background(), "csv", link, nil); err != nil {
		t.Fatal(err)
	}
	text, _ := os.ReadFile(old)
	kept, err := os.Lstat(link)
	if err != nil || kept.Mode()&os.ModeSymlink == 0 || string(text) != "x,s\r\n1.0,x\r\n" {
		t.Errorf("got %q, %v", text, err)
	}
	if info, err := os.Stat(old); err != nil || runtime.GOOS != "windows" && info.Mode().Perm() != 0o640 {
		t.Errorf("got %v, %v", info, err)
	}
}

func wideView(t *testing.T) *View {
	v, err := keep(t, NewStore(1<<20), []float64{1}, []string{"x"}).View(context.Background(), Wish{})
	if err != nil {
		t.Fatal(err)
	}
	return v
}

// A dynamic value is looked into level by level; its numbers keep their digits, and its paths are KQL.
func TestNodes(t *testing.T) {
	s := NewStore(1 << 20)
	text := `{"id":9223372036854775807,"a b":[1,{"x":null}],"none":{}}`
	r := keep(t, s, []float64{1}, []string{text})
	v, err := r.View(context.Background(), Wish{})
	if err != nil {
		t.Fatal(err)
	}
	nodes, next, err := v.Nodes(0, 1, nil, 0)
	want := `[{id 9223372036854775807 long .id false} {a b 2 elements array ["a b"] true} {none 0 properties bag .none false}]`
	if err != nil || next != 0 || fmt.Sprint(nodes) != want {
		t.Errorf("%v %d %v", nodes, next, err)
	}
	nodes, _, err = v.Nodes(0, 1, []int{1, 1}, 0)
	if err != nil || fmt.Sprint(nodes) != `[{x null null ["a b"][1].x false}]` {
		t.Errorf("%v %v", nodes, err)
	}
	for _, path := range [][]int{{5}, {0}, {-1}, {1, 1, 0, 0}} {
		if _, _, err := v.Nodes(0, 1, path, 0); err == nil {
			t.Errorf("there is something at %v", path)
		}
	}
}

// A sum that no timespan can hold isn't told; hours and centuries are.
func TestSumOfSpans(t *testing.T) {
	const most = math.MaxInt64
	for _, c := range []struct {
		ticks []int64
		sum   int64
		ok    bool
	}{
		{nil, 0, true},
		{[]int64{36_000_000_000, 1}, 36_000_000_001, true},
		{[]int64{-most, 1}, 1 - most, true},
		{[]int64{most / 2, most / 2}, most - 1, true},
		{[]int64{most, 1}, 0, false},
		{[]int64{-most, -2}, 0, false},
		{[]int64{0, 0}, 0, true},
	} {
		if sum, ok := spansSum(c.ticks); sum != c.sum || ok != c.ok {
			t.Errorf("%v: %d %v", c.ticks, sum, ok)
		}
	}
}

func TestReadable(t *testing.T) {
	for x, want := range map[float64]string{
		0: "0", 12345: "12,345", -1234567: "-1,234,567", 172727344.5: "172,727,344.5", 0.125: "0.125", -1234.5: "-1,234.5", 1.0 / 3: "0.3333333333",
		1000.0 / 3: "333.3333333", 999.99999999999: "1,000", 1e300: "1e+300", math.Inf(-1): "-Inf", -0.5: "-0.5", 1e-7: "1e-07", 2.5: "2.5",
	} {
		if got := readable(x); got != want {
			t.Errorf("%v: %s, not %s", x, got, want)
		}
	}
	if got := readable(math.NaN()); got != "NaN" {
		t.Error(got)
	}
}

func TestDescribe(t *testing.T) {
	r := keep(t, NewStore(1<<20), []float64{4, 0, 1, 1, 2}, []string{"b", "null", "a", "a", ""})
	v, err := r.View(context.Background(), Wish{})
	if err != nil {
		t.Fatal(err)
	}
	for c, want := range []string{
		"[{Rows 5} {Null 1 (20.0%)} {Distinct 3} {Minimum 1.0} {25% 1.0} {Median 1.0} {75% 2.0} {95% 4.0} {Maximum 4.0} {Sum 8.0} {Mean 2.0} {Standard deviation 1.4142135623730952}] [{1.0 2 0.4} {2.0 1 0.2} {4.0 1 0.2}]",
		"[{Rows 5} {Empty 1 (20.0%)} {Distinct 3} {Minimum a} {Maximum null}] [{a 2 0.4} {b 1 0.2} {null 1 0.2}]",
	} {
		d, err := v.Describe(context.Background(), c)
		if got := fmt.Sprint(d.Facts, " ", d.Top); err != nil || got != want {
			t.Errorf("%v\n got %s\nwant %s", err, got, want)
		}
	}
	if got := v.Summary(context.Background(), []Area{{EndRow: 9, EndColumn: 1}}); got != "Count 5 · Sum 8 · Mean 2 · Min 1 · Max 4" {
		t.Error(got)
	}
	if got := v.Summary(context.Background(), []Area{{EndRow: 1, EndColumn: 1}}); got != "" {
		t.Error(got)
	}
}
