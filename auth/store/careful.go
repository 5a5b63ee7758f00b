package store

import (
	"context"
	"sync"
	"time"

	"github.com/AzureAD/microsoft-authentication-library-for-go/apps/cache"
)

// careful keeps a session in memory when its file can't be written: MSAL would throw away the sign-in that just worked. It goes back to
// the file as soon as that takes a session again.
type careful struct {
	file cache.ExportReplace
	path string // of the file
	outs ending
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

// How long a write waits for another program that holds the file's lock: writers hold it for milliseconds. Once that was in vain, later
// writes only try.
const (
	lockPatience = 2 * time.Second
	lockTry      = 100 * time.Millisecond
)

// Begun has a call whose Export comes later know which sign-out was the last.
func (c *careful) Begun(ctx context.Context) context.Context { return c.outs.begun(ctx) }

// End notes a sign-out: an Export of a call that began before it writes nothing.
func (c *careful) End() error { return c.outs.set() }

// Export keeps what MSAL has. It fails only when there is nothing to keep, or nobody any more to keep it for.
func (c *careful) Export(ctx context.Context, m cache.Marshaler, h cache.ExportHints) error {
	if err := c.outs.past(ctx); err != nil {
		return err
	}
	data, err := m.Marshal()
	if err != nil {
		return err
	}
	wait := lockPatience
	c.mu.Lock()
	if c.held != nil {
		wait = lockTry
	}
	c.mu.Unlock()
	timed, cancel := context.WithTimeout(ctx, wait)
	defer cancel()
	failed := c.file.Export(timed, m, h)
	if err := c.outs.past(ctx); failed != nil && err != nil {
		return err
	}
	c.mu.Lock()
	first := failed != nil && c.held == nil
	c.held = nil
	if failed != nil {
		c.held = data
	}
	c.mu.Unlock()
	switch {
	case !first || ctx.Err() != nil:
	case timed.Err() != nil:
		c.say("The sign-in is kept for this session only: another program holds " + c.path + ".lockfile. End that program, or delete that file.")
	default:
		c.say("The sign-in is kept for this session only: " + c.path + " can't be written; check the folder's rights and the disk.")
	}
	return nil
}
