package chart

import (
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"

	"calypso/kql/symbol"
	"calypso/kusto/value"
)

// Wish is what a render operator, or a person, asks for: the kind, the title, and the rest by Kusto's names, as the cluster sends them.
// The zero Wish asks for whatever fits.
type Wish struct {
	Kind, Title string
	Properties  map[string]string // XColumn, YColumns, Series, AnomalyColumns, XTitle, YTitle, XAxis, YAxis, Legend, YSplit, …
}

// spec is a wish that was understood.
type spec struct {
	kind                   kind
	title, xTitle, yTitle  string
	x                      string
	y, series, anomalies   []string
	stack                  string // "", stacked, stacked100, map
	accumulate, noLegend   bool
	xLog, yLog             bool
	split                  string // "", axes, panels
	xMin, xMax, yMin, yMax *float64
	notes                  []string
}

// read understands a wish. What it doesn't understand becomes a note: a picture without it is better than none.
func (w Wish) read(columns []value.Column) (spec, error) {
	k, ok := kindOf(w.Kind)
	if !ok {
		return spec{}, problem(fmt.Sprintf("render %s isn't known", clip(w.Kind, 40)), "choose a chart above")
	}
	s := spec{kind: k, title: w.Title, stack: k.stack}
	p := func(name string) string { return strings.TrimSpace(w.Properties[name]) }
	s.xTitle, s.yTitle = p("XTitle"), p("YTitle")
	if x := names(p("XColumn"), columns); len(x) > 0 {
		s.x = x[0]
	}
	s.y, s.series, s.anomalies = names(p("YColumns"), columns), names(p("Series"), columns), names(p("AnomalyColumns"), columns)
	s.accumulate = strings.EqualFold(p("Accumulate"), "true")
	s.noLegend = strings.EqualFold(p("Legend"), "hidden")
	s.xLog, s.yLog = strings.EqualFold(p("XAxis"), "log"), strings.EqualFold(p("YAxis"), "log")
	if split := strings.ToLower(p("YSplit")); split == "axes" || split == "panels" {
		s.split = split
	}
	s.yMin, s.yMax = s.bound("ymin", p("Ymin")), s.bound("ymax", p("Ymax"))
	s.xMin, s.xMax = s.bound("xmin", p("Xmin")), s.bound("xmax", p("Xmax"))
	s.stacking(strings.ToLower(p("Kind")))
	s.known(columns)
	return s, nil
}

func (s *spec) note(format string, args ...any) {
	s.notes = append(s.notes, fmt.Sprintf(format, args...))
}

// stacking understands the property kind.
func (s *spec) stacking(word string) {
	switch {
	case word == "" || word == "default" && s.kind.stack == "":
	case word == onMap && (s.kind.name == "scatterchart" || s.kind.form == FormPie):
		s.stack = onMap
	case !s.kind.stacks():
		s.note("kind=%s means nothing to a %s", clip(word, 20), s.kind.name)
	case word == "default" || word == "unstacked":
		s.stack = ""
	case word == stacked || word == stacked100:
		s.stack = word
	default:
		s.note("kind=%s isn't known", clip(word, 20))
	}
}

// known drops the columns that the table doesn't have.
func (s *spec) known(columns []value.Column) {
	keep := func(what string, list []string) []string {
		return slices.DeleteFunc(list, func(name string) bool {
			if find(columns, name) >= 0 {
				return false
			}
			s.note("%s names %s, which is no column of the result", what, clip(name, 60))
			return true
		})
	}
	if s.x != "" && len(keep("xcolumn", []string{s.x})) == 0 {
		s.x = ""
	}
	s.y, s.series, s.anomalies = keep("ycolumns", s.y), keep("series", s.series), keep("anomalycolumns", s.anomalies)
}

// bound reads the end of an axis: a number, a datetime or a timespan. Clusters say NaN where the query says nothing.
func (s *spec) bound(name, text string) *float64 {
	if text == "" || strings.EqualFold(text, "nan") || strings.EqualFold(text, "null") {
		return nil
	}
	inner := text
	if i := strings.IndexByte(text, '('); i >= 0 && strings.HasSuffix(text, ")") { // datetime(…), long(…)
		inner = strings.TrimSpace(text[i+1 : len(text)-1])
	}
	if f, err := strconv.ParseFloat(inner, 64); err == nil && !math.IsInf(f, 0) && !math.IsNaN(f) {
		return &f
	}
	if ticks, ok := value.ParseDatetime(inner); ok {
		ms := millis(ticks)
		return &ms
	}
	if ticks, ok := value.ParseTimespan(inner); ok {
		ms := float64(ticks) / ticksPerMilli
		return &ms
	}
	s.note("%s=%s is no number and no time", name, clip(text, 40))
	return nil
}

