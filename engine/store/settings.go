// Settings: what is said about a database, a table or a view beside its data.

package store

import (
	"maps"
	"slices"
)

// Settings are the policies of an entity and who may do what with it. They are immutable: the methods give others.
type Settings struct {
	// Policies are JSON texts by the words that name them in commands: caching, retention, update. A column's has the column's
	// identity behind a slash.
	Policies map[string]string
	Roles    []Role
}

// Role is what a principal may do.
type Role struct {
	Name      string // admins, users, viewers, …
	Principal string // as it was written: aadapp=…;…
	Notes     string
	Function  string // the function that it is about; "" for the entity itself
}

// With gives the settings with a policy; "" removes it.
func (s Settings) With(policy, text string) Settings {
	s.Policies = maps.Clone(s.Policies)
	if s.Policies == nil {
		s.Policies = map[string]string{}
	}
	if s.Policies[policy] = text; text == "" {
		delete(s.Policies, policy)
	}
	return s
}

// WithRoles gives the settings with other roles.
func (s Settings) WithRoles(list []Role) Settings {
	s.Roles = list
	return s
}

// WithoutFunction gives the settings without what they say about a function.
func (s Settings) WithoutFunction(name string) Settings {
	s.Roles = slices.DeleteFunc(slices.Clone(s.Roles), func(r Role) bool { return r.Function == name })
	return s
}

// View is a materialized view. It is immutable.
type View struct {
	Name, Source string // Source is the table whose rows it sums up
	Query        string // without the braces
	Columns      []Column
	Folder, Doc  string
	ID           [16]byte
	Created      int64 // ticks
	// Since leaves out the rows that came in at this instant or before it; 0 for none.
	Since      int64
	Effective  int64 // effectiveDateTime as it was given, 0 for none
	Disabled   bool
	AutoUpdate bool // follows the table's columns
	Settings   Settings
}
