package syntax

import (
	"strings"

	"calypso/kql/text"
)

// BlockKind tells what a block is.
type BlockKind uint8

// The kinds of blocks. An empty block and one of comments only are queries.
const (
	QueryBlock BlockKind = iota
	CommandBlock
	DirectiveBlock // nothing but client directives
)

// String gives the kind in lower case.
func (k BlockKind) String() string {
	return [...]string{"query", "command", "directive"}[min(int(k), 2)]
}

// Block is what the engine gets at once: one query or one management command, with the comments and client directives before
// it and the blank lines after it.
type Block struct {
	Span       text.Span
	Kind       BlockKind
	Directives []Directive // the # lines at its top; offsets are the document's
	// Glued is set when the block starts on the line after another's last one, without a blank line between.
	Glued bool
}

// Directive is a line for the client, as #connect cluster('x').database('y'). It isn't sent to the engine.
type Directive struct {
	Range
	Name string // in lower case: connect
	Arg  string // what follows the name, trimmed
}

// Connect gives the argument of a #connect directive, without quotes.
func (d Directive) Connect() (string, bool) {
	if d.Name != "connect" {
		return "", false
	}
	return unquoteGoo(d.Arg), true
}

// Blocks cuts a document into blocks, which tile it; an empty document has none. At a run of blank lines the first rule that
// fits decides:
//
//   - inside a ``` or ~~~ string, or after comments only: no split
//   - a start follows, a line that begins with #name or with a dot and a command's first word: split, unless it is what the
//     command before it works on, as in .drop extents <| .show table T extents
//   - in a bracket: no split if it closes before the next start, else split, as half-typed text mustn't swallow the document
//   - the next token is | ) ] } , ; or the dot of a path: no split
//   - the last token is | <| , = an open bracket or a binary operator: no split
//   - there are only declarations so far, each ended by a semicolon: no split, as alone they can't run
//   - anything else: split
//
// A start outside brackets begins a block even without a blank line, but not within a script command.
func Blocks(src string) []Block {
	if src == "" {
		return nil
	}
	b := &blocker{src: src, toks: Scan(src)}
	b.match = matchBrackets(b.toks)
	b.findStarts()
	return b.run()
}

// blocker holds what the rules look at.
type blocker struct {
	src    string
	toks   []Token
	match  []int32 // see matchBrackets
	starts []int32 // for each token the next one, itself included, that is a start
	// The block being read:
	first   int  // its first token
	closeAt int  // the token that closes its outermost open bracket; 0 outside brackets
	open    bool // in a bracket that never closes
	decls   bool // only declarations so far
	begun   bool // a statement has begun since the last semicolon
}

// findStarts notes for each token where the next start is.
func (b *blocker) findStarts() {
	b.starts = make([]int32, len(b.toks))
	next := int32(len(b.toks))
	for i := len(b.toks) - 1; i >= 0; i-- {
		if b.isStart(i) {
			next = int32(i)
		}
		b.starts[i] = next
	}
}

// isStart tells whether a line begins with token i that starts a block: #name, or a dot, a command's first word and white space.
func (b *blocker) isStart(i int) bool {
	t := b.toks[i]
	switch {
	case t.Kind == TokDirective:
		return b.beginsLine(i) && charClasses[byteAt(b.src, t.Start+1)] == charLetter
	case t.word == pDot:
		return b.beginsLine(i) && i+1 < len(b.toks) && b.startsCommand(i+1)
	}
	return false
}

// startsCommand tells whether the name at token i, with its dashes, is a command's first word with white space behind it.
func (b *blocker) startsCommand(i int) bool {
	t := b.toks[i]
	if t.Kind != TokName || t.Start != b.toks[i-1].End {
		return false
	}
	end := t.Start
	for end < len(b.src) && (isNameByte(b.src[end]) || b.src[end] == '-') {
		end++
	}
	if end < len(b.src) && skipTrivia(b.src, end) == end {
		return false
	}
	return IsCommandVerb(b.src[t.Start:end])
}

// beginsLine tells whether only spaces stand before token i on its line.
func (b *blocker) beginsLine(i int) bool {
	for k := b.toks[i].Start - 1; k >= 0; k-- {
		switch b.src[k] {
		case ' ', '\t':
		case '\n', '\r':
			return true
		default:
			return k < 3 && strings.HasPrefix(b.src, "\ufeff")
		}
	}
	return true
}

// run reads the tokens once and cuts.
func (b *blocker) run() []Block {
	var blocks []Block
	from := 0
	glued := false
	cut := func(at, token int, nextGlued bool) {
		blocks = append(blocks, b.block(from, at, token, glued))
		from, glued = at, nextGlued
		b.begin(token)
	}
	b.begin(0)
	for i := range b.toks {
		if i > b.first {
			b.took(i - 1)
			if at, blank := b.gap(i); blank {
				if b.splits(i) {
					cut(at, i, false)
				}
			} else if b.gluedStart(i) {
				cut(b.lineStart(i), i, true)
			}
		}
	}
	return append(blocks, b.block(from, len(b.src), len(b.toks), glued))
}

// begin starts a block at a token.
func (b *blocker) begin(token int) {
	b.first, b.closeAt, b.open, b.decls, b.begun = token, 0, false, true, false
}

// took notes a token that belongs to the block being read.
func (b *blocker) took(i int) {
	t := b.toks[i]
	if b.closeAt > 0 || b.open {
		if i >= b.closeAt && !b.open {
			b.closeAt = 0
		}
		return
	}
	if closerOf(t.word) != 0 {
		b.closeAt = int(b.match[i])
		b.open = b.closeAt == 0
	}
	switch {
	case t.Kind == TokDirective:
	case t.word == pSemi:
		b.begun = false
	case !b.begun:
		b.begun = true
		switch t.word {
		case wLet, wSet, wDeclare, wAlias, wRestrict:
		default:
			b.decls = false
		}
	}
}

