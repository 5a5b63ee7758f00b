package server

import (
	"cmp"
	"net/url"
	"slices"
	"strings"
	"time"

	"calypso/history"
	"calypso/server/protocol"
)

// The tree of the history, by day, and what a person does with a run.

// historyView is the tree's name.
const historyView = "history"

func historyCommands() []uiCommand {
	file := "look into history.jsonl in the program's state folder"
	return []uiCommand{
		{"history.open", historyOpen, file},
		{"history.run", historyRun, file},
		{"history.copy", historyCopy, file},
		{"history.result", historyResult, file},
		{"history.remove", historyDelete, "call " + protocol.MethodHistoryRemove},
		{"history.clear", historyDeleteAll, "call " + protocol.MethodHistoryClear},
		{"history.search", historySearch, "call " + protocol.MethodHistoryList},
		{"history.showAll", historyShowAll, "call " + protocol.MethodHistoryList},
	}
}

// historyTree lists days, then the runs of a day, the newest first.
func historyTree(c *call, node, filter string) ([]protocol.UITreeNode, error) {
	list, _, err := c.opt.History.List(filter, 0, history.MaxLimit)
	if err != nil {
		return nil, err
	}
	if node != "" {
		return c.runsOf(list, node)
	}
	var days []protocol.UITreeNode
	runs := map[string]int{}
	now := time.Now()
	for _, e := range list {
		day := dayOf(e)
		if runs[day]++; runs[day] == 1 {
			days = append(days, protocol.UITreeNode{
				ID: "d/" + day, Label: dayLabel(e.At.Local(), now), Icon: "calendar", Context: "day", Expands: true, Opened: len(days) == 0,
			})
		}
	}
	for i := range days {
		days[i].Description = countOf(runs[strings.TrimPrefix(days[i].ID, "d/")], "run")
	}
	return days, nil
}

func (c *call) runsOf(list []history.Entry, node string) ([]protocol.UITreeNode, error) {
	day, ok := strings.CutPrefix(node, "d/")
	if !ok {
		return nil, badParams("params.node is no node's id")
	}
	var runs []history.Entry
	var texts []string
	for _, e := range list {
		if dayOf(e) == day {
			runs, texts = append(runs, e), append(texts, gist(e.Text, compared))
		}
	}
	nodes := make([]protocol.UITreeNode, len(runs))
	for i, e := range runs {
		nodes[i] = c.runNode(e, apart(texts, i))
	}
	return nodes, nil
}

// apart is a label for a query that tells it from the others above and below: who works on a query runs many that begin alike. What differs
// stands where a narrow side bar shows it: behind the table, from the operator or the word in which it begins.
func apart(texts []string, at int) string {
	text := texts[at]
	differs := func(other string) bool { return other != text }
	same := 0
	if below := slices.IndexFunc(texts[at:], differs); below >= 0 {
		same = sharedPrefix(text, texts[at+below])
	}
	for _, above := range slices.Backward(texts[:at]) {
		if differs(above) {
			same = max(same, sharedPrefix(text, above))
			break
		}
	}
	if same < narrow {
		return beginning(text, labelled)
	}
	from := strings.LastIndexByte(text[:same], ' ') + 1
	if operator := strings.LastIndex(text[:same], "| ") + 2; same-operator < narrow/2 {
		from = operator
	}
	table, _, _ := strings.Cut(text, " ")
	if len(table) > narrow/2 {
		table = ""
	}
	return beginning(joined([]string{table, "…", text[from:]}, " "), labelled)
}

func sharedPrefix(a, b string) int {
	n := 0
	for n < len(a) && n < len(b) && a[n] == b[n] {
		n++
	}
	return n
}

// timeOfDay is the time of a run under its day; noQuery stands for one without a text.
const (
	timeOfDay = "15:04"
	noQuery   = "(no query)"
)

func dayOf(e history.Entry) string { return e.At.Local().Format(time.DateOnly) }

func dayLabel(day, now time.Time) string {
	switch day.Format(time.DateOnly) {
	case now.Format(time.DateOnly):
		return "Today"
	case now.AddDate(0, 0, -1).Format(time.DateOnly):
		return "Yesterday"
	}
	return day.Format("Monday, 2 January 2006")
}

// labelled is how many characters of a query stand in the tree: with the time in front, and how it ended behind, they fill a wide side bar. Of
// a narrow one, as it is at first, narrow is what is seen of them. compared are looked at to find those that tell it from others, and spoken.
const (
	labelled = 40
	narrow   = 24
	compared = 500
)

// runNode is a run in the tree: when and what, then how it ended and where; text is what stands for the query.
func (c *call) runNode(e history.Entry, text string) protocol.UITreeNode {
	at, place := e.At.Local(), placeOfRun(e)
	n := protocol.UITreeNode{
		ID: "h/" + url.PathEscape(e.ID), Label: at.Format(timeOfDay) + " " + cmp.Or(text, noQuery), Icon: "pass", Context: "run", Command: "history.open",
		Description: joined([]string{outcome(e), place}, " · "),
		Spoken:      joined([]string{cmp.Or(gist(e.Text, compared), noQuery), outcome(e), at.Format(timeOfDay), place}, ", "),
		Tooltip:     beginning(e.Text, 2000) + "\n\n" + at.Format(time.DateTime) + " on " + place + ": " + outcome(e),
	}
	switch {
	case e.Error == history.ServerEnded:
		n.Icon = "debug-disconnect"
	case e.Status == string(protocol.QueryFailed):
		n.Icon = "error"
	case e.Status == string(protocol.QueryCancelled):
		n.Icon = "circle-slash"
	case e.By == string(protocol.ByAgent):
		n.Icon = "sparkle"
	}
	if e.By == string(protocol.ByAgent) {
		n.Tooltip += ", asked by the chat"
		n.Spoken += ", asked by the chat"
	}
	if e.Whole() {
		n.Context += " whole"
	} else {
		n.Tooltip += "\nSecrets were taken out, or it was too long to be kept whole: open it to run it."
	}
	if c.resultOf(e.ID) != "" {
		n.Context += " result"
	}
	return n
}

