package config

import (
	"fmt"
	"math"
)

// Price is one [model_providers.X.prices."MODEL"]: what a million tokens cost.
type Price struct {
	Input       float64  `toml:"input"`
	CachedInput *float64 `toml:"cached_input"` // nil means as Input
	Output      float64  `toml:"output"`
	Currency    string   `toml:"currency"` // as text, such as USD
}

func (p Price) check(prefix string) error {
	amounts := map[string]float64{"input": p.Input, "output": p.Output}
	if p.CachedInput != nil {
		amounts["cached_input"] = *p.CachedInput
	}
	for name, n := range amounts {
		if !(n >= 0) || math.IsInf(n, 0) {
			return wrong(prefix+name, "%g can't be; write what a million tokens cost", n)
		}
	}
	if p.Currency == "" {
		return wrong(prefix+"currency", "the currency is missing; write it as text, such as \"USD\"")
	}
	return nil
}

// Price gives the chosen model's; nil where none is set, which is an error where a budget needs one.
func (s Settings) Price() (*Price, error) {
	if p, ok := s.Providers[s.ModelProvider].Prices[s.Model]; ok {
		return &p, nil
	}
	for key, budget := range map[string]float64{"max_turn_cost": s.Agent.MaxTurnCost, "max_thread_cost": s.Agent.MaxThreadCost} {
		if budget > 0 {
			return nil, wrong("agent."+key, "%s", fmt.Sprintf("a budget needs prices, and model %q has none; write [model_providers.%s.prices.%q] with input, output and currency", s.Model, s.ModelProvider, s.Model))
		}
	}
	return nil, nil
}

// checkPrices looks for a budget without prices, where the file says which model is asked.
func (s Settings) checkPrices() error {
	if s.Model == "" || s.ModelProvider == "" {
		return nil
	}
	_, err := s.Price()
	return err
}
