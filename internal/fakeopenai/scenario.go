package fakeopenai

import (
	"encoding/json"
	"net/http"
	"strings"
	"time"
)

const countStorms = `{"query":"StormEvents | count"}`

// answer is the usual end of a scenario.
func answer(_ *Server, w *writer, _ Request) {
	w.begin()
	w.say("There ", "are ", "100.")
	w.end()
}

// refusal is a step that refuses.
func refusal(status int, fields map[string]any, headers ...string) step {
	return func(_ *Server, w *writer, _ Request) { w.refuse(status, fields, headers...) }
}

func fields(code, message string) map[string]any {
	return map[string]any{"code": code, "message": message}
}

// body is a step that streams what f writes, then ends well.
func body(f func(w *writer)) step {
	return func(_ *Server, w *writer, _ Request) {
		w.begin()
		f(w)
		w.end()
	}
}

// open is a step that streams what f writes and ends as f does.
func open(f func(w *writer)) step {
	return func(_ *Server, w *writer, _ Request) {
		w.begin()
		f(w)
	}
}

func filterResult(name string) map[string]any {
	return map[string]any{
		"code": "content_filter", "message": "The response was filtered", "param": "prompt", "status": 400,
		"innererror": map[string]any{"code": "ResponsibleAIPolicyViolation", "content_filter_result": map[string]any{
			"hate": map[string]any{"filtered": false}, name: map[string]any{"filtered": true, "severity": "high"},
		}},
	}
}

var rateLimit = fields("429", "Requests have exceeded the rate limit")

