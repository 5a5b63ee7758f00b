package result

import (
	"context"
	"errors"
	"math"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"calypso/kusto/value"
)

// keep stores one table with one column of reals and one of strings, in batches of two rows.
func keep(t *testing.T, s *Store, reals []float64, texts []string) *Result {
	t.Helper()
	b := s.Build("q")
	b.Table("T", []value.Column{{Name: "x", Kind: value.Real}, {Name: "s", Kind: value.String}})
	for i := 0; i < len(reals); i += 2 {
		x, y := value.NewBuilder(value.Real, 2), value.NewBuilder(value.String, 2)
		for n := i; n < min(i+2, len(reals)); n++ {
			if texts[n] == "null" {
				x.AppendNull()
			} else {
				x.AppendReal(reals[n])
			}
			y.AppendString(texts[n])
		}
		if err := b.Rows(&value.Batch{N: x.Len(), Cols: []*value.Vector{x.Vector(), y.Vector()}}); err != nil {
			t.Fatal(err)
		}
	}
	b.End(false, nil)
	return b.Keep(nil)
}

func texts(t *testing.T, r *Result, w Wish) string {
	t.Helper()
	v, err := r.View(context.Background(), w)
	if err != nil {
		t.Fatal(err)
	}
	var out []string
	for i := range v.Rows() {
		b, n := v.at(i)
		out = append(out, b.Cols[1].Strings[n&b.Cols[1].Mask()])
	}
	return strings.Join(out, " ")
}

// Sort and filter mean what they mean in Kusto: null smallest, equal rows in order, NaN equal to nothing.
func TestView(t *testing.T) {
	r := keep(t, NewStore(1<<20), []float64{3, 0, math.NaN(), 1, 3, math.Inf(-1)}, []string{"b", "null", "nan", "a", "B", "Éé"})
	order := func(column int, desc, first bool) []Order {
		return []Order{{Column: column, Descending: desc, NullsFirst: first}}
	}
	filter := func(column int, op, v string) []Filter { return []Filter{{Column: column, Op: op, Value: v}} }
	for _, c := range []struct {
		name string
		wish Wish
		want string
	}{
		{"as it came", Wish{}, "b null nan a B Éé"},
		{"ascending", Wish{Sort: order(0, false, true)}, "null nan Éé a b B"},
		{"descending", Wish{Sort: order(0, true, false)}, "b B a Éé nan null"},
		{"nulls first", Wish{Sort: order(0, true, true)}, "null b B a Éé nan"},
		{"text is ordinal", Wish{Sort: order(1, false, true)}, "B a b nan null Éé"},
		{"two keys", Wish{Sort: append(order(0, true, false), order(1, false, true)...)}, "B b a Éé nan null"},
		{"==", Wish{Filters: filter(0, "==", "3")}, "b B"},
		{"!= is true for null and NaN", Wish{Filters: filter(0, "!=", "3")}, "null nan a Éé"},
		{"== NaN is never true", Wish{Filters: filter(0, "==", "NaN")}, ""},
		{"<", Wish{Filters: filter(0, "<", "3")}, "a Éé"},
		{">=", Wish{Filters: filter(0, ">=", "1")}, "b a B"},
		{"== on text minds the case", Wish{Filters: filter(1, "==", "b")}, "b"},
		{"contains doesn't", Wish{Filters: filter(1, "contains", "B")}, "b B"},
		{"contains beyond ASCII", Wish{Filters: filter(1, "contains", "éÉ")}, "Éé"},
		{"!contains", Wish{Filters: filter(1, "!contains", "n")}, "b a B Éé"},
		{"startswith", Wish{Filters: filter(1, "startswith", "NU")}, "null"},
		{"isempty", Wish{Filters: filter(0, "isempty", "")}, "null"},
		{"isnotempty", Wish{Filters: filter(0, "isnotempty", "")}, "b nan a B Éé"},
		{"search looks at all columns", Wish{Search: "INF"}, "Éé"},
		{"all at once", Wish{Filters: filter(0, ">", "0"), Search: "b", Sort: order(1, false, true)}, "B b"},
	} {
		t.Run(c.name, func(t *testing.T) {
			if got := texts(t, r, c.wish); got != c.want {
				t.Errorf("got %q, want %q", got, c.want)
			}
		})
	}
}

