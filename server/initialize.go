package server

import (
	"context"

	"calypso/server/protocol"
	"calypso/server/session"

	"go.lsp.dev/jsonrpc2"
	lsp "go.lsp.dev/protocol"
	"go.uber.org/zap"
)

// initialize opens the session. It runs in the read loop: what it sets is there before anything else is served.
func initialize(c *call, p *lsp.InitializeParams) (any, error) {
	s := c.Server
	s.can = canOf(p)
	s.trust.withheld.Store(s.can.Untrusted)
	roots := rootsOf(p)
	s.roots.Store(&roots)
	s.resumeDefault(c)
	s.index.scan(roots, true)
	s.claimWindow(s.ctx, roots)
	if p.ProcessID != nil && *p.ProcessID > 0 {
		go s.watchParent(s.ctx, int(*p.ProcessID))
	}
	if len(p.InitializationOptions) > 0 {
		s.configure(p.InitializationOptions)
	}
	experimental, err := lsp.Marshal(protocol.ServerExperimental{Kusto: protocol.KustoServer{
		Version: protocol.Version, Methods: s.ours(),
	}})
	if err != nil {
		return nil, err
	}
	capabilities := s.capabilities()
	capabilities.Experimental = experimental
	s.gate.stage.Store(stageServing)
	s.log.Info("initialize", zap.String("client", p.ClientInfo.Name), zap.Bool("kusto", s.can.Kusto))
	return &lsp.InitializeResult{
		Capabilities: capabilities,
		ServerInfo:   lsp.ServerInfo{Name: "calypso", Version: lsp.NewOptional(s.opt.Version)},
	}, nil
}

// ours lists the methods of ours that are answered.
func (s *Server) ours() []string {
	var names []string
	for _, m := range protocol.Messages() {
		if _, ok := s.methods[m.Method]; ok && m.Direction == protocol.ToServer {
			names = append(names, m.Method)
		}
	}
	return names
}

// initialized is the moment from which the client may be asked.
func initialized(s *Server, _ *lsp.InitializedParams) error {
	go func() {
		defer s.recovered(lsp.MethodInitialized, func(error) {})
		s.watchSettings()
		s.pullSettings()
		s.watchFiles()
		s.greetKept()
		s.tellFaults()
		s.sweepSoon()
	}()
	return nil
}

// shutdown stops what runs, on the clusters too, and lets nothing new in.
func shutdown(c *call) (any, error) {
	c.gate.stage.Store(stageDown)
	c.inflight.stopOthers(c.id, errShuttingDown)
	c.queries.stopAll(errShuttingDown, shutdownPatience)
	return nil, nil
}

// exit ends the process: 0 after shutdown, else 1.
func exit(s *Server, _ jsonrpc2.RawMessage) error {
	if s.gate.stage.Load() == stageDown {
		s.leave(exitClean)
	} else {
		s.leave(exitAbrupt)
	}
	return nil
}

// watchParent ends us when the client's process is gone without a word: its pipes may live on in a child of its own.
func (s *Server) watchParent(ctx context.Context, pid int) {
	if waitForProcess(ctx, pid) {
		s.log.Warn("the client's process is gone", zap.Int("pid", pid))
		s.leave(exitAbrupt)
	}
}

// setSettings swaps the settings and has everything judged anew that depends on them.
func (s *Server) setSettings(set session.Settings) {
	if s.state.current().Settings.Equal(set) {
		return
	}
	s.state.swap(func(old *session.Snapshot) *session.Snapshot { return old.WithSettings(set) })
	s.results.SetBudget(set.ResultBudget)
	s.setKeeping(set)
	s.limitHistory(set.History)
	s.refresh()
}
