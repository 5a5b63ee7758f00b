// Ballast: memory that nobody touches, and which therefore isn't resident, but which Go's collector counts as held. It starts a
// collection when there is as much garbage as there is held memory; a query that streams through a large table holds a few megabytes
// and would have a collection for each few of them it reads.

package exec

import (
	"runtime"
	"sync"
)

const (
	ballastBytes = 32 << 20
	// ballastRows is the number of rows from which a table counts as large.
	ballastRows = 1 << 20
)

// ballast is made once in a process, as there is one collector.
var ballast = sync.OnceValue(func() []byte { return make([]byte, ballastBytes) })

// weighDown sees to it that there is ballast when a large table is read.
func weighDown(t Table) {
	if t.Rows() >= ballastRows {
		runtime.KeepAlive(ballast())
	}
}
