package server

import (
	"encoding/json"
	"errors"
	"slices"

	"calypso/server/protocol"
)

// Commands of the client that it only forwards. Each area lists its own in a table beside its flows; protocol.Commands has all names.

// uiCommand is one command: p says what it was given. errDismissed ends it in silence, any other error is shown.
type uiCommand struct {
	name    string
	run     func(c *call, p *protocol.UICommandParams) error
	without string // how the same is done where the editor can't ask, as "write it into config.toml"
}

// uiCommands is the table of all.
func uiCommands() []uiCommand {
	return slices.Concat(
		[]uiCommand{{protocol.CommandDropped, treeDropped, "drag it in an editor that shows the tree"}},
		[]uiCommand{
			{protocol.CommandRename, treeKey(func(v treeView) func(*call, *protocol.UICommandParams) error { return v.rename }), "rename it in an editor that shows the tree"},
			{protocol.CommandRemove, treeKey(func(v treeView) func(*call, *protocol.UICommandParams) error { return v.remove }), "remove it in an editor that shows the tree"},
		},
		connectionCommands(),
		authCommands(),
		historyCommands(),
		scratchCommands(),
		parameterCommands(),
		firstUseCommands(),
		linkCommands(),
		resultCommands(),
		agentCommandsUI(),
	)
}

// uiCommandRun is ui/command.
func uiCommandRun(c *call, p *protocol.UICommandParams) (any, error) {
	command, ok := c.commands[p.Command]
	if !ok {
		return nil, badParams("there is no command %q", p.Command)
	}
	err := command.run(c, p)
	switch {
	case errors.Is(err, errUnasked):
		return nil, &Failure{Kind: protocol.ErrorUnsupported, Message: err.Error(), Hint: command.without, Err: err}
	case errors.Is(err, errDismissed):
		return nil, nil
	}
	return nil, err
}

// commandArgument decodes a command's first argument, where it has one.
func commandArgument(p *protocol.UICommandParams, into any) error {
	if len(p.Args) == 0 {
		return nil
	}
	if err := json.Unmarshal(p.Args[0], into); err != nil {
		return badParams("the command's argument: %s", err)
	}
	return nil
}

// nodeOf gives the id of the node of a view that a command was called on, "" for none.
func nodeOf(p *protocol.UICommandParams, view string) string {
	if len(p.Nodes) > 0 && p.Nodes[0].View == view {
		return p.Nodes[0].ID
	}
	return ""
}

// nodesOf gives the ids of all nodes of a view that a command was called on.
func nodesOf(p *protocol.UICommandParams, view string) []string {
	var ids []string
	for _, n := range p.Nodes {
		if n.View == view {
			ids = append(ids, n.ID)
		}
	}
	return ids
}
