//go:build ignore

// This program writes commands.txt from two lists of facts: the command words, entity kinds and properties of
// EngineCommandInfos.cs (microsoft/Kusto-Query-Language, Apache-2.0; see NOTICE) and the result columns of signatures.json. It
// turns them into the notation that the head of commands.txt explains.
//
//	go run gen_commands.go PATH/TO/EngineCommandInfos.cs
//
// What the language library doesn't know, or knows wrongly, is written by hand in commands_more.txt.
package main

import (
	"encoding/json"
	"fmt"
	"log"
	"os"
	"path/filepath"
	"strings"
)

func main() {
	log.SetFlags(0)
	if len(os.Args) != 2 {
		log.Fatal("usage: go run gen_commands.go PATH/TO/EngineCommandInfos.cs")
	}
	source, err := os.ReadFile(os.Args[1])
	if err != nil {
		log.Fatal(err)
	}
	w := &writer{schemas: resultColumns(), named: map[string]string{}}
	for _, c := range readInfos(string(source)) {
		w.command(c)
	}
	var out strings.Builder
	out.WriteString(head)
	for _, line := range w.results {
		out.WriteString(line + "\n")
	}
	out.WriteString("\n")
	for _, line := range w.commands {
		out.WriteString(line + "\n")
	}
	if err := os.WriteFile("commands.txt", []byte(out.String()), 0o644); err != nil {
		log.Fatal(err)
	}
	log.Printf("%d commands, %d results, %d bytes", len(w.commands), len(w.results), out.Len())
}

const head = `# Management commands of the engine. Written by gen_commands.go; by hand only commands_more.txt is changed.
#
# A line "= Name columns" names a list of result columns; a column without a type is a string.
# A line "r Name Result syntax" is a command; r reads, w may write. Result is the name of a list, or - where it isn't known.
#
#   word          itself; so are ( ) = , : . * .. <|     \x is x where x would mean something here
#   $rule         a name or value; $rule/Label says what it is for
#   <a|b>         one of these           [a]      or nothing        !a     works, but isn't offered
#   {a}           one or more, parted by commas    {a;and} parted by the word    {a;} parted by nothing
#   %props        with ({$name=$value})            %props<a|b> the same, and these names are known

`

// schemaFacts is the part of signatures.json that is read.
type schemaFacts struct {
	Commands struct {
		EngineCommands []struct {
			Name          string
			ResultColumns [][2]string
		}
	}
}

// resultColumns gives for each command its columns as our notation writes them.
func resultColumns() map[string]string {
	shared := os.Getenv("CALYPSO_SHARED")
	if shared == "" {
		shared = "../../../shared"
	}
	data, err := os.ReadFile(filepath.Join(shared, "facts", "signatures.json"))
	if err != nil {
		log.Fatalf("reading the facts: %v; set CALYPSO_SHARED to the folder that holds facts/signatures.json", err)
	}
	var f schemaFacts
	if err := json.Unmarshal(data, &f); err != nil {
		log.Fatalf("decoding the facts: %v", err)
	}
	all := map[string]string{}
	for _, c := range f.Commands.EngineCommands {
		var list []string
		for _, col := range c.ResultColumns {
			if col[1] == "string" {
				list = append(list, col[0])
			} else {
				list = append(list, col[0]+":"+col[1])
			}
		}
		all[c.Name] = strings.Join(list, " ")
	}
	return all
}

// writer collects the lines.
type writer struct {
	schemas  map[string]string // by command
	named    map[string]string // columns → the name of their list
	results  []string
	commands []string
}

func (w *writer) command(c info) {
	columns, known := w.schemas[c.name]
	if !known {
		log.Printf("%s isn't in the facts: left out", c.name)
		return
	}
	result := "-"
	if columns != "" {
		result = w.named[columns]
		if result == "" {
			result = c.name
			w.named[columns] = result
			w.results = append(w.results, "= "+result+" "+columns)
		}
	}
	g := parseGrammar(c.name, c.grammar).text()
	if names := knownProperties[c.name]; names != "" {
		g = strings.Replace(g, "%props", "%props<"+names+">", 1)
	}
	kind := "w"
	if strings.HasPrefix(c.grammar, "show ") {
		kind = "r"
	}
	w.commands = append(w.commands, strings.Join([]string{kind, c.name, result, g}, " "))
}