// scenarios are what an endpoint may do, by name: a step per request.
var scenarios = map[string][]step{
	"text": {answer},
	"tool": {body(func(w *writer) { w.think("I count them."); w.call("kusto_execute_query", countStorms) }), answer},
	"twoCalls": {body(func(w *writer) {
		w.call("kusto_list_tables", "{}")
		w.call("kusto_execute_query", countStorms)
	}), answer},
	"rows":         {body(func(w *writer) { w.call("kusto_execute_query", `{"query":"StormEvents"}`) }), answer},
	"badArguments": {body(func(w *writer) { w.call("kusto_execute_query", `{"query":`) }), answer},
	"unknownTool":  {body(func(w *writer) { w.call("shell", `{"command":"ls"}`) }), answer},
	"unknownEvent": {body(func(w *writer) { w.event("response.new_thing", map[string]any{"x": 1}); w.say("There are 100.") })},
	"unknownItem": {body(func(w *writer) {
		w.item(map[string]any{"type": "new_item", "id": "new_1", "strange": map[string]any{"a": []int{1}}})
		w.call("kusto_execute_query", countStorms)
	}), answer},
	"splitUTF8":   {splitUTF8},
	"bigItem":     {body(func(w *writer) { w.say(strings.Repeat("x", 5<<20)) })},
	"emptyOutput": {body(func(*writer) {})},
	"maxOutput": {open(func(w *writer) {
		w.say("There are")
		w.call("kusto_execute_query", countStorms)
		w.endAs("response.incomplete", map[string]any{"status": "incomplete", "incomplete_details": map[string]any{"reason": "max_output_tokens"}})
	}), answer},

	"401once":   {refusal(401, fields("401", "Access denied due to invalid subscription key")), answer},
	"401always": {refusal(401, fields("401", "Access denied due to invalid subscription key"))},
	"403":       {refusal(403, fields("AuthenticationTypeDisabled", "Key based authentication is disabled"))},

	"429seconds": {refusal(429, rateLimit, "Retry-After", "3"), answer},
	"429ms":      {refusal(429, rateLimit, "retry-after-ms", "1500", "Retry-After", "60"), answer},
	"429date":    {limitUntilDate, answer},
	"429none":    {refusal(429, rateLimit), answer},
	"429text":    {refusal(429, fields("429", "Please retry after 7 seconds.")), answer},
	"429long":    {refusal(429, rateLimit, "Retry-After", "3600")},
	"quota":      {refusal(429, map[string]any{"code": "insufficient_quota", "type": "insufficient_quota", "message": "You exceeded your quota"})},
	"failedRateLimit": {open(func(w *writer) {
		w.endAs("response.failed", map[string]any{"status": "failed", "error": fields("rate_limit_exceeded", "Rate limit reached. Please try again in 2s.")})
	}), answer},

	"500once":   {refusal(500, fields("server_error", "The server had an error")), answer},
	"503always": {refusal(503, fields("503", "Service unavailable"))},
	"html502":   {func(_ *Server, w *writer, _ Request) { w.page(502) }, answer},

	"cleanEnd": {open(func(w *writer) { w.say("There are") }), answer},
	"cut":      {open(func(w *writer) { w.say("There are"); w.call("kusto_execute_query", countStorms); w.cut() }), answer},
	"stall":    {open(func(w *writer) { w.say("There are"); w.hang() }), answer},
	// A call, then an answer that never ends, for processes that are killed in the middle of one; who asks again gets one.
	"killed": {
		body(func(w *writer) { w.think("I count them."); w.call("kusto_execute_query", countStorms) }),
		open(func(w *writer) { w.say("There are"); w.hang() }), answer,
	},
	"slowHeaders": {func(_ *Server, w *writer, _ Request) { w.hang() }, answer},
	"noBlankLine": {noBlankLine},
	"errorNull": {body(func(w *writer) {
		w.event("response.in_progress", map[string]any{"error": nil})
		w.say("There are 100.")
	})},
	"errorEvent": {open(func(w *writer) {
		w.event("error", map[string]any{"code": "server_error", "message": "The model overheated", "param": nil})
	}), answer},
	"completedFailed": {open(func(w *writer) {
		w.endAs("response.completed", map[string]any{"status": "failed", "error": fields("server_error", "It failed after all")})
	}), answer},

	"filterPrompt": {refusal(400, filterResult("jailbreak"))},
	"filterOutput": {open(func(w *writer) {
		w.say("There are")
		w.endAs("response.incomplete", map[string]any{"status": "incomplete", "incomplete_details": map[string]any{"reason": "content_filter"}})
	})},
	"filterStream": {open(func(w *writer) { w.event("error", filterResult("violence")) })},

	"context400": {refusal(400, fields("context_length_exceeded", "Your input exceeds the context window")), answer, answer},
	"contextFailed": {open(func(w *writer) {
		w.endAs("response.failed", map[string]any{"status": "failed", "error": fields("context_length_exceeded", "Your input exceeds the context window")})
	}), answer, answer},
	"contextTwice": {refusal(400, fields("context_length_exceeded", "Your input exceeds the context window")), answer, refusal(400, fields("context_length_exceeded", "Your input exceeds the context window"))},

	"deployment404": {refusal(404, fields("DeploymentNotFound", "The API deployment for this resource does not exist"))},
	"gateway404": {func(_ *Server, w *writer, _ Request) {
		w.Header().Set("Content-Type", "application/json")
		w.WriteHeader(http.StatusNotFound)
		_, _ = w.Write([]byte(`{"statusCode":404,"message":"Resource not found"}`))
	}},
	"apiVersion":   {refusal(400, fields("BadRequest", "API version not supported"))},
	"unsupported":  {refuseParameter("reasoning.effort"), refuseParameter("include"), answer},
	"refusedTools": {refuseParameter("tools")},
	"errorString": {func(_ *Server, w *writer, _ Request) {
		w.Header().Set("Content-Type", "application/json")
		w.WriteHeader(http.StatusBadRequest)
		_, _ = w.Write([]byte(`{"error":"something about the request"}`))
	}},
	"emptyBody": {func(_ *Server, w *writer, _ Request) { w.WriteHeader(http.StatusBadRequest) }},

	"reasoningNotFound": {
		body(func(w *writer) { w.think("I count."); w.call("kusto_execute_query", countStorms) }),
		refusal(400, fields("400", "Item with id 'rs_0_0' not found. Items are not persisted when `store` is set to false.")), answer,
	},
	"reasoningRequired": {
		body(func(w *writer) { w.think("I count."); w.call("kusto_execute_query", countStorms) }),
		refusal(400, fields("400", "Item 'fc_0_1' of type 'function_call' was provided without its required 'reasoning' item: 'rs_0_0'.")),
		refusal(400, fields("400", "Item 'fc_0_1' of type 'function_call' was provided without its required 'reasoning' item: 'rs_0_0'.")), answer,
	},
	"reasoningUnverified": {
		body(func(w *writer) { w.think("I count."); w.call("kusto_execute_query", countStorms) }),
		refusal(400, fields("invalid_encrypted_content", "The encrypted content for item rs_0_0 could not be verified.")), answer,
	},

	"html200": {func(_ *Server, w *writer, _ Request) { w.page(200) }},
	"redirect": {func(_ *Server, w *writer, _ Request) {
		w.Header().Set("Location", "https://login.example.com/?secret")
		w.WriteHeader(http.StatusFound)
	}},
	"conversation": {converse},
}

func refuseParameter(name string) step {
	return refusal(400, map[string]any{"code": "unsupported_parameter", "param": name, "message": "Unsupported parameter: '" + name + "'"})
}

func limitUntilDate(_ *Server, w *writer, _ Request) {
	w.refuse(429, rateLimit, "Retry-After", time.Now().Add(30*time.Second).UTC().Format(http.TimeFormat))
}