// gap tells whether a blank line stands between token i and the one before it, and where the line after the first run of blank
// lines starts.
func (b *blocker) gap(i int) (at int, blank bool) {
	end := b.toks[i].Start
	fresh := false // nothing but white space so far on a line that began in the gap
	for k := b.toks[i-1].End; k < end; {
		c := b.src[k]
		switch {
		case c == '\n' || c == '\r':
			if c == '\r' && byteAt(b.src, k+1) == '\n' {
				k++
			}
			k++
			if fresh {
				blank = true
			}
			if blank {
				at = k
			}
			fresh = true
		case c == '/' && byteAt(b.src, k+1) == '/':
			if blank {
				return at, true
			}
			fresh = false
			k = lineEnd(b.src, k)
		default:
			k++
		}
	}
	if blank && b.toks[i].Kind == TokEnd {
		return 0, false // nothing follows: blank lines at the end belong to the last block
	}
	return at, blank
}

// splits applies the rules at a run of blank lines before token i.
func (b *blocker) splits(i int) bool {
	if b.starts[i] == int32(i) {
		return !b.inScript() && !b.feedsCommand(i)
	}
	switch {
	case b.open:
		return true
	case b.closeAt > 0:
		return int(b.starts[i]) < b.closeAt
	}
	switch b.toks[i].word {
	case pBar, pRParen, pRBrack, pRBrace, pComma, pSemi, pDot:
		return false
	}
	last := b.toks[i-1]
	switch last.word {
	case pBar, pFeed, pComma, pAssign, pArrow, pDot:
		return false
	case pStar, pColon: // also the end of distinct *, and of a schema
	default:
		if precedences[last.word] != 0 && i-1 > b.first {
			return false
		}
	}
	return !(b.decls && last.word == pSemi)
}

// inScript tells whether the block being read is a command that takes a list of commands.
func (b *blocker) inScript() bool {
	return b.verb(1) == "execute" && (b.verb(2) == "database" || b.verb(2) == "cluster") && b.verb(3) == "script"
}

// verb gives the nth token behind the dot of the command being read, "" in a query.
func (b *blocker) verb(n int) string {
	i := b.first
	for i < len(b.toks) && b.toks[i].Kind == TokDirective {
		i++
	}
	if i+n >= len(b.toks) || b.toks[i].word != pDot {
		return ""
	}
	return b.toks[i+n].Span().Of(b.src)
}

// feedsCommand tells whether the command at token i gives the extents, or the blobs, that the command before it works on: it
// stands behind the "<|" of a command that takes nothing else.
func (b *blocker) feedsCommand(i int) bool {
	if b.toks[i].word != pDot || b.toks[i-1].word != pFeed {
		return false
	}
	switch b.verb(1) {
	case "drop", "move", "replace", "alter":
		return true
	case "ingest": // ingest-from-storage-queued
		return b.verb(2) == "-"
	}
	return false
}

// gluedStart tells whether token i starts a block on the line behind another's last one.
func (b *blocker) gluedStart(i int) bool {
	if b.starts[i] != int32(i) || b.closeAt > 0 || b.inScript() || b.feedsCommand(i) {
		return false
	}
	for k := b.first; k < i; k++ {
		if b.toks[k].Kind != TokDirective {
			return true
		}
	}
	return false // the lines above are directives of the same block
}

// lineStart gives the offset at which a block that starts with token i begins: behind the line of the token before it, so that
// comments above the start belong to it.
func (b *blocker) lineStart(i int) int {
	k := lineEnd(b.src, b.toks[i-1].End)
	if byteAt(b.src, k) == '\r' && byteAt(b.src, k+1) == '\n' {
		k++
	}
	return min(k+1, b.toks[i].Start)
}

// block makes a block of what was read, up to a token.
func (b *blocker) block(from, to, token int, glued bool) Block {
	blk := Block{Span: text.Span{Start: from, End: to}, Glued: glued}
	i := b.first
	for ; i < token && b.toks[i].Kind == TokDirective; i++ {
		blk.Directives = append(blk.Directives, readDirective(b.src, b.toks[i]))
	}
	switch {
	case i < token && b.toks[i].word == pDot:
		blk.Kind = CommandBlock
	case len(blk.Directives) > 0 && (i >= token || b.toks[i].Kind == TokEnd):
		blk.Kind = DirectiveBlock
	}
	return blk
}

func readDirective(src string, t Token) Directive {
	body := src[t.Start+1 : t.End]
	n := 0
	for n < len(body) && isNameByte(body[n]) {
		n++
	}
	return Directive{
		Range: Range{t.Start, t.End}, Name: strings.ToLower(body[:n]), Arg: strings.TrimSpace(body[n:]),
	}
}

// IsCommandVerb tells whether a word starts a management command, as show or create-or-alter.
func IsCommandVerb(word string) bool {
	switch word {
	case "add", "alter", "alter-merge", "append", "apply", "attach", "cancel", "clean", "clear", "create", "create-merge",
		"create-or-alter", "create-set", "define", "delete", "detach", "disable", "drop", "drop-pretend", "dup-next-failed-ingest",
		"dup-next-ingest", "enable", "execute", "export", "ingest", "ingest-from-storage-queued", "ingest-from-storage-pulled",
		"list", "load", "make", "merge", "move", "patch", "purge", "reconstruct", "redact", "refresh", "remove", "rename", "replace",
		"restore", "run", "save", "seal", "set", "set-or-append", "set-or-replace", "show", "start", "stop", "undelete", "undo",
		"unload", "update", "rebuild", "grant", "revoke":
		return true
	}
	return false
}
