package tool

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"

	"calypso/agent/model"
)

// define makes a tool; properties is the inside of its JSON Schema's properties, names are all of them.
func define(name, description, properties string, names ...string) model.Tool {
	required, _ := json.Marshal(append([]string{}, names...))
	schema := fmt.Sprintf(`{"type":"object","properties":{%s},"required":%s,"additionalProperties":false}`, properties, required)
	return model.Tool{Name: name, Description: description, Parameters: json.RawMessage(schema)}
}

// decode reads a call's arguments. Nothing is guessed: an unknown property or a wrong type is told to the model.
func decode(arguments json.RawMessage, into any) *Failure {
	if len(bytes.TrimSpace(arguments)) == 0 {
		arguments = json.RawMessage("{}")
	}
	d := json.NewDecoder(bytes.NewReader(arguments))
	d.DisallowUnknownFields()
	err := d.Decode(into)
	if err == nil {
		if _, more := d.Token(); errors.Is(more, io.EOF) {
			return nil
		}
		err = errors.New("there is more than one JSON value")
	}
	return &Failure{Kind: BadArguments, Message: "the arguments can't be read: " + err.Error(), Hint: "send one JSON object that fits the tool's schema"}
}

// onQuery makes the call of a tool whose only argument is a query.
func (p *Prepared) onQuery(run func(ctx context.Context, query string) Outcome) *Failure {
	var a struct {
		Query string `json:"query"`
	}
	if f := decode(p.Arguments, &a); f != nil {
		return f
	}
	p.run = func(ctx context.Context) Outcome { return run(ctx, a.Query) }
	return nil
}

// withNone makes the call of a tool without arguments.
func (p *Prepared) withNone(run func(context.Context) Outcome) *Failure {
	p.run = run
	return decode(p.Arguments, &struct{}{})
}

// fitting gives as many entries as fit into so many bytes of JSON, and whether some were left out.
func fitting[T any](entries []T, bytes int) ([]T, bool) {
	for i, e := range entries {
		if bytes -= len(marshal(e)) + 1; bytes < 0 {
			return entries[:i], true
		}
	}
	return entries, false
}