// splitUTF8 sends a character's bytes in two pieces.
func splitUTF8(_ *Server, w *writer, _ Request) {
	w.begin()
	line := `data: {"type":"response.output_text.delta","output_index":0,"delta":"Zürich"}` + "\n\n"
	at := strings.Index(line, "ü") + 1
	w.raw(line[:at])
	w.raw(line[at:])
	w.item(map[string]any{"type": "message", "id": "msg", "role": "assistant", "status": "completed", "content": []any{map[string]any{"type": "output_text", "text": "Zürich", "annotations": []any{}}}})
	w.end()
}

// noBlankLine ends after the terminal event's line, without the blank line that would close the event.
func noBlankLine(_ *Server, w *writer, _ Request) {
	w.begin()
	w.say("There are 100.")
	w.raw(`data: {"type":"response.completed","response":{"id":"r","status":"completed"}}` + "\n")
}

// converse answers by what was said last, for the editor's tests: a question runs a query, a result is told, "slowly" streams until
// it is stopped, "wrong" writes a query that must be repaired, "open it" and "insert it" want the editor, "more rows" reads on. The first
// time that it is "crowded" it asks to wait, the first "overflow" is too long; who is "locked out" stays so.
func converse(_ *Server, w *writer, r Request) {
	if len(r.Items) > 0 && turnedAway(w, strings.ToLower(string(r.Items[len(r.Items)-1]))) {
		return
	}
	w.begin()
	defer w.end()
	if len(r.Items) == 0 {
		w.say("Ask me.")
		return
	}
	last := r.Items[len(r.Items)-1]
	var item struct {
		Type   string
		Output string
	}
	_ = json.Unmarshal(last, &item)
	said := strings.ToLower(string(last))
	switch {
	case item.Type == "function_call_output" && strings.Contains(item.Output, `"kind":"diagnostics"`):
		w.call("kusto_execute_query", `{"query":"StormEvents\n| summarize Storms = count() by State\n| top 5 by Storms"}`)
	case item.Type == "function_call_output" && strings.Contains(item.Output, `"error"`):
		w.say("I couldn't ", "run that: ", "it was refused.")
	case strings.Contains(said, "write a summary of this conversation"):
		w.say("They asked about storms.")
	case item.Type == "function_call_output" && strings.Contains(item.Output, `"done"`):
		w.say("It is in the editor.")
	case item.Type == "function_call_output" && strings.Contains(item.Output, `"firstRow"`):
		w.say("I read on.")
	case item.Type == "function_call_output" && strings.Contains(string(r.Items[len(r.Items)-2]), "take 60"):
		w.call("kusto_read_result", `{"result_id":"`+resultOf(item.Output)+`","start":50,"count":null}`)
	case item.Type == "function_call_output":
		w.say("Here ", "is ", "what ", "the data ", "says.\n\n", "```kusto\nStormEvents\n| summarize Storms = count() by State\n| top 5 by Storms\n```\n")
	case strings.Contains(said, "slowly"):
		for i := 0; i < 600; i++ {
			w.event("response.output_text.delta", map[string]any{"item_id": "slow", "output_index": w.items, "delta": "word "})
			select {
			case <-w.server.release:
				return
			case <-time.After(100 * time.Millisecond):
			}
		}
	case strings.Contains(said, "open it"):
		w.call("editor_open_query", `{"query":"StormEvents\n| where State == 'TEXAS'\n| take 7","title":"Storms in Texas"}`)
	case strings.Contains(said, "insert it"):
		w.call("editor_insert_query", `{"query":"StormEvents\n| where State == 'OHIO'\n| take 8"}`)
	case strings.Contains(said, "more rows"):
		w.call("kusto_execute_query", `{"query":"StormEvents\n| take 60"}`)
	case strings.Contains(said, "wrong"):
		w.think("I look at the states.")
		w.call("kusto_execute_query", `{"query":"StormEvents\n| summarize Storms = count() by Stat\n| top 5 by Storms"}`)
	default:
		w.think("I look at the states.")
		w.call("kusto_execute_query", `{"query":"StormEvents\n| summarize Storms = count() by State\n| top 5 by Storms"}`)
	}
}

// turnedAway refuses what a person said about it.
func turnedAway(w *writer, said string) bool {
	once := func(word string) bool {
		w.server.mu.Lock()
		defer w.server.mu.Unlock()
		if !strings.Contains(said, word) || w.server.refused[word] {
			return false
		}
		w.server.refused[word] = true
		return true
	}
	switch {
	case once("crowded"):
		w.refuse(429, rateLimit, "Retry-After", "2")
	case once("overflow"):
		w.refuse(400, fields("context_length_exceeded", "Your input exceeds the context window"))
	case strings.Contains(said, "locked out"):
		w.refuse(401, fields("401", "Access denied due to invalid subscription key"))
	default:
		return false
	}
	return true
}

// resultOf finds a result's id in what a tool gave.
func resultOf(output string) string {
	var result struct {
		ID string `json:"resultId"`
	}
	_ = json.Unmarshal([]byte(output), &result)
	return result.ID
}
