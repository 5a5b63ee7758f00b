package kqltest

import (
	"context"
	"fmt"
	"testing"
)

const twoCases = `-- table T --
x:long
1
2
-- case all --
-- query --
T | count
-- rows --
Count
2
-- case wrong --
-- query --
T | count
-- rows --
Count
3
`

func TestOneCaseByItsLine(t *testing.T) {
	f := ParseFile("a.kqltest", twoCases)
	if got := fmt.Sprint(f.Marks(), f.Faults()); got != "[a.kqltest:5 a.kqltest:11] []" {
		t.Fatal(got)
	}
	r := NewRunner(Options{})
	for line, want := range map[int]Status{5: Passed, 11: Failed} {
		got, err := r.RunAt(context.Background(), f, line)
		if err != nil || got.Status != want || got.Line != line {
			t.Errorf("line %d: %+v, %v; want %s", line, got, err, want)
		}
	}
	if _, err := r.RunAt(context.Background(), f, 4); err == nil {
		t.Error("no case begins on line 4")
	}
}

// A mistake in the shared part is the result of any case; one in a case has its place.
func TestFaultsOfCases(t *testing.T) {
	f := ParseFile("a.kqltest", "-- case one --\n-- rows --\nx\n1\n")
	if faults := f.Faults(); len(faults) != 1 || faults[0].Line != 1 {
		t.Errorf("%v; want the missing query on line 1", faults)
	}
}