// knownProperties has the names that the public documentation gives for the properties of commands whose list takes any.
var knownProperties = map[string]string{
	"CreateFunction": functionProperties, "AlterFunction": functionProperties, "CreateOrAlterFunction": functionProperties,
	"ExportToStorage": "includeHeaders|fileExtension|namePrefix|encoding|compressionType|distribution|persistDetails|sizeLimit|" +
		"parquetRowGroupSize|distributed|useNativeParquetWriter",
	"CreateOrAlterContinuousExport": "intervalBetweenRuns|forcedLatency|sizeLimit|distributed|parquetRowGroupSize|" +
		"useNativeParquetWriter|managedIdentity|isDisabled",
	"ExportToSqlTable": "firetriggers|createifnotexists|primarykey|persistDetails|token",
}

const functionProperties = "docstring|folder|skipvalidation|view"

// --- the list of facts

// info is one command of the list: its name and its grammar, in the list's notation.
type info struct{ name, grammar string }

// readInfos reads the constants of the file: texts put together from texts, other constants and PropertyList(…).
func readInfos(src string) []info {
	r := &reader{toks: lex(src), consts: map[string]string{}}
	for r.i = 0; r.i < len(r.toks); r.i++ {
		if r.toks[r.i] == "string" && r.is(2, "=") {
			name := r.toks[r.i+1]
			if r.is(3, ">") || r.is(3, "null") {
				continue
			}
			r.i += 3
			r.consts[name] = r.text()
		}
		if r.toks[r.i] == "new" && r.is(1, "CommandInfo") && r.is(3, "nameof") {
			name := r.toks[r.i+5]
			r.i += 8
			r.infos = append(r.infos, info{name, strings.Join(strings.Fields(r.text()), " ")})
		}
	}
	return r.infos
}

type reader struct {
	toks   []string
	i      int
	consts map[string]string
	infos  []info
}

func (r *reader) is(n int, tok string) bool { return r.i+n < len(r.toks) && r.toks[r.i+n] == tok }

// text reads a + b + … up to a comma, a closing bracket or a semicolon.
func (r *reader) text() string {
	var b strings.Builder
	for ; r.i < len(r.toks); r.i++ {
		switch t := r.toks[r.i]; {
		case t == "+":
		case t == "," || t == ";" || t == ")":
			return b.String()
		case t == "PropertyList":
			r.i += 2
			b.WriteString(propertyList(r.text()))
		default:
			b.WriteString(r.one(t))
		}
	}
	return b.String()
}

func (r *reader) one(t string) string {
	switch {
	case strings.HasPrefix(t, `$`):
		return r.fill(strings.Trim(strings.TrimLeft(t, `$@`), `"`))
	case strings.HasPrefix(t, `"`), strings.HasPrefix(t, `@`):
		return strings.Trim(strings.TrimLeft(t, `@`), `"`)
	}
	c, ok := r.consts[t]
	if !ok {
		log.Fatalf("unknown constant %q", t)
	}
	return c
}

// fill replaces {constant} and {PropertyList(…)}; {{ and }} are brackets.
func (r *reader) fill(s string) string {
	var b strings.Builder
	for i := 0; i < len(s); i++ {
		switch {
		case strings.HasPrefix(s[i:], "{{"), strings.HasPrefix(s[i:], "}}"):
			b.WriteByte(s[i])
			i++
		case s[i] == '{':
			end := i + strings.IndexByte(s[i:], '}')
			inner := &reader{toks: lex(s[i+1 : end]), consts: r.consts}
			b.WriteString(inner.text())
			i = end
		default:
			b.WriteByte(s[i])
		}
	}
	return b.String()
}

func propertyList(names string) string {
	if names == "" {
		return "with '(' { P=<name> '=' V=<value>, ',' }+ ')'"
	}
	return "with '(' { P=(" + names + " | <name>) '=' V=<value>, ',' }+ ')'"
}

