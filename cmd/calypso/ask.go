package main

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"
	"sync"

	"github.com/spf13/cobra"

	"calypso/agent"
	"calypso/agent/tool"
	"calypso/assistant"
	"calypso/auth"
	"calypso/config"
)

// asking are the flags of ask.
type asking struct {
	where                             placeFlags
	model, provider, approval, resume string
	json                              bool
}

func askCommand() *cobra.Command {
	var a asking
	cmd := &cobra.Command{
		Use:   `ask [flags] "QUESTION"|-`,
		Short: "ask in words; a model writes the query, you approve it",
		Long: `Asks a model, which looks at the schema, writes queries, checks and runs them, and answers. Each query is shown before it runs: at a
terminal you say y, n or e to edit it; elsewhere none runs unless --approval auto is given. Queries only read; docs/agent.md says what
holds them. The model sees at most a preview of the rows.

The answer is printed on standard output, the steps on standard error. With --json each step is a line of JSON on standard output. The
argument - reads the question from standard input.

Exit code 0: answered; 1: failed; 2: wrong use or settings; 3: a query needed a yes and didn't get it; 4: sign in first; 5: no model is
set; 130: interrupted.`,
		Example: `  calypso ask "which states had the most tornadoes?"
  calypso ask --approval auto --json "storms by month" | jq .`,
		RunE: func(cmd *cobra.Command, args []string) error {
			if len(args) != 1 {
				return fmt.Errorf(`give one question in quotes, or -; see 'calypso ask --help'`)
			}
			return a.run(cmd, args[0])
		},
	}
	a.where.add(cmd)
	flags := cmd.Flags()
	flags.StringVar(&a.model, "model", "", "`MODEL` to ask; on Azure the deployment's name")
	flags.StringVar(&a.provider, "provider", "", "`NAME` of a provider in config.toml")
	flags.StringVar(&a.approval, "approval", "", "ask, auto (only what is dear is asked) or never (no query runs)")
	flags.StringVar(&a.resume, "resume", "", "go on with the conversation of this `ID`")
	flags.BoolVar(&a.json, "json", false, "print each step as a line of JSON")
	return cmd
}

// lay puts flags over the settings.
func (a *asking) lay(s *config.Settings) error {
	s.Model = cmp.Or(a.model, s.Model)
	s.ModelProvider = cmp.Or(a.provider, s.ModelProvider)
	s.Agent.Approval = cmp.Or(a.approval, s.Agent.Approval)
	return s.Agent.Check()
}

func (a *asking) run(cmd *cobra.Command, question string) error {
	if question == "-" {
		body, err := io.ReadAll(io.LimitReader(cmd.InOrStdin(), maxQueryFile))
		if err != nil {
			return fmt.Errorf("read the question: %w", err)
		}
		question = string(body)
	}
	if strings.TrimSpace(question) == "" {
		return errors.New("there is no question; see 'calypso ask --help'")
	}
	settings, err := loadSettings(cmd.ErrOrStderr())
	if err != nil {
		return err
	}
	if err := a.lay(&settings); err != nil {
		return err
	}
	at, err := a.where.spot(cmd, settings, askingOn(cmd))
	if err != nil {
		return err
	}
	if _, err := assistant.Model(settings, at.ids, os.Getenv); err != nil {
		return a.without(err)
	}
	return a.ask(cmd, at, question)
}

// without ends the command where there is no model to ask.
func (a *asking) without(err error) error {
	var signIn *auth.Error
	if errors.As(err, &signIn) && signIn.Kind == auth.SignInRequired {
		return &exit{exitSignIn, err}
	}
	return &exit{exitNoModel, fmt.Errorf("no model can be asked: %w", err)}
}

