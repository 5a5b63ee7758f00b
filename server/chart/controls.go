package chart

import (
	"maps"
	"strings"
)

// What a person may change about a picture, and what the change makes of the wish.

// controls lists them, with what is chosen now.
func (m *maker) controls(w Wish) []Control {
	list := []Control{{ID: "kind", Label: "Chart", Options: kindOptions(), Value: []string{w.Kind}}}
	k, known := kindOf(w.Kind)
	if !known || k.why != "" || k.form == FormCard {
		return list
	}
	shape := shapeOf(m.table)
	r := m.roles
	measures, others := m.options(shape, func(c columnShape) bool { return c.number || c.span || c.array == ofNumbers }), m.options(shape, func(c columnShape) bool { return c.array == notArray })
	if k.form == FormLadder {
		ends := m.options(shape, isOrdered)
		return append(list,
			Control{ID: "y", Label: "From, to", Many: true, Options: ends, Value: m.chosen(r.y)},
			Control{ID: "series", Label: "Labels", Many: true, Options: others, Value: m.chosen(r.series)})
	}
	axis := m.options(shape, func(columnShape) bool { return true })
	list = append(list, Control{ID: "x", Label: "X", Options: axis, Value: m.chosen([]int{r.x})})
	if !k.lanes() {
		list = append(list, Control{ID: "y", Label: "Y", Many: true, Options: measures, Value: m.chosen(r.y)})
	}
	if k.form != FormPie {
		list = append(list, Control{ID: "series", Label: "Series", Many: true, Options: others, Value: m.chosen(r.series)})
	}
	if k.stacks() {
		list = append(list, Control{ID: "stack", Label: "Stacking", Value: []string{m.spec.stack}, Options: []Option{
			{Value: "", Label: "Not stacked"}, {Value: stacked, Label: "Stacked"}, {Value: stacked100, Label: "Stacked to 100%"},
		}})
	}
	if k.plane() && !k.lanes() {
		list = append(list,
			Control{ID: "split", Label: "Y axes", Value: []string{m.spec.split}, Options: []Option{
				{Value: "", Label: "One Y axis"}, {Value: "axes", Label: "An axis each"}, {Value: "panels", Label: "A panel each"},
			}},
			toggle("ylog", "Log Y", m.spec.yLog))
		if r.x >= 0 && (shape[r.x].number || shape[r.x].array == ofNumbers) {
			list = append(list, toggle("xlog", "Log X", m.spec.xLog))
		}
	}
	if k.plane() && !k.lanes() || k.form == FormPie {
		list = append(list, toggle("legend", "Legend", !m.spec.noLegend))
	}
	return list
}

func toggle(id, label string, on bool) Control {
	c := Control{ID: id, Label: label, Value: []string{}}
	if on {
		c.Value = []string{"on"}
	}
	return c
}

func kindOptions() []Option {
	var list []Option
	for _, k := range kinds {
		if k.why == "" {
			list = append(list, Option{Value: k.name, Label: k.label})
		}
	}
	return list
}

func (m *maker) options(all shape, fits func(columnShape) bool) []Option {
	list := []Option{}
	for i, c := range m.table.Columns {
		if fits(all[i]) && len(list) < 500 {
			list = append(list, Option{Value: c.Name, Label: clip(c.Name, 60)})
		}
	}
	return list
}

func (m *maker) chosen(columns []int) []string {
	list := []string{}
	for _, c := range columns {
		if c >= 0 {
			list = append(list, m.table.Columns[c].Name)
		}
	}
	return list
}

// Changed gives the wish after a change. A control that isn't known changes nothing.
func (w Wish) Changed(c Change, t Table) Wish {
	if w.Kind == "" {
		w.Kind = guess(t)
	}
	w.Properties = maps.Clone(w.Properties)
	if w.Properties == nil {
		w.Properties = map[string]string{}
	}
	set := func(name, text string) {
		if text == "" {
			delete(w.Properties, name)
		} else {
			w.Properties[name] = text
		}
	}
	first := ""
	if len(c.Value) > 0 {
		first = c.Value[0]
	}
	on := first == "on"
	switch c.Control {
	case "kind":
		w.Kind = first
		set("Kind", "") // each kind has its own
	case "x":
		set("XColumn", first)
	case "y":
		set("YColumns", listed(c.Value))
	case "series":
		set("Series", listed(c.Value))
	case "stack":
		if first == "" && w.Kind == "stackedareachart" {
			first = "unstacked"
		}
		set("Kind", first)
	case "split":
		set("YSplit", first)
	case "legend":
		set("Legend", choose(on, "", "hidden"))
	case "xlog":
		set("XAxis", choose(on, "log", ""))
	case "ylog":
		set("YAxis", choose(on, "log", ""))
	}
	return w
}

func choose(on bool, yes, no string) string {
	if on {
		return yes
	}
	return no
}

// listed joins names as names reads them.
func listed(all []string) string {
	list := make([]string, len(all))
	for i, name := range all {
		if list[i] = name; strings.ContainsRune(name, ',') && !strings.ContainsRune(name, '\'') {
			list[i] = "['" + name + "']"
		}
	}
	return strings.Join(list, ",")
}
