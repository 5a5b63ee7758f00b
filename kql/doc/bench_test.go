package doc

import "testing"

// BenchmarkRead reads all texts, as the first question does.
func BenchmarkRead(b *testing.B) {
	for b.Loop() {
		read()
	}
}
