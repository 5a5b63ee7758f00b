package server

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"time"

	"calypso/agent"
	"calypso/server/protocol"

	"go.lsp.dev/uri"
)

// The flows around a chat: which to go on with, another name, a file of it, which model answers.

// agentCommandsUI are the client's commands that these flows carry out.
func agentCommandsUI() []uiCommand {
	return []uiCommand{
		{"showChats", chatThreads, "run calypso ask --resume ID"},
		{"chooseModel", chatModel, "set model_provider in config.toml"},
		{"setUpModel", chatSetUp, "write model and model_provider into config.toml"},
	}
}

// chatThreads asks which chat is meant, then what to do with it.
func chatThreads(c *call, _ *protocol.UICommandParams) error {
	if c.agent == nil {
		return failf(protocol.ErrorUnsupported, "use the command line: calypso help", "this server has no agent")
	}
	threads, _, err := c.agent.List("", threadPage)
	if err != nil {
		return agentError(err)
	}
	if len(threads) == 0 {
		c.inform("There are no chats yet. Ask a question in the Chat view.")
		return nil
	}
	ask := protocol.UIPickParams{Title: "Chats", Placeholder: "Choose a chat"}
	for _, t := range threads {
		ask.Items = append(ask.Items, c.threadChoice(t))
	}
	id, err := c.pickOne(c, ask)
	if err != nil {
		return err
	}
	for _, t := range threads {
		if t.ID == id {
			return c.withThread(t)
		}
	}
	return nil
}

func (c *call) threadChoice(t agent.Info) protocol.UIPickItem {
	detail := t.Connection
	if known, err := c.connection(t.Connection); err == nil {
		detail = known.Name
	}
	if t.Database != "" {
		detail += "/" + t.Database
	}
	if t.ReadOnly {
		detail += " · open in another window"
	}
	return protocol.UIPickItem{ID: t.ID, Label: threadName(t), Description: time.UnixMilli(t.Updated).Format("2 Jan 2006 15:04"), Detail: detail, Icon: "comment-discussion"}
}

func threadName(t agent.Info) string {
	if t.Name == "" {
		return "Untitled"
	}
	return t.Name
}

// withThread asks what to do with a chat, and does it.
func (c *call) withThread(t agent.Info) error {
	what, err := c.pickOne(c, protocol.UIPickParams{Title: threadName(t), Items: []protocol.UIPickItem{
		{ID: "open", Label: "Open", Icon: "comment-discussion"},
		{ID: "rename", Label: "Rename…", Icon: "edit"},
		{ID: "fork", Label: "Fork", Description: "a new chat that goes on from here", Icon: "repo-forked"},
		{ID: "markdown", Label: "Export as Markdown", Icon: "markdown"},
		{ID: "kql", Label: "Export its queries as KQL", Icon: "file-code"},
		{ID: "delete", Label: "Delete…", Icon: "trash"},
	}})
	if err != nil {
		return err
	}
	switch what {
	case "open":
		return c.showThread(t.ID)
	case "rename":
		return c.renameThread(t)
	case "fork":
		forked, err := c.agent.Fork(c, t.ID)
		if err != nil {
			return agentError(err)
		}
		return c.showThread(forked.ID)
	case "delete":
		return c.deleteThread(t)
	}
	text, err := c.agent.Export(c, t.ID, what)
	if err != nil {
		return agentError(err)
	}
	return c.openText(c, text, what)
}

func (c *call) showThread(id string) error {
	c.tell(protocol.MethodAgentThreadShow, protocol.AgentThreadParams{ThreadID: id})
	return nil
}

func (c *call) renameThread(t agent.Info) error {
	name, err := c.input(c, protocol.UIInputParams{Title: "Rename the chat", Prompt: "Its new name", Value: t.Name}, func(name string) string {
		if strings.TrimSpace(name) == "" {
			return "a chat needs a name"
		}
		return ""
	})
	if err != nil {
		return err
	}
	if err := c.agent.Rename(c, t.ID, strings.TrimSpace(name)); err != nil {
		return agentError(err)
	}
	return nil
}

func (c *call) deleteThread(t agent.Info) error {
	ask := protocol.UIConfirmParams{
		Message: fmt.Sprintf("Delete the chat %q?", threadName(t)), Detail: "Its transcript is removed from this machine.", Button: "Delete",
	}
	if err := c.confirm(c, ask); err != nil {
		return err
	}
	if err := c.agent.Delete(c, t.ID); err != nil {
		return agentError(err)
	}
	c.tell(protocol.MethodAgentThreadDeleted, protocol.AgentThreadParams{ThreadID: t.ID})
	return nil
}

// chatModel asks which of the configured models answers; with fewer than two there is nothing to choose.
func chatModel(c *call, p *protocol.UICommandParams) error {
	if c.opt.Agents == nil {
		return chatThreads(c, p)
	}
	models := c.opt.Agents.Status().Models
	if len(models) < 2 {
		return chatSetUp(c, p)
	}
	ask := protocol.UIPickParams{Title: "Which model should answer?"}
	for _, m := range models {
		ask.Items = append(ask.Items, protocol.UIPickItem{ID: m.Provider, Label: m.Deployment, Description: m.Provider, Detail: m.Host + " · " + m.Auth, Icon: "sparkle"})
	}
	provider, err := c.pickOne(c, ask)
	if err != nil {
		return err
	}
	if err := c.opt.Agents.Choose(c, provider); err != nil {
		return err
	}
	c.tell(protocol.MethodAgentStatusChanged, protocol.AgentStatusParams{})
	return nil
}

// chatSetUp opens the file in which models are set, begun where there is none.
func chatSetUp(c *call, _ *protocol.UICommandParams) error {
	if c.opt.Agents == nil {
		return chatThreads(c, nil)
	}
	path := c.opt.Agents.Status().ConfigFile
	if err := begun(path); err != nil {
		return &Failure{Kind: protocol.ErrorFile, Message: err.Error(), Hint: "make the folder writable, or write the file yourself", Err: err}
	}
	return c.openFile(context.WithoutCancel(c), string(uri.File(path)))
}

// begun makes a file of settings with lines to fill in, unless it is there and says something.
func begun(path string) error {
	text, err := os.ReadFile(path)
	switch {
	case err == nil && len(strings.TrimSpace(string(text))) > 0:
		return nil
	case err != nil && !errors.Is(err, fs.ErrNotExist):
		return err
	}
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		return err
	}
	return os.WriteFile(path, []byte(firstConfig), 0o600)
}

const firstConfig = `# Where Calypso finds a model. On Azure "model" is the name of your deployment. Take the # away and fill in.
# model = "gpt-4o"
# model_provider = "azure"

# [model_providers.azure]
# name = "Azure OpenAI"
# base_url = "https://YOUR-RESOURCE.openai.azure.com/openai/v1"
# env_key = "AZURE_OPENAI_API_KEY"
# wire_api = "responses"
`
