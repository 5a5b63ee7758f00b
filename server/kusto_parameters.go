package server

import (
	"cmp"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"

	"calypso/kql/script"
	"calypso/kql/syntax"
	"calypso/kql/text"
	"calypso/kusto/value"
	"calypso/server/parameter"
	"calypso/server/protocol"
	"calypso/server/session"

	lsp "go.lsp.dev/protocol"
	"go.uber.org/zap"
)

// Parameters of queries. A run takes the values that it is given, else those that were entered last in the document, else the defaults;
// what is still missing is asked for, where somebody can be asked. A lens above the query shows and changes them.

// parametersCommand is the client's command behind the lens: {uri, position}.
const parametersCommand = "setParameters"

func parameterCommands() []uiCommand {
	return []uiCommand{{name: parametersCommand, run: changeParameters, without: "write the values as defaults into the declaration"}}
}

// work with values: what a run that is about to start sends.
func (c *call) valued(p *protocol.QueryRunParams) (work, error) {
	w, err := c.work(p)
	if err != nil {
		return w, err
	}
	unknown := maps.Clone(p.Parameters)
	for i, part := range w.parts {
		declared := parameter.Declared(syntax.Parse(part.text))
		for _, one := range declared {
			delete(unknown, one.Name)
		}
		if w.parts[i].parameters, err = c.valuesOf(w.doc, declared, p.Parameters); err != nil {
			return w, err
		}
	}
	for _, name := range slices.Sorted(maps.Keys(unknown)) {
		return w, failf(protocol.ErrorQuery, "begin the query with declare query_parameters", "the query declares no parameter %q", name)
	}
	return w, nil
}

// valuesOf gives the values of a query's parameters as literals. What the default holds for is left out.
func (c *call) valuesOf(doc *session.Document, declared []parameter.Parameter, given map[string]string) (map[string]string, error) {
	if len(declared) == 0 {
		return nil, nil
	}
	var last map[string]string
	if doc != nil {
		last = c.parameters.Values(string(doc.Key))
	}
	out, entered := map[string]string{}, map[string]string{}
	for _, p := range declared {
		text, ok := given[p.Name]
		switch emptied := ok && text == "" && (p.Kind != value.String || p.Default != ""); {
		case emptied:
			entered[p.Name], ok = "", false // back to the default, or asked for again
		case ok:
			entered[p.Name] = text
		default:
			text, ok = last[p.Name]
			if _, err := p.Literal(text); err != nil {
				ok = false // the type was changed since
			}
		}
		if !ok && p.Default != "" {
			continue
		}
		if !ok {
			var err error
			if text, err = c.askValue(p, ""); err != nil {
				return nil, unvalued(p, err)
			}
			entered[p.Name] = text
		}
		literal, err := p.Literal(text)
		if err != nil {
			return nil, failf(protocol.ErrorQuery, "", "%s", err)
		}
		out[p.Name] = literal
	}
	c.keepValues(doc, entered)
	return out, nil
}

// unvalued says that a run can't start for lack of a value.
func unvalued(p parameter.Parameter, err error) error {
	if errors.Is(err, errDismissed) {
		return &Failure{Kind: protocol.ErrorStopped, Message: fmt.Sprintf("the query was not run: its parameter %q has no value", p.Name)}
	}
	if errors.Is(err, errUnasked) {
		return failf(protocol.ErrorQuery, "write a default into its declaration", "parameter %q (%s) has no value", p.Name, p.Kind)
	}
	return err
}

// askValue asks for one value until it is of the type. With a default, nothing may be entered too: it holds then.
func (c *call) askValue(p parameter.Parameter, value string) (string, error) {
	prompt := "A " + p.Kind.String()
	if example := p.Example(); example != "" {
		prompt += ", as " + example
	}
	if p.Default != "" {
		prompt += "; empty for the default, " + p.Default
	}
	return c.input(c, protocol.UIInputParams{Title: "Parameter " + p.Name, Prompt: prompt, Value: value}, func(entered string) string {
		if _, err := p.Literal(entered); err != nil && (entered != "" || p.Default == "") {
			return err.Error()
		}
		return ""
	})
}

func (c *call) keepValues(doc *session.Document, values map[string]string) {
	if doc == nil || len(values) == 0 {
		return
	}
	if t, _ := c.snapshot.Target(doc.Key); c.private(t.Connection) {
		return // they are asked for again: nothing about such a cluster is on the disk
	}
	if err := c.parameters.Keep(string(doc.Key), values); err != nil {
		c.log.Warn("the values of parameters can't be kept", zap.Error(err))
	}
	c.refreshLenses()
}

// queryParameters is kusto/query/parameters.
func queryParameters(c *call, p *protocol.QueryParametersParams) (any, error) {
	d, declared, err := c.declaredIn(p.URI, p.Range)
	if err != nil {
		return nil, err
	}
	return c.parametersOf(d, declared), nil
}

