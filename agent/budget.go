package agent

// What a turn may cost, in tokens and, where the model has prices, in money. A budget holds before a call: what is already spent and
// what the call's own words will cost must fit.

import (
	"fmt"

	"calypso/agent/model"
)

// spent counts an answer's tokens and their cost.
func (u *turn) spent(usage model.Usage) {
	if p := u.model.Info().Prices; p != nil {
		usage.Cost = p.Of(usage)
	}
	u.usage = u.usage.Add(usage)
	total := u.total()
	u.emit(Event{
		Method: "usage", TurnID: u.id, Last: &usage, Total: &total, Currency: u.currency(),
		ContextWindow: u.window(), Estimated: estimate(u.history()),
	})
}

// currency is that of the model's prices; "" without any.
func (u *turn) currency() string {
	if p := u.model.Info().Prices; p != nil {
		return p.Currency
	}
	return ""
}

// total is what the thread took so far, this turn with it.
func (u *turn) total() model.Usage {
	u.mu.Lock()
	defer u.mu.Unlock()
	t := thread{info: u.info}
	t.spend(u.usage, u.currency())
	return t.info.Usage
}

// spend adds what a turn took. Amounts of another currency can't be added: those of before are forgotten.
func (t *thread) spend(usage model.Usage, currency string) {
	if currency != "" && t.info.Currency != currency {
		t.info.Currency, t.info.Usage.Cost = currency, 0
	}
	t.info.Usage = t.info.Usage.Add(usage)
}

// withinBudget fails where another call would cost more than the person allows.
func (u *turn) withinBudget() error {
	tokens := u.usage.Input + u.usage.Output
	if tokens > u.limits.Tokens {
		return &Failure{Kind: "limit", Message: "this question used up its tokens", Hint: "ask for less at once, or raise max_turn_tokens"}
	}
	near := tokens > u.limits.Tokens*8/10
	what := "tokens are"
	for _, b := range []struct {
		key        string
		limit, now float64
	}{{"max_turn_cost", u.limits.TurnCost, u.usage.Cost}, {"max_thread_cost", u.limits.ThreadCost, u.total().Cost}} {
		p := u.model.Info().Prices
		switch {
		case b.limit <= 0:
			continue
		case p == nil:
			return &Failure{Kind: "config", Message: fmt.Sprintf("%s is set, and the prices of %s aren't", b.key, u.model.Info().Deployment), Hint: "set prices of the provider, or take " + b.key + " out"}
		}
		next := p.Of(model.Usage{Input: estimate(u.history())})
		if b.now+next > b.limit {
			return &Failure{
				Kind: "limit", Message: fmt.Sprintf("the next call would go over %s: %s of %s %s are spent", b.key, amount(b.now), amount(b.limit), p.Currency),
				Hint: "begin a new thread, ask for less, or raise " + b.key,
			}
		}
		if b.now > b.limit*8/10 {
			near, what = true, "budget is"
		}
	}
	if near && !u.warned {
		u.warned = true
		u.warn("limit", "most of this question's "+what+" used")
	}
	return nil
}

// amount writes money so that small sums don't vanish.
func amount(n float64) string {
	if n < 0.1 {
		return fmt.Sprintf("%.4f", n)
	}
	return fmt.Sprintf("%.2f", n)
}
