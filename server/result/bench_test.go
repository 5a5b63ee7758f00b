//go:build unix

package result

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"runtime/debug"
	"strings"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"calypso/kusto/value"
)

// wideResult has so many rows of ten columns, of the kinds that results have most.
func wideResult(t testing.TB, rows int) *View {
	t.Helper()
	b := NewStore(8 << 30).Build("q")
	kinds := []value.Kind{
		value.Datetime, value.String, value.Long, value.Int, value.Real, value.String, value.Bool, value.Timespan, value.Guid, value.Long,
	}
	var columns []value.Column
	for i, k := range kinds {
		columns = append(columns, value.Column{Name: "c" + string(rune('0'+i)), Kind: k})
	}
	b.Table("T", columns)
	states := []string{"TEXAS", "KANSAS", "NEW YORK, NY", "a \"quoted\" one", "OHIO"}
	for from := 0; from < rows; from += 50_000 {
		n := min(50_000, rows-from)
		cells := make([]*value.Builder, len(kinds))
		for i, k := range kinds {
			cells[i] = value.NewBuilder(k, n)
		}
		for i := from; i < from+n; i++ {
			cells[0].AppendInt(633063168000000000 + int64(i)*10_000_001)
			cells[1].AppendString(states[i%len(states)])
			cells[2].AppendInt(int64(i) * 7919)
			cells[3].AppendInt(int64(i % 1000))
			cells[4].AppendReal(float64(i) / 7)
			cells[5].AppendString("event-of-some-length-" + states[(i*3)%len(states)])
			cells[6].AppendBool(i%3 == 0)
			cells[7].AppendInt(int64(i) * 10_000)
			cells[8].AppendGuid([16]byte{byte(i), byte(i >> 8), byte(i >> 16), 4})
			cells[9].AppendInt(int64(i))
		}
		batch := &value.Batch{N: n}
		for _, c := range cells {
			batch.Cols = append(batch.Cols, c.Vector())
		}
		if err := b.Rows(batch); err != nil {
			t.Fatal(err)
		}
	}
	v, err := b.Keep(nil).View(context.Background(), Wish{})
	if err != nil {
		t.Fatal(err)
	}
	return v
}

// cpu is the processor time of this process so far.
func cpu() time.Duration {
	var u syscall.Rusage
	if syscall.Getrusage(syscall.RUSAGE_SELF, &u) != nil {
		return 0
	}
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}

// residentPeak is the most memory that the process had since forgetPeak, in MB; 0 where no system tells.
func residentPeak() float64 {
	status, _ := os.ReadFile("/proc/self/status")
	_, rest, _ := strings.Cut(string(status), "VmHWM:")
	var kb float64
	_, _ = fmt.Sscan(rest, &kb)
	return kb / 1024
}

func forgetPeak() float64 {
	debug.FreeOSMemory()
	_ = os.WriteFile("/proc/self/clear_refs", []byte("5"), 0)
	return residentPeak()
}

// BenchmarkExport writes a million rows of ten columns in each format, and tells rows a second of processor time and the most memory
// that the writing took beyond the rows themselves: on the heap, garbage too, and of the system.
func BenchmarkExport(b *testing.B) {
	const rows = 1_000_000
	v := wideResult(b, rows)
	for _, name := range []string{"csv", "excel", "tsv", "ndjson", "json", "markdown", "datatable", "parquet", "xlsx"} {
		b.Run(name, func(b *testing.B) {
			target := filepath.Join(b.TempDir(), "out")
			var before, now runtime.MemStats
			most, resident, spent := uint64(0), 0.0, time.Duration(0)
			for b.Loop() {
				here := forgetPeak()
				runtime.ReadMemStats(&before)
				began := cpu()
				_, _, err := v.Export(context.Background(), name, target, func(int64, int64) {
					runtime.ReadMemStats(&now)
					most = max(most, now.HeapAlloc-min(now.HeapAlloc, before.HeapAlloc))
				})
				if err != nil {
					b.Fatal(err)
				}
				spent += cpu() - began
				resident = max(resident, residentPeak()-here)
			}
			b.ReportMetric(float64(rows*b.N)/spent.Seconds(), "rows/cpu-s")
			b.ReportMetric(float64(most)/(1<<20), "peak-MB")
			b.ReportMetric(resident, "rss-MB")
		})
	}
}

// BenchmarkSort sorts and groups a million rows, as a click on a header does.
func BenchmarkSort(b *testing.B) {
	v := wideResult(b, 1_000_000)
	for name, w := range map[string]Wish{
		"long":  {Sort: []Order{{Column: 2, Descending: true}}},
		"text":  {Sort: []Order{{Column: 5, NullsFirst: true}}},
		"group": {Group: []int{1}, Totals: map[int]string{2: "sum", 4: "avg"}},
		"find":  {Search: "kansas"},
	} {
		b.Run(name, func(b *testing.B) {
			for b.Loop() {
				if _, err := v.result.View(context.Background(), w); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}

// BenchmarkCancelExport stops an export of a million rows after a third of them, and tells how long it took until nothing was left.
func BenchmarkCancelExport(b *testing.B) {
	const rows = 1_000_000
	v := wideResult(b, rows)
	for _, name := range []string{"csv", "json", "parquet", "xlsx"} {
		b.Run(name, func(b *testing.B) {
			dir := b.TempDir()
			worst := time.Duration(0)
			for b.Loop() {
				ctx, cancel := context.WithCancel(context.Background())
				var stopped atomic.Int64
				_, _, err := v.Export(ctx, name, filepath.Join(dir, "out"), func(done, _ int64) {
					if done > rows/3 && stopped.CompareAndSwap(0, 1) {
						go func() { // somewhere in what follows, as a person does
							stopped.Store(time.Now().UnixNano())
							cancel()
						}()
					}
				})
				worst = max(worst, time.Duration(time.Now().UnixNano()-stopped.Load()))
				if left, _ := os.ReadDir(dir); !errors.Is(err, context.Canceled) || len(left) != 0 {
					b.Fatal(err, left)
				}
			}
			b.ReportMetric(float64(worst.Microseconds())/1000, "worst-ms")
		})
	}
}

// BenchmarkKept writes a million rows of ten columns to a file of a kept result, and reads them again.
func BenchmarkKept(b *testing.B) {
	f := OpenFolder(b.TempDir())
	r := wideResult(b, 1_000_000).result
	b.Run("write", func(b *testing.B) {
		for b.Loop() {
			if err := f.Keep(context.Background(), "A", r, nil); err != nil {
				b.Fatal(err)
			}
		}
		info, err := os.Stat(f.path("A"))
		if err != nil {
			b.Fatal(err)
		}
		b.ReportMetric(float64(info.Size())/(1<<20), "file-MB")
	})
	b.Run("read", func(b *testing.B) {
		for b.Loop() {
			if _, err := f.Read("A", 8<<30); err != nil {
				b.Fatal(err)
			}
		}
	})
}
