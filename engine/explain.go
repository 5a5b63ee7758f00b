// Explain: what a query does, step by step; with rows and time of each after a run.

package engine

import (
	"context"
	"fmt"
	"maps"
	"strings"
	"time"

	"calypso/engine/exec"
	"calypso/engine/plan"
)

// Explain gives a query's plan as text, a step a line with what it reads below, without running it.
func (e *Engine) Explain(ctx context.Context, r Request) (string, error) {
	a, err := e.query(ctx, r)
	if err != nil {
		return "", placed(wrap(err), r.Text)
	}
	defer a.Close()
	var out strings.Builder
	for _, t := range a.Tables {
		out.WriteString(plan.Explain(t.node))
	}
	return out.String(), nil
}

// Analyze runs a query to its end, throws its rows away, and gives the plan with rows and time of each step. Times are added up over
// all cores. To be measured, steps are run apart that otherwise run as one, so that the whole may take longer than usual.
func (e *Engine) Analyze(ctx context.Context, r Request) (string, error) {
	profile := &exec.Profile{}
	r.profile = profile
	properties := maps.Clone(r.Properties)
	if properties == nil {
		properties = map[string]any{}
	}
	properties["notruncation"] = true // the rows are thrown away
	r.Properties = properties
	began := time.Now()
	a, err := e.Query(ctx, r)
	if err != nil {
		return "", err
	}
	defer a.Close()
	rows := make([]int64, len(a.Tables))
	for i, t := range a.Tables {
		for {
			b, err := t.Next(ctx)
			if err != nil {
				return "", err
			}
			if b == nil {
				break
			}
			rows[i] += int64(b.N)
		}
	}
	var out strings.Builder
	for i, t := range a.Tables {
		out.WriteString(plan.ExplainWith(t.node, func(n plan.Node) string { return stepText(profile.Step(n)) }))
		fmt.Fprintf(&out, "%d rows\n", rows[i])
	}
	fmt.Fprintf(&out, "%s in all\n", rounded(time.Since(began)))
	return out.String(), nil
}

func stepText(s *exec.Step) string {
	if s == nil {
		return ""
	}
	took, whole := s.Time()
	text := fmt.Sprintf("%d rows, %s", s.Rows(), rounded(took))
	if whole {
		text += " with its input"
	}
	return text
}

// rounded keeps three digits or so.
func rounded(d time.Duration) time.Duration {
	switch {
	case d > 10*time.Second:
		return d.Round(100 * time.Millisecond)
	case d > 10*time.Millisecond:
		return d.Round(100 * time.Microsecond)
	}
	return d.Round(time.Microsecond)
}
