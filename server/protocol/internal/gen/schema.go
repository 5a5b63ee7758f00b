package main

import (
	"encoding/json"
	"fmt"
	"reflect"
	"strings"

	"calypso/server/protocol"
)

// The agent's messages as JSON Schema, for clients that are written in neither Go nor TypeScript. The shapes are those of the same
// structs.

// schemaTarget is the written file, seen from server/protocol.
const schemaTarget = "../../docs/agent.schema.json"

// schemas collects the definitions that the messages reach.
type schemas struct {
	words docs
	defs  map[string]any
}

// agentSchema returns the whole file. dir is the folder of the package server/protocol.
func agentSchema(dir string) (string, error) {
	words, err := allDocs(dir)
	if err != nil {
		return "", err
	}
	s := &schemas{words: words, defs: map[string]any{}}
	methods := map[string]any{}
	for _, m := range protocol.Messages() {
		if strings.HasPrefix(m.Method, protocol.AgentPrefix) {
			methods[m.Method] = s.method(m)
		}
	}
	b, err := json.MarshalIndent(map[string]any{
		"$schema": "https://json-schema.org/draft/2020-12/schema",
		"title":   "The agent's messages",
		"$comment": "Written by go generate ./server/protocol from the Go structs; don't edit. The members of methods say who sends what: " +
			"params and result are schemas.",
		"$defs": s.defs, "methods": methods,
	}, "", "  ")
	return string(b) + "\n", err
}

func (s *schemas) method(m protocol.Message) map[string]any {
	out := map[string]any{"description": m.Doc, "from": "client", "kind": "request"}
	if m.Direction == protocol.ToClient {
		out["from"] = "server"
	}
	if m.Notify {
		out["kind"] = "notification"
	}
	if m.Params != nil {
		out["params"] = s.of(m.Params)
	}
	if !m.Notify {
		out["result"] = map[string]any{"type": "null"}
		if m.Result != nil {
			out["result"] = s.of(m.Result)
		}
	}
	return out
}

// of gives the schema of a type; structs become definitions.
func (s *schemas) of(t reflect.Type) map[string]any {
	if t == reflect.TypeFor[json.RawMessage]() {
		return map[string]any{}
	}
	switch t.Kind() {
	case reflect.Pointer:
		return s.of(t.Elem())
	case reflect.Slice:
		return map[string]any{"type": "array", "items": s.of(t.Elem())}
	case reflect.Bool:
		return map[string]any{"type": "boolean"}
	case reflect.Int, reflect.Int32, reflect.Int64, reflect.Uint32:
		return map[string]any{"type": "integer"}
	case reflect.String:
		return map[string]any{"type": "string"}
	case reflect.Struct:
		name := nameOf(t)
		if _, known := s.defs[name]; !known {
			s.defs[name] = nil // a struct may reach itself
			s.defs[name] = s.object(t)
		}
		return map[string]any{"$ref": "#/$defs/" + name}
	}
	panic(fmt.Sprintf("no schema for %s", t))
}

func (s *schemas) object(t reflect.Type) map[string]any {
	properties, required := map[string]any{}, []string{}
	for i := range t.NumField() {
		f := t.Field(i)
		name, rest, _ := strings.Cut(f.Tag.Get("json"), ",")
		if name == "-" {
			continue
		}
		p := s.of(f.Type)
		if strings.Contains(rest, "omit") {
			// may be absent
		} else if required = append(required, name); f.Type.Kind() == reflect.Pointer {
			p = map[string]any{"anyOf": []any{p, map[string]any{"type": "null"}}}
		}
		if words := s.words.field[nameOf(t)+"."+f.Name]; words != "" {
			p["description"] = words
		}
		properties[name] = p
	}
	out := map[string]any{"type": "object", "properties": properties, "required": required}
	if words := s.words.typ[nameOf(t)]; words != "" {
		out["description"] = words
	}
	return out
}
