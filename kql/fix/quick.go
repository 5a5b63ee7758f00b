package fix

// Quick fixes for what the parser and the binder report.

import (
	"fmt"
	"regexp"
	"strings"

	"calypso/kql/builtin"
	"calypso/kql/diag"
	"calypso/kql/symbol"
	"calypso/kql/syntax"
	"calypso/kql/text"
)

// quick has the function that proposes fixes for each code. Besides, a message that ends in "did you mean …?" has its own.
var quick = map[diag.Code]func(*place, diag.Diagnostic) []Action{
	diag.Expected:          insertExpected,
	diag.UnclosedBracket:   insertExpected,
	diag.Unexpected:        insertPipe,
	diag.UnclosedString:    closeString,
	diag.ForeignSyntax:     nativeWord,
	diag.KeywordAsName:     bracketName,
	diag.UnknownOperator:   lowerOperator,
	diag.NeedsArguments:    addBrackets,
	diag.WrongType:         compareInstead,
	diag.UnusedLet:         dropLet,
	diag.ObsoleteFunction:  useSuccessor,
	diag.TypeNotAllowed:    wrapToString,
	diag.JoinWithoutKind:   addJoinKind,
	diag.IsNullOfString:    useIsEmpty,
	diag.ToBoolOfNumber:    compareWithZero,
	diag.NullInSum:         splitSum,
	diag.SpreadOfTimespan:  wrapToTimespan,
	diag.EqualsNull:        useIsNull,
	diag.ReversedBetween:   swapBounds,
	diag.ContainsForHas:    containsToHas,
	diag.ViewWithoutCall:   callView,
	diag.LegacyPartition:   addStrategy,
	diag.AddressAsText:     useIPv4,
	diag.FasterTwin:        useTwin,
	diag.CaseFoldedCompare: useTilde,
	diag.NoTimeFilter:      addTimeFilter,
	diag.LateTimeFilter:    filterFirst,
	diag.LateFilter:        filterFirst,
	diag.ComputedTwice:     materialize,
	diag.OperatorSynonym:   usualWord,
	diag.UnusedSuppression: dropComment,
}

var (
	quoted   = regexp.MustCompile(`did you mean "((?:[^"\\]|\\.)+)"\?$`)
	plain    = regexp.MustCompile(`did you mean ([a-z][a-z0-9-]*)\?$`)
	backtick = regexp.MustCompile("^expected `([^`]+)`")
	write    = regexp.MustCompile("write `([^`]+)`")
)

