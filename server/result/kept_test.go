package result

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"math"
	"math/rand/v2"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"syscall"
	"testing"
	"time"

	"calypso/kusto/value"
)

// everyKind gives a table with extremes, ordinary values and nulls of each type, and dynamics of each kind.
func everyKind(t testing.TB) *Result {
	decimal := func(s string) *value.Vector {
		d, ok := value.ParseDecimal(s)
		if !ok {
			t.Fatalf("%s is no decimal", s)
		}
		return value.ConstDecimal(d, 1)
	}
	typed := value.NewBag([]string{"at", "span", "id", "money", "list", "none", "json", "empty"}, []value.Dyn{
		value.DynOfDatetime(value.MaxDatetime), value.DynOfTimespan(math.MinInt64), value.DynOfGuid([16]byte{15: 1}),
		value.DynAt(decimal("1.50"), 0), value.NewArray([]value.Dyn{value.DynOfReal(math.NaN()), value.DynOfReal(math.Inf(-1)), value.DynOfBool(true), value.DynOfLong(math.MinInt64)}),
		{},
		value.ParseDyn(`{"a": [1, 2.50]}`), value.NewBag(nil, nil),
	})
	deep := value.DynOfString("bottom")
	for range deepestDyn + 20 {
		deep = value.NewArray([]value.Dyn{deep})
	}
	rows := map[value.Kind][]*value.Vector{
		value.Bool:     {value.ConstBool(true, 1), value.ConstBool(false, 1)},
		value.Int:      {value.ConstInt(value.Int, math.MinInt32, 1), value.ConstInt(value.Int, math.MaxInt32, 1)},
		value.Long:     {value.ConstInt(value.Long, math.MinInt64, 1), value.ConstInt(value.Long, math.MaxInt64, 1)},
		value.Real:     {value.ConstReal(math.NaN(), 1), value.ConstReal(math.Inf(1), 1), value.ConstReal(math.Copysign(0, -1), 1), value.ConstReal(5e-324, 1)},
		value.Decimal:  {decimal("1.50"), decimal("1.5"), decimal("-9999999999999999999999999999999999"), decimal("0.0000000000000000000000000000000001")},
		value.String:   {value.ConstString("", 1), value.ConstString("a\x00b\u2028\xff😀", 1), value.ConstString(strings.Repeat("long ", 2_000), 1)},
		value.Datetime: {value.ConstInt(value.Datetime, 0, 1), value.ConstInt(value.Datetime, value.MaxDatetime, 1)},
		value.Timespan: {value.ConstInt(value.Timespan, math.MinInt64, 1), value.ConstInt(value.Timespan, math.MaxInt64, 1), value.ConstInt(value.Timespan, -1, 1)},
		value.Guid:     {value.ConstGuid([16]byte{0xff, 15: 1}, 1), value.ConstGuid([16]byte{}, 1)},
		value.Dynamic: {
			value.ConstDyn(value.ParseDyn(`{"b":1,"a":[9223372036854775807,null,"x"],"b":2}`), 1), value.ConstDyn(value.ParseDyn(`not JSON`), 1),
			value.ConstDyn(typed, 1), value.ConstDyn(value.DynOfString(""), 1), value.ConstDyn(deep, 1),
		},
	}
	table := &Table{Name: "All", Truncated: true, Chart: &Chart{Kind: "timechart", Title: "a \"title\"", Properties: map[string]string{"XColumn": "x"}}}
	batch := &value.Batch{N: 70}
	for k := value.Bool; k <= value.Dynamic; k++ {
		b := value.NewBuilder(k, batch.N)
		for i := range batch.N {
			if n := len(rows[k]); i%(n+1) == n {
				b.AppendNull()
			} else {
				b.AppendFrom(rows[k][i%(n+1)], 0)
			}
		}
		table.Columns = append(table.Columns, value.Column{Name: "same", Kind: k})
		batch.Cols = append(batch.Cols, b.Vector())
	}
	table.add(batch)
	table.add(&value.Batch{N: 3, Cols: constants(rows)})
	empty := &Table{Name: "Empty", Columns: []value.Column{{Name: "x", Kind: value.Real}}}
	return &Result{Title: "print 1", Tables: []*Table{table, empty, {Name: "bare"}}}
}

// constants gives three rows of one value.
func constants(rows map[value.Kind][]*value.Vector) (cols []*value.Vector) {
	for k := value.Bool; k <= value.Dynamic; k++ {
		cols = append(cols, value.ConstOf(rows[k][0], 0, 3))
	}
	return cols
}

