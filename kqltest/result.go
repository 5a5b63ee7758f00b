// What came of a case.

package kqltest

import "time"

// Status sorts results by what a person does about them.
type Status string

// The statuses.
const (
	Passed  Status = "passed"
	Failed  Status = "failed"  // the query gives something else than is wanted
	Refused Status = "refused" // the embedded engine can't run the query; the query may be right
	Fault   Status = "fault"   // a bug of the engine
	TimeOut Status = "timeout" // not done within its time
	Broken  Status = "broken"  // the test can't be run: a mistake in its file, or in one that it names
	Stopped Status = "stopped" // the run was ended before it was done
	Updated Status = "updated" // the file was made to want what came
)

// Result is what came of one case, or of a file that has no cases that can be run.
type Result struct {
	// Path is the test file, Line where the case begins in it, 0 for the file as a whole. Name is the case's, "" for the file's.
	Path   string
	Line   int
	Name   string
	Status Status
	// Elapsed is the time that the case took.
	Elapsed time.Duration
	// Notes tell why it didn't pass, Differences what differs where the query gave rows.
	Notes       []Note
	Differences []*Difference

	edits []edit // what would make the case pass
}

// Note is a sentence with a place, which may be empty.
type Note struct {
	At   Place
	Text string
}

// Count is how many results have each status.
type Count map[Status]int

// Of counts results.
func Of(results []*Result) Count {
	c := Count{}
	for _, r := range results {
		c[r.Status]++
	}
	return c
}

// Total is the number of all.
func (c Count) Total() int {
	n := 0
	for _, k := range c {
		n += k
	}
	return n
}

// Statuses lists all statuses in the order that reports use.
var Statuses = []Status{Passed, Updated, Failed, Refused, TimeOut, Fault, Stopped, Broken}
