package protocol

import (
	"encoding/json"
	"math"
	"strconv"
)

// ResultChartParams asks for the picture of a view. Without change it is drawn as it was last, else as the query says, else as fits.
type ResultChartParams struct {
	View   string       `json:"view"`
	Width  int          `json:"width"`           // of the picture on the screen, in pixels: more points than that aren't sent
	Range  *ChartRange  `json:"range,omitzero"`  // only this part of x, in more detail
	Change *ChartChange `json:"change,omitzero"` // a control that the person set; it is remembered with the result
}

// ChartRange is a part of the x axis, ends included.
type ChartRange struct {
	From float64 `json:"low"`
	To   float64 `json:"high"`
}

// ChartChange is a new value of a control.
type ChartChange struct {
	Control string   `json:"control"`
	Value   []string `json:"value"`
}

// Chart is a picture, ready to be drawn.
type Chart struct {
	Kind     string         `json:"kind"` // render's word, as timechart
	Form     ChartForm      `json:"form"` // what is drawn for it; "" with a problem
	Title    string         `json:"title"`
	X        ChartAxis      `json:"x"`
	Axes     []ChartAxis    `json:"axes"`   // the y axes; in panels one a panel
	Panels   int            `json:"panels"` // 1, or one for each of axes, below each other
	Series   []ChartSeries  `json:"series"`
	Tree     []ChartNode    `json:"tree,omitzero"`    // of a pie or treemap
	Cells    [][]string     `json:"cells,omitzero"`   // of a card: [name, value] each; of a pivot: rows, the first with the headings
	Spans    []ChartSpan    `json:"spans,omitzero"`   // of a ladder
	Legend   bool           `json:"legend"`           // true: it is shown
	Stacked  bool           `json:"stacked"`          // values of one place stand on each other; all series have the same x then
	Flat     bool           `json:"flat"`             // bars lie: x runs down the page
	Thinned  bool           `json:"thinned"`          // true: there are more points than these; a part of x shows more of them
	Notes    []string       `json:"notes"`            // what isn't in the picture, and why
	Summary  string         `json:"summary"`          // the picture in words
	Numbers  [][]string     `json:"numbers,omitzero"` // the first of its numbers as a table, with headings
	Controls []ChartControl `json:"controls"`         // what may be changed
	Render   string         `json:"render"`           // the render operator that makes this picture, as KQL
	Problem  *ChartProblem  `json:"problem,omitzero"` // why there is no picture; then only kind, controls and render count
}

// ChartForm is how a picture is drawn.
type ChartForm string

const (
	ChartLine    ChartForm = "line"
	ChartArea    ChartForm = "area"
	ChartBar     ChartForm = "bar"
	ChartScatter ChartForm = "scatter"
	ChartPie     ChartForm = "pie"
	ChartTreemap ChartForm = "treemap"
	ChartLadder  ChartForm = "ladder"
	ChartCard    ChartForm = "card"
	ChartPivot   ChartForm = "pivot"
)

// ChartAxisType is what the values along an axis are.
type ChartAxisType string

const (
	AxisNumber   ChartAxisType = "number"
	AxisTime     ChartAxisType = "time"     // milliseconds since 1970, UTC
	AxisSpan     ChartAxisType = "span"     // milliseconds
	AxisCategory ChartAxisType = "category" // indices into categories
)

// ChartAxis is one axis.
type ChartAxis struct {
	Title      string        `json:"title"`
	Type       ChartAxisType `json:"type"`
	Log        bool          `json:"log"`
	Min        *float64      `json:"min,omitzero"`        // where it begins, if the query says so
	Max        *float64      `json:"max,omitzero"`        // where it ends
	From       float64       `json:"from"`                // of x: the smallest value of all rows
	To         float64       `json:"to"`                  // the largest
	Categories []string      `json:"categories,omitzero"` // of a category axis, in order
}

// ChartSeries is one line, or the bars or points of one colour.
type ChartSeries struct {
	Name string  `json:"name"`
	Axis int     `json:"axis"`          // index into axes
	X    Numbers `json:"x,omitzero"`    // absent: the same as those of the series before
	Y    Numbers `json:"y"`             // null is a gap
	Mark bool    `json:"mark,omitzero"` // points of special interest: anomalies
	Size int     `json:"size"`          // points there were before thinning
}

// ChartNode is a slice of a pie, or a rectangle of a treemap.
type ChartNode struct {
	Name     string      `json:"name"`
	Value    float64     `json:"value"`
	Children []ChartNode `json:"children,omitzero"`
}

// ChartSpan is a bar of a ladder, from one value of x to another.
type ChartSpan struct {
	Row  int     `json:"row"` // index into the categories of axes[0]
	From float64 `json:"from"`
	To   float64 `json:"to"`
}

// ChartControl is something that may be changed.
type ChartControl struct {
	ID      string        `json:"id"`
	Label   string        `json:"label"`
	Many    bool          `json:"many,omitzero"`    // several may be chosen
	Options []ChartOption `json:"options,omitzero"` // absent: a switch
	Value   []string      `json:"value"`            // what is chosen; of a switch "on" or nothing
}

// ChartOption is one choice of a control.
type ChartOption struct {
	Value string `json:"value"`
	Label string `json:"label"`
}

// ChartProblem is why there is no picture.
type ChartProblem struct {
	Message string `json:"message"`
	Next    string `json:"next"` // what to do instead
}

func (p *ChartProblem) Error() string { return p.Message }

// Numbers are values along an axis; NaN is a gap, and null on the wire.
type Numbers []float64

// MarshalJSON writes null for what JSON has no number for.
func (n Numbers) MarshalJSON() ([]byte, error) {
	out := append(make([]byte, 0, 2+12*len(n)), '[')
	for i, v := range n {
		if i > 0 {
			out = append(out, ',')
		}
		switch {
		case math.IsNaN(v) || math.IsInf(v, 0):
			out = append(out, "null"...)
		case v == math.Trunc(v) && math.Abs(v) < 1<<53:
			out = strconv.AppendInt(out, int64(v), 10)
		default:
			out = strconv.AppendFloat(out, v, 'g', -1, 64)
		}
	}
	return append(out, ']'), nil
}

// UnmarshalJSON reads null as NaN: a chart that was kept in a file has its gaps again.
func (n *Numbers) UnmarshalJSON(b []byte) error {
	var list []*float64
	if err := json.Unmarshal(b, &list); err != nil {
		return err
	}
	*n = make(Numbers, len(list))
	for i, v := range list {
		(*n)[i] = math.NaN()
		if v != nil {
			(*n)[i] = *v
		}
	}
	return nil
}

// ChartImageParams is a picture as a file: the view draws it, the server asks where to and writes it.
type ChartImageParams struct {
	View   string      `json:"view"` // "": of a result that is gone
	Format ImageFormat `json:"format"`
	Data   string      `json:"data"` // of a PNG base64, of an SVG its text
}

// ImageFormat is a format of pictures.
type ImageFormat string

const (
	ImagePNG ImageFormat = "png"
	ImageSVG ImageFormat = "svg"
)

// ChartImageResult says where the picture was written; "" when the person left.
type ChartImageResult struct {
	Path string `json:"path"`
}
