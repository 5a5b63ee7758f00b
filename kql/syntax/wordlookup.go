package syntax

// A keyword is found through a small hash table that is made once from words and never written again: looking words up is a
// good part of scanning.

const wordTableSize = 1024 // a power of two, several times the number of words

// wordTable holds word numbers at their hash, or at the next free place.
var wordTable = buildWordTable()

func buildWordTable() (table [wordTableSize]word) {
	for w := wTrue; w < wordCount; w++ {
		at := wordHash(words[w].text)
		for table[at] != 0 {
			at = (at + 1) % wordTableSize
		}
		table[at] = w
	}
	return table
}

func wordHash(s string) int {
	n := len(s)
	return (int(s[0])*31 + int(s[n-1])*7 + int(s[n/2])*131 + n*67) % wordTableSize
}

// lookupWord finds the keyword that a name is; 0 when it is none.
func lookupWord(s string) word {
	for at := wordHash(s); wordTable[at] != 0; at = (at + 1) % wordTableSize {
		if words[wordTable[at]].text == s {
			return wordTable[at]
		}
	}
	switch s {
	case "True", "TRUE":
		return wTrue
	case "False", "FALSE":
		return wFalse
	}
	return 0
}

// gooKind tells which literal a type word with a bracket directly behind it starts, as datetime(…); 0 for none.
func gooKind(w word) LiteralKind {
	switch w {
	case wLong, wInt64:
		return LitLong
	case wInt, wInt32:
		return LitInt
	case wReal, wDouble:
		return LitReal
	case wDecimal:
		return LitDecimal
	case wBool:
		return LitBool
	case wDatetime, wDate:
		return LitDatetime
	case wTime, wTimespan:
		return LitTimespan
	case wGuid:
		return LitGuid
	}
	return 0
}
