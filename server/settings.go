package server

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"strings"
	"time"

	lsp "go.lsp.dev/protocol"
	"go.uber.org/zap"

	"calypso/server/protocol"
	"calypso/server/session"
)

// asking is as long as the client may take to answer a request of ours.
const asking = 5 * time.Second

// settling is as long as it may take to tell the settings: an editor that starts on a busy machine is slow, and what a person set, as that
// nothing is to be kept, isn't to be missed for that.
const settling = 5 * time.Minute

// section is the name of our settings in the editor.
const section = "calypso"

// didChangeConfiguration is workspace/didChangeConfiguration. What it carries is ignored: clients differ in what that is. The
// settings are asked for instead.
func didChangeConfiguration(s *Server, p *lsp.DidChangeConfigurationParams) error {
	go func() {
		defer s.recovered(lsp.MethodWorkspaceDidChangeConfiguration, func(error) {})
		s.pullSettings()
	}()
	return nil
}

// watchSettings has the client tell when a setting changes. Some tell nobody who didn't register.
func (s *Server) watchSettings() {
	if !s.can.WatchSettings {
		return
	}
	options, err := json.Marshal(map[string]string{"section": section})
	if err != nil {
		return
	}
	s.ask(lsp.MethodClientRegisterCapability, &lsp.RegistrationParams{Registrations: []lsp.Registration{{
		ID: "calypso.settings", Method: lsp.MethodWorkspaceDidChangeConfiguration, RegisterOptions: options,
	}}}, nil)
}

// pullSettings asks for the settings and takes them; a client that refuses leaves what was.
func (s *Server) pullSettings() {
	if !s.can.Configuration {
		return
	}
	var values []json.RawMessage
	p := &lsp.ConfigurationParams{Items: []lsp.ConfigurationItem{{Section: ptr(section)}}}
	if s.askWithin(settling, lsp.MethodWorkspaceConfiguration, p, &values) && len(values) > 0 {
		s.configure(values[0])
	}
}

func (s *Server) configure(settings []byte) {
	if s.opt.Configure == nil || len(settings) == 0 || bytes.Equal(settings, []byte("null")) {
		return
	}
	set, err := s.opt.Configure(settings)
	if err != nil {
		s.log.Warn("settings not taken", zap.Error(err))
		s.tellWrong(err)
	}
	if err == nil {
		s.wrongSettings.Store(nil)
	}
	s.setSettings(set)
	s.followDefault()
}

// tellWrong says which settings count for nothing, once as long as they stay the same.
func (s *Server) tellWrong(err error) {
	const most = 3
	lines := strings.Split(err.Error(), "\n")
	if more := len(lines) - most; more > 0 {
		lines = append(lines[:most], fmt.Sprintf("and %d more, which \"Calypso: Show Log\" has", more))
	}
	message := "Setting " + strings.Join(lines, "; ") + ". A wrong one counts as not set."
	if last := s.wrongSettings.Swap(&message); last == nil || *last != message {
		s.tellFault(Fault{Message: message})
	}
}

// followDefault takes the backend's default connection where settings changed it.
func (s *Server) followDefault() {
	next := s.backend.Default()
	if next == s.state.current().Default {
		return
	}
	s.state.swap(func(old *session.Snapshot) *session.Snapshot { return old.WithDefault(next) })
	s.warm(next)
	s.tellActive("", s.active(next, protocol.FromDefault))
	s.refresh()
}

// ask sends a request of ours and waits for its answer. Never call it in the read loop: the answer couldn't be read. False: it
// was refused, or came too late; then behave as with a client that can't do it.
func (s *Server) ask(method string, params, result any) bool {
	return s.askWithin(asking, method, params, result)
}

func (s *Server) askWithin(limit time.Duration, method string, params, result any) bool {
	if !s.gate.serving() {
		return false
	}
	ctx, cancel := context.WithTimeout(s.ctx, limit)
	defer cancel()
	if err := lsp.Call(ctx, s.conn, method, params, result); err != nil {
		s.log.Debug("the client refused", zap.String("method", method), zap.Error(err))
		return false
	}
	return true
}

// tell sends a notification.
func (s *Server) tell(method string, params any) {
	if !s.gate.serving() {
		return
	}
	if err := s.conn.Notify(s.ctx, method, params); err != nil {
		s.log.Debug("notification not sent", zap.String("method", method), zap.Error(err))
	}
}

// tellOurs sends a notification of ours, if the client understands them.
func (s *Server) tellOurs(method string, params any) {
	if s.can.Kusto {
		s.tell(method, params)
	}
}
