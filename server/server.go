package server

import (
	"context"
	"io"
	"log/slog"
	"sync"
	"sync/atomic"
	"time"

	"calypso/agent"
	"calypso/history"
	"calypso/kql/diag"
	"calypso/server/parameter"
	"calypso/server/result"
	"calypso/server/session"

	"go.lsp.dev/jsonrpc2"
	lsp "go.lsp.dev/protocol"
	"go.uber.org/zap"
	"go.uber.org/zap/exp/zapslog"
)

// Options say what a Server stands on. Backend is needed; the zero value of all else works.
type Options struct {
	Backend Backend
	// Subscribe hands the backend the server's ears, once, before Serve reads anything. May be nil.
	Subscribe func(Events)
	Log       *zap.Logger // stderr or a file, never stdout; nil for none
	Trace     io.Writer   // a line for each message, without rows, query text or secrets; nil for none
	Version   string      // of the program, for serverInfo
	CacheDir  string      // where results for clients without a grid are written; "" for one of this process, which goes with it
	// Faults are files of the person's own that couldn't be read at the start: what is wrong with them is told once.
	Faults []Fault
	// ParametersFile is where the last values of query parameters are kept; "": for as long as the process runs.
	ParametersFile string
	// Configure takes what the editor's settings say (section "calypso", JSON) and gives what of it the server acts on.
	// It is asked with nothing first: for what holds when the editor says nothing. An error says what of it can't be, a line for each
	// setting; what is given with it holds all the same. nil: defaults.
	Configure func(settings []byte) (session.Settings, error)
	// Severity gives the severities of findings that config.toml sets for a file, by its path within the workspace, with slashes; ""
	// for a document that is no file. nil: none.
	Severity func(path string) map[diag.Code]diag.Severity

	// Fold gives the value of a query that prints one constant, as text, for hovers; false when it isn't known. nil: none.
	Fold func(ctx context.Context, query string) (string, bool)

	// History keeps what was run; nil keeps it in memory only.
	History *history.Log
	// ResultsFolder is where rows of runs that are in the history are kept, and which tabs are open; "": they go with the process.
	ResultsFolder string
	// ScratchFolder is where scratch pads lie; "" for none.
	ScratchFolder string

	// Agents is what answers agent/*; nil: those methods aren't known.
	Agents Agents

	// Accounts is what answers auth/*; nil: those methods aren't known, and nobody is asked to sign in.
	Accounts Accounts

	// handover is another time for which a window waits for the one before it, for tests.
	handover time.Duration
	// methods are further methods, for tests: one that panics, one that hangs.
	methods []method
}

// Server serves one client. Make it with New, run it with Serve, once.
type Server struct {
	opt     Options
	backend judged
	trust   *trust
	log     *zap.Logger
	methods map[string]method

	gate       gate
	written    written
	state      state
	can        clientCan // made in initialize, before anything else reads it
	inflight   *inflight
	analyzer   *session.Analyzer
	results    *result.Store
	parameters *parameter.Memory
	unkeptRun  sync.Once // the first run that the history couldn't keep is told
	began      time.Time
	queries    *queries
	tokens     tokenCache
	ran        lastRuns
	tabs       *tabs
	pusher     *pusher
	index      *workspaceIndex
	roots      atomic.Pointer[[]string] // the workspace's folders, with slashes
	prompts    prompts
	earlier    earlier
	// wrongSettings is what was told of settings that can't be; nil where all can.
	wrongSettings atomic.Pointer[string]

	commands       map[string]uiCommand // see uiCommands
	views          map[string]treeView  // see treeViews
	filters        filters
	lives          lives
	unfolded       unfolded
	closed         atomic.Pointer[session.Document] // without a name, the last that was closed; nil for none
	reopen         reopens                          // results of what is in the history
	kept           *keeping
	pads           pads
	progressTokens atomic.Int64 // how many were made

	agent       *agent.Agent // nil without Options.Agents; as the next, made in Serve
	agentEvents *agentEvents
	wire        *stream

	refreshing     atomic.Int64 // how often a refresh was asked for since one began; 0: none is under way
	schemaVersions sync.Map     // by connection: the version that schemaChanged was told last

	conn jsonrpc2.Conn
	ctx  context.Context // of the connection; ends when Serve does
	exit chan int        // the exit code, once
	once sync.Once
}

// Exit codes of the process.
const (
	exitClean   = 0 // exit after shutdown
	exitAbrupt  = 1 // exit without shutdown, stdin closed, or the parent died
	exitFraming = 3 // broken input: the client should start us again
)

