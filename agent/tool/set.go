// Package tool has what a model may ask of one database: run a query, look at tables, check and explain a query. People's slash
// commands and the MCP server use the same tools, so that all three are held by the same rules.
//
// A call goes two steps. Prepare reads the arguments, checks a query against the schema and lets the guard judge it; whoever
// called shows that to a person where it must be. Run then does it. The package asks nobody and decides on no approval; it knows
// no wire format of a model beyond the JSON of arguments and results.
//
// Start at Set. check.go is what happens before a query runs, preview.go what a model sees of its rows; each tool has a file.
package tool

import (
	"context"
	"crypto/rand"
	"encoding/json"
	"fmt"
	"sync"
	"time"

	"calypso/agent/model"
	"calypso/kql/symbol"
	"calypso/kusto"
	"calypso/kusto/guard"
	"calypso/kusto/value"
)

// Place is where the tools read.
type Place struct {
	Of         kusto.Cluster
	Connection string // the cluster's name or address, for people
	Database   string
	Schemas    Schemas
	Policy     guard.Policy // Database is filled in from above
}

// Schemas gives the place's schema.
type Schemas interface {
	// Schema gives the snapshot whose current database is the place's, loading it when it isn't there; fresh loads it again.
	Schema(ctx context.Context, fresh bool) (Facts, error)
}

// Facts is a schema and how good it is.
type Facts struct {
	Schema   *symbol.Schema
	Loaded   time.Time
	Complete bool // false: more may exist than is known, so no name is an error
}

// Limits bound what one call reads, keeps and shows. The zero value of each means its default.
type Limits struct {
	QueryBytes    int // of a query's text; 64 KiB
	ArgumentBytes int // of a call's arguments; 96 KiB
	OutputBytes   int // of what the model gets of one call; 24 KiB
	PreviewRows   int // rows that the model sees; 50
	PreviewBytes  int // and their JSON; 20 KiB
	PreviewCols   int // 60
	CellChars     int // 200
	Rows          int64
	Bytes         int64 // of rows fetched for the person; 16 MiB
	Seconds       int   // that a query may run; 60
	// NoRows keeps cells from the model: it gets columns and counts only.
	NoRows bool
}

func (l Limits) filled() Limits {
	fill := func(n *int, or int) {
		if *n <= 0 {
			*n = or
		}
	}
	fill(&l.QueryBytes, 64<<10)
	fill(&l.ArgumentBytes, 96<<10)
	fill(&l.OutputBytes, 24<<10)
	fill(&l.PreviewRows, 50)
	fill(&l.PreviewBytes, 20<<10)
	fill(&l.PreviewCols, 60)
	fill(&l.CellChars, 200)
	fill(&l.Seconds, 60)
	if l.Rows <= 0 {
		l.Rows = 10_000
	}
	if l.Bytes <= 0 {
		l.Bytes = 16 << 20
	}
	return l
}

// Set is the tools over one place. It is safe for many goroutines. One thread of conversation has one.
type Set struct {
	place  Place
	limits Limits
	who    string // for request ids: agent, mcp or user
	editor Editor // nil: there is none
	*memory
}

// memory is what a set knows of the calls before.
type memory struct {
	mu sync.Mutex // guards what follows
	// kept are the results whose preview left rows out, the newest last, for reading on.
	kept   []keptResult
	serial int
	// refused has the queries whose names weren't found: sent again unchanged, they run unchecked, since the cluster has the last
	// word on what exists.
	refused map[string]bool
}

// New makes the tools of a place; who says on whose behalf, for the cluster's log.
func New(place Place, limits Limits, who string) *Set {
	place.Policy.Database = place.Database
	return &Set{place: place, limits: limits.filled(), who: who, memory: &memory{refused: map[string]bool{}}}
}

// After gives the same tools with those for an editor, unless it is nil, and with what another set of the same thread remembers; before
// may be nil for none.
func (s *Set) After(before *Set, editor Editor) *Set {
	next := *s
	next.editor = editor
	if before != nil {
		next.memory = before.memory
	}
	return &next
}

// Place gives where the tools read.
func (s *Set) Place() Place { return s.place }

// Limits gives the bounds that hold.
func (s *Set) Limits() Limits { return s.limits }

// definition is one tool: what a model is told, and how a call of it is prepared.
type definition struct {
	model.Tool
	prepare func(s *Set, ctx context.Context, p *Prepared) *Failure
}

// definitions are all tools, in the order in which a model is told of them.
func definitions() []definition {
	return []definition{executeTool, schemaTool, tablesTool, sampleTool, functionsTool, validateTool, explainTool, readTool}
}

