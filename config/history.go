package config

// History says how much of what was run is kept on this machine.
//
//	[history]
//	entries = 200
type History struct {
	// Entries is how many runs are kept; nil means DefaultEntries, 0 keeps none.
	Entries *int `toml:"entries"`
}

const (
	// DefaultEntries is how many runs are kept where nothing else is set.
	DefaultEntries = 1000
	// MaxEntries is the most that can be set.
	MaxEntries = 50_000
)

// Limit is Entries as a number.
func (h History) Limit() int {
	if h.Entries == nil {
		return DefaultEntries
	}
	return *h.Entries
}

func (h History) check() error {
	if n := h.Limit(); n < 0 || n > MaxEntries {
		return wrong("history.entries", "%d runs can't be kept; write 0 to %d", n, MaxEntries)
	}
	return nil
}
