package command

import (
	"fmt"
	"strings"

	"calypso/kql/symbol"
	"calypso/kql/syntax"
	"calypso/kusto/value"
)

// env is what commands can see.
type env struct {
	schema  *symbol.Schema // its current database is the request's
	version string         // of the program, for .show version
	// rows is the number of rows of a table, negative when it isn't known; nil when it is known of none.
	rows func(database, table string) int64
}

// result is a command's one table.
type result struct {
	columns []value.Column
	batch   value.Batch
	// pipe is the offset of the "|" after the command that a pipeline follows, or -1.
	pipe int
}

// A fault says why a command wasn't run.
type fault struct {
	offset  int    // in the command's text
	message string // with the next step
	refused bool   // it is a command of Kusto's that isn't run here
	syntax  bool   // the command isn't well formed, rather than refused or about something that isn't there
}

// Error gives the message.
func (e *fault) Error() string { return e.message }

// show answers a command. The text must be one, with the tree that syntax.Parse made of it.
func show(e env, tree *syntax.Tree) (*result, error) {
	if tree.Command == nil {
		return nil, &fault{message: "not a management command; commands start with a dot, as .show tables", syntax: true}
	}
	end, pipe := len(tree.Text), -1
	if bars := tree.Command.Bars; len(bars) > 0 {
		end, pipe = bars[0], bars[0]
	}
	toks, err := scan(tree.Text[:end])
	if err != nil {
		return nil, err
	}
	s := &state{env: e, toks: toks}
	for _, c := range commands {
		s.at = 0
		if !s.words(c.words) {
			continue
		}
		out, err := c.run(s)
		if err == errNext {
			continue
		}
		if err != nil {
			return nil, err
		}
		out.pipe = pipe
		return out, nil
	}
	return nil, refusal(toks)
}

// errNext makes show try the next command of the table: words were the same, what follows isn't.
var errNext = fmt.Errorf("another command")

// refusal names a command that isn't run here.
func refusal(toks []token) error {
	var words []string
	for _, t := range toks {
		if t.kind != word || len(words) == 3 {
			break
		}
		words = append(words, t.text)
	}
	if len(words) == 0 {
		return &fault{message: "no command name after the dot; commands look like .show tables", syntax: true}
	}
	at := toks[0].at
	name := "." + strings.Join(words, " ")
	if strings.EqualFold(words[0], "show") {
		return &fault{offset: at, refused: true, message: fmt.Sprintf("command '%s' is not built in the embedded engine; connect to a cluster to use it", name)}
	}
	return &fault{offset: at, refused: true, message: fmt.Sprintf("command '%s' never runs in the embedded engine, whose data comes from files: "+
		"load them with --data, or connect to a cluster", name)}
}

// state is one command being read.
type state struct {
	env  env
	toks []token
	at   int
}

func (s *state) peek() token {
	if s.at < len(s.toks) {
		return s.toks[s.at]
	}
	return token{kind: end}
}

// words takes the given words if they come next.
func (s *state) words(list string) bool {
	at := s.at
	for w := range strings.SplitSeq(list, " ") {
		t := s.peek()
		if t.kind != word || !strings.EqualFold(t.text, w) {
			s.at = at
			return false
		}
		s.at++
	}
	return true
}

func (s *state) punct(c string) bool {
	if t := s.peek(); t.kind == punct && t.text == c {
		s.at++
		return true
	}
	return false
}

// name takes an entity's name.
func (s *state) name() (token, bool) {
	t := s.peek()
	if t.kind != word && t.kind != quoted {
		return t, false
	}
	s.at++
	return t, true
}

// done tells whether nothing but with (…) is left; the properties in it change nothing that isn't asked for here.
func (s *state) done() bool {
	at := s.at
	if s.words("with") && s.punct("(") {
		for s.peek().kind != end && !s.punct(")") {
			s.at++
		}
	}
	if s.peek().kind == end {
		return true
	}
	s.at = at
	return false
}

// properties reads with (a=b, …) at the end, words to lower case.
func (s *state) properties() map[string]string {
	if !s.words("with") || !s.punct("(") {
		return nil
	}
	out := map[string]string{}
	for {
		key, ok := s.name()
		if !ok || !s.punct("=") {
			return out
		}
		value, _ := s.name()
		out[strings.ToLower(key.text)] = strings.ToLower(value.text)
		if !s.punct(",") {
			s.punct(")")
			return out
		}
	}
}

// names reads (a, b, …) if a bracket comes next. A version after a name, as in (db.'v1.2'), is passed over.
func (s *state) names() ([]token, bool) {
	if !s.punct("(") {
		return nil, false
	}
	var list []token
	fresh := true
	for {
		switch t := s.peek(); {
		case t.kind == end:
			return list, true
		case s.punct(")"):
			return list, true
		case s.punct(","):
			fresh = true
			continue
		case fresh && t.kind != punct:
			if t.kind == word {
				t.text = strings.TrimSuffix(t.text, ".")
			}
			list = append(list, t)
			fresh = false
		}
		s.at++
	}
}

func (s *state) current() (*symbol.Database, error) {
	if s.env.schema == nil || s.env.schema.Database == nil {
		return nil, &fault{message: "no database is chosen; name one in the request"}
	}
	return s.env.schema.Database, nil
}

func (s *state) databases() []*symbol.Database {
	if s.env.schema == nil || s.env.schema.Cluster == nil {
		return nil
	}
	return s.env.schema.Cluster.Databases
}

// database finds a database by the name in a command.
func (s *state) database(t token) (*symbol.Database, error) {
	if s.env.schema != nil {
		if d := s.env.schema.Cluster.Find(t.text); d != nil {
			return d, nil
		}
		if s.env.schema.Database.Is(t.text) {
			return s.env.schema.Database, nil
		}
	}
	return nil, &fault{offset: t.at, message: fmt.Sprintf("database '%s' was not found; .show databases lists them", t.text)}
}
