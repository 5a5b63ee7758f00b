package session

import (
	"maps"
	"reflect"
	"time"

	"calypso/kql/diag"
	"calypso/kql/format"
	"calypso/kql/inlay"
)

// Target says where a query runs: a saved connection and one of its databases.
type Target struct {
	Connection string // id, "" for none
	Database   string
}

// Settings are the editor's settings as far as the server itself acts on them.
type Settings struct {
	DiagnosticsOff bool          // true: no squiggles at all
	LintOff        bool          // true: the language's own findings only, none of the linter's
	ResultBudget   int64         // bytes that kept results may take; 0 for the default
	KeepOff        bool          // true: no rows are kept on disk
	DiskBudget     int64         // bytes that these may take; 0 for the default
	QueryTimeout   time.Duration // that a query may take; 0 for the cluster's own limit
	History        int           // runs that the history keeps; 0 for none

	// Inlay hints, a switch each. The first two are on unless switched off.
	NameHintsOff     bool // columns that name themselves
	ArgumentHintsOff bool // parameters of let and stored functions
	TypeHints        bool // of let variables
	JoinHints        bool // the kind that a join has when it says none
	OrderHints       bool // the direction of a sort that says none

	// Code lenses, a switch each.
	RunLensOff        bool        // what runs the block
	ConnectionLensOff bool        // where it runs
	RowsLensOff       bool        // what its last run gave
	ReferenceLens     LensedNames // whose references are counted

	// Rules has the severities of findings that the editor's settings name; they win over those of config.toml.
	Rules map[diag.Code]diag.Severity
	// Format is the layout; its Indent is the editor's own unless it is set.
	Format format.Options
}

// LensedNames says above which declarations their references are counted.
type LensedNames uint8

// The choices.
const (
	LensedFunctions LensedNames = iota // let functions, and functions that a command of the document creates
	LensedAll                          // variables too
	LensedNone
)

// Equal tells whether two settings say the same.
func (s Settings) Equal(t Settings) bool { return reflect.DeepEqual(s, t) }

// Hints gives the inlay hints that are on.
func (s Settings) Hints() inlay.Options {
	return inlay.Options{
		Names: !s.NameHintsOff, Arguments: !s.ArgumentHintsOff, LetTypes: s.TypeHints, JoinKind: s.JoinHints, SortOrder: s.OrderHints,
	}
}

// Snapshot is what the window looked like at one moment. It is never changed: With… make the next one.
type Snapshot struct {
	documents map[Key]*Document
	chosen    map[Key]Target // connections that were chosen for one document
	serial    int64          // of the newest document version

	Settings Settings
	Setting  int64  // rises whenever the settings change
	Default  Target // the connection of documents for which none was chosen
	Schemas  int64  // rises whenever a schema changes, or a target, since files know each other's names by it; analyses of other numbers are stale
}

// Document gives an open document, nil when it isn't open.
func (s *Snapshot) Document(uri string) *Document { return s.documents[KeyOf(uri)] }

// Documents calls yield for each open document, in no order.
func (s *Snapshot) Documents(yield func(*Document) bool) {
	for _, d := range s.documents {
		if !yield(d) {
			return
		}
	}
}

// Target gives the connection that a document's blocks without a directive use; chosen tells whether it was chosen for it.
func (s *Snapshot) Target(k Key) (t Target, chosen bool) {
	if t, ok := s.chosen[k.place()]; ok {
		return t, true
	}
	return s.Default, false
}

// WithDocument gives a snapshot in which d is open at this version. d must be new: it gets its serial here.
func (s *Snapshot) WithDocument(d *Document) *Snapshot {
	next := *s
	next.serial++
	d.Serial = next.serial
	next.documents = put(s.documents, d.Key, d)
	return &next
}

// WithoutDocument gives a snapshot in which the document is closed. A connection chosen for it stays: closing a tab and
// opening it again changes nothing.
func (s *Snapshot) WithoutDocument(k Key) *Snapshot {
	next := *s
	next.documents = maps.Clone(s.documents)
	delete(next.documents, k)
	return &next
}

// WithTarget gives a snapshot with a connection chosen for a document; the zero Target takes the choice back.
func (s *Snapshot) WithTarget(k Key, t Target) *Snapshot {
	next := *s
	next.Schemas++
	if t == (Target{}) {
		next.chosen = maps.Clone(s.chosen)
		delete(next.chosen, k.place())
		return &next
	}
	next.chosen = put(s.chosen, k.place(), t)
	return &next
}

// WithDefault gives a snapshot with another default connection.
func (s *Snapshot) WithDefault(t Target) *Snapshot {
	next := *s
	next.Schemas++
	next.Default = t
	return &next
}

// WithoutConnection gives a snapshot in which no document uses a connection any more; fallback replaces it as the default.
func (s *Snapshot) WithoutConnection(id string, fallback Target) *Snapshot {
	next := *s
	next.Schemas++
	next.chosen = maps.Clone(s.chosen)
	maps.DeleteFunc(next.chosen, func(_ Key, t Target) bool { return t.Connection == id })
	if s.Default.Connection == id {
		next.Default = fallback
	}
	return &next
}

// WithSettings gives a snapshot with other settings.
func (s *Snapshot) WithSettings(set Settings) *Snapshot {
	next := *s
	next.Settings = set
	next.Setting++
	return &next
}

// WithSchemas gives a snapshot that says that schemas changed.
func (s *Snapshot) WithSchemas() *Snapshot {
	next := *s
	next.Schemas++
	return &next
}

func put[K comparable, V any](m map[K]V, k K, v V) map[K]V {
	c := make(map[K]V, len(m)+1)
	maps.Copy(c, m)
	c[k] = v
	return c
}
