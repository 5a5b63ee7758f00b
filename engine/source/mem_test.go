package source

import (
	"bytes"
	"math/rand/v2"
	"runtime"
	"testing"

	"github.com/parquet-go/parquet-go"
)

func TestMemProbe(t *testing.T) {
	data := parquetBytes(t, readings(0, 5), parquet.Compression(&parquet.Zstd))
	r := rand.New(rand.NewPCG(1, 1))
	var worst uint64
	for range 40000 {
		bad := bytes.Clone(data)
		for range 1 + r.IntN(3) {
			bad[r.IntN(len(bad))] = byte(r.IntN(256))
		}
		var a, b runtime.MemStats
		runtime.ReadMemStats(&a)
		readAll(bad)
		runtime.ReadMemStats(&b)
		if d := b.TotalAlloc - a.TotalAlloc; d > worst {
			worst = d
			t.Log(d >> 20)
		}
	}
}
