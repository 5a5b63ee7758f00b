package connection

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"strings"
	"sync"
	"time"
	"unicode"
	"unicode/utf8"

	"calypso/auth"
	"calypso/kql/symbol"
	"calypso/kql/text"
	"calypso/kusto"
	"calypso/kusto/value"
	"calypso/server"
	"calypso/server/protocol"
)

// Remote is the client of the cluster at an address. The transport adds tokens; nil sends none. It contacts nothing.
func Remote(address string, transport http.RoundTripper) (Cluster, error) {
	c, err := kusto.Dial(address, kusto.Options{Transport: transport})
	if err != nil {
		return nil, remoteFailure(err, "")
	}
	r := &remote{client: c}
	r.describer, _ = transport.(Describer)
	return r, nil
}

// Describer is a transport that knows who is signed in: it gives the words and buttons for a failure of sign-in.
type Describer interface {
	Describe(err error) auth.Message
}

// remote is a cluster over the network.
type remote struct {
	client    *kusto.Client
	describer Describer // nil when nobody is signed in at all

	mu       sync.Mutex // guards standard
	standard string     // the database that "" means; "" while it isn't known
}

// Host is the cluster's name as cluster('…') takes it.
func (r *remote) Host() string { return r.client.Connection().Host() }

// Databases lists the databases that one may see, the address's own first.
func (r *remote) Databases(ctx context.Context) ([]string, error) {
	names, err := r.client.Databases(ctx)
	if err != nil {
		return nil, r.failure(err, "")
	}
	if len(names) > 0 {
		r.mu.Lock()
		r.standard = names[0]
		r.mu.Unlock()
	}
	return names, nil
}

// Database loads one database's schema.
func (r *remote) Database(ctx context.Context, name string) (*symbol.Database, error) {
	name, err := r.database(ctx, name)
	if err != nil {
		return nil, err
	}
	d, err := r.client.Database(ctx, name)
	if err != nil {
		return nil, r.failure(err, "")
	}
	return d, nil
}

// database finds what "" means: the first one of the list, so that a query runs where its schema came from.
func (r *remote) database(ctx context.Context, name string) (string, error) {
	if name != "" {
		return name, nil
	}
	r.mu.Lock()
	name = r.standard
	r.mu.Unlock()
	if name != "" {
		return name, nil
	}
	names, err := r.Databases(ctx)
	switch {
	case err != nil:
		return "", err
	case len(names) == 0:
		return "", &server.Failure{Kind: protocol.ErrorNotFound, Message: r.Host() + " has no database that you can see", Hint: "ask for access to one"}
	}
	return names[0], nil
}

// Run runs a query or a management command.
func (r *remote) Run(ctx context.Context, q server.Query, sink server.Sink) (protocol.QueryStats, error) {
	began := time.Now()
	out := &counting{Sink: sink}
	database, err := r.database(ctx, q.Database)
	if err == nil {
		var done kusto.Done
		done, err = r.client.Stream(ctx, kusto.Query{
			Database: database, Text: q.Text, Command: q.Command, Parameters: q.Parameters, Options: properties(q), Timeout: q.Timeout,
		}, charting{out})
		out.stats.Activity = done.ClientRequestID
		u := done.Usage
		out.stats.CPUMs, out.stats.Memory = float64(u.CPU)/float64(time.Millisecond), u.Memory
		out.stats.CacheHit, out.stats.CacheMiss = u.CacheHit, u.CacheMiss
		out.stats.Extents, out.stats.ExtentsScanned, out.stats.RowsScanned = u.Extents, u.ExtentsScanned, u.RowsScanned
	}
	out.stats.Ms = time.Since(began).Milliseconds()
	return out.stats, r.failure(err, q.Text)
}

// properties are those that a query's request carries.
func properties(q server.Query) map[string]any {
	if !q.ReadOnly {
		return nil
	}
	return map[string]any{"request_readonly": true}
}

// Stream runs a query or a management command as a kusto.Client does.
func (r *remote) Stream(ctx context.Context, q kusto.Query, sink kusto.Sink) (kusto.Done, error) {
	database, err := r.database(ctx, q.Database)
	if err != nil {
		return kusto.Done{ClientRequestID: q.RequestID}, err
	}
	q.Database = database
	return r.client.Stream(ctx, q, sink)
}

