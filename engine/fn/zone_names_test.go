package fn

import (
	"slices"
	"strings"
	"testing"
	"time"
)

// Every name that is listed can be used.
func TestZoneNames(t *testing.T) {
	names := strings.Fields(zoneNames)
	if !slices.IsSorted(names) || len(slices.Compact(slices.Clone(names))) != len(names) {
		t.Error("the names aren't sorted, or one stands twice")
	}
	for _, name := range names {
		if _, err := time.LoadLocation(name); err != nil {
			t.Error(err)
		}
	}
}
