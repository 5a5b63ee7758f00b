package result

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"

	"github.com/woodsbury/decimal128"

	"calypso/engine/exec"
	"calypso/engine/source"
	"calypso/kusto/value"
)

// An export takes the memory of a few pages, however many rows it writes, and ends a few pages after nobody wants it any more. Both are
// counted here, never timed.

// exported are the formats of files.
var exported = []string{"csv", "excel", "tsv", "json", "ndjson", "markdown", "datatable", "parquet", "xlsx"}

// everyCell is rows of each kind, with nulls, texts that repeat and texts that don't, and all that has to be escaped somewhere.
func everyCell(rows int) ([]value.Column, *value.Batch) {
	var columns []value.Column
	var cells []*value.Builder
	for i, k := range append(engineKinds, value.String) {
		columns = append(columns, value.Column{Name: fmt.Sprint("c", i), Kind: k})
		cells = append(cells, value.NewBuilder(k, rows))
	}
	long := strings.Repeat("long ", 60)
	for i := range rows {
		for _, b := range cells[:len(engineKinds)] {
			switch k := b.Kind(); {
			case i%7 == 3 && k != value.String:
				b.AppendNull()
			case k == value.Bool:
				b.AppendBool(i%2 == 0)
			case k == value.Real:
				b.AppendReal(float64(i) / 7)
			case k == value.Decimal:
				b.AppendDecimal(decimal128.New(int64(i), -3))
			case k == value.String:
				b.AppendString([]string{"a \"quoted\", one", "=1|*_\r\n", "plain"}[i%3])
			case k == value.Guid:
				b.AppendGuid([16]byte{byte(i), byte(i >> 8)})
			case k == value.Dynamic:
				b.AppendDyn(value.ParseDyn(fmt.Sprintf(`{"id": %d, "tags": ["x\u00e9\n", 2.50, null]}`, i)))
			default:
				b.AppendInt(int64(i) * 10_000_019 % (1 << 31))
			}
		}
		cells[len(engineKinds)].AppendString(fmt.Sprint(long, i))
	}
	batch := &value.Batch{N: rows}
	for _, b := range cells {
		batch.Cols = append(batch.Cols, b.Vector())
	}
	return columns, batch
}

// Four times as many rows take as much memory: neither what is in use grows, nor what is left for the collector.
func TestExportFlat(t *testing.T) {
	const (
		most   = 32 << 20 // bytes in use beyond the rows
		slack  = 1 << 20  // notes about four row groups rather than one
		litter = 48       // bytes a row, of hundreds, that the collector has to take away
	)
	columns, batch := everyCell(2000)
	memory := func() (live, ever int64) {
		var m runtime.MemStats
		runtime.GC()
		runtime.ReadMemStats(&m)
		return int64(m.HeapAlloc), int64(m.TotalAlloc)
	}
	for _, name := range exported {
		n := 4
		if name == "parquet" {
			n = exec.SegmentRows/batch.N + 1
		}
		rows, _ := memory()
		f, err := Create(t.Context(), name, filepath.Join(t.TempDir(), "x"), columns)
		if err != nil {
			t.Fatal(err)
		}
		live, ever := make([]int64, 5), make([]int64, 5)
		for part := range 5 { // the first takes the room that the others use again
			for range n {
				if err := f.Batch(batch); err != nil {
					t.Fatal(err)
				}
			}
			live[part], ever[part] = memory()
			live[part] -= rows
		}
		if live[1] > most || live[4] > live[1]+slack {
			t.Errorf("%s: bytes in use after each of five equal parts: %d", name, live)
		}
		if each := (ever[4] - ever[1]) / int64(3*n*batch.N); each > litter {
			t.Errorf("%s: %d bytes of garbage a row", name, each)
		}
		f.Abort()
	}
	for i, c := range columns {
		if c.Kind == value.Dynamic && batch.Cols[i].Bytes() > int64(batch.N)*100 {
			t.Error("an export opened the dynamics and left them so")
		}
	}
}

// watched is a context that is cancelled at a look at it, and counts what happens between the looks.
type watched struct {
	context.Context
	cancel context.CancelFunc
	looks  int
	at     int // the look at which it is cancelled
	seen   func()
}

func (w *watched) Err() error {
	if w.looks++; w.looks == w.at {
		w.cancel()
	}
	if w.seen != nil {
		w.seen()
	}
	return w.Context.Err()
}

// Wherever a cancel comes, at most a few ms of work follow: no piece goes to the disk any more, and no more cells than go unwatched.
func TestExportCancelledAnywhere(t *testing.T) {
	columns, batch := everyCell(2000)
	cells := int64(len(columns))
	for _, name := range exported {
		looks := []int{1, 2, 3, 10, 20}
		if name == "parquet" { // within the row group too
			group := int(exec.SegmentRows * cells / unwatched)
			looks = append(looks, group+1, group+2, group+5, group+12)
		}
		for _, at := range looks {
			ctx, cancel := context.WithCancel(t.Context())
			w := &watched{Context: ctx, cancel: cancel, at: at}
			dir := t.TempDir()
			f, err := Create(w, name, filepath.Join(dir, "x"), columns)
			if err != nil {
				t.Fatal(err)
			}
			rows, last, onDisk, own := int64(0), int64(0), int64(-1), 0
			w.seen = func() {
				if rows-last > unwatched/cells+1 {
					t.Errorf("%s: %d rows between two looks", name, rows-last)
				}
				if last = rows; w.looks == at {
					onDisk, own = f.Bytes, len(f.own)
				}
			}
			for i := 0; err == nil; i++ {
				rows++
				err = f.Row(batch.Cols, i%batch.N)
			}
			if after := rows - last; !errors.Is(err, context.Canceled) || after > unwatched/cells+1 || f.Bytes != onDisk || len(f.own) > own {
				t.Errorf("%s, cancelled at look %d: %v after %d more rows, %d and %d bytes were %d and %d", name, at, err, after, f.Bytes, len(f.own), onDisk, own)
			}
			f.Abort()
			if left, _ := os.ReadDir(dir); len(left) > 0 {
				t.Errorf("%s: left %v", name, left)
			}
		}
	}
}

