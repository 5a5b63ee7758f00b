package config

import "time"

// Schema says how the schemas of clusters are kept between two starts.
//
//	[schema]
//	cache = false
//	refresh_after = "12h"
type Schema struct {
	// Cache keeps them in the user's cache folder; nil means true.
	Cache *bool `toml:"cache"`
	// RefreshAfter is the age from which a schema that is in use is read again, as "30m" or "12h"; "" means DefaultRefresh.
	RefreshAfter string `toml:"refresh_after"`
}

// DefaultRefresh is the age from which a schema is read again where nothing else is set.
const DefaultRefresh = time.Hour

// minRefresh keeps an editor from asking a cluster all the time.
const minRefresh = time.Minute

// Cached tells whether schemas are kept on disk.
func (s Schema) Cached() bool { return s.Cache == nil || *s.Cache }

// MaxAge is RefreshAfter as a time.
func (s Schema) MaxAge() time.Duration {
	if d, err := time.ParseDuration(s.RefreshAfter); err == nil && d >= minRefresh {
		return d
	}
	return DefaultRefresh
}

func (s Schema) check() error {
	if s.RefreshAfter == "" {
		return nil
	}
	if d, err := time.ParseDuration(s.RefreshAfter); err != nil || d < minRefresh {
		return wrong("schema.refresh_after", `it is %q; write a time of at least 1m, as "30m" or "12h"`, s.RefreshAfter)
	}
	return nil
}