// lex cuts C# into words, texts with their prefix, and single characters; comments are left out.
func lex(src string) []string {
	var toks []string
	for i := 0; i < len(src); {
		c := src[i]
		switch {
		case strings.HasPrefix(src[i:], "//"), c == '#':
			for i < len(src) && src[i] != '\n' {
				i++
			}
		case c == ' ' || c == '\n' || c == '\r' || c == '\t' || c >= 0x80:
			i++
		case c == '"' || c == '$' || c == '@':
			start := i
			for src[i] != '"' {
				i++
			}
			depth := 0
			for i++; src[i] != '"' || depth > 0; i++ {
				if src[start] == '$' && src[i] == '{' && src[i+1] != '{' && src[i-1] != '{' {
					depth++
				} else if src[i] == '}' && depth > 0 {
					depth--
				}
			}
			i++
			toks = append(toks, src[start:i])
		case isWord(c):
			start := i
			for i < len(src) && isWord(src[i]) {
				i++
			}
			toks = append(toks, src[start:i])
		default:
			toks = append(toks, src[i:i+1])
			i++
		}
	}
	return toks
}

func isWord(c byte) bool {
	return c == '_' || c >= '0' && c <= '9' || c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z'
}

// --- the list's grammars

// node is a part of a grammar: kind is one of "seq", "alt", "opt", "list", "word", "rule".
type node struct {
	kind   string
	name   string // a word, a rule's name
	label  string
	sep    string // of a list; "" for none
	hidden bool
	kids   []*node
}

type grammarParser struct {
	who, s string
	i      int
}

func parseGrammar(who, s string) *node {
	p := &grammarParser{who: who, s: s}
	g := p.alternatives()
	if p.skip(); p.i < len(p.s) {
		log.Fatalf("%s: can't read %q", who, p.s[p.i:])
	}
	return g
}

func (p *grammarParser) skip() {
	for p.i < len(p.s) && p.s[p.i] == ' ' {
		p.i++
	}
}

func (p *grammarParser) eat(c byte) bool {
	p.skip()
	if p.i < len(p.s) && p.s[p.i] == c {
		p.i++
		return true
	}
	return false
}

func (p *grammarParser) need(c byte) {
	if !p.eat(c) {
		log.Fatalf("%s: %c expected at %q", p.who, c, p.s[p.i:])
	}
}

func (p *grammarParser) alternatives() *node {
	n := &node{kind: "alt", kids: []*node{p.sequence()}}
	for p.eat('|') {
		n.kids = append(n.kids, p.sequence())
	}
	if len(n.kids) == 1 {
		return n.kids[0]
	}
	return n
}

func (p *grammarParser) sequence() *node {
	n := &node{kind: "seq"}
	for {
		e := p.element()
		if e == nil {
			break
		}
		if e.kind == "seq" {
			n.kids = append(n.kids, e.kids...)
		} else {
			n.kids = append(n.kids, e)
		}
	}
	if len(n.kids) == 1 {
		return n.kids[0]
	}
	return n
}

// element reads [label=] [#] primary [?+*!].
func (p *grammarParser) element() *node {
	p.skip()
	label := ""
	at := p.i
	if w := p.word(); w != "" && p.eat('=') {
		label = w
	} else {
		p.i = at
	}
	hidden := p.eat('#')
	n := p.primary()
	if n == nil {
		return nil
	}
	if p.eat('?') {
		n = &node{kind: "opt", kids: []*node{n}}
	}
	p.eat('!')
	n.hidden = n.hidden || hidden
	if label != "" && n.kind == "rule" {
		n.label = label
	}
	return n
}

func (p *grammarParser) word() string {
	start := p.i
	for p.i < len(p.s) && (isWord(p.s[p.i]) || p.s[p.i] == '-' && p.i > start) {
		p.i++
	}
	return p.s[start:p.i]
}

func (p *grammarParser) primary() *node {
	p.skip()
	if w := p.word(); w != "" {
		return &node{kind: "word", name: w}
	}
	switch {
	case p.eat('\''):
		end := p.i + strings.IndexByte(p.s[p.i:], '\'')
		n := &node{kind: "word", name: p.s[p.i:end]}
		p.i = end + 1
		return n
	case p.eat('<'):
		n := &node{kind: "rule", name: p.word()}
		p.need('>')
		return n
	case p.eat('('):
		n := p.alternatives()
		p.need(')')
		return n
	case p.eat('['):
		n := p.alternatives()
		p.need(']')
		return &node{kind: "opt", kids: []*node{n}}
	case p.eat('{'):
		return p.list()
	}
	return nil
}

func (p *grammarParser) list() *node {
	n := &node{kind: "list", kids: []*node{p.alternatives()}}
	if p.eat(',') {
		n.sep = p.primary().name
	}
	p.need('}')
	if !p.eat('+') {
		p.eat('*')
		return &node{kind: "opt", kids: []*node{n}}
	}
	return n
}

