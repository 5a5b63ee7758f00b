package server

import (
	"context"
	"errors"
	"strconv"
	"sync"

	"calypso/server/protocol"

	"go.lsp.dev/jsonrpc2"
	lsp "go.lsp.dev/protocol"
)

// What the person is asked, and how: pickers, inputs, files, messages. A flow calls these one after the other and leaves when one says
// errDismissed. Nobody is hurried: none has a deadline, and all end with their context, which takes what is on the screen away.
// Never call them in the read loop: the answer couldn't be read.

// errDismissed says that the person left: the flow ends, and nothing is said about it.
var errDismissed = errors.New("dismissed by the person")

// errUnasked says that the editor can't ask; the table of commands says how the same is done without.
var errUnasked = errors.New("this editor shows no questions of ours")

// askPerson sends a request of ours and waits for the answer for as long as the person takes.
func (s *Server) askPerson(ctx context.Context, method string, params, result any) error {
	if !s.can.UI {
		return errUnasked
	}
	return s.callClient(ctx, method, params, result)
}

func (s *Server) callClient(ctx context.Context, method string, params, result any) error {
	if !s.gate.serving() {
		return errNotServing
	}
	err := lsp.Call(ctx, s.conn, method, params, result)
	switch {
	case err == nil:
		return nil
	case ctx.Err() != nil:
		return ctx.Err()
	}
	var refused *jsonrpc2.Error
	if errors.As(err, &refused) {
		return errRefused
	}
	return errNotServing
}

// pick asks the person to choose. Of a list that allows several, none may be the answer.
func (s *Server) pick(ctx context.Context, p protocol.UIPickParams) ([]string, error) {
	var chosen *protocol.UIPickResult
	if err := s.askPerson(ctx, protocol.MethodUIPick, p, &chosen); err != nil {
		return nil, err
	}
	if chosen == nil || len(chosen.IDs) == 0 && !p.Many {
		return nil, errDismissed
	}
	for _, id := range chosen.IDs {
		if !offered(p.Items, id) {
			return nil, badParams("the answer %q was no choice", id)
		}
	}
	return chosen.IDs, nil
}

func offered(items []protocol.UIPickItem, id string) bool {
	for _, item := range items {
		if item.ID == id && item.Kind != protocol.UISeparator {
			return true
		}
	}
	return false
}

// pickOne asks the person to choose one. An editor that knows no picker of ours shows a few by a message with a button for each.
func (s *Server) pickOne(ctx context.Context, p protocol.UIPickParams) (string, error) {
	if !s.can.UI {
		return s.pickByMessage(ctx, p)
	}
	chosen, err := s.pick(ctx, p)
	if err != nil {
		return "", err
	}
	return chosen[0], nil
}

// messageButtons is the most that a message can offer.
const messageButtons = 20

func (s *Server) pickByMessage(ctx context.Context, p protocol.UIPickParams) (string, error) {
	var buttons []string
	ids := map[string]string{}
	for _, item := range p.Items {
		if _, twice := ids[item.Label]; !twice && item.Kind != protocol.UISeparator && len(buttons) < messageButtons {
			buttons, ids[item.Label] = append(buttons, item.Label), item.ID
		}
	}
	chosen, err := s.choose(ctx, lsp.MessageTypeInfo, p.Title, buttons...)
	return ids[chosen], err
}

// input asks for a line of text, again and again until judge has nothing against it: it gives what is wrong, or "". May be nil.
func (s *Server) input(ctx context.Context, p protocol.UIInputParams, judge func(value string) (problem string)) (string, error) {
	for {
		var entered *protocol.UIInputResult
		if err := s.askPerson(ctx, protocol.MethodUIInput, p, &entered); err != nil {
			return "", err
		}
		if entered == nil {
			return "", errDismissed
		}
		if judge == nil {
			return entered.Value, nil
		}
		if p.Value, p.Problem = entered.Value, judge(entered.Value); p.Problem == "" {
			return entered.Value, nil
		}
	}
}

// lives are the inputs that are open, and what is shown below each while the person types.
type lives struct {
	mu    sync.Mutex // guards what follows
	count int
	open  map[string]func(c *call, value string) protocol.UITypedResult
}

func (l *lives) begin(typed func(c *call, value string) protocol.UITypedResult) (name string, end func()) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.open == nil {
		l.open = map[string]func(*call, string) protocol.UITypedResult{}
	}
	l.count++
	name = strconv.Itoa(l.count)
	l.open[name] = typed
	return name, func() {
		l.mu.Lock()
		defer l.mu.Unlock()
		delete(l.open, name)
	}
}

// inputLive asks for a line of text as input does; what typed gives is shown while the person types.
func (s *Server) inputLive(ctx context.Context, p protocol.UIInputParams, typed func(c *call, value string) protocol.UITypedResult, judge func(string) string) (string, error) {
	name, end := s.lives.begin(typed)
	defer end()
	p.Live = name
	return s.input(ctx, p, judge)
}

