package azopenai

import (
	"encoding/json"

	"calypso/agent/model"

	"github.com/openai/openai-go/v3/packages/param"
	"github.com/openai/openai-go/v3/responses"
	"github.com/openai/openai-go/v3/shared"
)

// params makes a request: stateless, the whole history in it, tools strict and in fixed order so that the endpoint's cache serves.
func (m *Model) params(r model.Request) responses.ResponseNewParams {
	p := responses.ResponseNewParams{
		Model: m.opts.Deployment, Instructions: param.NewOpt(r.Instructions), Store: param.NewOpt(false),
		Input: responses.ResponseNewParamsInputUnion{OfInputItemList: input(r.Items)},
	}
	for _, t := range r.Tools {
		var schema map[string]any
		_ = json.Unmarshal(t.Parameters, &schema) // our own text
		p.Tools = append(p.Tools, responses.ToolUnionParam{OfFunction: &responses.FunctionToolParam{
			Name: t.Name, Description: param.NewOpt(t.Description), Parameters: schema, Strict: param.NewOpt(true),
		}})
	}
	if r.NoTools {
		p.ToolChoice = responses.ResponseNewParamsToolChoiceUnion{OfToolChoiceMode: param.NewOpt(responses.ToolChoiceOptionsNone)}
	}
	if m.sends("include") {
		p.Include = []responses.ResponseIncludable{responses.ResponseIncludableReasoningEncryptedContent}
	}
	if m.sends("parallel_tool_calls") && len(r.Tools) > 0 {
		p.ParallelToolCalls = param.NewOpt(false)
	}
	if r.CacheKey != "" && m.sends("prompt_cache_key") {
		p.PromptCacheKey = param.NewOpt(r.CacheKey)
	}
	if r.MaxOutput > 0 && m.sends("max_output_tokens") {
		p.MaxOutputTokens = param.NewOpt(int64(r.MaxOutput))
	}
	if m.sends("reasoning") {
		if r.Effort != "" && m.sends("reasoning.effort") {
			p.Reasoning.Effort = shared.ReasoningEffort(r.Effort)
		}
		if r.Summary != "" && m.sends("reasoning.summary") {
			p.Reasoning.Summary = shared.ReasoningSummary(r.Summary)
		}
	}
	return p
}

// input hands the items on byte for byte: what a model gave it gets back, with all that this program doesn't know.
func input(items []json.RawMessage) responses.ResponseInputParam {
	list := make(responses.ResponseInputParam, len(items))
	for i, raw := range items {
		list[i] = param.Override[responses.ResponseInputItemUnionParam](raw)
	}
	return list
}