func (a *asking) ask(cmd *cobra.Command, at spot, question string) error {
	s := newShown(cmd, a.json)
	o := assistant.Options(at.ids, os.Getenv, assistant.Book(os.Getenv), func(ctx context.Context, _, database string) (*tool.Set, error) {
		return assistant.Tools(ctx, assistant.Place{
			Cluster: at.Cluster, Name: at.address, Database: database, Allowed: at.ids.ClusterSettings(at.address).AllowedDatabases,
		}, at.settings, "agent")
	})
	o.Sink, o.Approver, o.Version = s, s, version
	it := agent.New(o)
	defer it.Close()
	thread, err := a.thread(cmd.Context(), it, at)
	if err != nil {
		return asked(err)
	}
	turn, err := it.Turn(cmd.Context(), thread, agent.Input{Text: question})
	if err != nil {
		return asked(err)
	}
	select {
	case <-s.done:
	case <-cmd.Context().Done():
		_ = it.Interrupt(context.WithoutCancel(cmd.Context()), thread, turn)
		<-s.done
	}
	return s.outcome(thread, o.Folder != "" && at.settings.Agent.History != "off")
}

func (a *asking) thread(ctx context.Context, it *agent.Agent, at spot) (string, error) {
	if a.resume != "" {
		info, _, err := it.Resume(ctx, a.resume)
		return info.ID, err
	}
	if at.database == "" { // a person is asked about a database by name
		names, err := at.Databases(ctx)
		if err != nil {
			return "", err
		}
		if len(names) > 0 {
			at.database = names[0]
		}
	}
	info, err := it.Start(ctx, at.address, at.database)
	return info.ID, err
}

// asked gives an agent's refusal its exit code.
func asked(err error) error {
	var f *agent.Failure
	if errors.As(err, &f) {
		return &exit{codeOf(f.Kind), err}
	}
	if auth.KindOf(err) == auth.SignInRequired {
		return &exit{exitSignIn, explain(err, "", "", 0)}
	}
	return failed(explain(err, "", "", 0))
}

// codeOf is the exit code of a turn's failure.
func codeOf(kind string) int {
	switch kind {
	case "signInRequired":
		return exitSignIn
	case "noModel":
		return exitNoModel
	case "config", "unknownThread":
		return exitUsage
	}
	return exitFindings
}

// shown prints the steps of one question, and asks for the yes of queries. It is the agent's sink and approver.
type shown struct {
	out, steps io.Writer
	lines      *encoder  // nil without --json
	stream     bool      // the answer is printed as it comes: a person watches
	asks       *reader   // nil when nobody can be asked
	talk       io.Writer // where the person who is asked reads

	done chan struct{}

	mu       sync.Mutex // guards below
	end      agent.Turn
	currency string // of its cost
	refused  bool   // a query needed a yes that nobody could give
	declined bool   // the last query that was asked got a no
	open     bool   // a streamed answer hasn't ended its line
}

func newShown(cmd *cobra.Command, lines bool) *shown {
	s := &shown{out: cmd.OutOrStdout(), steps: cmd.ErrOrStderr(), done: make(chan struct{})}
	if lines {
		s.lines = &encoder{to: s.out}
		s.steps = io.Discard
	}
	s.stream = terminal(cmd.OutOrStdout())
	if to := person(cmd); to != nil && !lines {
		s.asks, s.talk = newReader(cmd.InOrStdin()), to
	}
	return s
}

// outcome is how the command ends.
func (s *shown) outcome(thread string, kept bool) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if kept && s.lines == nil {
		cost := ""
		if s.end.Usage.Cost > 0 {
			cost = fmt.Sprintf(", %.4f %s", s.end.Usage.Cost, s.currency)
		}
		fmt.Fprintf(s.steps, "(%d tokens%s; go on: calypso ask --resume %s \"…\")\n", s.end.Usage.Input+s.end.Usage.Output, cost, thread)
	}
	switch {
	case s.refused:
		return &exit{exitRefused, errors.New("a query needs your yes, and there is no terminal to ask at; give --approval auto, or run this in a terminal")}
	case s.end.Status == "interrupted":
		return &exit{exitStopped, errors.New("stopped")}
	case s.end.Error != nil:
		return &exit{codeOf(s.end.Error.Kind), s.end.Error}
	case s.declined:
		return &exit{code: exitRefused}
	}
	return nil
}
