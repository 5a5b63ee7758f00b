package chart

import "strings"

// kind is one of render's words.
type kind struct {
	name  string
	label string // for people
	form  Form
	x     rule
	flat  bool   // bars lie
	stack string // the stacking when nothing is said
	why   string // it isn't drawn: what it is
	next  string // and what to do instead
}

// rule says which column is x when nothing is said.
type rule int

const (
	noX     rule = iota
	timeX        // the first datetime column
	valueX       // the first column, where it has an order; else the first datetime or number
	nameX        // the first column that isn't the only number
	twoEnds      // the last two columns
	mapX         // longitude
)

// kinds are all words of render, in the order in which they are offered.
var kinds = []kind{
	{name: "timechart", label: "Time chart", form: FormLine, x: timeX},
	{name: "linechart", label: "Line chart", form: FormLine, x: valueX},
	{name: "areachart", label: "Area chart", form: FormArea, x: valueX},
	{name: "stackedareachart", label: "Stacked area chart", form: FormArea, x: valueX, stack: stacked},
	{name: "columnchart", label: "Column chart", form: FormBar, x: nameX},
	{name: "barchart", label: "Bar chart", form: FormBar, x: nameX, flat: true},
	{name: "piechart", label: "Pie chart", form: FormPie, x: nameX},
	{name: "scatterchart", label: "Scatter chart", form: FormScatter, x: valueX},
	{name: "anomalychart", label: "Anomaly chart", form: FormLine, x: timeX},
	{name: "treemap", label: "Treemap", form: FormTreemap, x: nameX},
	{name: "ladderchart", label: "Ladder chart", form: FormLadder, x: twoEnds},
	{name: "timepivot", label: "Time pivot", form: FormScatter, x: timeX},
	{name: "timeline", label: "Timeline", form: FormScatter, x: timeX},
	{name: "pivotchart", label: "Pivot table", form: FormPivot, x: nameX},
	{name: "card", label: "Card", form: FormCard},
	{name: "table", why: "a table is asked for", next: "the rows are in the table; choose a chart above to draw them"},
	{name: "list", why: "a list is asked for", next: "the rows are in the table; choose a chart above to draw them"},
	{name: "plotly", why: "plotly draws with a library of its own, which isn't part of this", next: "open the query in Azure Data Explorer, or choose another chart for its rows"},
	{name: "graph", why: "graphs aren't drawn", next: "end the query with graph-to-table to see nodes and edges as rows, or open it in Azure Data Explorer"},
	{name: "sankey", why: "sankey diagrams aren't drawn", next: "choose another chart above"},
	{name: "3Dchart", why: "charts in three dimensions aren't drawn", next: "choose scatterchart above"},
}

func kindOf(name string) (kind, bool) {
	for _, k := range kinds {
		if k.name == name {
			return k, true
		}
	}
	return kind{}, false
}

// Values of the property kind.
const (
	stacked    = "stacked"
	stacked100 = "stacked100"
	onMap      = "map"
)

// stacks tells whether a kind can stack its values.
func (k kind) stacks() bool { return k.form == FormBar || k.form == FormArea }

// one is the kind's name with its article, as a sentence begins with it.
func (k kind) one() string {
	if strings.ContainsRune("aeiou", rune(k.name[0])) {
		return "an " + k.name
	}
	return "a " + k.name
}

// lanes tells whether a kind draws events in lanes, one a series, instead of values.
func (k kind) lanes() bool { return k.name == "timepivot" || k.name == "timeline" }

// plane tells whether a kind has axes.
func (k kind) plane() bool {
	switch k.form {
	case FormLine, FormArea, FormBar, FormScatter:
		return true
	}
	return false
}