// querySetParameters is kusto/query/setParameters.
func querySetParameters(c *call, p *protocol.QuerySetParametersParams) (any, error) {
	d, declared, err := c.declaredIn(p.URI, p.Range)
	if err != nil {
		return nil, err
	}
	for _, name := range slices.Sorted(maps.Keys(p.Values)) {
		i := slices.IndexFunc(declared, func(one parameter.Parameter) bool { return one.Name == name })
		if i < 0 {
			return nil, failf(protocol.ErrorQuery, "", "the query declares no parameter %q", name)
		}
		if _, err := declared[i].Literal(p.Values[name]); err != nil && p.Values[name] != "" {
			return nil, failf(protocol.ErrorQuery, "", "%s", err)
		}
	}
	c.keepValues(d, p.Values)
	return c.parametersOf(d, declared), nil
}

// inputsOf gives the inputs that a run's tab shows: the parameters of its first query that has some, with what was given.
func (c *call) inputsOf(w work, given map[string]string) []protocol.QueryParameter {
	if w.doc == nil {
		return nil
	}
	for _, part := range w.parts {
		if declared := parameter.Declared(syntax.Parse(part.text)); len(declared) > 0 {
			inputs := c.parametersOf(w.doc, declared).Parameters
			for i, p := range inputs {
				inputs[i].Value = cmp.Or(given[p.Name], p.Value)
			}
			return inputs
		}
	}
	return nil
}

func (c *call) parametersOf(d *session.Document, declared []parameter.Parameter) protocol.QueryParametersResult {
	out := protocol.QueryParametersResult{Parameters: []protocol.QueryParameter{}}
	last := c.parameters.Values(string(d.Key))
	for _, p := range declared {
		out.Parameters = append(out.Parameters, protocol.QueryParameter{
			Name: p.Name, Type: protocol.ColumnType(p.Kind.String()), Default: p.Default, Value: last[p.Name], Example: p.Example(),
		})
	}
	return out
}

// declaredIn gives the parameters of the blocks that a range covers, each name once.
func (c *call) declaredIn(uri string, r lsp.Range) (*session.Document, []parameter.Parameter, error) {
	d, sc, err := c.opened(uri)
	if err != nil {
		return nil, nil, err
	}
	own, _ := c.snapshot.Target(d.Key)
	var list []parameter.Parameter
	for _, part := range c.runnables(sc, c.can.Encoding.Span(d.File, r), own) {
		for _, p := range parameter.Declared(syntax.Parse(part.text)) {
			if !slices.ContainsFunc(list, func(known parameter.Parameter) bool { return known.Name == p.Name }) {
				list = append(list, p)
			}
		}
	}
	return d, list, nil
}

// changeParameters is the command: one value after the other, until the person leaves.
func changeParameters(c *call, p *protocol.UICommandParams) error {
	at := documentPlace{URI: p.URI}
	if p.Range != nil {
		at.Position = p.Range.Start
	}
	if err := commandArgument(p, &at); err != nil {
		return err
	}
	d, declared, err := c.declaredIn(at.URI, lsp.Range{Start: at.Position, End: at.Position})
	if err != nil {
		return err
	}
	if len(declared) == 0 {
		return failf(protocol.ErrorQuery, "begin it with declare query_parameters(name: type);", "the query at the caret declares no parameters")
	}
	for {
		last := c.parameters.Values(string(d.Key))
		chosen := declared[0].Name
		if len(declared) > 1 {
			items := make([]protocol.UIPickItem, len(declared))
			for i, one := range declared {
				items[i] = protocol.UIPickItem{ID: one.Name, Label: one.Name, Description: shownValue(one, last[one.Name]), Detail: one.Kind.String()}
			}
			if chosen, err = c.pickOne(c, protocol.UIPickParams{Title: "Parameters of the query", Placeholder: "Choose one to change", Items: items}); err != nil {
				return err
			}
		}
		one := declared[slices.IndexFunc(declared, func(one parameter.Parameter) bool { return one.Name == chosen })]
		entered, err := c.askValue(one, last[chosen])
		if err != nil {
			return err
		}
		c.keepValues(d, map[string]string{chosen: entered})
		if len(declared) == 1 {
			return nil
		}
	}
}

// shownValue is what a parameter has now, in a few words.
func shownValue(p parameter.Parameter, last string) string {
	if r := []rune(last); len(r) > 40 {
		last = string(r[:39]) + "…"
	}
	return cmp.Or(last, p.Default, "not set")
}

// parameterLenses show the values above a query that declares some; a click changes them.
func parameterLenses(l *lenses) {
	if !l.can.UI {
		return
	}
	var last map[string]string
	l.blocks(func(b *script.Block, r runnable) {
		declared := parameter.Declared(b.Bound.Tree)
		if len(declared) == 0 {
			return
		}
		if last == nil {
			last = l.parameters.Values(string(l.doc.Key))
		}
		words := make([]string, len(declared))
		for i, p := range declared {
			words[i] = p.Name + " = " + strings.ReplaceAll(shownValue(p, last[p.Name]), "\n", " ")
		}
		at := l.at.of(text.Span{Start: r.span.Start, End: r.span.Start}).Start
		l.above(r.span.Start, lsp.CodeLens{Command: lsp.Command{
			Title: "$(symbol-parameter)\u00a0" + strings.Join(words, ", "), Command: "calypso." + parametersCommand, Arguments: arguments(documentPlace{l.doc.URI, at}),
		}})
	})
}
