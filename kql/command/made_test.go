package command

// This file makes commands from the table, for the comparison with the library in corpus_test.go: each command at its shortest and
// its fullest, with names that the Samples schema has, and each of these once more with a word dropped, added or changed where the
// library knows the command.

import (
	"hash/fnv"
	"slices"
	"strings"

	"calypso/kql/builtin"
)

// sampleNames puts names of the Samples schema in place of those in ruleExamples.
var sampleNames = strings.NewReplacer("T1.C1", "StormEvents.State", "D1.T1", "Samples.StormEvents", "T1", "StormEvents",
	"'D 1'", "'Samples'", "M1.S1", "Simple.Latest", "M1", "Simple", "C1", "State", "F1", "MyCalc", "print 1", "StormEvents | take 1",
	"{ T |", "{ StormEvents |")

// MadeCommands gives the commands that the table makes, always the same ones.
func MadeCommands() []string {
	var all []string
	for _, row := range builtin.Commands() {
		p, err := readSyntax(row.Syntax)
		if err != nil {
			continue // TestTable says so
		}
		for _, full := range []bool{false, true} {
			src := "." + sampleNames.Replace(exampleOf(p, full))
			if strings.Contains(src, "row_level_security") { // its text is a query
				src = strings.ReplaceAll(src, "h'x'", "'StormEvents'")
			}
			all = append(all, src)
			if !row.Beyond {
				all = append(all, damaged(src))
			}
		}
	}
	return all
}

// damaged drops, adds or changes a word behind the first one; which is the text's own matter.
func damaged(src string) string {
	words := strings.Fields(src)
	if len(words) < 2 {
		return src + " extra"
	}
	h := fnv.New32a()
	h.Write([]byte(src))
	n := int(h.Sum32() >> 1)
	at := 1 + n%(len(words)-1)
	switch n / len(words) % 3 {
	case 0:
		words = slices.Delete(words, at, at+1)
	case 1:
		words = slices.Insert(words, at, "extra")
	default:
		words[at] = "other"
	}
	return strings.Join(words, " ")
}
