package command

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"runtime/debug"
	"slices"
	"strings"

	"calypso/engine"
	"calypso/engine/exec"
	"calypso/kql/binder"
	"calypso/kql/builtin"
	"calypso/kql/diag"
	"calypso/kql/symbol"
	"calypso/kql/syntax"
	"calypso/kql/text"
	"calypso/kusto/value"
)

// tableName is what a command's table is called while its pipeline runs.
const tableName = "command result"

// Run runs the management command that r.Text is and answers with its table, after the pipeline that may follow it. A command that
// changes something has done so when Run comes back without an error, and has changed nothing otherwise; a script says what each of
// its commands did. All errors are *engine.Error, their places in r.Text.
func Run(ctx context.Context, e *engine.Engine, r engine.Request) (*engine.Answer, error) {
	var answer *engine.Answer
	err := exec.Guard(func() (err error) {
		answer, err = run(ctx, e, r)
		return err
	})
	if err != nil {
		return nil, asError(r.Text, err)
	}
	return answer, nil
}

func run(ctx context.Context, e *engine.Engine, r engine.Request) (*engine.Answer, error) {
	schema := e.Schema(r.Database)
	unknown := schema == nil
	if unknown {
		schema = e.Schema("") // commands about the cluster need no database
	}
	c := read(env{schema: schema, version: version(), rows: rowsOf(e)}, r.Text)
	c.engine, c.request, c.ctx = e, r, ctx
	h, err := c.handler()
	if err != nil {
		return nil, err
	}
	if unknown && !h.cluster {
		return nil, &fault{message: fmt.Sprintf("database '%s' isn't loaded; this engine has %v", r.Database, e.Databases())}
	}
	if err := c.admit(h); err != nil {
		return nil, err
	}
	out, err := c.perform(ctx, h)
	if err != nil {
		return nil, err
	}
	return c.answer(ctx, out)
}

// perform runs the command, and lists it unless it is a part of another. One that asks to go on behind its answer is done at once all the
// same, and answers with the identity by which .show operations tells what came of it.
func (c *call) perform(ctx context.Context, h handler) (out *result, err error) {
	behind := c.behind()
	if c.request.Unlisted && !behind {
		return h.run(c)
	}
	var name [16]byte
	err = c.engine.Track(ctx, c.request, c.row.Name, func(ctx context.Context, id [16]byte) (err error) {
		c.ctx, name = ctx, id
		if out, err = h.run(c); err != nil {
			return asError(c.tree.Text, err)
		}
		return nil
	})
	if !behind || err != nil && !cameLater(err) {
		return out, err
	}
	if err == nil {
		t, err := memory(out)
		if err != nil {
			return nil, err
		}
		c.engine.KeepOutcome(name, t)
	}
	return tableOf(behindColumns, []record{{"OperationId": name}})
}

// behindColumns are those of a command that answers with its identity.
var behindColumns = []value.Column{{Name: "OperationId", Kind: value.Guid}}

// behind tells whether the command asks to go on behind its answer.
func (c *call) behind() bool { return c.Command != nil && c.Has("async") }

// cameLater tells whether an error is of the kind that only running brings out: those a cluster would tell of later too.
func cameLater(err error) bool {
	var e *engine.Error
	return errors.As(err, &e) && (e.Kind == engine.Limit || e.Kind == engine.Internal || e.Kind == engine.Cancelled)
}

// read parses and binds a command; nothing is refused yet.
func read(e env, src string) *call {
	c := &call{env: e, tree: syntax.Parse(src)}
	if c.tree.Command != nil {
		c.bound = binder.Bind(c.tree, e.schema)
		c.Command = c.bound.Command
		c.row = c.Row
	}
	return c
}

// handler finds what runs the command, or says why nothing does.
func (c *call) handler() (handler, error) {
	if len(c.tree.Text) > syntax.MaxBytes {
		return handler{}, &fault{message: fmt.Sprintf("the command has %d MB, and at most %d can be read; send its data in several commands, or put it into a file and use .ingest into",
			len(c.tree.Text)>>20, syntax.MaxBytes>>20), syntax: true}
	}
	if c.tree.Command == nil {
		return handler{}, &fault{message: "not a management command; commands start with a dot, as .show tables", syntax: true}
	}
	if c.row == nil {
		return handler{}, c.unread()
	}
	h, ok := handlers[c.row.Name]
	if !ok {
		return h, c.refusal()
	}
	return h, nil
}

