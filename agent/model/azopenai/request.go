package azopenai

import (
	"bytes"
	"encoding/json"

	"calypso/agent/model"
)

// body is a request: stateless, the whole history in it, tools strict and in fixed order so that the endpoint's cache serves.
type body struct {
	Model        string            `json:"model"`
	Instructions string            `json:"instructions,omitempty"`
	Input        []json.RawMessage `json:"input"` // handed on byte for byte
	Stream       bool              `json:"stream"`
	Store        bool              `json:"store"`
	Tools        []function        `json:"tools,omitempty"`
	ToolChoice   string            `json:"tool_choice,omitempty"`
	Include      []string          `json:"include,omitempty"`
	Parallel     *bool             `json:"parallel_tool_calls,omitempty"`
	CacheKey     string            `json:"prompt_cache_key,omitempty"`
	MaxOutput    int               `json:"max_output_tokens,omitempty"`
	Reasoning    *reasoning        `json:"reasoning,omitempty"`
}

type function struct {
	Type        string          `json:"type"`
	Name        string          `json:"name"`
	Description string          `json:"description,omitempty"`
	Parameters  json.RawMessage `json:"parameters"`
	Strict      bool            `json:"strict"`
}

type reasoning struct {
	Effort  string `json:"effort,omitempty"`
	Summary string `json:"summary,omitempty"`
}

// encode writes a request without what the deployment refused before.
func (m *Model) encode(r model.Request) ([]byte, error) {
	b := body{Model: m.opts.Deployment, Instructions: r.Instructions, Input: r.Items, Stream: true}
	if b.Input == nil {
		b.Input = []json.RawMessage{}
	}
	for _, t := range r.Tools {
		b.Tools = append(b.Tools, function{"function", t.Name, t.Description, t.Parameters, true})
	}
	if r.NoTools {
		b.ToolChoice = "none"
	}
	if m.sends("include") {
		b.Include = []string{"reasoning.encrypted_content"}
	}
	if m.sends("parallel_tool_calls") && len(r.Tools) > 0 {
		b.Parallel = new(bool)
	}
	if m.sends("prompt_cache_key") {
		b.CacheKey = r.CacheKey
	}
	if m.sends("max_output_tokens") {
		b.MaxOutput = r.MaxOutput
	}
	b.Reasoning = m.reasoning(r)
	var out bytes.Buffer
	e := json.NewEncoder(&out)
	e.SetEscapeHTML(false) // what a model gave goes back as it is
	err := e.Encode(b)
	return out.Bytes(), err
}

// reasoning is sent only where it is set: models without it refuse it.
func (m *Model) reasoning(r model.Request) *reasoning {
	var out reasoning
	if m.sends("reasoning.effort") {
		out.Effort = r.Effort
	}
	if m.sends("reasoning.summary") {
		out.Summary = r.Summary
	}
	if out == (reasoning{}) || !m.sends("reasoning") {
		return nil
	}
	return &out
}
