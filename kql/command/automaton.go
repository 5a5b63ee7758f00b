package command

// This file makes an automaton of the rows that start with the same word. What rows have in common at their start is shared, as
// in a trie; from the first optional part, alternative or list on each row goes its own way. Several states may be live at once,
// so nothing has to be decided before the text decides it.

import (
	"sync"

	"calypso/kql/builtin"
)

// edge leads from one state to another over a word, over a rule, or over nothing.
type edge struct {
	to     int32
	rule   Rule   // with a rule
	hidden bool   // works, but isn't offered
	key    bool   // a property's name
	word   string // with a word; "" and RuleNone is nothing
	label  string // what the rule's value is for
}

func (e *edge) isEmpty() bool { return e.word == "" && e.rule == RuleNone }

// state is a place in the syntax of one or more commands.
type state struct {
	edges []edge
	row   *builtin.Command // when a command may end here
	trie  bool             // shared: only reached by one way from the start
	rows  int              // of a shared one: how many commands go through it
}

// family is the automaton of the commands with one first word. It is made at first use and never changed.
type family struct {
	once   sync.Once
	rows   []*builtin.Command
	states []state
}

// families has all automata by first word.
var families = sync.OnceValue(func() map[string]*family {
	all := map[string]*family{}
	for _, word := range builtin.CommandWords() {
		all[word] = &family{rows: builtin.CommandsFrom(word)}
	}
	return all
})

// familyOf gives the automaton of a first word, nil for an unknown word.
func familyOf(word string) *family {
	f := families()[word]
	if f != nil {
		f.once.Do(f.build)
	}
	return f
}

func (f *family) build() {
	f.states = append(f.states, state{trie: true})
	for _, row := range f.rows {
		p, err := readSyntax(row.Syntax)
		if err != nil {
			panic("command: the row of " + row.Name + ": " + err.Error())
		}
		f.addRow(row, p)
	}
}

func (f *family) newState() int32 {
	f.states = append(f.states, state{})
	return int32(len(f.states) - 1)
}

func (f *family) addEdge(from int32, e edge) { f.states[from].edges = append(f.states[from].edges, e) }

// addRow adds a row: the first word is the family's, the plain parts after it are shared.
func (f *family) addRow(row *builtin.Command, p *part) {
	kids := []*part{p}
	if p.op == opSeq {
		kids = p.kids
	}
	at := int32(0)
	i := 1
	for ; i < len(kids) && (kids[i].op == opWord || kids[i].op == opRule); i++ {
		at = f.shared(at, kids[i])
		f.states[at].rows++
	}
	for ; i < len(kids); i++ {
		at = f.add(at, kids[i], false)
	}
	if f.states[at].row == nil {
		f.states[at].row = row
	}
}

// shared gives the state that a plain part leads to from a shared one.
func (f *family) shared(from int32, p *part) int32 {
	for _, e := range f.states[from].edges {
		if e.word == p.text && e.rule == p.rule && e.hidden == p.hidden && e.label == p.label && !e.isEmpty() && f.states[e.to].trie {
			return e.to
		}
	}
	to := f.newState()
	f.states[to].trie = true
	f.addEdge(from, edge{to: to, word: p.text, rule: p.rule, hidden: p.hidden, key: p.key, label: p.label})
	return to
}

// add puts a part behind a state and gives the state behind the part. hidden is handed down.
func (f *family) add(from int32, p *part, hidden bool) int32 {
	hidden = hidden || p.hidden
	switch p.op {
	case opWord, opRule:
		to := f.newState()
		f.addEdge(from, edge{to: to, word: p.text, rule: p.rule, hidden: hidden, key: p.key, label: p.label})
		return to
	case opSeq:
		for _, k := range p.kids {
			from = f.add(from, k, hidden)
		}
		return from
	case opAlt, opOpt:
		to := f.newState()
		for _, k := range p.kids {
			f.addEdge(f.add(f.fork(from), k, hidden), edge{to: to})
		}
		if p.op == opOpt {
			f.addEdge(from, edge{to: to})
		}
		return to
	}
	return f.addList(from, p, hidden)
}

// fork gives a state behind nothing, so that what follows doesn't mix with what else starts at from.
func (f *family) fork(from int32) int32 {
	to := f.newState()
	f.addEdge(from, edge{to: to})
	return to
}

func (f *family) addList(from int32, p *part, hidden bool) int32 {
	start := f.fork(from)
	end := f.add(start, p.kids[0], hidden)
	if p.sep == "" {
		f.addEdge(end, edge{to: start})
	} else {
		f.addEdge(end, edge{to: start, word: p.sep, hidden: hidden})
	}
	return f.fork(end)
}
