package command

import (
	"slices"
	"strings"

	"calypso/engine"
	"calypso/kql/builtin"
	reader "calypso/kql/command"
	"calypso/kusto/value"
)

// What runs and what ran.

// activityRow is what the commands about activities have in common; those that a command lacks are taken out by it.
func (c *call) activityRows(list []engine.Activity, wanted func(engine.Activity) bool) (*result, error) {
	columns := columnsOf(c.row, "()")
	has := map[string]bool{}
	for _, column := range columns {
		has[column.Name] = true
	}
	var rows []record
	for _, a := range list {
		if !wanted(a) {
			continue
		}
		row := record{
			"ClientActivityId": a.ClientID, "Text": a.Text, "Database": a.Database, "StartedOn": a.Started, "LastUpdatedOn": a.Updated,
			"Duration": a.Duration, "State": a.State, "RootActivityId": a.ID, "User": a.User, "FailureReason": a.Failure,
			"Application": a.Application, "CommandType": commandType(a), "OperationId": a.ID, "Operation": a.Command, "Status": a.Failure,
			"ShouldRetry": false,
		}
		for name := range row {
			if !has[name] {
				delete(row, name)
			}
		}
		rows = append(rows, row)
	}
	return tableOf(columns, rows)
}

func commandType(a engine.Activity) string {
	if a.Command == "" {
		return "Query"
	}
	return a.Command
}

func isQuery(a engine.Activity) bool   { return a.Command == "" }
func isCommand(a engine.Activity) bool { return a.Command != "" }

func (c *call) activities() []engine.Activity { return append(c.engine.Done(), c.engine.Running()...) }

func showQueries(c *call) (*result, error) { return c.activityRows(c.activities(), isQuery) }

func showRunningQueries(c *call) (*result, error) {
	users, err := c.values("UserName")
	if err != nil {
		return nil, err
	}
	return c.activityRows(c.engine.Running(), func(a engine.Activity) bool {
		return isQuery(a) && (len(users) == 0 || strings.EqualFold(a.User, users[0]))
	})
}

func showCommands(c *call) (*result, error) { return c.activityRows(c.activities(), isCommand) }

func showCommandsAndQueries(c *call) (*result, error) {
	return c.activityRows(c.activities(), func(engine.Activity) bool { return true })
}

// showOperations lists the commands that change something, as Kusto does.
func showOperations(c *call) (*result, error) {
	var ids []string
	for _, p := range c.Parts {
		if p.Kind == reader.Value && p.Rule == reader.RuleGuid {
			text, err := c.literal(p)
			if err != nil {
				return nil, err
			}
			ids = append(ids, strings.ToLower(text))
		}
	}
	return c.activityRows(c.activities(), func(a engine.Activity) bool {
		row := builtin.FindCommand(a.Command)
		if a.Command == "" || row == nil || row.Reads {
			return false
		}
		return len(ids) == 0 || slices.Contains(ids, string(value.AppendGuid(nil, a.ID)))
	})
}

// cancelQuery stops what runs by a client's name. The library lists no columns for it.
func cancelQuery(c *call) (*result, error) {
	ids, err := c.values("ClientRequestId")
	if err != nil {
		return nil, err
	}
	reasons, err := c.values("Reason")
	if err != nil {
		return nil, err
	}
	reason := strings.Join(reasons, "")
	n := 0
	for _, id := range ids {
		n += c.engine.Cancel(id, reason)
	}
	return tableOf(columnsOf(c.row, "(ClientRequestId: string, ReasonPhrase: string, RunningQueryCanceled: bool)"),
		[]record{{"ClientRequestId": strings.Join(ids, ""), "ReasonPhrase": reason, "RunningQueryCanceled": n > 0}})
}
