package config

import "math"

// Agent says how the agent works, and where it stops. Zero numbers mean the defaults of docs/settings.md.
type Agent struct {
	// Approval is when a person is asked before a query runs: ask (each), auto (only where the guard asks) or never (none runs).
	Approval string `toml:"approval"`
	// ShareRows is preview, or none: then the model sees columns and counts only.
	ShareRows string `toml:"share_rows"`
	// FewShots is on, or off: then no query of the person's own goes to the model as an example.
	FewShots string `toml:"few_shots"`
	// History is how much a conversation's file holds: full, no_rows or off.
	History string `toml:"history"`

	MaxModelCalls  int `toml:"max_model_calls"`
	MaxToolCalls   int `toml:"max_tool_calls"`
	MaxTurnSeconds int `toml:"max_turn_seconds"`
	MaxTurnTokens  int `toml:"max_turn_tokens"`
	// What a question and a thread may cost, in the currency of the model's prices; 0 is no bound.
	MaxTurnCost   float64 `toml:"max_turn_cost"`
	MaxThreadCost float64 `toml:"max_thread_cost"`
}

// Check says which value can't be.
func (a Agent) Check() error {
	for _, w := range []struct {
		key, word string
		words     []string
	}{
		{"agent.approval", a.Approval, []string{"ask", "auto", "never"}},
		{"agent.share_rows", a.ShareRows, []string{"preview", "none"}},
		{"agent.few_shots", a.FewShots, []string{"on", "off"}},
		{"agent.history", a.History, []string{"full", "no_rows", "off"}},
	} {
		if err := oneOf(w.key, w.word, w.words...); err != nil {
			return err
		}
	}
	for _, n := range []struct {
		key string
		n   int
	}{
		{"agent.max_model_calls", a.MaxModelCalls},
		{"agent.max_tool_calls", a.MaxToolCalls},
		{"agent.max_turn_seconds", a.MaxTurnSeconds},
		{"agent.max_turn_tokens", a.MaxTurnTokens},
	} {
		if n.n < 0 {
			return wrong(n.key, "%d can't be; write a number above 0", n.n)
		}
	}
	for key, n := range map[string]float64{"agent.max_turn_cost": a.MaxTurnCost, "agent.max_thread_cost": a.MaxThreadCost} {
		if !(n >= 0) || math.IsInf(n, 0) {
			return wrong(key, "%g can't be; write a number above 0", n)
		}
	}
	return nil
}