func placeOfRun(e history.Entry) string {
	return joined([]string{e.Name, e.Database}, "/")
}

// outcome says how a run ended.
func outcome(e history.Entry) string {
	if e.Error == history.ServerEnded {
		return "cut off: the server ended"
	}
	took := durationText(e.Ms)
	switch e.Status {
	case string(protocol.QueryFailed):
		return joined([]string{"failed", e.Error, took}, ", ")
	case string(protocol.QueryCancelled):
		return "stopped after " + took
	}
	if e.Rows == 0 {
		return "no rows, " + took
	}
	return countOf(e.Rows, "row") + ", " + took
}

// meantRun is the run that a command was called on, or that the person picks among the newest.
func (c *call) meantRun(p *protocol.UICommandParams, what string) (history.Entry, error) {
	id, err := url.PathUnescape(strings.TrimPrefix(nodeOf(p, historyView), "h/"))
	if err != nil {
		return history.Entry{}, badParams("the node is no run")
	}
	if id == "" {
		if id, err = c.pickRun(what); err != nil {
			return history.Entry{}, err
		}
	}
	e, ok := c.opt.History.Find(id)
	if !ok {
		return e, failf(protocol.ErrorNotFound, "choose another one", "the run isn't in the history any more")
	}
	return e, nil
}

// pickedRuns are offered to pick from, by so many characters of their queries as fit.
const (
	pickedRuns = 200
	picked     = 80
)

func (c *call) pickRun(what string) (string, error) {
	list, _, err := c.opt.History.List("", 0, pickedRuns)
	if err != nil {
		return "", err
	}
	if len(list) == 0 {
		c.inform("The history is empty: run a query first.")
		return "", errDismissed
	}
	ask := protocol.UIPickParams{Title: what, Placeholder: "One of the newest runs"}
	now := time.Now()
	for _, e := range list {
		n, at := c.runNode(e, ""), e.At.Local()
		detail := joined([]string{dayLabel(at, now) + " " + at.Format(timeOfDay), n.Description}, " · ")
		ask.Items = append(ask.Items, protocol.UIPickItem{ID: e.ID, Label: cmp.Or(gist(e.Text, picked), noQuery), Detail: detail, Icon: n.Icon})
	}
	return c.pickOne(c, ask)
}

func targetOfRun(e history.Entry) Target {
	return Target{Connection: e.Connection, Database: e.Database}
}

func historyOpen(c *call, p *protocol.UICommandParams) error {
	e, err := c.meantRun(p, "Open a query of the history")
	if err != nil {
		return err
	}
	return c.openAt(e.Text, targetOfRun(e))
}

// historyRun runs a query again where it ran. One whose text isn't whole would be another query.
func historyRun(c *call, p *protocol.UICommandParams) error {
	e, err := c.meantRun(p, "Run a query of the history again")
	if err != nil {
		return err
	}
	switch {
	case e.Masked:
		return failf(protocol.ErrorQuery, "open it, put the secret in again, and run it there", "the history keeps no secrets, and this query had one")
	case e.Cut:
		return failf(protocol.ErrorQuery, "run it from the file that it came from", "the query was too long to be kept whole")
	}
	return c.runShown(targetOfRun(e), e.Text)
}

func historyCopy(c *call, p *protocol.UICommandParams) error {
	e, err := c.meantRun(p, "Copy a query of the history")
	if err != nil {
		return err
	}
	return c.copyText(c, e.Text)
}

// historyResult shows the rows of a run without running it.
func historyResult(c *call, p *protocol.UICommandParams) error {
	e, err := c.meantRun(p, "Show the result of an earlier run")
	if err != nil {
		return err
	}
	id := c.resultOf(e.ID)
	if id == "" {
		return failf(protocol.ErrorExpired, "run it again", "the rows of this run aren't kept any more")
	}
	r, err := c.results.Result(id)
	if err != nil {
		return expired(err)
	}
	return c.show(infoOf(r), true)
}

func historyDelete(c *call, p *protocol.UICommandParams) error {
	var ids []string
	for _, node := range nodesOf(p, historyView) {
		id, err := url.PathUnescape(strings.TrimPrefix(node, "h/"))
		if err != nil {
			return badParams("the node is no run")
		}
		ids = append(ids, id)
	}
	if len(ids) == 0 {
		e, err := c.meantRun(p, "Delete a run from the history")
		if err != nil {
			return err
		}
		ids = []string{e.ID}
	}
	_, err := historyRemove(c, &protocol.HistoryRemoveParams{IDs: ids})
	return err
}

func historyDeleteAll(c *call, _ *protocol.UICommandParams) error {
	err := c.confirm(c, protocol.UIConfirmParams{
		Message: "Delete the whole history?", Detail: "Queries, times, places and kept rows are deleted from this machine. Results that are open stay until the window is loaded again.", Button: "Delete",
	})
	if err != nil {
		return err
	}
	_, err = historyClear(c)
	return err
}

func historySearch(c *call, _ *protocol.UICommandParams) error {
	return c.search(c, historyView, "Search the history")
}

func historyShowAll(c *call, _ *protocol.UICommandParams) error {
	c.filters.set(historyView, "")
	c.treeChanged(historyView, "")
	return nil
}
