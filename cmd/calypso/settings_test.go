package main

import (
	"bufio"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"calypso/config"
)

// What each setting of the editor does, seen from where a person sees it: the answers of a real process that was told the setting.

// settingCase is a setting with a value that isn't its default.
type settingCase struct {
	value string // JSON of the section calypso
	see   func(e *liveEditor) string
	has   string // what is seen with the value
	lacks string // what is seen without it only; "" for nothing
}

// heldElsewhere are the settings that only a client, a model or a disk shows, with what holds them.
var heldElsewhere = map[string]string{
	"server.path":          "editor-client/test/unit/binary.test.ts",
	"notebook.keepOutputs": "notebook-outputs.test.mjs and notebook.test.mjs in editor-client/test/browser",
	"azureAuth.clientId":   "config: TestWithEditor; the requests with it: auth/source",
	"azureAuth.authority":  "config: TestWithEditor; the requests to it: auth/source",
	"agent.shareRows":      "assistant: TestOptions; agent: TestSettingsTakeEffect",
	"agent.fewShots":       "assistant: TestExamplesBySetting",
	"agent.history":        "assistant: TestOptions; agent: TestSettingsTakeEffect",
	"results.keep":         "server: TestKeepOff, TestTabsAgain",
	"results.diskMB":       "server: TestUnkept",
}

const hinted = "let f = (n: long, other: string) { StormEvents | take n };\nlet limit1 = 5;\nf(limit1, 'a') | join (PopulationData) on State | summarize count() by State | sort by State"

var settingCases = map[string]settingCase{
	"kusto.clusterUrl":       {`{"kusto":{"clusterUrl":"http://127.0.0.1:9"}}`, (*liveEditor).place, "127.0.0.1:9", "Embedded"},
	"kusto.database":         {`{"kusto":{"clusterUrl":"http://127.0.0.1:9","database":"Mine"}}`, (*liveEditor).place, "127.0.0.1:9/Mine", ""},
	"azureAuth.mode":         {`{"azureAuth":{"mode":"azure_cli"}}`, (*liveEditor).auth, `"mode":"azure_cli"`, `"mode":"default"`},
	"azureAuth.tenantId":     {`{"azureAuth":{"tenantId":"contoso.example"}}`, (*liveEditor).auth, `"tenant":"contoso.example"`, ""},
	"model":                  {`{"model":"mine-mini"}`, (*liveEditor).agent, `"deployment":"mine-mini"`, ""},
	"modelProvider":          {`{"model":"mine-mini","modelProvider":"second"}`, (*liveEditor).agent, `"model":{"provider":"second"`, ""},
	"agent.approval":         {`{"agent":{"approval":"never"}}`, (*liveEditor).agent, `"approval":"never"`, `"approval":"ask"`},
	"codeLens.run":           {`{"codeLens":{"run":false}}`, (*liveEditor).lenses, "Embedded", "Run;"},
	"codeLens.connection":    {`{"codeLens":{"connection":false}}`, (*liveEditor).lenses, "Run", "Embedded"},
	"codeLens.rows":          {`{"codeLens":{"rows":false}}`, (*liveEditor).lenses, "Run", " row"},
	"codeLens.references":    {`{"codeLens":{"references":"off"}}`, (*liveEditor).lenses, "Run", "reference"},
	"inlayHints.columnNames": {`{"inlayHints":{"columnNames":false}}`, (*liveEditor).hints, "n", "count_"},
	"inlayHints.arguments":   {`{"inlayHints":{"arguments":false}}`, (*liveEditor).hints, "count_", "other"},
	"inlayHints.letTypes":    {`{"inlayHints":{"letTypes":true}}`, (*liveEditor).hints, "long", ""},
	"inlayHints.joinKind":    {`{"inlayHints":{"joinKind":true}}`, (*liveEditor).hints, "innerunique", ""},
	"inlayHints.sortOrder":   {`{"inlayHints":{"sortOrder":true}}`, (*liveEditor).hints, "desc", ""},
	"format.indent":          {`{"format":{"indent":3}}`, (*liveEditor).format, "\n   | take", ""},
	"format.width":           {`{"format":{"width":30}}`, (*liveEditor).format, "\n    and", ""},
	"format.pipes":           {`{"format":{"pipes":"keep"}}`, (*liveEditor).format, "T | take", "T\n| take"},
	"format.lists":           {`{"format":{"lists":"several"}}`, (*liveEditor).format, "\n    b", ""},
	"format.brackets":        {`{"format":{"brackets":"own line","width":30}}`, (*liveEditor).format, "join\n(\n", ""},
	"format.braces":          {`{"format":{"braces":"own line"}}`, (*liveEditor).format, "\n{", ""},
	"format.semicolon":       {`{"format":{"semicolon":"own line"}}`, (*liveEditor).format, "\n;", ""},
	"format.equals":          {`{"format":{"equals":"tight"}}`, (*liveEditor).format, "c=1", "c = 1"},
	"diagnostics.enabled":    {`{"diagnostics":{"enabled":false}}`, (*liveEditor).findings, `"items":[]`, "CAL2001"},
	"lint.enabled":           {`{"lint":{"enabled":false}}`, (*liveEditor).findings, "CAL2001", "CAL6001"},
	"lint.rules":             {`{"lint":{"rules":{"no-time-filter":"error"}}}`, (*liveEditor).findings, `"severity":1,"code":"CAL6101"`, ""},
	"query.timeout":          {`{"query":{"timeout":1}}`, (*liveEditor).endless, "longer than 1s", ""},
	"history.entries":        {`{"history":{"entries":0}}`, (*liveEditor).history, `"entries":[]`, "StormEvents"},
	"results.memoryMB":       {`{"results":{"memoryMB":16,"keep":false}}`, (*liveEditor).first, "expired", `"rows":150000`},
}

