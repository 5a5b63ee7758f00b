package store

import (
	"context"
	"crypto/rand"
	"os"

	"calypso/auth"
)

// This file lets a sign-out last. A silent call reads the session, asks the authority for seconds, and writes the session with what it
// got: without the mark of the last sign-out it would write back who signed out meanwhile, in this window or another.

// ending is the mark of the last sign-out of a session: a file beside it that each sign-out gives another content. It has no secret.
type ending struct{ path string }

type begunUnder struct{}

// begun has a call know under which mark it began.
func (e ending) begun(ctx context.Context) context.Context {
	return context.WithValue(ctx, begunUnder{}, e.mark())
}

// past tells of a call that began before the last sign-out.
func (e ending) past(ctx context.Context) error { return past(ctx, e.mark()) }

// past judges by the mark of now. Calls that noted none, as a sign-in's, write whatever was.
func past(ctx context.Context, now string) error {
	if mark, noted := ctx.Value(begunUnder{}).(string); noted && mark != now {
		return &auth.Error{Kind: auth.SignInRequired, Msg: "you signed out meanwhile; please sign in again"}
	}
	return nil
}

// set makes a new mark.
func (e ending) set() error { return writeFile(e.path, []byte(rand.Text()+"\n")) }

// mark is the last one; "" before the first sign-out, and where it can't be read.
func (e ending) mark() string {
	info, err := os.Stat(e.path)
	if err != nil || !info.Mode().IsRegular() { // a pipe would never end
		return ""
	}
	data, err := os.ReadFile(e.path)
	if err != nil {
		return ""
	}
	return string(data)
}
