package main

// This file writes management commands from their notation (kql/builtin/commands.txt explains it), taking other ways at each try.

import "strings"

// command writes a command.
func (v *variation) command(notation string) string {
	w := &commandWriter{v: v, s: notation}
	return "." + strings.Join(strings.Fields(strings.Join(w.alternatives(true), " ")), " ")
}

// commandWriter reads the notation and writes what it chooses from it.
type commandWriter struct {
	v *variation
	s string
	i int
}

// alternatives reads up to a closing bracket and gives one of the ways.
func (w *commandWriter) alternatives(taken bool) []string {
	ways := [][]string{w.sequence(taken)}
	for w.i < len(w.s) && w.s[w.i] == '|' {
		w.i++
		ways = append(ways, w.sequence(taken))
	}
	return pick(w.v, ways)
}

func (w *commandWriter) sequence(taken bool) []string {
	var words []string
	for w.i < len(w.s) && !strings.ContainsRune("|>]};", rune(w.s[w.i])) {
		words = append(words, w.element(taken)...)
	}
	return words
}

func (w *commandWriter) element(taken bool) []string {
	c := w.s[w.i]
	switch c {
	case ' ', '!':
		w.i++
		return nil
	case '[':
		w.i++
		words := w.alternatives(taken)
		w.i++
		if w.v.IntN(2) == 0 {
			return nil
		}
		return words
	case '<':
		if strings.HasPrefix(w.s[w.i:], "<|") {
			w.i += 2
			return []string{"<|"}
		}
		w.i++
		words := w.alternatives(taken)
		w.i++
		return words
	case '{':
		return w.list(taken)
	case '$':
		return w.rule()
	case '%':
		return w.properties(taken)
	}
	return []string{w.word()}
}

// list writes one to three items; it reads the item anew for each.
func (w *commandWriter) list(taken bool) []string {
	start := w.i + 1
	var words []string
	sep := ","
	for n := 1 + w.v.IntN(3); n > 0; n-- {
		w.i = start
		item := w.alternatives(taken)
		if w.i < len(w.s) && w.s[w.i] == ';' {
			end := w.i + strings.IndexByte(w.s[w.i:], '}')
			sep, w.i = w.s[w.i+1:end], end
		}
		w.i++
		if len(words) > 0 {
			words = append(words, sep)
		}
		words = append(words, item...)
	}
	return words
}

func (w *commandWriter) properties(taken bool) []string {
	w.i += len("%props")
	key := []string{"folder"}
	if w.i < len(w.s) && w.s[w.i] == '<' {
		w.i++
		key = w.alternatives(taken)
		w.i++
	}
	words := append([]string{"with", "("}, key...)
	return append(words, "=", w.v.named("value"), ")")
}

func (w *commandWriter) rule() []string {
	end := w.i + 1
	for end < len(w.s) && (w.s[end] >= 'a' && w.s[end] <= 'z') {
		end++
	}
	name := w.s[w.i+1 : end]
	if end < len(w.s) && w.s[end] == '/' {
		for end++; end < len(w.s) && (w.s[end]|0x20 >= 'a' && w.s[end]|0x20 <= 'z' || w.s[end] == '_'); end++ {
		}
	}
	w.i = end
	return []string{w.v.named(name)}
}

func (w *commandWriter) word() string {
	start := w.i
	if w.s[w.i] == '\\' {
		w.i += 2
		return w.s[start+1 : w.i]
	}
	for w.i < len(w.s) && !strings.ContainsRune(" |<>[]{}$%!;\\", rune(w.s[w.i])) {
		w.i++
	}
	if w.i == start {
		w.i++
	}
	return w.s[start:w.i]
}

// named writes what a rule stands for.
func (v *variation) named(rule string) string {
	list, ok := ruleTexts[rule]
	if rule == "table" || rule == "dbtable" || rule == "tablecolumn" && v.IntN(2) == 0 {
		return v.table()
	}
	if rule == "query" && v.IntN(2) == 0 {
		v.depth = 0
		return v.query()
	}
	if !ok {
		return pick(v, []string{"N1", "['a b']", "abc", "Latest"})
	}
	return pick(v, list)
}

var ruleTexts = map[string][]string{
	"pattern": {"a*", "*", "N1"}, "pathpattern": {"A.b*", "a*"}, "path": {"A.B", "n"}, "column": {"State", "c", "['x y']"},
	"tablecolumn": {"StormEvents.State", "T.c"}, "dbcolumn": {"Samples.StormEvents.State", "StormEvents.State"}, "database": {"Samples", "['Samples']", "db1"},
	"function": {"MyFunction2", "F1"}, "graph": {"Simple", "G1"}, "snapshot": {"Simple.Latest", "G.S"}, "value": {"1", "'x'", "true", "1d", "-1", "1.5", "datetime(2024-01-01)", "abc"},
	"string": {"'x'", `"y z"`, "h'x'", "@'c\\d'", "```{\"a\":1}```"}, "bracketed": {"[an x]"}, "timespan": {"1d", "time(1.00:00:00)", "7d"},
	"datetime": {"datetime(2024-01-01)", "now()"}, "bool": {"true", "false"}, "int": {"1", "42"}, "long": {"1", "7"}, "real": {"1.5", "1"},
	"decimal": {"decimal(1)"}, "guid": {"11111111-1111-1111-1111-111111111111", "guid(11111111-1111-1111-1111-111111111111)"}, "type": {"long", "string", "datetime", "dynamic", "real"},
	"declaration": {"() { StormEvents | take 1 }", "(a:long, b:string='x') { print a, b }"}, "body": {"{ StormEvents | count }", "{ print 1 }"},
	"query": {"print 1", "StormEvents | take 1", ".show tables"}, "script": {"\n.show tables\n.show version"}, "data": {"1,2"}, "inlinedata": {"1,2"},
}