// definitions are the tools of this set.
func (s *Set) definitions() []definition {
	if s.editor == nil {
		return definitions()
	}
	return append(definitions(), openTool, insertTool)
}

// Tools gives what a model is told of this set.
func (s *Set) Tools() []model.Tool { return told(s.definitions()) }

// Tools gives the tools that every set has.
func Tools() []model.Tool { return told(definitions()) }

func told(definitions []definition) []model.Tool {
	var list []model.Tool
	for _, d := range definitions {
		list = append(list, d.Tool)
	}
	return list
}

// Purpose is what a person is asked about a call.
type Purpose uint8

// The purposes.
const (
	Looks  Purpose = iota // at the schema, or at a text: nothing is asked
	Runs                  // a query on the cluster
	Reads                 // more rows of what a query gave, for the model
	Writes                // into the person's editor
)

// Prepared is a call that is read and judged but not run.
type Prepared struct {
	Tool      string
	Arguments json.RawMessage
	Purpose   Purpose
	// Start and Count are the rows that a call reads on, Of the query that gave them.
	Start, Count int
	Of           string
	// Document is what a call writes into; "" for a document of its own.
	Document string
	// Query is what would be sent to the cluster, or put into the editor; "" for other calls.
	Query   string
	Verdict guard.Verdict
	// Unchecked: the schema doesn't know all names of the query, yet it may run.
	Unchecked bool
	// Edited: a person wrote Query over the model's; the model is told.
	Edited bool
	// RequestID names the query in the cluster's log.
	RequestID string

	refusal *Failure
	run     func(context.Context) Outcome
}

// Refused gives why the call can't run; nil when it can.
func (p *Prepared) Refused() *Failure { return p.refusal }

// Outcome is what a call gave.
type Outcome struct {
	// Output is the JSON that the model gets, within the limits.
	Output string
	// Failure is set when the call failed; Output says so too.
	Failure *Failure
	// Rows are the person's: all that were fetched. Nil for a call without any.
	Rows *kusto.QueryResult
	// SentRows and SentColumns say how much of Rows the model gets.
	SentRows, SentColumns int
}

// Prepare reads and judges a call. It never fails: a call that can't run is refused, and Run gives the refusal.
func (s *Set) Prepare(ctx context.Context, name, arguments string) *Prepared {
	p := &Prepared{Tool: name, Arguments: json.RawMessage(arguments)}
	p.refusal = s.prepare(ctx, p)
	return p
}

func (s *Set) prepare(ctx context.Context, p *Prepared) *Failure {
	if len(p.Arguments) > s.limits.ArgumentBytes {
		return &Failure{Kind: TooLarge, Message: fmt.Sprintf("the arguments have %d bytes; at most %d are taken", len(p.Arguments), s.limits.ArgumentBytes)}
	}
	for _, d := range s.definitions() {
		if d.Name == p.Tool {
			return d.prepare(s, ctx, p)
		}
	}
	return &Failure{Kind: UnknownTool, Message: fmt.Sprintf("there is no tool %q", p.Tool), Hint: "call one of the listed tools"}
}

// Run does what was prepared; a refused call gives its refusal.
func (p *Prepared) Run(ctx context.Context) Outcome {
	if p.refusal != nil {
		return failed(p.refusal)
	}
	return p.run(ctx)
}

// Edit prepares the same call with a query that a person wrote over it: it is checked and judged like any other.
func (s *Set) Edit(ctx context.Context, p *Prepared, query string) *Prepared {
	arguments, name := map[string]any{}, executeTool.Name
	if p.Purpose == Writes {
		name = p.Tool
		_ = json.Unmarshal(p.Arguments, &arguments) // they were read once
	}
	arguments["query"] = query
	written, err := json.Marshal(arguments)
	if err != nil || p.Query == "" {
		return &Prepared{Tool: p.Tool, refusal: &Failure{Kind: BadArguments, Message: "this call has no query to edit"}}
	}
	edited := &Prepared{Tool: name, Arguments: written, Edited: true}
	edited.refusal = s.prepare(ctx, edited)
	return edited
}

// requestID names a query so that the cluster's log tells whose it was.
func (s *Set) requestID() string {
	var g [16]byte
	_, _ = rand.Read(g[:]) // never fails
	g[6], g[8] = g[6]&0x0f|0x40, g[8]&0x3f|0x80
	return "Calypso." + s.who + ";" + string(value.AppendGuid(nil, g))
}
