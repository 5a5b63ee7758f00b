package agent

// What a turn does beside asking and calling: the question and what goes along with it, what the person adds, answers that end early.

import (
	"calypso/agent/model"
)

// begin puts the question, and what the model should know for it, into the history.
func (u *turn) begin() error {
	if err := u.keep(u.settings.History); err != nil {
		return err
	}
	u.show(Item{Type: UserMessage, Text: u.input.Text})
	if err := u.renew(); err != nil {
		return err
	}
	if ground := u.ground(); ground != "" {
		if err := u.add(developerMessage(ground)); err != nil {
			return err
		}
	}
	text := u.input.Text
	if u.input.Document != "" {
		text += "\n\nThe editor shows " + u.input.Name + ":\n```kusto\n" + clip(u.input.Document, 16_000) + "\n```"
	}
	return u.add(model.UserMessage(text))
}

// renew takes over what a change of settings means for the tools.
func (u *turn) renew() error {
	tools, err := u.agent.opts.Tools(u.ctx, u.info.Connection, u.info.Database)
	if err != nil {
		return err
	}
	u.mu.Lock()
	u.thread.tools = tools.After(u.thread.tools, u.input.Editor)
	u.mu.Unlock()
	return nil
}

// stopped handles an answer that ended early.
func (u *turn) stopped(r model.Result) error {
	switch r.Stop {
	case model.Filtered:
		return u.filtered(&model.Error{Kind: model.ContentFilter, Message: "the content filter stopped the answer", Hint: "ask in other words, or without rows"})
	case model.Cut:
		u.warn("limit", "the answer was cut: it reached the model's bound of tokens")
	}
	return nil
}

// filtered leaves this turn out of later requests: replayed, it would be refused each time.
func (u *turn) filtered(cause error) error {
	u.grounded = "" // it went with the rest
	if err := u.cutBack(u.base); err != nil {
		return err
	}
	return cause
}

// takeSteered adds what the person said meanwhile.
func (u *turn) takeSteered() (bool, error) {
	u.mu.Lock()
	texts := u.steered
	u.steered = nil
	u.mu.Unlock()
	for _, text := range texts {
		u.show(Item{Type: UserMessage, Text: text})
		if err := u.add(model.UserMessage(text)); err != nil {
			return false, err
		}
	}
	return len(texts) > 0, nil
}
