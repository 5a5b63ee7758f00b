package svg

import (
	"encoding/json"
	"encoding/xml"
	"errors"
	"io"
	"regexp"
	"strings"
	"testing"

	"calypso/internal/golden"
	"calypso/server/protocol"
)

func TestDraw(t *testing.T) {
	golden.Run(t, "testdata/*.txtar", func(t *testing.T, c *golden.Case) {
		var chart protocol.Chart
		if err := json.Unmarshal([]byte(c.Text("chart.json")), &chart); err != nil {
			t.Fatal(err)
		}
		got := Draw(&chart, PageWidth)
		c.Want(t, "want.svg", strings.ReplaceAll(got, "><", ">\n<"))
		sound(t, got)
		sound(t, Standalone(&chart))
		sound(t, Draw(&chart, 320))
	})
}

var active = regexp.MustCompile(`(?i)<(script|image|use|foreignObject|a)\b|\bon\w+=|url\(|href|NaN|Inf`)

// sound: what is written is XML, and asks for nothing.
func sound(t *testing.T, picture string) {
	t.Helper()
	d := xml.NewDecoder(strings.NewReader(picture))
	for {
		_, err := d.Token()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			t.Fatalf("no XML: %s", err)
		}
	}
	if bad := active.FindString(picture); bad != "" {
		t.Errorf("%q is in the picture", bad)
	}
}

// FuzzDraw: whatever stands in a file, it is drawn as XML, or not at all.
func FuzzDraw(f *testing.F) {
	f.Add("line", "time", 1.0, -3.0, 1e300, "<a>", true, false)
	f.Add("bar", "category", 0.0, 1.0, 2.0, "\x00]]>", false, true)
	f.Add("area", "number", 5e-324, 1e17, 1e17+16, "n", true, true)
	f.Add("treemap", "span", 0.0, 1e308, 1e308, "n", true, true)
	f.Fuzz(func(t *testing.T, form, axis string, a, b, c float64, name string, stacked, flat bool) {
		x := protocol.ChartAxis{Title: name, Type: protocol.ChartAxisType(axis), Log: !stacked, Categories: []string{name, "b"}}
		chart := protocol.Chart{
			Form: protocol.ChartForm(form), Title: name, Summary: name, X: x, Axes: []protocol.ChartAxis{{Title: name, Type: "number", Log: flat && stacked, Min: &c}},
			Panels: 1, Stacked: stacked, Flat: flat, Legend: true,
			Series: []protocol.ChartSeries{{Name: name, X: protocol.Numbers{a, b, c}, Y: protocol.Numbers{c, a, b}}, {Name: name, Y: protocol.Numbers{b, b, a}}},
			Tree:   []protocol.ChartNode{{Name: name, Value: a, Children: []protocol.ChartNode{{Name: name, Value: c}}}, {Name: name, Value: b}},
			Spans:  []protocol.ChartSpan{{Row: int(a), From: a, To: b}},
		}
		if !active.MatchString(name) { // its words may be any
			sound(t, Standalone(&chart))
		}
	})
}