// meant gives the name that a message suggests.
func meant(message string) string {
	if m := quoted.FindStringSubmatch(message); m != nil {
		return strings.ReplaceAll(strings.ReplaceAll(m[1], `\"`, `"`), `\\`, `\`)
	}
	if m := plain.FindStringSubmatch(message); m != nil {
		return m[1]
	}
	return ""
}

// didYouMean puts the suggested name at the place of the one that wasn't found.
func (p *place) didYouMean(d diag.Diagnostic, name string) Action {
	written := name
	if old := d.Span.Of(p.text); d.Code != diag.UnknownOperator && !strings.HasPrefix(old, "'") && !strings.HasPrefix(old, `"`) && !strings.Contains(name, ".") {
		written = symbol.QuoteName(name)
	} else if strings.HasPrefix(old, "'") || strings.HasPrefix(old, `"`) {
		written = old[:1] + name + old[:1]
	}
	return Action{Title: fmt.Sprintf("Change to %q", name), Edits: []text.Edit{replace(d.Span, written)}, Preferred: true, any: d.Code == diag.UnknownOperator}
}

// insertExpected puts in the one token that is missing.
func insertExpected(p *place, d diag.Diagnostic) []Action {
	m := backtick.FindStringSubmatch(d.Message)
	if m == nil || strings.ContainsAny(m[1], " <") {
		return nil
	}
	token := m[1]
	at := d.Span.Start
	switch token {
	case "|":
		// The pipe goes before the operator, not behind what stands before it.
		if next := p.nextToken(at); next >= 0 {
			at = next
		}
		token = "| "
	case "=":
		gap := text.Span{Start: p.previousEnd(at), End: at}
		if next := p.nextToken(at); next >= 0 {
			gap.End = next
		}
		return []Action{{Title: "Insert =", Edits: []text.Edit{replace(gap, "=")}, Preferred: true, any: true}}
	case ",":
		at, token = p.previousEnd(at), ","
	}
	return []Action{{Title: fmt.Sprintf("Insert %s", strings.TrimSpace(token)), Edits: []text.Edit{insert(at, token)}, Preferred: true, any: true}}
}

// nextToken gives the start of the first token at or after an offset; -1 when only the end follows.
func (p *place) nextToken(at int) int {
	for _, t := range p.bound.Tree.Tokens {
		if t.Start >= at && t.Kind != syntax.TokEnd {
			return t.Start
		}
	}
	return -1
}

// previousEnd gives the end of the last token before an offset.
func (p *place) previousEnd(at int) int {
	end := 0
	for _, t := range p.bound.Tree.Tokens {
		if t.End > at || t.Kind == syntax.TokEnd {
			break
		}
		end = t.End
	}
	return end
}

// insertPipe is for an operator's word that follows something without a pipe.
func insertPipe(p *place, d diag.Diagnostic) []Action {
	word := d.Span.Of(p.text)
	for _, op := range syntax.OperatorNames() {
		if op == word {
			return []Action{{Title: fmt.Sprintf("Insert | before %s", word), Edits: []text.Edit{insert(d.Span.Start, "| ")}, Preferred: true, any: true}}
		}
	}
	return nil
}

func closeString(p *place, d diag.Diagnostic) []Action {
	s := strings.TrimLeft(d.Span.Of(p.text), "hH@")
	for _, quote := range []string{"```", "~~~", `"`, "'"} {
		if !strings.HasPrefix(s, quote) {
			continue
		}
		end := d.Span.Start + len(strings.TrimRight(d.Span.Of(p.text), " \t\r\n"))
		return []Action{{Title: "Close the string with " + quote, Edits: []text.Edit{insert(end, quote)}, Preferred: true, any: true}}
	}
	return nil
}

func nativeWord(p *place, d diag.Diagnostic) []Action {
	m := write.FindStringSubmatch(d.Message)
	if m == nil {
		return nil
	}
	return []Action{{Title: "Write " + m[1], Edits: []text.Edit{replace(d.Span, m[1])}, Preferred: true, any: true}}
}

func bracketName(p *place, d diag.Diagnostic) []Action {
	name := d.Span.Of(p.text)
	return []Action{{Title: fmt.Sprintf("Write ['%s']", name), Edits: []text.Edit{replace(d.Span, "['"+name+"']")}, Preferred: true, any: true}}
}

func lowerOperator(p *place, d diag.Diagnostic) []Action {
	word := d.Span.Of(p.text)
	lower := strings.ToLower(word)
	if lower == word || !strings.HasSuffix(d.Message, ": "+lower) {
		return nil
	}
	return []Action{{Title: "Write " + lower, Edits: []text.Edit{replace(d.Span, lower)}, Preferred: true, any: true}}
}

func addBrackets(p *place, d diag.Diagnostic) []Action {
	return one("Call it: "+d.Span.Of(p.text)+"()", insert(d.Span.End, "()"))
}

// compareInstead is for a = b where a condition is wanted.
func compareInstead(p *place, d diag.Diagnostic) []Action {
	named, ok := find[*syntax.Named](p, d.Span)
	if !ok || len(named.Names) != 1 || !strings.HasPrefix(d.Message, "expected bool") {
		return nil
	}
	between := text.Span{Start: named.Names[0].To, End: named.X.Span().Start}
	at := strings.Index(between.Of(p.text), "=")
	if at < 0 {
		return nil
	}
	at += between.Start
	return []Action{{Title: "Compare with ==", Edits: []text.Edit{replace(text.Span{Start: at, End: at + 1}, "==")}, Preferred: true}}
}

// dropLet removes the statement with its semicolon and, when nothing else is on its lines, the line break.
func dropLet(p *place, d diag.Diagnostic) []Action {
	name, ok := find[*syntax.Name](p, d.Span)
	if !ok {
		return nil
	}
	let, ok := p.parents[name].(*syntax.LetStatement)
	if !ok {
		return nil
	}
	return []Action{{Title: fmt.Sprintf("Remove %q", name.Text), Edits: []text.Edit{remove(dropSpan(p, let))}, Preferred: true, keeps: true}}
}

// dropSpan is a let statement with its semicolon and the line break, when it has the line to itself.
func dropSpan(p *place, let *syntax.LetStatement) text.Span {
	span := let.Span()
	if let.Semicolon >= 0 {
		span.End = let.Semicolon + 1
	}
	rest := p.text[span.End:]
	if line := len(rest) - len(strings.TrimLeft(rest, " \t")); p.startsLine(span.Start) {
		switch {
		case strings.HasPrefix(rest[line:], "\r\n"):
			span.End += line + 2
		case strings.HasPrefix(rest[line:], "\n"):
			span.End += line + 1
		default:
			span.End += line
		}
	}
	return span
}

// startsLine tells whether only white space is before an offset on its line.
func (p *place) startsLine(at int) bool {
	from := strings.LastIndexByte(p.text[:at], '\n') + 1
	if from <= p.own.Start && p.block.Inner() {
		return false // the command stands before it
	}
	return strings.TrimSpace(p.text[from:at]) == ""
}

// useSuccessor writes the function that replaces an obsolete one. The successor of replace has its arguments in another order.
func useSuccessor(p *place, d diag.Diagnostic) []Action {
	name, ok := find[*syntax.Name](p, d.Span)
	if !ok {
		return nil
	}
	c, ok := p.parents[name].(*syntax.Call)
	if !ok {
		return nil
	}
	if name.Text == "replace" && len(c.Args) == 3 {
		return []Action{{Title: "Use replace_regex", Preferred: true, Edits: []text.Edit{replace(c.Span(),
			fmt.Sprintf("replace_regex(%s, %s, %s)", p.of(c.Args[2]), p.of(c.Args[0]), p.of(c.Args[1])))}}}
	}
	f := builtin.FindFunction(name.Text)
	if f == nil || f.Alternative == "" {
		f = builtin.FindAggregate(name.Text)
	}
	if f == nil || f.Alternative == "" {
		f = builtin.FindPlugin(name.Text)
	}
	if f == nil || f.Alternative == "" || strings.ContainsAny(f.Alternative, "' ") {
		return nil
	}
	return []Action{{Title: "Use " + f.Alternative, Edits: []text.Edit{replace(name.Span(), f.Alternative)}, Preferred: true}}
}

func wrapToString(p *place, d diag.Diagnostic) []Action {
	x := d.Span.Of(p.text)
	if x == "" {
		return nil
	}
	return []Action{{Title: "Convert with tostring", Edits: []text.Edit{replace(d.Span, "tostring("+x+")")}, Preferred: true}}
}
