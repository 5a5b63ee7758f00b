package syntax

// TokenKind tells what a token is. Keywords are contextual in KQL: they come as TokName and the parser looks at the text.
type TokenKind uint8

// The token kinds.
const (
	TokEnd    TokenKind = iota
	TokName             // identifier or keyword, also with dashes only where the parser joins them
	TokPunct            // operator or bracket; Text tells which
	TokString           // one string literal, any form
	TokNumber           // long, real, timespan as 1h
	TokGoo              // type word with raw text: datetime(2020-01-01)
	TokDirective
	TokBad // a character that starts no token, or an unclosed string
)

// Token is one lexical token; the trivia before it (white space, comments) starts where the token before it ends.
type Token struct {
	Kind  TokenKind
	Start int // after the trivia
	End   int
}
