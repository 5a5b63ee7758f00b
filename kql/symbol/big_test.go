package symbol_test

import (
	"fmt"
	"runtime"
	"strings"
	"testing"
	"time"

	"calypso/kql/symbol"
)

// bigFile is a schema file of many tables, as large databases have them: names repeat from table to table.
func bigFile(tables, columns int) []byte {
	var b strings.Builder
	b.WriteString(`{"cluster":"big","databases":[{"name":"Big","tables":[`)
	types := []string{"string", "long", "datetime", "dynamic", "real"}
	for i := range tables {
		if i > 0 {
			b.WriteByte(',')
		}
		fmt.Fprintf(&b, `{"name":"Table%05d","columns":[`, i)
		for j := range columns {
			if j > 0 {
				b.WriteByte(',')
			}
			fmt.Fprintf(&b, `{"name":"Column%d_%d","type":"%s"}`, j, i%50, types[j%len(types)])
		}
		b.WriteString(`]}`)
	}
	b.WriteString(`]}]}`)
	return []byte(b.String())
}

// TestBigSchema reads 36,000 tables with 320,000 columns and finds its way in it.
func TestBigSchema(t *testing.T) {
	data := bigFile(36_000, 9)
	var before, after runtime.MemStats
	runtime.GC()
	runtime.ReadMemStats(&before)
	start := time.Now()
	schema, err := symbol.ParseFile(data)
	if err != nil {
		t.Fatal(err)
	}
	took := time.Since(start)
	start = time.Now()
	if c := schema.Table("Table35999"); c == nil || len(c.Columns.List) != 9 {
		t.Error("the last table isn't there")
	}
	lookup := time.Since(start)
	runtime.GC()
	runtime.ReadMemStats(&after)
	t.Logf("%d bytes of JSON read in %v, first look-up in %v, %d KB kept", len(data), took, lookup, (int64(after.HeapAlloc)-int64(before.HeapAlloc))/1024)
	if kept := (int64(after.HeapAlloc) - int64(before.HeapAlloc)) >> 20; kept > 40 {
		t.Errorf("%d MB are kept; 40 is the most that an editor should spend on a schema", kept)
	}
	runtime.KeepAlive(data)
	runtime.KeepAlive(schema)
}
