// The ways of parse-kv that don't cut at a pair's delimiter: greedy values, a regex, and text without delimiters named.

package exec

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"calypso/engine/fn"
	"calypso/engine/plan"
)

// way calls pair for each key and value of a text.
type way func(o *plan.KvOptions, text string, pair func(key, val string)) error

func wayOf(o *plan.KvOptions) way {
	switch {
	case o.Regex != nil:
		return regexPairs
	case o.Pair == "":
		return wordPairs
	case o.Greedy:
		return greedyPairs
	}
	return pairs
}

// regexPairs takes the two groups of each match.
func regexPairs(o *plan.KvOptions, text string, pair func(key, val string)) error {
	found, err := o.Regex.FindAll(text)
	if err != nil {
		return err
	}
	for _, m := range found {
		if m[2] >= 0 && m[4] >= 0 {
			pair(strings.TrimSpace(text[m[2]:m[3]]), strings.TrimSpace(text[m[4]:m[5]]))
		}
	}
	return nil
}

// greedyPairs lets a value go on up to the last pair delimiter before the next key.
func greedyPairs(o *plan.KvOptions, text string, pair func(key, val string)) error {
	key, rest, more := strings.Cut(text, o.Kv)
	if at := strings.LastIndex(key, o.Pair); at >= 0 {
		key = key[at+len(o.Pair):]
	}
	for more {
		var val string
		val, rest, more = strings.Cut(rest, o.Kv)
		next := ""
		if more {
			at := strings.LastIndex(val, o.Pair)
			if at < 0 {
				return &fn.NotBuilt{Name: "parse-kv", Detail: "a greedy value that has a kv_delimiter"}
			}
			val, next = val[:at], val[at+len(o.Pair):]
		}
		pair(strings.TrimSpace(key), strings.TrimSpace(val))
		key = next
	}
	return nil
}

// wordPairs reads text in which whatever is neither letter nor digit parts: a key, then its value. Whether the real engine pairs the
// words from the start or looks for the keys isn't known; text on which that makes a difference is refused.
func wordPairs(o *plan.KvOptions, text string, pair func(key, val string)) error {
	words := kvWords(o, text)
	paired := map[string]bool{} // keys that pairing from the start finds
	for i := 0; i+1 < len(words); i += 2 {
		paired[words[i]] = true
		pair(words[i], words[i+1])
	}
	wanted := map[string]bool{}
	for _, name := range o.Names {
		wanted[name] = true
	}
	for i, w := range words {
		if wanted[w] && (i%2 == 1 || i+1 == len(words) || !paired[w]) {
			return &fn.NotBuilt{Name: "parse-kv", Detail: "text without delimiters in which a key stands where a value may"}
		}
	}
	return nil
}

// kvWords cuts text into runs of letters and digits, and quoted parts.
func kvWords(o *plan.KvOptions, text string) []string {
	var words []string
	for text != "" {
		if o.Open != "" && strings.HasPrefix(text, o.Open) {
			if word, rest, ok := quoted(o, text[len(o.Open):]); ok {
				words, text = append(words, word), rest
				continue
			}
		}
		end := strings.IndexFunc(text, func(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsDigit(r) })
		switch {
		case end < 0:
			return append(words, text)
		case end > 0:
			words, text = append(words, text[:end]), text[end:]
		default:
			_, size := utf8.DecodeRuneInString(text)
			text = text[size:]
		}
	}
	return words
}