func TestEverySetting(t *testing.T) {
	for _, s := range config.EditorSettings {
		c, ok := settingCases[s.Name]
		if _, elsewhere := heldElsewhere[s.Name]; ok == elsewhere {
			t.Errorf("calypso.%s needs one of: a case, a place where it is held", s.Name)
		}
		if !ok {
			continue
		}
		t.Run(s.Name, func(t *testing.T) {
			t.Parallel()
			with := c.see(startEditor(t, c.value))
			if !strings.Contains(with, c.has) || c.lacks != "" && strings.Contains(with, c.lacks) {
				t.Errorf("with %s: %s", c.value, with)
			}
			if s.Name == "query.timeout" {
				return // nobody waits for the end of an endless query
			}
			if without := c.see(startEditor(t, `{}`)); c.lacks != "" && !strings.Contains(without, c.lacks) || c.lacks == "" && strings.Contains(without, c.has) {
				t.Errorf("without it: %s", without)
			}
		})
	}
}

// liveEditor is a process of ours and an editor that answers for its settings.
type liveEditor struct {
	t    *testing.T
	in   io.Writer
	out  *bufio.Reader
	set  string
	last int
}

const twoModels = `[model_providers.first]
base_url = "http://127.0.0.1:9/v1"
[model_providers.second]
base_url = "http://127.0.0.1:10/v1"
`

func startEditor(t *testing.T, set string) *liveEditor {
	t.Helper()
	home := t.TempDir()
	if err := os.WriteFile(filepath.Join(home, "config.toml"), []byte("model_provider = \"first\"\n"+twoModels), 0o600); err != nil {
		t.Fatal(err)
	}
	cmd := exec.Command(ownProgram(t), "lsp")
	cmd.Env = []string{"HOME=" + home, "CODEX_HOME=" + home, "XDG_STATE_HOME=" + home, "XDG_CACHE_HOME=" + home, "XDG_CONFIG_HOME=" + home, "TMPDIR=" + home, "PATH=" + home}
	in, err := cmd.StdinPipe()
	if err != nil {
		t.Fatal(err)
	}
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		_ = cmd.Process.Kill()
		_ = cmd.Wait()
	})
	e := &liveEditor{t: t, in: in, out: bufio.NewReader(out), set: set}
	e.ask("initialize", `{"processId":null,"rootUri":null,"initializationOptions":`+set+`,"capabilities":{"textDocument":{"diagnostic":{}},"experimental":{"kusto":{"version":1},"agent":{"approve":true}}}}`)
	e.tell("initialized", `{}`)
	return e
}

func (e *liveEditor) tell(method, params string) {
	send(e.in, fmt.Sprintf(`{"jsonrpc":"2.0","method":%q,"params":%s}`, method, params))
}

// ask gives the answer as it was sent, a failure too.
func (e *liveEditor) ask(method, params string) string {
	e.t.Helper()
	e.last++
	send(e.in, fmt.Sprintf(`{"jsonrpc":"2.0","id":%d,"method":%q,"params":%s}`, e.last, method, params))
	for {
		text, got, err := receive(e.out)
		if err != nil {
			e.t.Fatalf("no answer to %s: %v", method, err)
		}
		if got.Method != "" && got.ID != nil {
			send(e.in, fmt.Sprintf(`{"jsonrpc":"2.0","id":%s,"result":null}`, got.ID))
		}
		if got.Method == "" && string(got.ID) == fmt.Sprint(e.last) {
			return text
		}
	}
}

