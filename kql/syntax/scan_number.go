package syntax

// Numbers: 42, 0x1f, 1.5, 1e3, 1h, 1.5d, a bare guid. Digits that run into letters otherwise are a name, as 3d_x.

// scanNumber reads what starts with a digit.
func scanNumber(src string, i int) Token {
	digits := i + 1
	for digits < len(src) && isDigit(src[digits]) {
		digits++
	}
	next := byteAt(src, digits)
	if charClasses[next] == charOther && next != '.' && next != '-' {
		return Token{Kind: TokNumber, lit: LitLong, Start: i, End: digits} // the usual case
	}
	if isGuid(src, i) {
		return Token{Kind: TokNumber, lit: LitGuid, Start: i, End: i + 36}
	}
	if end := realEnd(src, digits); end > 0 {
		return Token{Kind: TokNumber, lit: LitReal, Start: i, End: end}
	}
	if end := timespanEnd(src, digits); end > 0 {
		return Token{Kind: TokNumber, lit: LitTimespan, Start: i, End: end}
	}
	if end := hexEnd(src, i); end > 0 {
		return Token{Kind: TokNumber, lit: LitLong, Start: i, End: end}
	}
	if class := charClasses[next]; class == charLetter || class == charUnder {
		end := digits
		for end < len(src) && isNameByte(src[end]) {
			end++
		}
		return Token{Kind: TokName, word: lookupWord(src[i:end]), Start: i, End: end}
	}
	return Token{Kind: TokNumber, lit: LitLong, Start: i, End: digits}
}

// realEnd gives the end of a real whose whole digits end at i, or 0: a fraction, an exponent or both. Two dots are a range
// (1..2), three a real and a range (1...2).
func realEnd(src string, i int) int {
	fraction := byteAt(src, i) == '.' && (byteAt(src, i+1) != '.' || byteAt(src, i+2) == '.')
	if fraction {
		i++
		for i < len(src) && isDigit(src[i]) {
			i++
		}
	}
	end := exponentEnd(src, i)
	if end == 0 {
		if !fraction {
			return 0
		}
		end = i
	}
	if isNameByte(byteAt(src, end)) {
		return 0
	}
	return end
}

// exponentEnd gives the end of an exponent at i, or 0.
func exponentEnd(src string, i int) int {
	if byteAt(src, i)|0x20 != 'e' {
		return 0
	}
	i++
	if c := byteAt(src, i); c == '+' || c == '-' {
		i++
	}
	start := i
	for i < len(src) && isDigit(src[i]) {
		i++
	}
	if i == start {
		return 0
	}
	return i
}

// timespanEnd gives the end of a timespan such as 1.5h whose whole digits end at i, or 0.
func timespanEnd(src string, i int) int {
	if byteAt(src, i) == '.' {
		j := i + 1
		for j < len(src) && isDigit(src[j]) {
			j++
		}
		if j > i+1 {
			i = j
		}
	}
	end := i
	for end < len(src) && isNameByte(src[end]) {
		end++
	}
	if end == i || timespanUnit(src[i:end]) == 0 {
		return 0
	}
	return end
}

// hexEnd gives the end of a number such as 0x1f at i, or 0.
func hexEnd(src string, i int) int {
	if src[i] != '0' || byteAt(src, i+1)|0x20 != 'x' {
		return 0
	}
	end := i + 2
	for end < len(src) && isHex(src[end]) {
		end++
	}
	if end == i+2 || isNameByte(byteAt(src, end)) {
		return 0
	}
	return end
}

// isGuid tells whether a guid without brackets stands at i: 8-4-4-4-12 hexadecimal digits.
func isGuid(src string, i int) bool {
	if i+36 > len(src) {
		return false
	}
	for k := range 36 {
		c := src[i+k]
		if k == 8 || k == 13 || k == 18 || k == 23 {
			if c != '-' {
				return false
			}
		} else if !isHex(c) {
			return false
		}
	}
	return true
}

func isHex(c byte) bool {
	return isDigit(c) || 'a' <= c|0x20 && c|0x20 <= 'f'
}
