package server

import (
	"context"
	"encoding/base64"
	"strings"
	"time"

	"calypso/auth"
	"calypso/auth/source"
	"calypso/server/protocol"

	lsp "go.lsp.dev/protocol"
)

// This file asks the client for what must not be seen: tokens of its account, the key of saved sign-ins, secrets. Nothing of the
// answers goes anywhere but to the asker.

const (
	silently = 30 * time.Second // the editor may ask its own authority
	inDialog = 10 * time.Minute // a person reads and types
)

// askVSCode asks for a session of the editor's Microsoft account. A client that has none to give says that nobody is signed in.
func (s *Server) askVSCode(ctx context.Context, r source.VSCodeRequest) (source.VSCodeSession, error) {
	if !s.gate.serving() || !s.can.AuthVSCode {
		if r.Silent {
			return source.VSCodeSession{}, nil
		}
		return source.VSCodeSession{}, &auth.Error{
			Kind: auth.Misconfigured, Cause: auth.CauseAbsent, Msg: "this editor shares no Microsoft account; choose another way to sign in",
		}
	}
	p := protocol.AuthVSCodeTokenParams{Scopes: []string{r.Scope}, Tenant: r.Tenant, Silent: r.Silent, Fresh: r.Fresh}
	if r.Claims != "" {
		p.WWWAuthenticate = `Bearer error="insufficient_claims", claims="` + base64.StdEncoding.EncodeToString([]byte(r.Claims)) + `"`
	}
	limit := inDialog
	if r.Silent {
		limit = silently
	}
	var out protocol.AuthVSCodeTokenResult
	if err := s.askClient(ctx, limit, protocol.MethodAuthVSCodeToken, p, &out); err != nil {
		return source.VSCodeSession{}, err
	}
	return source.VSCodeSession{
		Token: auth.NewSecret(strings.Clone(out.Token)), User: strings.Clone(out.Account), Tenant: strings.Clone(out.Tenant),
	}, nil
}

// askStorageKey asks for the key of saved sign-ins; nil when the client keeps none.
func (s *Server) askStorageKey(ctx context.Context, create bool) ([]byte, error) {
	if !s.gate.serving() || !s.can.AuthStorage {
		return nil, nil
	}
	var out protocol.AuthStorageKeyResult
	if err := s.askClient(ctx, asking, protocol.MethodAuthStorageKey, protocol.AuthStorageKeyParams{Create: create}, &out); err != nil {
		return nil, err
	}
	key, err := base64.StdEncoding.DecodeString(out.Key)
	if err != nil {
		return nil, errRefused // not err: it can quote the key
	}
	return key, nil
}

// askSecret asks for a secret by its name.
func (s *Server) askSecret(ctx context.Context, name string) (auth.Secret, error) {
	wrong := func(what string) (auth.Secret, error) {
		return auth.Secret{}, &auth.Error{Kind: auth.Misconfigured, Cause: auth.CauseIncomplete, Msg: what}
	}
	if !s.gate.serving() || !s.can.AuthStorage {
		return wrong("the secret vscode:" + name + " is kept by VS Code, which isn't connected; set the variable instead")
	}
	var out protocol.AuthSecretResult
	if err := s.askClient(ctx, silently, protocol.MethodAuthSecret, protocol.AuthSecretParams{Name: name}, &out); err != nil {
		return wrong("VS Code didn't give the secret " + name + "; try again")
	}
	if out.Value == "" {
		return wrong("VS Code keeps no secret " + name + "; run the command Calypso: Store Secret")
	}
	return auth.NewSecret(strings.Clone(out.Value)), nil
}

// say shows the person a sentence that no request waits for.
func (s *Server) say(message string) {
	s.tell(lsp.MethodWindowShowMessage, &lsp.ShowMessageParams{Type: lsp.MessageTypeInfo, Message: auth.Redact(message)})
}
