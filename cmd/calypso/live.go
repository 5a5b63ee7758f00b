package main

import (
	"context"
	"errors"
	"sync"

	"go.uber.org/zap"

	"calypso/config"
	"calypso/connection"
	"calypso/identity"
	"calypso/server/session"
)

// live lays the editor's settings over those of config.toml, each time that they change: who signs in, which model is asked, when
// a person is, and where queries run to begin with.
type live struct {
	under config.Settings
	ids   *identity.Identities
	book  *connection.Book
	log   *zap.Logger

	mu  sync.Mutex // guards now
	now config.Settings
}

// configure is the server's reader of the editor's settings. What can't be is told, and counts as not set.
func (l *live) configure(read func([]byte) (session.Settings, error)) func([]byte) (session.Settings, error) {
	return func(section []byte) (session.Settings, error) {
		sound, wrong := config.Sound(section, func(part []byte) error {
			if _, err := l.under.WithEditor(part); err != nil {
				return err
			}
			_, err := read(part)
			return err
		})
		if err := l.take(sound); err != nil {
			return session.Settings{}, err
		}
		set, err := read(sound)
		return set, errors.Join(wrong, err)
	}
}

func (l *live) take(section []byte) error {
	s, err := l.under.WithEditor(section)
	if err != nil {
		return err
	}
	l.ids.Use(s)
	l.mu.Lock()
	before := l.now.Kusto
	l.now = s
	l.mu.Unlock()
	if s.Kusto.ClusterURL == before.ClusterURL && s.Kusto.Database == before.Database {
		return nil
	}
	address := s.Kusto.ClusterURL
	if address == "" {
		address = config.Embedded
	}
	target, ok := l.book.Resolve(address)
	if !ok {
		return nil // WithEditor has looked at the address
	}
	if s.Kusto.Database != "" {
		target.Database = s.Kusto.Database
	}
	if err := l.book.SetDefault(context.Background(), target); err != nil {
		l.log.Warn("the editor's cluster isn't taken", zap.Error(err))
	}
	return nil
}
