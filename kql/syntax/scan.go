package syntax

import "unicode/utf8"

// The scanner: one token at a time, without state. White space and comments are trivia; a comment is // up to the line's end.

// charClass groups the bytes that the scanner tells apart.
type charClass uint8

const (
	charOther charClass = iota
	charLetter
	charDigit
	charUnder
	charDollar
)

var charClasses = buildCharClasses()

func buildCharClasses() (table [256]charClass) {
	for c := 'a'; c <= 'z'; c++ {
		table[c], table[c-'a'+'A'] = charLetter, charLetter
	}
	for c := '0'; c <= '9'; c++ {
		table[c] = charDigit
	}
	table['_'], table['$'] = charUnder, charDollar
	return table
}

// isNameByte tells whether c continues a name. A dollar sign only starts one.
func isNameByte(c byte) bool {
	class := charClasses[c]
	return class == charLetter || class == charDigit || class == charUnder
}

func isDigit(c byte) bool { return c-'0' <= 9 }

// byteAt gives a byte of src, or 0 beyond its end.
func byteAt(src string, i int) byte {
	if i < len(src) {
		return src[i]
	}
	return 0
}

// skipTrivia gives the offset after white space and comments.
func skipTrivia(src string, i int) int {
	for i < len(src) {
		c := src[i]
		switch {
		case c == ' ' || c == '\n' || c == '\t' || c == '\r' || c == '\f':
			i++
		case c == '/' && byteAt(src, i+1) == '/':
			i = lineEnd(src, i)
		case c >= utf8.RuneSelf:
			r, size := utf8.DecodeRuneInString(src[i:])
			if !isWideSpace(r) {
				return i
			}
			i += size
		default:
			return i
		}
	}
	return i
}

// isWideSpace tells the white space beyond ASCII that the language knows: 19 characters, the byte order mark among them. The
// line separators U+2028 and U+2029 end a comment and are skipped as white space too.
func isWideSpace(r rune) bool {
	switch r {
	case 0xa0, 0x1680, 0x180e, 0x202f, 0x205f, 0x3000, 0xfeff, 0x2028, 0x2029:
		return true
	}
	return 0x2000 <= r && r <= 0x200b
}

// lineEnd gives the offset of the line break that ends the line of i, or the text's end.
func lineEnd(src string, i int) int {
	for ; i < len(src); i++ {
		switch src[i] {
		case '\n', '\r':
			return i
		case 0xe2: // U+2028 and U+2029
			if byteAt(src, i+1) == 0x80 && byteAt(src, i+2)&^1 == 0xa8 {
				return i
			}
		}
	}
	return i
}

// scanToken reads the token at i, where no trivia starts.
func scanToken(src string, i int) Token {
	if i >= len(src) {
		return Token{Kind: TokEnd, Start: len(src), End: len(src)}
	}
	c := src[i]
	switch charClasses[c] {
	case charLetter, charUnder, charDollar:
		return scanName(src, i)
	case charDigit:
		return scanNumber(src, i)
	}
	switch c {
	case '\'', '"', '`', '~', '@':
		if t, ok := scanString(src, i); ok {
			return t
		}
	case '#':
		return Token{Kind: TokDirective, Start: i, End: lineEnd(src, i)}
	case '!':
		if t, ok := scanBang(src, i); ok {
			return t
		}
	}
	if w, size := punctAt(src, i); size > 0 {
		return Token{Kind: TokPunct, word: w, Start: i, End: i + size}
	}
	_, size := utf8.DecodeRuneInString(src[i:])
	return Token{Kind: TokBad, flaw: flawCharacter, Start: i, End: i + size}
}

// scanName reads a name or keyword, a bracketed literal such as datetime(…), a hidden string h'…', or a bare guid.
func scanName(src string, i int) Token {
	end := i + 1
	for end < len(src) && isNameByte(src[end]) {
		end++
	}
	t := Token{Kind: TokName, Start: i, End: end}
	next := byteAt(src, end)
	if end == i+1 && src[i]|0x20 == 'h' && (next == '\'' || next == '"' || next == '`' || next == '~' || next == '@') {
		if s, ok := scanString(src, i); ok {
			return s
		}
	}
	t.word = lookupWord(src[i:end])
	switch next {
	case '(':
		if kind := gooKind(t.word); kind != 0 {
			return scanGoo(src, t, kind)
		}
	case '-':
		if w, size := dashedWord(src, i, end); w != 0 {
			t.word, t.End = w, i+size
		} else if end == i+8 && isGuid(src, i) {
			return Token{Kind: TokNumber, lit: LitGuid, Start: i, End: i + 36}
		}
	case '~':
		if t.word == wIn {
			t.word, t.End = wInCI, end+1
		}
	}
	return t
}

