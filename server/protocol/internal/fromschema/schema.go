package main

import (
	"bytes"
	"encoding/json"
	"errors"
	"strings"
)

// document is the whole file.
type document struct {
	Methods ordered[method]     `json:"methods"`
	Defs    ordered[definition] `json:"$defs"`
}

// method is one message. Go is the name of its constant, without the word Method.
type method struct {
	Go          string  `json:"x-go"`
	From        string  `json:"from"` // client or server
	Kind        string  `json:"kind"` // request or notification
	Description string  `json:"description"`
	Params      *schema `json:"params"`
	Result      *schema `json:"result"`
}

// definition is one struct.
type definition struct {
	Description string          `json:"description"`
	Go          string          `json:"x-go"`      // package and name; "" for the definition's own name in server/protocol
	Also        string          `json:"x-go-also"` // a field that isn't on the wire
	Properties  ordered[schema] `json:"properties"`
	Required    []string        `json:"required"`
}

// schema is the type of one property.
type schema struct {
	Ref         string   `json:"$ref"`
	Type        string   `json:"type"`
	Format      string   `json:"format"`
	Items       *schema  `json:"items"`
	AnyOf       []schema `json:"anyOf"` // a type, or null
	Description string   `json:"description"`
}

// named gives the definition that a schema refers to.
func (s schema) named() string { return strings.TrimPrefix(s.Ref, "#/$defs/") }

// ordered is a JSON object in the order in which it is written.
type ordered[T any] []entry[T]

type entry[T any] struct {
	Name  string
	Value T
}

// UnmarshalJSON reads an object.
func (o *ordered[T]) UnmarshalJSON(b []byte) error {
	d := json.NewDecoder(bytes.NewReader(b))
	if open, err := d.Token(); err != nil || open != json.Delim('{') {
		return errors.Join(err, errors.New("an object is wanted"))
	}
	for d.More() {
		key, err := d.Token()
		if err != nil {
			return err
		}
		e := entry[T]{Name: key.(string)} //nolint:forcetypeassert // keys of objects are texts
		if err := d.Decode(&e.Value); err != nil {
			return err
		}
		*o = append(*o, e)
	}
	return nil
}