// A row group is watched page by page, however long its flush takes.
func TestParquetGroupIsWatched(t *testing.T) {
	columns, batch := everyCell(2000)
	w := &watched{Context: t.Context()}
	f, err := Create(w, "parquet", filepath.Join(t.TempDir(), "x"), columns)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Abort()
	busiest := 0
	for i := range exec.SegmentRows {
		before := w.looks
		if err := f.Row(batch.Cols, i%batch.N); err != nil {
			t.Fatal(err)
		}
		busiest = max(busiest, w.looks-before)
	}
	if pages := 2 * len(columns); busiest < pages {
		t.Errorf("%d looks while a group was written, of %d pages at least", busiest, pages)
	}
}

// A cancel takes the file away while its writer waits for something else, and the file gets no name any more.
func TestCancelledFileVanishes(t *testing.T) {
	if runtime.GOOS == "windows" {
		t.Skip("Windows keeps the name of a file until it is closed")
	}
	dir := t.TempDir()
	ctx, cancel := context.WithCancel(t.Context())
	f, err := Create(ctx, "csv", filepath.Join(dir, "x.csv"), []value.Column{{Name: "n", Kind: value.Long}})
	if err != nil {
		t.Fatal(err)
	}
	defer f.Abort()
	cancel()
	for {
		left, err := os.ReadDir(dir)
		if err != nil {
			t.Fatal(err)
		}
		if len(left) == 0 {
			break
		}
		runtime.Gosched()
	}
	if err := f.Close(); !errors.Is(err, context.Canceled) {
		t.Errorf("it was closed: %v", err)
	}
}

// Long rows make row groups of fewer rows, which hold no more memory than others; all of them are read back.
func TestParquetGroups(t *testing.T) {
	texts := value.NewBuilder(value.String, 64)
	for i := range 64 {
		texts.AppendString(strings.Repeat(string(rune('A'+i)), 256<<10))
	}
	batch := &value.Batch{N: 64, Cols: []*value.Vector{texts.Vector()}}
	target := filepath.Join(t.TempDir(), "x.parquet")
	f, err := Create(t.Context(), "parquet", target, []value.Column{{Name: "s", Kind: value.String}})
	if err != nil {
		t.Fatal(err)
	}
	const times = 3
	for range times {
		if err := f.Batch(batch); err != nil {
			t.Fatal(err)
		}
	}
	if err := f.Close(); err != nil {
		t.Fatal(err)
	}
	table, err := source.OpenFile(t.Context(), target, source.Options{})
	if err != nil {
		t.Fatal(err)
	}
	if want := (times*batch.N*(256<<10) + groupBytes - 1) / groupBytes; table.Segments() != want {
		t.Errorf("%d groups, not %d", table.Segments(), want)
	}
	row := 0
	for i := range table.Segments() {
		b, err := table.Segment(t.Context(), i, []int{0})
		if err != nil {
			t.Fatal(err)
		}
		for _, s := range value.Flat(b.Cols[0]).Strings[:b.N] {
			if want := batch.Cols[0].Strings[row%batch.N]; s != want {
				t.Fatalf("row %d of group %d begins with %q, not %q", row, i, s[:min(9, len(s))], want[:9])
			}
			row++
		}
	}
	if row != times*batch.N {
		t.Errorf("%d rows", row)
	}
}

// What Markdown would read is escaped, in names and in cells.
func TestMarkdown(t *testing.T) {
	texts := []string{"a|b", "\\", "x\r\ny\rz\n", "\n\r", "*_`[~", "<&>", "é", ""}
	b := NewStore(1 << 20).Build("q")
	b.Table("T", []value.Column{{Name: "a|_", Kind: value.String}, {Name: "d", Kind: value.Dynamic}, {Name: "n", Kind: value.Long}})
	rows := []*value.Builder{value.NewBuilder(value.String, 8), value.NewBuilder(value.Dynamic, 8), value.NewBuilder(value.Long, 8)}
	for i, s := range texts {
		rows[0].AppendString(s)
		rows[1].AppendDyn(value.ParseDyn([]string{`["x|\n"]`, `{"a_b": "*"}`, `"|"`, ``}[i%4]))
		rows[2].AppendInt(int64(-i))
	}
	if err := b.Rows(&value.Batch{N: len(texts), Cols: []*value.Vector{rows[0].Vector(), rows[1].Vector(), rows[2].Vector()}}); err != nil {
		t.Fatal(err)
	}
	v, err := b.Keep(nil).View(t.Context(), Wish{})
	if err != nil {
		t.Fatal(err)
	}
	want := `| a\|\_ | d | n |
| --- | --- | ---: |
| a\|b | \["x\|\\n"] | 0 |
| \\ | {"a\_b":"\*"} | -1 |
| x<br>y<br>z<br> | \| | -2 |
| <br><br> |  | -3 |
` + "| \\*\\_\\`\\[\\~" + ` | \["x\|\\n"] | -4 |
| &lt;&amp;> | {"a\_b":"\*"} | -5 |
| é | \| | -6 |
|  |  | -7 |
`
	if got, err := v.Copy([]Area{{EndRow: 99, EndColumn: 3}}, "markdown", true, 0); err != nil || got != want {
		t.Errorf("%v\n%s\nwant\n%s", err, got, want)
	}
}
