package config

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
	return nil
}