// New makes a server.
func New(o Options) *Server {
	log := o.Log
	if log == nil {
		log = zap.NewNop()
	}
	if o.History == nil {
		o.History = history.Open("", history.DefaultLimit)
	}
	s := &Server{
		opt: o, backend: judged{o.Backend, &trust{}}, log: log,
		inflight:   newInflight(),
		analyzer:   session.NewAnalyzer(),
		results:    result.NewStore(result.DefaultBudget),
		queries:    newQueries(),
		parameters: parameter.OpenMemory(o.ParametersFile),
		began:      time.Now(),
		tabs:       newTabs(),
		kept:       newKeeping(o.ResultsFolder),
		exit:       make(chan int, 1),
	}
	s.trust = s.backend.trust
	s.pusher = newPusher(s)
	s.index = newWorkspaceIndex(s)
	s.prompts.server = s
	s.commands, s.views = map[string]uiCommand{}, treeViews()
	for _, command := range uiCommands() {
		s.commands[command.name] = command
	}
	s.methods = map[string]method{}
	known := append(table(), o.methods...)
	if o.Agents != nil {
		known = append(known, agentMethods()...)
	}
	if o.Accounts != nil {
		known = append(known, authMethods()...)
	}
	for _, m := range known {
		if acts(m.name) {
			m = trustedOnly(m)
		}
		s.methods[m.name] = m
	}
	s.state.swap(func(old *session.Snapshot) *session.Snapshot { return old.WithDefault(s.backend.Default()) })
	if o.Configure != nil {
		if set, err := o.Configure(nil); err == nil {
			s.state.swap(func(old *session.Snapshot) *session.Snapshot { return old.WithSettings(set) })
		}
	}
	return s
}

// Serve speaks with the client until it leaves, and gives the exit code for the process. It doesn't wait for a blocked read of
// in: the process should end when it returns. in and out are closed if they can be.
func (s *Server) Serve(ctx context.Context, in io.Reader, out io.Writer) int {
	ctx, stop := context.WithCancel(ctx)
	defer stop()
	s.ctx = lsp.WithLogger(ctx, slog.New(zapslog.NewHandler(s.log.Core())))
	wire := newStream(in, out, func() error { return closeAll(in, out) }, newTracer(s.opt.Trace), s.log)
	s.wire = wire
	s.conn = jsonrpc2.NewConn(wire, jsonrpc2.WithCodec(codec{}))
	if s.opt.Subscribe != nil {
		s.opt.Subscribe(Events{SchemaChanged: s.schemaChanged, ConnectionsChanged: s.connectionsChanged})
	}
	s.openAccounts()
	s.openAgent()
	keeping, stopKeeping := context.WithCancel(context.WithoutCancel(ctx))
	defer stopKeeping()
	go s.keepAll(keeping)
	go s.pusher.run(ctx)
	go s.index.run(ctx)
	s.conn.Go(s.ctx, s.handle) // every field is set: the read loop starts here
	code := s.wait(ctx, wire)
	s.inflight.stopAll(errShuttingDown)
	s.queries.stopAll(errShuttingDown, shutdownPatience)
	s.closeAgent()
	s.closeKept(stopKeeping)
	s.written.remove()
	s.log.Info("the server ends", zap.Int("code", code))
	return code
}

// wait gives the exit code when there is a reason to leave.
func (s *Server) wait(ctx context.Context, wire *stream) int {
	select {
	case code := <-s.exit:
		return code
	case <-ctx.Done():
		return exitAbrupt
	case <-s.conn.Done():
	case <-wire.ended:
	}
	select {
	case code := <-s.exit: // exit and the end of stdin come together
		return code
	default:
	}
	if err := wire.broken.Load(); err != nil {
		s.log.Error("the input is broken", zap.Error(*err))
		return exitFraming
	}
	if err := s.conn.Err(); err != nil {
		s.log.Error("the connection failed", zap.Error(err))
	}
	return exitAbrupt
}

// leave ends Serve; the first reason counts.
func (s *Server) leave(code int) {
	s.once.Do(func() { s.exit <- code })
}

func closeAll(ends ...any) error {
	var first error
	for _, e := range ends {
		if c, ok := e.(io.Closer); ok {
			if err := c.Close(); first == nil {
				first = err
			}
		}
	}
	return first
}

// codec is the library's own, which it doesn't export: payloads go through its union-aware coder, raw ones as they are.
type codec struct{}

func (codec) Marshal(v any) ([]byte, error) {
	if raw, ok := v.(jsonrpc2.RawMessage); ok {
		if raw == nil {
			return []byte("null"), nil
		}
		return raw, nil
	}
	return lsp.Marshal(v)
}

func (codec) Unmarshal(data []byte, v any) error {
	if p, ok := v.(*jsonrpc2.RawMessage); ok {
		*p = append(jsonrpc2.RawMessage(nil), data...)
		return nil
	}
	return lsp.Unmarshal(data, v)
}