// unread says why a text is no command.
func (c *call) unread() error {
	for _, d := range c.bound.Diagnostics {
		switch d.Code {
		case diag.CommandSyntax:
			return &fault{offset: d.Span.Start, message: d.Message, syntax: true}
		case diag.UnknownCommand:
			return &fault{offset: d.Span.Start, message: c.noSuch(d.Message), syntax: true}
		}
	}
	return c.refusal()
}

// noSuch says that no command begins with a word, and which begin most like it.
func (c *call) noSuch(message string) string {
	if strings.Contains(message, "did you mean") {
		return message
	}
	word := c.tree.Command.Words[0].Text
	starts := slices.Clone(builtin.CommandWords())
	slices.SortStableFunc(starts, func(a, b string) int { return cmp.Compare(alike(word, b), alike(word, a)) })
	var near []string
	for _, s := range starts[:min(3, len(starts))] {
		near = append(near, "."+s)
	}
	return fmt.Sprintf("%s; the nearest are %s", message, strings.Join(near, ", "))
}

// alike tells how many of the pairs of letters of two words they share, in parts of a thousand.
func alike(a, b string) int {
	n := 0
	a = strings.ToLower(a)
	for i := 0; i+1 < len(b); i++ {
		if strings.Contains(a, b[i:i+2]) {
			n++
		}
	}
	return 2000 * n / (len(a) + len(b))
}

// refusal names a command that isn't run here.
func (c *call) refusal() error {
	var words []string
	for _, w := range c.tree.Command.Words[:min(len(c.tree.Command.Words), 4)] {
		words = append(words, w.Text)
	}
	if len(words) == 0 {
		return &fault{message: "no command name after the dot; commands look like .show tables", syntax: true}
	}
	return &fault{
		offset: c.tree.Command.Words[0].From, refused: true,
		message: fmt.Sprintf("command '.%s' is not built in the embedded engine; connect to a cluster to use it", strings.Join(words, " ")),
	}
}

// admit refuses a command that isn't sound, or that changes something where the request says that nothing may.
func (c *call) admit(h handler) error {
	found := c.bound.Diagnostics
	if h.lenient {
		found = c.Diagnostics // what is wrong in what it holds is told when that is run
	}
	for _, d := range found {
		if d.Code == diag.CommandSurplus || d.Code == diag.UnknownCommand {
			return &fault{offset: d.Span.Start, message: d.Message, syntax: true}
		}
	}
	if err := engine.Diagnosed(c.tree.Text, c.sparing(h, found)); err != nil {
		return err
	}
	if c.Reads() {
		return nil
	}
	if err := c.writable(c.tree.Command.Words[0].From); err != nil {
		return err
	}
	return c.rehearse()
}

// writable refuses a change where the request says that nothing may change.
func (c *call) writable(at int) error {
	for name, v := range c.request.Properties {
		if n := strings.ToLower(name); (n == "request_readonly" || n == "request_readonly_hardline") && isTrue(v) {
			return &fault{offset: at, message: fmt.Sprintf("this would change something, and the request says %s; leave that option out", n)}
		}
	}
	return nil
}

// sparing leaves out what is found in a query that is run on its own: there the tables of files are opened before it is bound.
func (c *call) sparing(h handler, found []diag.Diagnostic) []diag.Diagnostic {
	if !h.query {
		return found
	}
	q := c.code()
	var out []diag.Diagnostic
	for _, d := range found {
		if q == nil || d.Span.Start < q.Span.Start {
			out = append(out, d)
		}
	}
	return out
}

func isTrue(v any) bool {
	switch v := v.(type) {
	case bool:
		return v
	case string:
		return strings.EqualFold(v, "true") || v == "1"
	}
	return false
}

// pipe gives the pipeline behind the command as a query on its table, and what to add to a place in it; "" for none.
func (c *call) pipe() (query string, shift int) {
	head := symbol.QuoteName(tableName)
	if c.tree.Command == nil || len(c.tree.Command.Bars) == 0 {
		return head, 0
	}
	bars := c.tree.Command.Bars
	return head + " " + c.tree.Text[bars[0]:], bars[0] - len(head) - 1
}

// piped is the request that runs the pipeline on a table.
func (c *call) piped(t exec.Table) engine.Request {
	query, _ := c.pipe()
	return engine.Request{
		Database: c.databaseName(), Text: query, Properties: c.request.Properties, Parameters: c.request.Parameters,
		Tables: []exec.Table{t}, Unlisted: true,
	}
}

