package server

import (
	"strings"
	"testing"

	"calypso/kql/text"
	"calypso/server/session"
)

// What is remembered is bounded, in number and in bytes; the newest stay.
func TestEarlier(t *testing.T) {
	var e earlier
	add := func(version int32, length int) {
		e.add(&session.Document{Key: "a", Version: version, File: text.NewFile(strings.Repeat("x", length))})
	}
	for n := range int32(20) {
		add(n, 10)
	}
	if e.version("a", 11) != nil || e.version("a", 12) == nil || e.version("a", 19) == nil || e.version("b", 19) != nil {
		t.Error("not the last eight are there")
	}
	add(20, earlierBytes-5)
	if e.version("a", 19) != nil || e.version("a", 20) == nil {
		t.Error("they have too many bytes, or the newest is gone")
	}
	add(21, earlierBytes+1)
	if e.version("a", 20) != nil || e.version("a", 21) != nil {
		t.Error("one that is too long stays, or what is older than it")
	}
	add(22, 1)
	e.forget("a")
	if e.version("a", 22) != nil {
		t.Error("it is remembered behind its end")
	}
}
