package store

import (
	"context"
	"sync"

	"github.com/AzureAD/microsoft-authentication-library-for-go/apps/cache"
)

// careful keeps a session in memory when its file can't be written: MSAL would throw away the sign-in that just worked. It goes back to
// the file as soon as that takes a session again.
type careful struct {
	file cache.ExportReplace
	say  func(string)

	mu   sync.Mutex // guards held
	held []byte     // what the file didn't take; nil when it did
}

// Replace gives MSAL the session.
func (c *careful) Replace(ctx context.Context, u cache.Unmarshaler, h cache.ReplaceHints) error {
	c.mu.Lock()
	held := c.held
	c.mu.Unlock()
	if held != nil {
		return u.Unmarshal(held)
	}
	return c.file.Replace(ctx, u, h)
}

// Export keeps what MSAL has. It fails only when there is nothing to keep.
func (c *careful) Export(ctx context.Context, m cache.Marshaler, h cache.ExportHints) error {
	data, err := m.Marshal()
	if err != nil {
		return err
	}
	failed := c.file.Export(ctx, m, h)
	c.mu.Lock()
	first := failed != nil && c.held == nil
	c.held = nil
	if failed != nil {
		c.held = data
	}
	c.mu.Unlock()
	if first {
		c.say("Kept for this session only: the sign-in can't be written to its file.")
	}
	return nil
}