// uiTyped is ui/typed. An input that was closed has nothing to say.
func uiTyped(c *call, p *protocol.UITypedParams) (any, error) {
	c.lives.mu.Lock()
	typed := c.lives.open[p.Live]
	c.lives.mu.Unlock()
	if typed == nil {
		return protocol.UITypedResult{}, nil
	}
	return typed(c, p.Value), nil
}

// confirm asks for a yes in a dialog; anything else is errDismissed.
func (s *Server) confirm(ctx context.Context, p protocol.UIConfirmParams) error {
	var answer protocol.UIConfirmResult
	if !s.can.UI {
		chosen, err := s.choose(ctx, lsp.MessageTypeWarning, p.Message, p.Button)
		if err != nil {
			return err
		}
		answer.Yes = chosen == p.Button
	} else if err := s.askPerson(ctx, protocol.MethodUIConfirm, p, &answer); err != nil {
		return err
	}
	if !answer.Yes {
		return errDismissed
	}
	return nil
}

// file asks for a file or a folder, and gives its URI.
func (s *Server) file(ctx context.Context, p protocol.UIFileParams) (string, error) {
	var chosen *protocol.UIFileResult
	if err := s.askPerson(ctx, protocol.MethodUIFile, p, &chosen); err != nil {
		return "", err
	}
	if chosen == nil || chosen.URI == "" {
		return "", errDismissed
	}
	return chosen.URI, nil
}

// copyText puts a text on the clipboard.
func (s *Server) copyText(ctx context.Context, text string) error {
	return s.askPerson(ctx, protocol.MethodUICopy, protocol.UICopyParams{Text: text}, nil)
}

// openText opens a new document that isn't saved.
func (s *Server) openText(ctx context.Context, text, language string) error {
	return s.askPerson(ctx, protocol.MethodUIOpen, protocol.UIOpenParams{Text: text, Language: language}, nil)
}

// openAt opens a new document with a query whose place is this one.
func (c *call) openAt(text string, t Target) error {
	var opened protocol.UIOpenResult
	if err := c.askPerson(c, protocol.MethodUIOpen, protocol.UIOpenParams{Text: text, Language: "kql"}, &opened); err != nil {
		return err
	}
	if _, err := c.connection(t.Connection); err != nil {
		return nil //nolint:nilerr // the connection was removed: the query opens all the same
	}
	return c.useFor(opened.URI, t)
}

// openFile opens a file, or a document of our scheme.
func (s *Server) openFile(ctx context.Context, of string) error {
	if !s.can.ShowDocument {
		return errUnasked
	}
	var shown lsp.ShowDocumentResult
	if err := s.callClient(ctx, lsp.MethodWindowShowDocument, map[string]any{"uri": of, "takeFocus": true}, &shown); err != nil {
		return err
	}
	if !shown.Success {
		return failf(protocol.ErrorOther, "open it from the file system", "the editor can't open the document")
	}
	return nil
}

// choose shows a message with buttons, and gives the label of the one that was pressed. Every editor knows it.
func (s *Server) choose(ctx context.Context, kind lsp.MessageType, message string, buttons ...string) (string, error) {
	p := &lsp.ShowMessageRequestParams{Type: kind, Message: message}
	for _, b := range buttons {
		p.Actions = append(p.Actions, lsp.MessageActionItem{Title: b})
	}
	var chosen *lsp.MessageActionItem
	if err := s.callClient(ctx, lsp.MethodWindowShowMessageRequest, p, &chosen); err != nil {
		return "", err
	}
	if chosen == nil || chosen.Title == "" {
		return "", errDismissed
	}
	return chosen.Title, nil
}

// inform shows a message that nobody has to answer.
func (s *Server) inform(message string) {
	s.tell(lsp.MethodWindowShowMessage, &lsp.ShowMessageParams{Type: lsp.MessageTypeInfo, Message: message})
}

// showProgress begins to show that something is under way, where the client can; the person may cancel c with it.
func (c *call) showProgress(title string) *progress {
	return c.progressUnder(c.progressToken(), title)
}

// showNotice does so in the foreground: one click cancels.
func (c *call) showNotice(title string) *progress {
	return c.progressBegun(c.progressToken(), protocol.ProgressBegin{Title: title, Notification: true})
}

// progressToken is one under which the client shows what comes; nil when it shows nothing.
func (c *call) progressToken() lsp.ProgressToken {
	if !c.can.Progress {
		return nil
	}
	token := lsp.String("ui-" + strconv.FormatInt(c.progressTokens.Add(1), 10))
	if !c.ask(lsp.MethodWindowWorkDoneProgressCreate, &lsp.WorkDoneProgressCreateParams{Token: token}, nil) {
		return nil
	}
	return token
}
