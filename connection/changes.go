package connection

import (
	"strings"
	"time"

	"calypso/kql/syntax"
)

// A management command that a person runs may change what there is: its schema is read again, so that the next query knows.

// leaving are the first words of commands that leave names and types as they are.
var leaving = map[string]bool{
	"show": true, "cancel": true, "ingest": true, "append": true, "export": true, "clear": true, "delete": true, "purge": true, "move": true,
}

// changesSchema tells whether a management command may.
func changesSchema(text string) bool {
	c := syntax.Parse(text).Command
	return c == nil || len(c.Words) == 0 || !leaving[strings.ToLower(c.Words[0].Text)]
}

// changed has the schema of a database read again after a command. What nobody has looked at yet isn't read. With the engine in this
// process it waits for it a moment, so that the answer to the command comes with it.
func (b *Book) changed(e *entry, database string) {
	s := &e.schemas
	s.mu.Lock()
	s.ready(e)
	if s.held[s.key(database)] == nil && s.loads[s.key(database)] == nil {
		s.mu.Unlock()
		return
	}
	s.mu.Unlock()
	done := make(chan struct{})
	go func() {
		<-b.after(e, database).done
		close(done)
	}()
	if e.local() {
		select {
		case <-done:
		case <-time.After(b.look):
		}
	}
}

// after starts a load that began after this call: one that is under way may have read what was before.
func (b *Book) after(e *entry, database string) *load {
	s := &e.schemas
	for {
		s.mu.Lock()
		under := s.loads[s.key(database)]
		if under == nil {
			l := b.start(e, database, true)
			s.mu.Unlock()
			return l
		}
		s.mu.Unlock()
		<-under.done
	}
}
