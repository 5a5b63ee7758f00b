package server

import (
	"encoding/json"
	"fmt"
	"os"
	"strings"
	"testing"

	"github.com/google/jsonschema-go/jsonschema"
)

// agentSchemas are the schemas that the agent's messages must fit, each by its method and half. They are those of
// protocol/agent.schema.json, but that a member which isn't in them is a fault here: clients that were built from the file wouldn't
// know it.
type agentSchemas struct {
	methods map[string]map[string]json.RawMessage
	defs    json.RawMessage
	ready   map[string]*jsonschema.Resolved
}

func readAgentSchemas(t *testing.T) *agentSchemas {
	t.Helper()
	text, err := os.ReadFile("protocol/agent.schema.json")
	if err != nil {
		t.Fatal(err)
	}
	var file struct {
		Methods map[string]map[string]json.RawMessage `json:"methods"`
		Defs    map[string]map[string]any             `json:"$defs"`
	}
	if err := json.Unmarshal(text, &file); err != nil {
		t.Fatal(err)
	}
	for _, d := range file.Defs {
		d["additionalProperties"] = false
	}
	defs, err := json.Marshal(file.Defs)
	if err != nil {
		t.Fatal(err)
	}
	return &agentSchemas{methods: file.Methods, defs: defs, ready: map[string]*jsonschema.Resolved{}}
}

// check holds one half of a message, params or result, against its schema. Methods that aren't the agent's are none of it.
func (a *agentSchemas) check(t *testing.T, method, half string, body json.RawMessage) {
	t.Helper()
	if !strings.HasPrefix(method, "agent/") {
		return
	}
	m, known := a.methods[method]
	if !known || m[half] == nil {
		t.Errorf("%s has no %s in the schema", method, half)
		return
	}
	key := method + " " + half
	if a.ready[key] == nil {
		var root jsonschema.Schema
		whole := fmt.Sprintf(`{"$defs":%s,"allOf":[%s]}`, a.defs, m[half])
		if err := json.Unmarshal([]byte(whole), &root); err != nil {
			t.Fatalf("%s: %v", key, err)
		}
		ready, err := root.Resolve(nil)
		if err != nil {
			t.Fatalf("%s: %v", key, err)
		}
		a.ready[key] = ready
	}
	var value any
	if err := json.Unmarshal(body, &value); err != nil {
		t.Fatalf("%s: %v in %s", key, err, body)
	}
	if err := a.ready[key].Validate(value); err != nil {
		t.Errorf("%s doesn't fit the schema: %v\n%s", key, err, body)
	}
}

// What the schema holds it really holds: a message that lacks something, has too much or another type is told.
func TestAgentSchemaRefuses(t *testing.T) {
	schemas := readAgentSchemas(t)
	for _, c := range []struct{ method, half, body string }{
		{"agent/item/delta", "params", `{"threadId":"t","seq":1,"turnId":"u","itemId":"i","attempt":1,"kind":"text"}`},
		{"agent/item/completed", "params", `{"threadId":"t","seq":1,"turnId":"u","item":{"id":"i","type":"thought"}}`},
		{"agent/turn/completed", "params", `{"threadId":"t","seq":1,"turnId":"u","turn":{"id":"u","status":"completed","usage":{}}}`},
		{"agent/approve", "result", `{"decision":"perhaps"}`},
		{"agent/turn/start", "result", `{"turnId":"u","more":1}`},
		{"agent/turn/start", "params", `{"threadId":1,"input":{"text":"x"}}`},
		{"agent/nothing", "params", `{}`},
	} {
		inner := &testing.T{}
		schemas.check(inner, c.method, c.half, json.RawMessage(c.body))
		if !inner.Failed() {
			t.Errorf("%s %s takes %s", c.method, c.half, c.body)
		}
	}
}