const document = `{"textDocument":{"uri":"file:///w/a.kql"}`

func (e *liveEditor) open(src string) {
	body, _ := json.Marshal(src)
	e.tell("textDocument/didOpen", fmt.Sprintf(`{"textDocument":{"uri":"file:///w/a.kql","languageId":"kql","version":1,"text":%s}}`, body))
}

func (e *liveEditor) run(line int) string {
	return e.ask("kusto/query/run", fmt.Sprintf(`{"uri":"file:///w/a.kql","range":{"start":{"line":%d,"character":0},"end":{"line":%d,"character":0}}}`, line, line))
}

func (e *liveEditor) place() string {
	return e.ask("kusto/activeConnection", `{"uri":"file:///w/a.kql"}`)
}
func (e *liveEditor) auth() string  { return e.ask("auth/status", `{}`) }
func (e *liveEditor) agent() string { return e.ask("agent/status", `{}`) }

func (e *liveEditor) lenses() string {
	e.open("let f = () { StormEvents };\nf | count")
	e.run(0)
	var answer struct{ Result []json.RawMessage }
	if err := json.Unmarshal([]byte(e.ask("textDocument/codeLens", document+"}")), &answer); err != nil {
		e.t.Fatal(err)
	}
	titles := ""
	for _, lens := range answer.Result {
		text := string(lens)
		if !strings.Contains(text, `"command"`) {
			text = e.ask("codeLens/resolve", text)
		}
		_, title, _ := strings.Cut(text, `"title":"`)
		title, _, _ = strings.Cut(title, `"`)
		titles += title + ";"
	}
	return titles
}

func (e *liveEditor) hints() string {
	e.open(hinted)
	return e.ask("textDocument/inlayHint", document+`,"range":{"start":{"line":0,"character":0},"end":{"line":9,"character":0}}}`)
}

func (e *liveEditor) format() string {
	e.open("let f = (x: long) { StormEvents | where State == 'TEXAS' and EventType == 'Hail' | where DeathsDirect > 2 and DeathsIndirect > 3 | take 5 };\nT | take 1 | where strcat('aaaaaaaaaaaaaaaaaaaaaaaaaaaa', 'bbbbbbbbbbbbbbbbbbbbbbb', 'ccccccccccccccccccccccccccccc', 'dddddddddddddddd') == 'x' | join (U | where a > 1 and bbbbbbbbbbbbbbbbbbbbb > 2) on a | extend c = 1 | where aaaaaaaaaaaaaaaa > 1 and bbbbbbbbbbbbbbbbbbbbbbbb > 2 | project aaaaaaaaaaaaaaaa,\nb")
	var answer struct{ Result []struct{ NewText string } }
	if err := json.Unmarshal([]byte(e.ask("textDocument/formatting", document+`,"options":{"tabSize":4,"insertSpaces":true}}`)), &answer); err != nil || len(answer.Result) == 0 {
		e.t.Fatal(answer, err)
	}
	return answer.Result[0].NewText
}

func (e *liveEditor) findings() string {
	e.open("StormEvents | where Stat == 1\n\nStormEvents | where State contains 'TEXAS' | summarize count() by EventType")
	return e.ask("textDocument/diagnostic", document+"}")
}

func (e *liveEditor) endless() string {
	e.open("range x from 1 to 100000000000 step 1 | where x % 7 == 8 | count")
	return e.run(0)
}

func (e *liveEditor) history() string {
	e.open("StormEvents | count")
	e.run(0)
	return e.ask("kusto/history/list", `{}`)
}

// first runs two queries of some megabytes and asks for the rows of the first.
func (e *liveEditor) first() string {
	e.open("range x from 1 to 150000 step 1 | extend s = strcat(x, '" + strings.Repeat("a", 60) + "')\n\nrange y from 1 to 150000 step 1 | extend s = strcat(y, '" + strings.Repeat("b", 60) + "')")
	var ran struct {
		Result struct{ Results []struct{ Result string } }
	}
	if err := json.Unmarshal([]byte(e.run(0)), &ran); err != nil || len(ran.Result.Results) != 1 {
		e.t.Fatal(ran, err)
	}
	e.run(2)
	return e.ask("kusto/result/info", fmt.Sprintf(`{"result":%q}`, ran.Result.Results[0].Result))
}
