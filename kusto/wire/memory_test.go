package wire

import (
	"io"
	"runtime"
	"testing"
)

// What the decoder holds doesn't grow with the number of rows.
func TestMemoryDoesNotGrow(t *testing.T) {
	columns, rows := plausible(20_000)
	live := func(times int) uint64 {
		pr, pw := io.Pipe()
		go func() {
			w := NewV2Writer(pw, V2Options{Newlines: true, Fragmented: true})
			_ = w.Start()
			_ = w.BeginTable("PrimaryResult", columns)
			for range times {
				_ = w.Rows(rows)
			}
			_ = w.EndTable(nil)
			_ = w.Finish(Completion{})
			pw.Close()
		}()
		var m runtime.MemStats
		var most uint64
		d := NewDecoder(pr)
		for n := 0; ; n++ {
			_, err := d.Next()
			if err == io.EOF {
				return most
			}
			must(t, err)
			if n%10 == 9 {
				runtime.GC()
				runtime.ReadMemStats(&m)
				most = max(most, m.HeapAlloc)
			}
		}
	}
	few, many := live(3), live(30)
	if many > few+8<<20 {
		t.Errorf("60,000 rows hold %d KB, 600,000 hold %d KB", few>>10, many>>10)
	}
}
