package server

import (
	"encoding/xml"
	"errors"
	"io"
	"strings"
	"testing"

	"calypso/agent"
	"calypso/server/protocol"
	"calypso/server/result"
)

// A card has the rows and, of a query that renders, the picture of the Results panel, small; of what can't be drawn there is none.
func TestCardPicture(t *testing.T) {
	p := dial(t, Options{})
	p.hello(`{"experimental":{"kusto":{"version":1}}}`)
	p.open("file:///w/a.kql", "rows 3")
	var ran protocol.QueryRunResult
	p.ask(protocol.MethodQueryRun, map[string]any{"uri": "file:///w/a.kql", "range": map[string]any{"start": map[string]int{"line": 0, "character": 0}, "end": map[string]int{"line": 0, "character": 0}}}, &ran)
	of := ran.Results[0].Result
	r, err := p.server.results.Result(of)
	if err != nil {
		t.Fatal(err)
	}
	if got := p.server.withRows(&agent.CommandResult{ResultID: of}).Blocks; len(got) != 2 || len(got[0].Rows) != 3 {
		t.Fatalf("a time chart without times: %+v", got)
	}
	r.Tables[0].Draw(&result.Chart{Kind: "columnchart"})
	got := p.server.withRows(&agent.CommandResult{ResultID: of}).Blocks
	if len(got) != 3 || len(got[1].Rows) != 3 || !strings.HasPrefix(got[0].Svg, "<svg ") || !strings.Contains(got[0].Svg, `aria-label="Column chart over `) {
		t.Fatalf("got %+v", got)
	}
	for d := xml.NewDecoder(strings.NewReader(got[0].Svg)); ; {
		if _, err := d.Token(); errors.Is(err, io.EOF) {
			break
		} else if err != nil {
			t.Fatalf("no XML: %v", err)
		}
	}
	draw := func(kind string) string {
		r.Tables[0].Draw(&result.Chart{Kind: kind})
		return p.server.picture(r)
	}
	for kind, want := range map[string]string{"barchart": `class="fill"`, "piechart": `class="edge"`, "card": ""} {
		if got := draw(kind); !strings.Contains(got, want) || want == "" && got != "" {
			t.Errorf("%s: %s", kind, got)
		}
	}
}