// dashedWord finds the longest keyword with dashes that starts at i, as graph-to-table, and its length.
func dashedWord(src string, i, end int) (word, int) {
	best, size := word(0), 0
	for byteAt(src, end) == '-' {
		next := end + 1
		for next < len(src) && isNameByte(src[next]) {
			next++
		}
		if next == end+1 || next-i > 32 {
			break
		}
		end = next
		if w := lookupWord(src[i:end]); w != 0 {
			best, size = w, end-i
		}
	}
	return best, size
}

// scanGoo reads the bracket of a literal such as datetime(2020-01-01): raw text up to the first ")". It ends at a line break,
// so that half-typed text doesn't swallow what follows.
func scanGoo(src string, t Token, kind LiteralKind) Token {
	t.Kind, t.lit, t.word, t.flaw = TokGoo, kind, 0, flawNoParen
	for t.End < len(src) {
		c := src[t.End]
		if c == '\n' || c == '\r' {
			return t
		}
		t.End++
		if c == ')' {
			t.flaw = flawNone
			return t
		}
	}
	return t
}

// scanBang reads the operators that start with an exclamation mark and a word, as !in~.
func scanBang(src string, i int) (Token, bool) {
	end := i + 1
	for end < len(src) && isNameByte(src[end]) {
		end++
	}
	if end == i+1 {
		return Token{}, false
	}
	t := Token{Kind: TokPunct, Start: i, End: end}
	switch src[i+1 : end] {
	case "between":
		t.word = wNotBetween
	case "in":
		t.word = wNotIn
		if byteAt(src, end) == '~' {
			t.word, t.End = wNotInCI, end+1
		}
	case "contains":
		t.word = wNotContains
	case "contains_cs":
		t.word = wNotContainsCS
	case "startswith":
		t.word = wNotStartswith
	case "startswith_cs":
		t.word = wNotStartswithCs
	case "endswith":
		t.word = wNotEndswith
	case "endswith_cs":
		t.word = wNotEndswithCs
	case "has":
		t.word = wNotHas
	case "has_cs":
		t.word = wNotHasCs
	case "hasprefix":
		t.word = wNotHasprefix
	case "hasprefix_cs":
		t.word = wNotHasprefixCs
	case "hassuffix":
		t.word = wNotHassuffix
	case "hassuffix_cs":
		t.word = wNotHassuffixCs
	default:
		return Token{}, false
	}
	return t, true
}

// punctAt finds the punctuation at i and its length; the length is 0 when there is none.
func punctAt(src string, i int) (word, int) {
	next := byteAt(src, i+1)
	switch src[i] {
	case '(':
		return pLParen, 1
	case ')':
		return pRParen, 1
	case '[':
		return pLBrack, 1
	case ']':
		return pRBrack, 1
	case '{':
		return pLBrace, 1
	case '}':
		return pRBrace, 1
	case '|':
		return pBar, 1
	case ',':
		return pComma, 1
	case '.':
		if next == '.' {
			return pDotDot, 2
		}
		return pDot, 1
	case '=':
		return pick(next, pAssign, '=', pEq, '>', pArrow, '~', pEqTilde)
	case '<':
		return pick(next, pLess, '=', pLessEq, '|', pFeed, '>', pNotEqSQL)
	case '>':
		return pick(next, pGreater, '=', pGreaterEq, 0, 0, 0, 0)
	case '!':
		w, size := pick(next, pNone, '=', pNotEq, '~', pNotTilde, 0, 0)
		if w == pNone {
			return 0, 0
		}
		return w, size
	case '+':
		return pPlus, 1
	case '-':
		return pMinus, 1
	case '*':
		return pStar, 1
	case '/':
		return pSlash, 1
	case '%':
		return pPercent, 1
	case ':':
		return pColon, 1
	case ';':
		return pSemi, 1
	case '@':
		return pAt, 1
	case '?':
		return pQuestion, 1
	}
	return 0, 0
}

// pick chooses an operator by the character after its first: one of up to three, or the single one.
func pick(next byte, single word, c1 byte, w1 word, c2 byte, w2 word, c3 byte, w3 word) (word, int) {
	switch {
	case next == 0:
		return single, 1
	case next == c1:
		return w1, 2
	case next == c2:
		return w2, 2
	case next == c3:
		return w3, 2
	}
	return single, 1
}