// charting is a server's sink as clusters feed it.
type charting struct{ to *counting }

func (c charting) Table(name string, columns []value.Column) error { return c.to.Table(name, columns) }

func (c charting) Rows(b *value.Batch) error { return c.to.Rows(b) }

func (c charting) End(truncated bool, visualization string) error {
	return c.to.End(truncated, protocol.VisualizationOf(visualization))
}

// failure is remoteFailure, where it is about sign-in in words that say who is signed in. What the cluster itself said about a refusal
// stays beside them.
func (r *remote) failure(err error, query string) error {
	out := remoteFailure(err, query)
	var f *server.Failure
	if r.describer == nil || !errors.As(out, &f) || f.Kind != protocol.ErrorAuth {
		return out
	}
	var e *auth.Error
	if errors.As(err, &e) {
		return server.AuthFailure(err, r.describer.Describe(e))
	}
	m := r.describer.Describe(&auth.Error{Kind: auth.Misconfigured, Cause: auth.CauseRefused, Msg: r.Host() + " refused it"})
	told := server.AuthFailure(err, m)
	told.Code, told.Detail, told.Hint = f.Code, f.Detail, "ask for access to the database, or sign in with another account"
	return told
}

// remoteFailure gives a client's error the form that people are shown; query is the text that places in it refer to.
func remoteFailure(err error, query string) error {
	var f *kusto.Failure
	if !errors.As(err, &f) {
		return err
	}
	out := &server.Failure{Kind: remoteKinds[f.Kind], Message: f.Message, Hint: f.Hint, Code: f.Code, Err: err}
	if f.Remote != nil {
		out.Detail = strings.TrimSpace(fmt.Sprintf("%s (client request id %s)", f.Remote.Detail, f.ClientRequestID))
	}
	if f.Line > 0 && query != "" {
		out.At = spanAt(query, f.Line, f.Column)
	}
	return out
}

var remoteKinds = map[kusto.Kind]protocol.ErrorKind{
	kusto.Other:       protocol.ErrorOther,
	kusto.BadAddress:  protocol.ErrorNetwork,
	kusto.Unreachable: protocol.ErrorNetwork,
	kusto.NotKusto:    protocol.ErrorNetwork,
	kusto.SignIn:      protocol.ErrorAuth,
	kusto.BadQuery:    protocol.ErrorQuery,
	kusto.NotFound:    protocol.ErrorNotFound,
	kusto.Limit:       protocol.ErrorLimit,
	kusto.Timeout:     protocol.ErrorTimeout,
	kusto.Throttled:   protocol.ErrorLimit,
	kusto.Cancelled:   protocol.ErrorStopped,
	kusto.Broken:      protocol.ErrorNetwork,
	kusto.Server:      protocol.ErrorOther,
}

// spanAt finds the word that a cluster's line and column mean. Some clusters count columns from 0, some from 1, in UTF-16 units,
// so of the two places the one where a word begins is taken. nil when the text has no such line.
func spanAt(query string, line, column int) *text.Span {
	file := text.NewFile(query)
	if line > file.LineCount() {
		return nil
	}
	at := func(column int) int {
		return file.OffsetUTF16(text.Position{Line: line - 1, Column: max(column, 0)})
	}
	start := at(column - 1)
	if zero := at(column); !beginsWord(query, start) && beginsWord(query, zero) {
		start = zero
	}
	end := start + strings.IndexFunc(query[start:]+" ", func(r rune) bool { return !isWord(r) })
	if end == start && start < len(query) {
		_, size := utf8.DecodeRuneInString(query[start:])
		end += size
	}
	return &text.Span{Start: start, End: end}
}

func beginsWord(s string, at int) bool {
	before, _ := utf8.DecodeLastRuneInString(s[:at])
	r, _ := utf8.DecodeRuneInString(s[at:])
	return at < len(s) && isWord(r) && (at == 0 || !isWord(before))
}

func isWord(r rune) bool { return r == '_' || unicode.IsLetter(r) || unicode.IsDigit(r) }
