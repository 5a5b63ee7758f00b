package tool

import (
	"bytes"
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
