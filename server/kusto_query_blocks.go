package server

import (
	"strings"

	"calypso/kql/script"
	"calypso/kql/text"
	"calypso/server/protocol"
)

// queryBlocks is kusto/query/blocks: what F5 would run at each place, for lenses and the gutter.
func queryBlocks(c *call, p *protocol.QueryBlocksParams) (any, error) {
	d, err := c.document(p.URI)
	if err != nil {
		return nil, err
	}
	if p.Version != nil && *p.Version != d.Version {
		return nil, errMoved
	}
	sc, err := c.script(d)
	if err != nil {
		return nil, err
	}
	own, _ := c.snapshot.Target(d.Key)
	at := c.places(d)
	out := protocol.QueryBlocksResult{Version: d.Version, Blocks: []protocol.QueryBlock{}}
	for _, b := range sc.Blocks {
		span := trimmed(sc.Text, b.Span)
		if span.Len() == 0 {
			continue
		}
		t := c.targetOf(b, own)
		out.Blocks = append(out.Blocks, protocol.QueryBlock{
			Range: at.of(span), Kind: blockKind(sc, b), Connection: t.Connection, Database: c.databaseOf(t),
		})
	}
	return out, c.unmoved(d)
}

// trimmed takes white space off both ends of a span.
func trimmed(src string, s text.Span) text.Span {
	body := s.Of(src)
	left := len(body) - len(strings.TrimLeft(body, " \t\r\n"))
	return text.Span{Start: s.Start + left, End: s.Start + max(left, len(strings.TrimRight(body, " \t\r\n")))}
}

func blockKind(sc *script.Script, b *script.Block) protocol.BlockKind {
	tree := b.Bound.Tree
	switch {
	case tree.Command != nil:
		return protocol.BlockCommand
	case len(tree.Statements) > 0:
		return protocol.BlockQuery
	case len(b.Directives) > 0:
		return protocol.BlockDirectives
	}
	return protocol.BlockEmpty
}

// databaseOf gives the database that a target means, the connection's default when it names none.
func (s *Server) databaseOf(t Target) string {
	if t.Database != "" || t.Connection == "" {
		return t.Database
	}
	known, err := s.connection(t.Connection)
	if err != nil {
		return ""
	}
	return known.Database
}

// title is what stands for a query where there is one line: its first line that is no comment or directive, and rather not one that only
// declares parameters or sets options.
func title(src string) string {
	first, inside := "", false // of a statement of several lines
	for line := range strings.Lines(src) {
		line = strings.TrimSpace(line)
		if line == "" || strings.HasPrefix(line, "//") || strings.HasPrefix(line, "#") {
			continue
		}
		if !inside && !strings.HasPrefix(line, "declare ") && !strings.HasPrefix(line, "set ") {
			first = line
			break
		}
		inside = !strings.Contains(line, ";")
		if first == "" {
			first = line
		}
	}
	return beginning(first, 80)
}

// gist is a query in one line of so many characters: many queries begin with the same table, and what comes after tells them apart.
func gist(src string, characters int) string {
	first := strings.TrimSuffix(title(src), "…")
	var words []string
	for line := range strings.Lines(src) {
		line = strings.TrimSpace(line)
		if comment := strings.HasPrefix(line, "//"); !comment && (len(words) > 0 || strings.HasPrefix(line, first)) {
			words = append(words, strings.Fields(line)...)
		}
	}
	return beginning(strings.Join(words, " "), characters)
}

// runnable is a part of a document or text that the engine gets at once.
type runnable struct {
	target  Target
	text    string    // without directives
	span    text.Span // of text in the whole
	command bool

	parameters map[string]string // values as literals; see valued
}

// runnables cuts what a span covers into the blocks to send. An empty span means the block around it.
func (c *call) runnables(sc *script.Script, span text.Span, own Target) []runnable {
	var list []runnable
	if span.Len() == 0 {
		if b, _ := sc.At(span.Start); b != nil {
			list = c.addRunnable(list, sc, b, b.Span, own)
		}
		return list
	}
	for _, b := range sc.Blocks {
		part := text.Span{Start: max(b.Span.Start, span.Start), End: min(b.Span.End, span.End)}
		if part.Len() > 0 {
			list = c.addRunnable(list, sc, b, part, own)
		}
	}
	return list
}

// addRunnable adds a part of a block unless nothing in it can run.
func (c *call) addRunnable(list []runnable, sc *script.Script, b *script.Block, part text.Span, own Target) []runnable {
	for _, d := range b.Directives { // the lines at the top that the cluster doesn't know
		part.Start = min(max(part.Start, d.To), part.End)
	}
	part = trimmed(sc.Text, part)
	if kind := blockKind(sc, b); title(part.Of(sc.Text)) == "" || kind == protocol.BlockEmpty || kind == protocol.BlockDirectives {
		return list
	}
	return append(list, runnable{
		target: c.targetOf(b, own), text: part.Of(sc.Text), span: part, command: strings.HasPrefix(title(part.Of(sc.Text)), "."),
	})
}