// --- our notation

// ruleNames gives our names of the rules.
var ruleNames = map[string]string{
	"name": "name", "qualified_name": "path", "wildcarded_name": "pattern", "qualified_wildcarded_name": "pathpattern",
	"column": "column", "table": "table", "externaltable": "external", "materializedview": "view", "function": "function",
	"entitygroup": "group", "database": "database", "cluster": "cluster", "graph_model": "graph", "graph_model_snapshot": "snapshot",
	"database_table": "dbtable", "database_externaltable": "dbexternal", "database_materializedview": "dbview",
	"database_function": "dbfunction", "database_entitygroup": "dbgroup", "database_table_column": "dbcolumn",
	"table_column": "tablecolumn",
	"value":        "value", "timespan": "timespan", "datetime": "datetime", "string": "string", "bracketed_string": "bracketed",
	"bool": "bool", "long": "long", "int": "int", "decimal": "decimal", "real": "real", "type": "type", "guid": "guid",
	"function_declaration": "declaration", "function_body": "body", "input_query": "query", "input_script": "script",
	"input_data": "data", "bracketed_input_data": "inlinedata",
}

// text writes a grammar in our notation.
func (n *node) text() string {
	s := n.plain()
	if n.hidden {
		s = "!" + s
	}
	return s
}

func (n *node) plain() string {
	switch n.kind {
	case "word":
		if strings.ContainsAny(n.name, "[]{}!$%;|") && n.name != "<|" {
			return `\` + n.name
		}
		return n.name
	case "rule":
		return n.rule()
	case "opt":
		return "[" + n.kids[0].inner() + "]"
	case "alt":
		return "<" + n.inner() + ">"
	case "list":
		switch n.sep {
		case ",":
			return "{" + n.kids[0].inner() + "}"
		default:
			return "{" + n.kids[0].inner() + ";" + n.sep + "}"
		}
	}
	return n.sequence()
}

// inner writes a grammar where brackets stand around it already.
func (n *node) inner() string {
	if n.kind != "alt" || n.hidden {
		return n.text()
	}
	var list []string
	for _, k := range n.kids {
		list = append(list, k.text())
	}
	return strings.Join(list, "|")
}

func (n *node) sequence() string {
	var b strings.Builder
	for i := 0; i < len(n.kids); i++ {
		if b.Len() > 0 {
			b.WriteByte(' ')
		}
		if names, ok := properties(n.kids[i:]); ok {
			b.WriteString("%props" + names)
			i += 3
			continue
		}
		b.WriteString(n.kids[i].text())
	}
	return tighten(b.String())
}

// properties tells whether a list of parts starts with with ({name=value}), and gives the known names.
func properties(kids []*node) (string, bool) {
	if len(kids) < 4 || kids[0].name != "with" || kids[1].name != "(" || kids[2].kind != "list" || kids[3].name != ")" {
		return "", false
	}
	item := kids[2].kids[0]
	if item.kind != "seq" || len(item.kids) != 3 || item.kids[1].name != "=" || item.kids[2].name != "value" {
		return "", false
	}
	key := item.kids[0]
	if key.kind == "rule" && key.name == "name" {
		return "", true
	}
	if key.kind != "alt" || key.kids[len(key.kids)-1].name != "name" {
		return "", false
	}
	var names []string
	for _, k := range key.kids[:len(key.kids)-1] {
		names = append(names, k.name)
	}
	return "<" + strings.Join(names, "|") + ">", true
}

func tighten(s string) string {
	for _, pair := range [][2]string{{"( ", "("}, {" )", ")"}, {" = ", "="}, {" : ", ":"}, {" , ", ", "}} {
		s = strings.ReplaceAll(s, pair[0], pair[1])
	}
	return s
}

func (n *node) rule() string {
	ours, ok := ruleNames[n.name]
	if !ok {
		log.Fatalf("unknown rule %q", n.name)
	}
	label := strings.ReplaceAll(n.label, "-", "")
	switch ours {
	case "name", "string", "value", "long", "int", "timespan", "datetime", "guid", "bool", "real", "decimal", "pattern", "path":
	default:
		label = ""
	}
	if label == "" || label == "P" || label == "V" || strings.EqualFold(label, ours) {
		return "$" + ours
	}
	return fmt.Sprintf("$%s/%s", ours, strings.ToUpper(label[:1])+label[1:])
}
