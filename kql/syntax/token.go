package syntax

import "calypso/kql/text"

// TokenKind tells what a token is. Keywords are contextual in KQL: they come as TokName and the parser looks at the text.
type TokenKind uint8

// The token kinds.
const (
	TokEnd       TokenKind = iota
	TokName                // identifier or keyword, also with dashes where that is a keyword: mv-expand
	TokPunct               // operator or bracket; its text tells which; !has and its like are operators
	TokString              // one string literal, any form
	TokNumber              // long, real, timespan as 1h, a bare guid
	TokGoo                 // type word with raw text: datetime(2020-01-01)
	TokDirective           // #connect …, up to the end of its line
	TokBad                 // a character that starts no token
)

// Token is one lexical token; the trivia before it (white space, comments) starts where the token before it ends.
type Token struct {
	Kind  TokenKind
	lit   LiteralKind // of a TokNumber or TokGoo
	flaw  flaw        // what is wrong with it; told when the parser takes it
	word  word        // of a TokName or TokPunct
	Start int         // after the trivia
	End   int
}

// Span gives the token's bytes.
func (t Token) Span() text.Span { return text.Span{Start: t.Start, End: t.End} }

// flaw is a mistake inside a token. The scanner only notes it: in the data of an ingest command nothing is a mistake.
type flaw uint8

const (
	flawNone      flaw = iota
	flawUnclosed       // a string without its end
	flawEscape         // a string with a backslash that starts no escape
	flawNoParen        // datetime(… without the closing bracket on its line
	flawCharacter      // no token starts so
)

// Scan cuts a text into tokens, which tile it: each token's trivia starts where the token before it ends. The last token is a
// TokEnd whose trivia is what remains.
func Scan(src string) []Token {
	tokens := make([]Token, 0, len(src)/4+8)
	for at := 0; ; {
		t := scanToken(src, skipTrivia(src, at))
		tokens = append(tokens, t)
		if t.Kind == TokEnd {
			return tokens
		}
		at = t.End
	}
}
