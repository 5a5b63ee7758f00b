package server

import (
	lsp "go.lsp.dev/protocol"
	"go.lsp.dev/uri"
)

// Fault is a file that the program goes on without, because it couldn't be read. Whoever wrote it has to know: queries may run elsewhere
// than it says.
type Fault struct {
	File    string // a path; "" for one that can't be opened
	Message string // what is missing now, why, and what to do
}

// tellFaults says what couldn't be read, with the file a click away.
func (s *Server) tellFaults() {
	for _, f := range s.opt.Faults {
		s.tellFault(f)
	}
}

// tellFault tells one, once the client can be told.
func (s *Server) tellFault(f Fault) {
	if !s.gate.serving() {
		s.opt.Faults = append(s.opt.Faults, f) // initialize runs alone
		return
	}
	go func() {
		defer s.recovered(lsp.MethodInitialized, func(error) {})
		buttons := []string{"Open File"}
		if f.File == "" || !s.can.ShowDocument {
			buttons = nil
		}
		if chosen, err := s.choose(s.ctx, lsp.MessageTypeError, f.Message, buttons...); err == nil && chosen != "" {
			_ = s.openFile(s.ctx, string(uri.File(f.File)))
		}
	}()
}
