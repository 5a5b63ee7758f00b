package tool

import (
	"context"
	"fmt"
)

// What a model may do to the person's editor: propose a query there. The person is asked each time, and the query is checked and judged
// as if it were run: what stands in an editor is one key away from that.

// Editor is the person's. Its errors are for people.
type Editor interface {
	// Document gives the name of the document that queries go into; "" where there is none.
	Document() string
	// Open shows a query as a document of its own.
	Open(ctx context.Context, query, title string) error
	// Insert puts a query into the document, behind the one at the caret.
	Insert(ctx context.Context, query string) error
}

var openTool = definition{
	Tool: define("editor_open_query", "Opens a KQL query in the person's editor as a new document, for them to look at, change and run. Only where they asked for a "+
		"query rather than for an answer. They are asked first.",
		`"query":{"type":"string","description":"The KQL query"},`+
			`"title":{"type":["string","null"],"description":"What it is for, in a few words: its first line, as a comment"}`, "query", "title"),
	prepare: (*Set).prepareOpen,
}

var insertTool = definition{
	Tool: define("editor_insert_query", "Inserts a KQL query into the document that the person works on, behind the query at the caret. Only where they asked for it. They "+
		"are asked first.",
		`"query":{"type":"string","description":"The KQL query"}`, "query"),
	prepare: (*Set).prepareInsert,
}

func (s *Set) prepareOpen(ctx context.Context, p *Prepared) *Failure {
	var a struct {
		Query string  `json:"query"`
		Title *string `json:"title"`
	}
	if f := decode(p.Arguments, &a); f != nil {
		return f
	}
	title := ""
	if a.Title != nil {
		title = clip(*a.Title, 200)
	}
	return s.prepareWrite(ctx, p, a.Query, func(ctx context.Context) error { return s.editor.Open(ctx, p.Query, title) })
}

func (s *Set) prepareInsert(ctx context.Context, p *Prepared) *Failure {
	var a struct {
		Query string `json:"query"`
	}
	if f := decode(p.Arguments, &a); f != nil {
		return f
	}
	p.Document = s.editor.Document()
	if p.Document == "" {
		return &Failure{Kind: Refused, Message: "no document goes along with the question", Hint: "call editor_open_query"}
	}
	return s.prepareWrite(ctx, p, a.Query, func(ctx context.Context) error { return s.editor.Insert(ctx, p.Query) })
}

// Written is the answer of both.
type Written struct {
	Done string `json:"done"`
	// WroteInstead is the query that the person made of the model's.
	WroteInstead string `json:"wroteInstead,omitempty"`
}

func (s *Set) prepareWrite(ctx context.Context, p *Prepared, query string, write func(context.Context) error) *Failure {
	p.Purpose = Writes
	if f := s.judge(ctx, p, query); f != nil {
		return f
	}
	p.run = func(ctx context.Context) Outcome {
		if err := write(ctx); err != nil {
			return failed(&Failure{Kind: Refused, Message: err.Error(), Hint: "show the query in the answer instead"})
		}
		out := Written{Done: "the query is open in the editor; it didn't run"}
		if p.Document != "" {
			out.Done = fmt.Sprintf("the query is in %s; it didn't run", p.Document)
		}
		if p.Edited {
			out.WroteInstead = p.Query
		}
		return Outcome{Output: marshal(out)}
	}
	return nil
}
