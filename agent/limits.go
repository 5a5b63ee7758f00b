package agent

import "time"

// Limits bound one turn. The zero value of each means its default.
type Limits struct {
	ModelCalls    int           // 20; then one last call without tools
	ToolCalls     int           // 30; as above
	Turn          time.Duration // 10 minutes, less what people take to approve
	Tokens        int           // 400,000
	TurnCost      float64       // in the currency of the model's prices; none. Of a thread: ThreadCost
	ThreadCost    float64
	SameCall      int           // 3 times the same call with the same arguments; one more ends the turn
	FailedChecks  int           // 3 queries in a row that don't pass the check; one more ends the turn
	RequestTries  int           // 4 repeats of a call that the endpoint refused for now; below 0 none
	StreamTries   int           // 5 repeats of a stream that broke; below 0 none
	RateLimitWait time.Duration // 2 minutes: a longer wait ends the turn
	Window        int           // tokens of context where the model doesn't say: 128,000
	CompactAt     int           // tokens; 80 % of the window
}

func (l Limits) filled() Limits {
	fill := func(n *int, or int) {
		if *n <= 0 {
			*n = or
		}
	}
	fill(&l.ModelCalls, 20)
	fill(&l.ToolCalls, 30)
	fill(&l.Tokens, 400_000)
	fill(&l.SameCall, 3)
	fill(&l.FailedChecks, 3)
	if l.RequestTries == 0 {
		l.RequestTries = 4
	}
	if l.StreamTries == 0 {
		l.StreamTries = 5
	}
	fill(&l.Window, 128_000)
	if l.Turn <= 0 {
		l.Turn = 10 * time.Minute
	}
	if l.RateLimitWait <= 0 {
		l.RateLimitWait = 2 * time.Minute
	}
	return l
}

// compactAt gives the number of tokens from which a thread is summarised.
func (l Limits) compactAt(window int) int {
	if l.CompactAt > 0 {
		return l.CompactAt
	}
	if window <= 0 {
		window = l.Window
	}
	return window * 8 / 10
}