// names splits a list of column names as clusters send it: with commas between, or one name that has a comma itself.
func names(text string, columns []value.Column) []string {
	if text == "" {
		return nil
	}
	if find(columns, text) >= 0 {
		return []string{text}
	}
	var list []string
	for text != "" {
		part, rest := text, ""
		from := 0
		if q := strings.TrimLeft(text, " "); strings.HasPrefix(q, "['") { // a comma in a name stands in brackets
			from = max(strings.Index(text, "']"), 0)
		}
		if i := strings.IndexByte(text[from:], ','); i >= 0 {
			part, rest = text[:from+i], text[from+i+1:]
		}
		text = rest
		if part = unquoted(strings.TrimSpace(part)); part != "" && !slices.Contains(list, part) {
			list = append(list, part)
		}
	}
	return list
}

// unquoted gives the name in ['name'] or ["name"].
func unquoted(name string) string {
	if len(name) > 4 && strings.HasPrefix(name, "[") && strings.HasSuffix(name, "]") && (name[1] == '\'' || name[1] == '"') && name[len(name)-2] == name[1] {
		return name[2 : len(name)-2]
	}
	return name
}

// find gives the first column of a name, in any case if none has it exactly; -1 for none.
func find(columns []value.Column, name string) int {
	if i := slices.IndexFunc(columns, func(c value.Column) bool { return c.Name == name }); i >= 0 {
		return i
	}
	return slices.IndexFunc(columns, func(c value.Column) bool { return strings.EqualFold(c.Name, name) })
}

// render writes the render operator that asks for this.
func (w Wish) render(columns []value.Column) string {
	var list []string
	add := func(name, text string) {
		if text != "" {
			list = append(list, name+"="+text)
		}
	}
	p := func(name string) string { return strings.TrimSpace(w.Properties[name]) }
	quoted := func(name string) string {
		all := names(p(name), columns)
		for i, n := range all {
			all[i] = lineBreaks.Replace(symbol.QuoteName(n))
		}
		return strings.Join(all, ", ")
	}
	literal := func(text string) string {
		if text == "" {
			return ""
		}
		return stringLiteral(text)
	}
	add("title", literal(w.Title))
	add("kind", word(p("Kind")))
	add("xcolumn", quoted("XColumn"))
	add("ycolumns", quoted("YColumns"))
	add("anomalycolumns", quoted("AnomalyColumns"))
	add("series", quoted("Series"))
	add("xtitle", literal(p("XTitle")))
	add("ytitle", literal(p("YTitle")))
	add("xaxis", word(p("XAxis")))
	add("yaxis", word(p("YAxis")))
	add("legend", word(p("Legend")))
	add("ysplit", word(p("YSplit")))
	if strings.EqualFold(p("Accumulate"), "true") {
		add("accumulate", "true")
	}
	for _, end := range []string{"Ymin", "Ymax", "Xmin", "Xmax"} {
		add(strings.ToLower(end), endLiteral(p(end)))
	}
	out := "| render " + word(w.Kind)
	if k, ok := kindOf(w.Kind); ok {
		out = "| render " + k.name // 3Dchart is one
	}
	if len(list) > 0 {
		out += " with (" + strings.Join(list, ", ") + ")"
	}
	return out
}

// word keeps a text only if it can stand in a query without quotes.
func word(text string) string {
	letter := func(r rune) bool { return r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' }
	if strings.ContainsFunc(text, func(r rune) bool { return !letter(r) && (r < '0' || r > '9') }) || text != "" && !letter(rune(text[0])) {
		return ""
	}
	return text
}

// lineBreaks can't stand in a quoted name or text as they are.
var lineBreaks = strings.NewReplacer("\n", `\n`, "\r", `\r`, "\t", `\t`)

func stringLiteral(text string) string {
	return `"` + lineBreaks.Replace(strings.NewReplacer(`\`, `\\`, `"`, `\"`).Replace(text)) + `"`
}

// endLiteral writes the end of an axis as KQL.
func endLiteral(text string) string {
	if f, err := strconv.ParseFloat(text, 64); err == nil {
		if math.IsNaN(f) || math.IsInf(f, 0) {
			return ""
		}
		if math.Abs(f) < 1e15 && math.Abs(f) > 1e-15 || f == 0 {
			return strconv.FormatFloat(f, 'f', -1, 64)
		}
		return strconv.FormatFloat(f, 'e', -1, 64)
	}
	text = strings.TrimSuffix(strings.TrimPrefix(text, "datetime("), ")")
	if ticks, ok := value.ParseDatetime(text); ok {
		return "datetime(" + string(value.AppendDatetimeTrimmed(nil, ticks)) + ")"
	}
	return ""
}

// clip cuts a text that would fill the screen.
func clip(s string, most int) string {
	if r := []rune(s); len(s) > most && len(r) > most {
		return string(r[:most-1]) + "…"
	}
	return s
}
