package agent

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"calypso/agent/model"
	"calypso/agent/model/azopenai"
	"calypso/internal/fakeopenai"
	"calypso/internal/golden"
)

// TestScenarios: whatever an endpoint does, the turn ends in an answer or in a message that a person can act on, with as many
// requests and pauses as promised; no key, page or raw body is in it.
func TestScenarios(t *testing.T) {
	golden.Run(t, "testdata/scenarios/*.txtar", func(t *testing.T, c *golden.Case) {
		for _, name := range fakeopenai.Names() {
			c.Want(t, name, scenario(t, name))
		}
	})
}

func scenario(t *testing.T, name string) string {
	t.Helper()
	server, err := fakeopenai.New(name)
	if err != nil {
		t.Fatal(err)
	}
	defer server.Close()
	idle := 10 * time.Second
	if name == "stall" || name == "slowHeaders" || name == "killed" {
		idle = 200 * time.Millisecond
	}
	m, err := azopenai.New(azopenai.Options{
		Provider: "test", Deployment: "gpt", BaseURL: server.URL, APIKey: "CANARY-KEY", KeySource: "AZURE_OPENAI_API_KEY", Auth: "api key", Idle: idle,
	})
	if err != nil {
		t.Fatal(err)
	}
	s := newStage(t, nil, func(o *Options) {
		o.Model = func() (model.Model, error) { return m, nil }
		o.Effort = "low"
	})
	id := s.thread()
	s.say(id, "how many storms?")
	checkOrder(t, s.events)
	for _, fault := range server.Faults() {
		t.Errorf("%s: %s", name, fault)
	}
	out := strings.ReplaceAll(strings.ReplaceAll(story(s.events), server.URL, "URL"), strings.TrimSuffix(strings.TrimPrefix(server.URL, "http://"), "/openai/v1"), "HOST")
	for _, secret := range []string{"CANARY", "secret", "<!doctype"} {
		if strings.Contains(out, secret) {
			t.Errorf("%s tells %q:\n%s", name, secret, out)
		}
	}
	return fmt.Sprintf("%s%d requests%s, %d queries\n", out, len(server.Requests()), pauses(s.pauses), len(s.of.Asked()))
}

// story tells a turn's events without the pieces of text.
func story(events []Event) string {
	var out strings.Builder
	for _, e := range events {
		switch e.Method {
		case "item/completed":
			if e.Item.Type != UserMessage {
				fmt.Fprintf(&out, "%s %q %s\n", e.Item.Type, clip(e.Item.Text+e.Item.Query, 60), e.Item.Status)
			}
		case "item/reset", "warning", "error":
			fmt.Fprintf(&out, "%s %s %s", e.Method, e.Kind, e.Message)
			if e.Hint != "" {
				out.WriteString("; " + e.Hint)
			}
			if e.WillRetry {
				fmt.Fprintf(&out, " (%d of %d)", e.Attempt, e.Of)
			}
			out.WriteByte('\n')
		case "turn/completed":
			fmt.Fprintf(&out, "%s", e.Turn.Status)
			if e.Turn.Error != nil {
				fmt.Fprintf(&out, ": %s: %s", e.Turn.Error.Kind, secretive.ReplaceAllString(until.ReplaceAllString(e.Turn.Error.Error(), "until …"), "…"))
			}
			out.WriteByte('\n')
		}
	}
	return out.String()
}

// pauses tells waits that the endpoint named; others vary by chance and are only counted.
func pauses(list []time.Duration) string {
	out := ""
	for _, d := range list {
		switch {
		case d > 25*time.Second:
			out += ", about 30s"
		case d%(500*time.Millisecond) == 0:
			out += ", " + d.String()
		default:
			out += ", a pause"
		}
	}
	return out
}