// The result that was looked at longest ago gives way; its views go with it; ids never come back.
func TestBudget(t *testing.T) {
	s := NewStore(DefaultBudget)
	var kept []*Result
	for range 3 {
		kept = append(kept, keep(t, s, make([]float64, 20), strings.Fields(strings.Repeat("abcdefghij ", 20))))
	}
	each := kept[0].bytes
	s.SetBudget(3*each + 10)
	v, err := kept[1].View(context.Background(), Wish{})
	if err == nil {
		v, err = s.AddView(v)
	}
	if err != nil {
		t.Fatal(err)
	}
	if _, err := s.Result(kept[0].ID); err != nil {
		t.Fatal(err)
	}
	keep(t, s, make([]float64, 20), strings.Fields(strings.Repeat("abcdefghij ", 20)))
	if _, err := s.View(v.ID); err != nil {
		t.Errorf("the view that was just made is gone: %v", err)
	}
	if _, err := s.Result(kept[2].ID); !errors.Is(err, ErrExpired) {
		t.Errorf("the oldest is still there: %v", err)
	}
	s.SetBudget(1)
	if _, err := s.View(v.ID); !errors.Is(err, ErrExpired) || s.used != 0 {
		t.Errorf("view: %v, used %d", err, s.used)
	}
	b := s.Build("too large")
	b.Table("T", []value.Column{{Name: "s", Kind: value.String}})
	if err := b.Rows(&value.Batch{N: 1, Cols: []*value.Vector{value.ConstString("abc", 1)}}); err == nil {
		t.Error("rows beyond the budget were taken")
	}
	b.Close()
	if s.used != 0 {
		t.Errorf("%d bytes leaked", s.used)
	}
}

// A million rows are exported without being gathered in memory, and a cancelled export leaves no file.
func TestExport(t *testing.T) {
	s := NewStore(DefaultBudget)
	b := s.Build("q")
	b.Table("T", []value.Column{{Name: "n", Kind: value.Long}})
	const rows = 1_000_000
	n := value.NewBuilder(value.Long, rows)
	for i := range rows {
		n.AppendInt(int64(i))
	}
	if err := b.Rows(&value.Batch{N: rows, Cols: []*value.Vector{n.Vector()}}); err != nil {
		t.Fatal(err)
	}
	v, err := b.Keep(nil).View(context.Background(), Wish{})
	if err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	ctx, cancel := context.WithCancel(context.Background())
	if _, _, err := v.Export(ctx, "csv", filepath.Join(dir, "cut.csv"), func(int64, int64) { cancel() }); !errors.Is(err, context.Canceled) {
		t.Errorf("cancelled export: %v", err)
	}
	if files, _ := os.ReadDir(dir); len(files) != 0 {
		t.Errorf("a cancelled export left %v", files)
	}
	got, bytes, err := v.Export(context.Background(), "csv", filepath.Join(dir, "all.csv"), nil)
	if err != nil || got != rows {
		t.Fatal(got, err)
	}
	text, err := os.ReadFile(filepath.Join(dir, "all.csv"))
	if err != nil || int64(len(text)) != bytes || !strings.HasSuffix(string(text), "\r\n999999\r\n") {
		t.Errorf("%d of %d bytes, %v", len(text), bytes, err)
	}
}

func TestCopyIsLimited(t *testing.T) {
	s := NewStore(DefaultBudget)
	var many []string
	for i := range 1000 {
		many = append(many, strconv.Itoa(i))
	}
	v, err := keep(t, s, make([]float64, 1000), many).View(context.Background(), Wish{})
	if err != nil {
		t.Fatal(err)
	}
	all := []Area{{EndRow: math.MaxInt32, EndColumn: math.MaxInt32}}
	if _, err := v.Copy(all, "csv", true, 100); !errors.Is(err, ErrTooLarge) {
		t.Errorf("got %v", err)
	}
	if text, err := v.Copy(all, "csv", true, 1<<20); err != nil || strings.Count(text, "\n") != 1001 {
		t.Errorf("%d lines, %v", strings.Count(text, "\n"), err)
	}
	if _, err := v.Copy([]Area{{StartRow: 5, EndRow: 4, EndColumn: 1}}, "csv", true, 100); err == nil {
		t.Error("an empty area was copied")
	}
}

func TestClip(t *testing.T) {
	for _, c := range []struct {
		in    string
		limit int
		want  string
		cut   bool
	}{{"abc", 3, "abc", false}, {"abcd", 3, "abc", true}, {"ééé", 3, "ééé", false}, {"éééé", 3, "ééé", true}, {"\xff\xfe\xfd\xfc", 3, "\xff\xfe\xfd", true}} {
		if got, cut := clip(c.in, c.limit); got != c.want || cut != c.cut {
			t.Errorf("clip(%q, %d) = %q, %v", c.in, c.limit, got, cut)
		}
	}
}