func written(t testing.TB, r *Result) []byte {
	t.Helper()
	var out bytes.Buffer
	if err := r.writeKept(context.Background(), &out, []byte(`{"about":1}`), math.MaxInt64, nil); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

// described writes all that a result has, nulls and types apart from what looks like them.
func described(title string, tables []*Table) string {
	var out strings.Builder
	fmt.Fprintf(&out, "%q\n", title)
	for _, t := range tables {
		chart, _ := json.Marshal(t.Chart)
		fmt.Fprintf(&out, "%q %v %d %v %s\n", t.Name, t.Columns, t.Rows(), t.Truncated, chart)
		for row := range t.Rows() {
			b, i := t.at(row)
			for _, v := range b.Cols {
				if v.IsNull(i) {
					out.WriteString("null|")
					continue
				}
				switch n := i & v.Mask(); v.Kind {
				case value.Real:
					fmt.Fprintf(&out, "%x|", math.Float64bits(v.Reals[n]))
				case value.Decimal:
					body, _ := v.Decimals[n].MarshalBinary()
					fmt.Fprintf(&out, "%x|", body)
				case value.String:
					fmt.Fprintf(&out, "%q|", v.Strings[n])
				case value.Dynamic:
					describeDyn(&out, v.Dynamics[n], 0)
				default:
					fmt.Fprintf(&out, "%s|", appendText(nil, v, i))
				}
			}
			out.WriteByte('\n')
		}
	}
	return out.String()
}

func describeDyn(out *strings.Builder, d value.Dyn, depth int) {
	if d.Len() == 0 || depth > deepestDyn {
		fmt.Fprintf(out, "%d:%s|", d.Kind(), d)
		return
	}
	for i, item := range d.Items() {
		if d.Keys() != nil {
			fmt.Fprintf(out, "%q=", d.Keys()[i])
		}
		describeDyn(out, item, depth+1)
	}
}

func TestKeptRoundTrip(t *testing.T) {
	r := everyKind(t)
	file := written(t, r)
	k, err := readKept(file, math.MaxInt64)
	if err != nil {
		t.Fatal(err)
	}
	if string(k.About) != `{"about":1}` {
		t.Errorf("about is %s", k.About)
	}
	if got, want := described(k.Title, k.Tables), described(r.Title, r.Tables); got != want {
		t.Errorf("got\n%.3000s\nwant\n%.3000s", got, want)
	}
	if _, err := readKept(file, 10); err == nil || !strings.Contains(err.Error(), "take more than") {
		t.Errorf("too little memory gives %v", err)
	}
	if err := r.writeKept(context.Background(), new(bytes.Buffer), nil, int64(len(file)/2), nil); !errors.Is(err, ErrShare) {
		t.Errorf("too little room gives %v", err)
	}
	stopped, stop := context.WithCancel(context.Background())
	stop()
	if err := r.writeKept(stopped, new(bytes.Buffer), nil, math.MaxInt64, nil); !errors.Is(err, context.Canceled) {
		t.Errorf("a stop gives %v", err)
	}
}

// Rows of several blocks, batches across their bounds, numbers of each width, texts that repeat and texts that don't.
func TestKeptBlocks(t *testing.T) {
	const rows = 3*blockRows + 17
	random := rand.New(rand.NewPCG(1, 2))
	table := &Table{Name: "T", Columns: []value.Column{
		{Name: "step", Kind: value.Long}, {Name: "wide", Kind: value.Long}, {Name: "word", Kind: value.String}, {Name: "text", Kind: value.String}, {Name: "gaps", Kind: value.Int},
	}}
	for at := 0; at < rows; {
		n := min(1+random.IntN(50_000), rows-at)
		b := []*value.Builder{value.NewBuilder(value.Long, n), value.NewBuilder(value.Long, n), value.NewBuilder(value.String, n), value.NewBuilder(value.String, n), value.NewBuilder(value.Int, n)}
		for i := at; i < at+n; i++ {
			b[0].AppendInt(int64(i) * 10_000_000)
			b[1].AppendInt(int64(random.Uint64()) >> (random.IntN(8) * 8))
			b[2].AppendString("word " + fmt.Sprint(i%5))
			b[3].AppendString("text " + fmt.Sprint(i))
			if i%3 == 0 {
				b[4].AppendNull()
			} else {
				b[4].AppendInt(int64(i % 300))
			}
		}
		batch := &value.Batch{N: n}
		for _, one := range b {
			batch.Cols = append(batch.Cols, one.Vector())
		}
		table.add(batch)
		at += n
	}
	r := &Result{Tables: []*Table{table}}
	k, err := readKept(written(t, r), math.MaxInt64)
	if err != nil {
		t.Fatal(err)
	}
	for c := range table.Columns {
		want, got := table.column(c), k.Tables[0].column(c)
		for i := range rows {
			if want.IsNull(i) != got.IsNull(i) || !want.IsNull(i) && !value.Equal(want, i, got, i) {
				t.Fatalf("column %d, row %d differs", c, i)
			}
		}
	}
}

// A file that was cut anywhere, or that has one wrong byte, is refused, and never read wrongly.
func TestKeptBroken(t *testing.T) {
	b := NewStore(1 << 20).Build("q")
	b.Table("T", []value.Column{{Name: "n", Kind: value.Long}, {Name: "s", Kind: value.String}})
	numbers, texts := value.NewBuilder(value.Long, 9), value.NewBuilder(value.String, 9)
	for i := range 9 {
		numbers.AppendInt(int64(i * i))
		texts.AppendString(fmt.Sprint("text ", i))
	}
	if err := b.Rows(&value.Batch{N: 9, Cols: []*value.Vector{numbers.Vector(), texts.Vector()}}); err != nil {
		t.Fatal(err)
	}
	file := written(t, b.Keep(nil))
	for n := range file {
		if _, err := readKept(file[:n], math.MaxInt64); err == nil {
			t.Errorf("the first %d of %d bytes are read", n, len(file))
		}
		bad := bytes.Clone(file)
		bad[n] ^= 0x10
		if _, err := readKept(bad, math.MaxInt64); err == nil {
			t.Errorf("with a wrong byte %d it is read", n)
		}
	}
	if _, err := readKept(append(bytes.Clone(file), 0), math.MaxInt64); err == nil {
		t.Error("with a byte more it is read")
	}
}

func TestFolder(t *testing.T) {
	ctx := context.Background()
	dir := filepath.Join(t.TempDir(), "results")
	f := OpenFolder(dir)
	r := everyKind(t)
	if err := f.Keep(ctx, "A1", r, nil); err != nil {
		t.Fatal(err)
	}
	if info, err := os.Stat(filepath.Join(dir, "A1.rows")); err != nil || runtime.GOOS != "windows" && info.Mode().Perm() != 0o600 {
		t.Errorf("the file is %v, %v", info, err)
	}
	if info, err := os.Stat(dir); err != nil || runtime.GOOS != "windows" && info.Mode().Perm() != 0o700 {
		t.Errorf("the folder is %v, %v", info, err)
	}
	if k, err := f.Read("A1", math.MaxInt64); err != nil || described(k.Title, k.Tables) != described(r.Title, r.Tables) {
		t.Errorf("it is read as %v, %v", k, err)
	}
	if err := f.Keep(ctx, "../B", r, nil); err == nil || f.Has("../A1") {
		t.Error("a name with a slash is taken")
	}
	if _, err := f.Read("NONE", 1); !errors.Is(err, ErrExpired) {
		t.Errorf("what isn't there gives %v", err)
	}
	if _, err := f.Read("A1", 10); err == nil || !f.Has("A1") {
		t.Errorf("too little memory gives %v, and the file is there: %v", err, f.Has("A1"))
	}
	if err := os.Truncate(filepath.Join(dir, "A1.rows"), 100); err != nil {
		t.Fatal(err)
	}
	var broken *Broken
	if _, err := f.Read("A1", math.MaxInt64); !errors.As(err, &broken) || !strings.Contains(err.Error(), "put aside as "+filepath.Join(dir, "A1.rows.broken")) {
		t.Errorf("a cut file gives %v", err)
	}
	if f.Has("A1") {
		t.Error("the broken file isn't put aside")
	}
	stale := filepath.Join(dir, ".calypso-new-123")
	if err := os.WriteFile(stale, []byte("x"), 0o600); err != nil {
		t.Fatal(err)
	}
	if err := os.Chtimes(stale, time.Time{}, time.Now().Add(-2*abandoned)); err != nil {
		t.Fatal(err)
	}
	if err := f.Sweep(func() (map[string]bool, error) { return nil, nil }); err != nil {
		t.Fatal(err)
	}
	if left := names(t, dir); left != "results.lock" {
		t.Errorf("left is %s", left)
	}
}

func names(t *testing.T, dir string) string {
	t.Helper()
	entries, err := os.ReadDir(dir)
	if err != nil {
		t.Fatal(err)
	}
	var list []string
	for _, e := range entries {
		list = append(list, e.Name())
	}
	return strings.Join(list, " ")
}

// The oldest go first; what takes more than its share isn't kept, and costs no other.
func TestFolderBudget(t *testing.T) {
	ctx := context.Background()
	dir := t.TempDir()
	f := OpenFolder(dir)
	r := everyKind(t)
	size := int64(len(written(t, r)))
	f.SetBudget(3*size + size/2)
	for i := range 5 {
		name := fmt.Sprint("R", i)
		if err := f.Keep(ctx, name, r, nil); err != nil {
			t.Fatal(err)
		}
		at := time.Now().Add(time.Duration(i-100) * time.Hour) // the clock of a file system may be coarse
		if err := os.Chtimes(filepath.Join(dir, name+".rows"), at, at); err != nil {
			t.Fatal(err)
		}
	}
	if left := names(t, dir); left != "R2.rows R3.rows R4.rows results.lock" {
		t.Errorf("left is %s", left)
	}
	f.SetBudget(size)
	if err := f.Keep(ctx, "BIG", r, nil); !errors.Is(err, ErrShare) {
		t.Errorf("got %v", err)
	}
	if left := names(t, dir); left != "R2.rows R3.rows R4.rows results.lock" {
		t.Errorf("left is %s", left)
	}
	if err := f.Sweep(func() (map[string]bool, error) { return map[string]bool{"R2": true, "R3": true, "R4": true}, nil }); err != nil {
		t.Error(err)
	}
	if left := names(t, dir); left != "R4.rows results.lock" {
		t.Errorf("left is %s", left)
	}
}

// A disk that is full is told, costs no other result, and keeps no half.
func TestFolderFullDisk(t *testing.T) {
	dir, real := smallDisk(t)
	f := OpenFolder(filepath.Join(dir, "results"))
	if !real {
		f.disk = func(file io.Writer) io.Writer { return &fullDisk{file, 1 << 20} }
	}
	small := &Result{Title: "small", Tables: []*Table{{Name: "T", Columns: []value.Column{{Name: "x", Kind: value.Long}}}}}
	if err := f.Keep(context.Background(), "SMALL", small, nil); err != nil {
		t.Fatal(err)
	}
	err := f.Keep(context.Background(), "LARGE", noise(4<<20), nil)
	if !errors.Is(err, syscall.ENOSPC) {
		t.Errorf("got %v", err)
	}
	if left := names(t, filepath.Join(dir, "results")); left != "SMALL.rows results.lock" {
		t.Errorf("left is %s", left)
	}
	if _, err := f.Read("SMALL", math.MaxInt64); err != nil {
		t.Error(err)
	}
}

// fullDisk takes so many bytes.
type fullDisk struct {
	file io.Writer
	left int
}

func (d *fullDisk) Write(b []byte) (int, error) {
	if d.left -= len(b); d.left < 0 {
		return 0, syscall.ENOSPC
	}
	return d.file.Write(b)
}

// noise is a result that can't be packed.
func noise(bytes int) *Result {
	random := rand.New(rand.NewPCG(3, 4))
	b := value.NewBuilder(value.Guid, bytes/16)
	for range bytes / 16 {
		var id [16]byte
		for i := range id {
			id[i] = byte(random.Uint32())
		}
		b.AppendGuid(id)
	}
	t := &Table{Name: "T", Columns: []value.Column{{Name: "g", Kind: value.Guid}}}
	t.add(&value.Batch{N: b.Len(), Cols: []*value.Vector{b.Vector()}})
	return &Result{Title: "noise", Tables: []*Table{t}}
}

// What gives way to others and is kept elsewhere sleeps, with the way it is looked at, and is read again when it is wanted.
func TestAsleep(t *testing.T) {
	ctx := context.Background()
	s := NewStore(1 << 20)
	f := OpenFolder(t.TempDir())
	r := keep(t, s, []float64{2, 1, 3}, []string{"b", "a", "c"})
	if err := f.Keep(ctx, "A", r, nil); err != nil {
		t.Fatal(err)
	}
	woken := 0
	wake := func(most int64) (string, []*Table, any, error) {
		woken++
		k, err := f.Read("A", most)
		if err != nil {
			return "", nil, nil, err
		}
		return k.Title, k.Tables, "stats", nil
	}
	s.Lasts(r.ID, wake)
	sorted := func(sheet *Sheet, _ *View) error {
		sheet.SetSort(0, "desc", false)
		return nil
	}
	if _, _, err := s.Sheet(ctx, r, 0, sorted); err != nil {
		t.Fatal(err)
	}
	r.Tables[0].Draw(&Chart{Kind: "piechart"})
	s.SetBudget(1) // nothing fits
	if s.Awake(r.ID) != nil || !s.Has(r.ID) {
		t.Fatal("it doesn't sleep")
	}
	s.SetBudget(1 << 20)
	looks := s.Looks(r.ID)
	for _, id := range []string{r.ID, s.Sleep(wake, looks), s.Sleep(wake, []Look{{Sheet: Sheet{Sort: []Order{{Column: 7}}}}})} {
		again, err := s.Result(id)
		if err != nil {
			t.Fatal(err)
		}
		sheet, v, err := s.Sheet(ctx, again, 0, nil)
		if err != nil {
			t.Fatal(err)
		}
		if again.Title != "q" || again.Stats() != "stats" || v.Text(0, 1) != map[int]string{0: "b", 1: "c"}[len(sheet.Sort)] {
			t.Errorf("%s is %q, sorted by %v, begins with %s", id, again.Title, sheet.Sort, v.Text(0, 1))
		}
		if drawn := again.Tables[0].Drawn(); len(sheet.Sort) == 1 && (drawn == nil || drawn.Kind != "piechart") {
			t.Errorf("%s is drawn as %v", id, drawn)
		}
	}
	if woken != 3 {
		t.Errorf("read %d times", woken)
	}
	id := s.Sleep(wake, nil)
	s.CloseResult(id)
	if _, err := s.Result(id); !errors.Is(err, ErrExpired) || s.Has(id) {
		t.Errorf("a closed one gives %v", err)
	}
}

// What is written makes no garbage of its size, and its writer rests after each piece.
func TestKeepIsModest(t *testing.T) {
	f, pieces := OpenFolder(t.TempDir()), 0
	f.Rest = func(worked time.Duration) {
		if pieces++; worked <= 0 {
			t.Errorf("a piece took %v", worked)
		}
	}
	r := wideResult(t, 300_000).result
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	if err := f.Keep(context.Background(), "A", r, nil); err != nil {
		t.Fatal(err)
	}
	runtime.ReadMemStats(&after)
	if made := int64(after.TotalAlloc - before.TotalAlloc); made > r.Tables[0].bytes/3 {
		t.Errorf("writing %d MB made %d MB of garbage", r.Tables[0].bytes>>20, made>>20)
	}
	if want := 5 * len(r.Tables[0].Columns); pieces != want { // 65,536 rows a block
		t.Errorf("it rested %d times and not %d", pieces, want)
	}
}

// FuzzKept reads files: any bytes give rows or an error, and rows give the same rows again.
func FuzzKept(f *testing.F) {
	f.Add(written(f, everyKind(f)))
	f.Add(written(f, &Result{Tables: []*Table{{Name: "bare"}}}))
	f.Fuzz(func(t *testing.T, file []byte) {
		k, err := readKept(file, 64<<20)
		if err != nil {
			return
		}
		again, err := readKept(written(t, &Result{Title: k.Title, Tables: k.Tables}), math.MaxInt64)
		if err != nil || described(again.Title, again.Tables) != described(k.Title, k.Tables) {
			t.Errorf("it isn't the same again: %v", err)
		}
	})
}

// FuzzKeptColumn reads columns behind the checksums, which a fuzzer can't make.
func FuzzKeptColumn(f *testing.F) {
	for _, t := range everyKind(f).Tables {
		for c := range t.Columns {
			if t.Rows() > 0 {
				f.Add(new(columnWriter).column(t.Columns[c].Kind, t.partsOf(c, 0, t.Rows())), byte(t.Columns[c].Kind), uint16(t.Rows()))
			}
		}
	}
	f.Fuzz(func(t *testing.T, body []byte, kind byte, rows uint16) {
		v, err := readColumn(body, value.Kind(kind), int(rows))
		if err != nil || v.N == 0 {
			return
		}
		cells := []*value.Vector{v}
		table := func(cols []*value.Vector) []*Table {
			one := &Table{Columns: []value.Column{{Name: "x", Kind: v.Kind}}}
			one.add(&value.Batch{N: v.N, Cols: cols})
			return []*Table{one}
		}
		again, err := readColumn(new(columnWriter).column(v.Kind, cells), v.Kind, v.N)
		if err != nil || described("", table([]*value.Vector{again})) != described("", table(cells)) {
			t.Errorf("it isn't the same again: %v", err)
		}
	})
}
