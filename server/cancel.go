package server

import (
	"encoding/json"

	"go.lsp.dev/jsonrpc2"
	lsp "go.lsp.dev/protocol"
)

// cancelRequest is $/cancelRequest. Its params are decoded by hand: the library's type holds 32-bit ids only. An id that is unknown, answered or no id at all is ignored, as the protocol wants.
func cancelRequest(s *Server, raw jsonrpc2.RawMessage) error {
	d := struct {
		ID json.RawMessage `json:"id"`
	}{}
	if err := json.Unmarshal(raw, &d); err != nil {
		return badParams("%s", err)
	}
	var text string
	var number int64
	switch {
	case json.Unmarshal(d.ID, &number) == nil:
		s.inflight.stop(jsonrpc2.NewNumberID(number), errCancelled)
	case json.Unmarshal(d.ID, &text) == nil:
		s.inflight.stop(jsonrpc2.NewStringID(text), errCancelled)
	default:
		return badParams("params.id is no id")
	}
	return nil
}

// progressCancel is window/workDoneProgress/cancel: the person clicked "Cancel" on a progress that one of our requests shows.
func progressCancel(s *Server, p *lsp.WorkDoneProgressCancelParams) error {
	if p.Token != nil {
		s.inflight.stopToken(p.Token, errCancelled)
	}
	return nil
}
