package server

import (
	"fmt"
	"time"
)

// How old a schema is, in words.

// SchemaAge says how old what is known of a database is.
type SchemaAge struct {
	Loaded time.Time // when the cluster was asked; zero: never
	Reason string    // why it isn't younger, as "cluster not reachable"; "" when the last try went well
}

// Note is what a person needs to know about the age: nothing as long as the cluster can be asked.
func (a SchemaAge) Note(now time.Time) string {
	switch {
	case a.Reason == "":
		return ""
	case a.Loaded.IsZero():
		return "no schema; " + a.Reason
	}
	return "schema of " + Ago(now.Sub(a.Loaded)) + "; " + a.Reason
}

// Ago says how long ago something was, in the largest unit that fits: "just now", "5 min ago", "3 h ago", "12 days ago".
func Ago(age time.Duration) string {
	switch {
	case age < time.Minute:
		return "just now"
	case age < time.Hour:
		return fmt.Sprintf("%d min ago", age/time.Minute)
	case age < 48*time.Hour:
		return fmt.Sprintf("%d h ago", age/time.Hour)
	}
	return fmt.Sprintf("%d days ago", age/(24*time.Hour))
}
