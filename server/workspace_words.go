package server

import (
	"hash/fnv"
	"slices"
)

// The words of a closed file, so that who looks for a name reads only the files that may have it.

// words are hashes of a text's words, sorted, each once; nil: there are too many to be kept.
type words []uint32

// maxWords is how many different words of one file are kept.
const maxWords = 20_000

func wordsOf(src string) words {
	seen := map[uint32]bool{}
	eachWord(src, func(word string) { seen[hashWord(word)] = true })
	if len(seen) > maxWords {
		return nil
	}
	list := make(words, 0, len(seen))
	for h := range seen {
		list = append(list, h)
	}
	slices.Sort(list)
	return list
}

// mayHave tells whether a name may stand in the text.
func (w words) mayHave(name string) bool {
	if w == nil {
		return true
	}
	all := true
	eachWord(name, func(word string) {
		_, found := slices.BinarySearch(w, hashWord(word))
		all = all && found
	})
	return all
}

// eachWord visits the runs of letters, digits and _; whatever isn't ASCII counts as a letter.
func eachWord(src string, visit func(string)) {
	start := -1
	for i := range len(src) {
		c := src[i]
		inside := c == '_' || c >= 0x80 || c >= '0' && c <= '9' || c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z'
		switch {
		case inside && start < 0:
			start = i
		case !inside && start >= 0:
			visit(src[start:i])
			start = -1
		}
	}
	if start >= 0 {
		visit(src[start:])
	}
}

func hashWord(word string) uint32 {
	h := fnv.New32a()
	_, _ = h.Write([]byte(word)) // it has no error
	return h.Sum32()
}