// rehearse plans the pipeline of a command that changes something before it does.
func (c *call) rehearse() error {
	if len(c.tree.Command.Bars) == 0 {
		return nil
	}
	columns := c.row.Columns()
	if c.behind() {
		return c.rehearseOver(behindColumns)
	}
	if columns.Open {
		return &fault{offset: c.tree.Command.Bars[0], message: "nothing may follow this command in the embedded engine; leave the '|' out"}
	}
	return c.rehearseOver(columnsOf(c.row, "()"))
}

func (c *call) rehearseOver(columns []value.Column) error {
	empty, err := memory(&result{columns: columns})
	if err != nil {
		return err
	}
	_, err = c.engine.Explain(c.ctx, c.piped(empty))
	return c.shifted(err)
}

// answer runs the pipeline on a command's table.
func (c *call) answer(ctx context.Context, out *result) (*engine.Answer, error) {
	t, err := memory(out)
	if err != nil {
		return nil, err
	}
	answer, err := c.engine.Query(ctx, c.piped(t))
	if err != nil {
		return nil, c.shifted(err)
	}
	for _, t := range answer.Tables {
		t.Name = "Table_0"
	}
	answer.Note = c.note
	return answer, nil
}

// shifted puts an error of the pipeline at its place in the command's text.
func (c *call) shifted(err error) error {
	var failure *engine.Error
	if _, shift := c.pipe(); shift != 0 && errors.As(err, &failure) && failure.Line > 0 {
		return moved(failure, c.tree.Text, shift)
	}
	return err
}

// rowsOf looks row counts up.
func rowsOf(e *engine.Engine) func(database, table string) int64 {
	return func(database, table string) int64 {
		if t, ok := e.Table(database, table); ok {
			return t.Rows()
		}
		return -1
	}
}

// memory makes a table of a command's result.
func memory(r *result) (exec.Table, error) {
	b := exec.NewMemory(tableName, r.columns)
	if r.batch.N > 0 {
		if err := b.Append(&r.batch); err != nil {
			return nil, err
		}
	}
	return b.Table(), nil
}

// rowsIn reads all rows of an answer's first table.
func rowsIn(ctx context.Context, a *engine.Answer, each func(*value.Batch) error) error {
	for {
		b, err := a.Tables[0].Next(ctx)
		if b == nil || err != nil {
			return err
		}
		if err := each(b); err != nil {
			return err
		}
	}
}

// A fault says why a command wasn't run.
type fault struct {
	offset  int    // in the command's text
	message string // with the next step
	refused bool   // it is a command of Kusto's that isn't run here
	syntax  bool   // the command isn't well formed, rather than refused or about something that isn't there
}

// Error gives the message.
func (e *fault) Error() string { return e.message }

// moved gives an error whose place is shifted by so many bytes, into the command's text.
func moved(e *engine.Error, src string, shift int) error {
	out := *e
	out.Span = text.Span{Start: e.Span.Start + shift, End: e.Span.End + shift}
	p := text.NewFile(src).UTF8(out.Span.Start)
	out.Line, out.Column = p.Line+1, p.Column+1
	out.Column16 = text.NewFile(src).UTF16(out.Span.Start).Column + 1
	return &out
}

func asError(src string, err error) error {
	var done *engine.Error
	if errors.As(err, &done) {
		return done
	}
	var f *fault
	if !errors.As(err, &f) {
		return engine.Wrap(err)
	}
	out := &engine.Error{
		Kind: engine.Semantic, Code: "General_BadRequest", Inner: "SEM0100", Message: f.message, Permanent: true,
		Span: text.Span{Start: f.offset, End: f.offset},
	}
	switch {
	case f.syntax:
		out.Kind, out.Inner = engine.Syntax, "SYN0002"
	case f.refused:
		out.Kind, out.Inner = engine.NotBuilt, "SEM0001"
	}
	p := text.NewFile(src).UTF8(f.offset)
	out.Line, out.Column = p.Line+1, p.Column+1
	out.Column16 = text.NewFile(src).UTF16(f.offset).Column + 1
	return out
}

// version is the program's, as the build wrote it down.
func version() string {
	if info, ok := debug.ReadBuildInfo(); ok && info.Main.Version != "" {
		return info.Main.Version
	}
	return "(devel)"
}
