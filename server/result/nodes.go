package result

import (
	"strconv"
	"strings"

	"calypso/kql/symbol"
	"calypso/kql/text"
	"calypso/kusto/value"
)

// The tree of a dynamic value, one level at a time: numbers keep their digits, and a large value is never sent as a whole.

// nodesAtOnce is how many members of a level are given at once.
const nodesAtOnce = 200

// Node is one member of a dynamic value.
type Node struct {
	Key  string // of a property, or the number of an element
	Text string // of a scalar: its JSON; of others what they hold, as "3 properties"
	Kind string // string, long, real, bool, null, array, bag …
	Path string // KQL behind the column's name, as .tags[0]
	More bool   // it has members
}

var dynKinds = map[value.DynKind]string{
	value.DynNull: "null", value.DynBool: "bool", value.DynLong: "long", value.DynReal: "real", value.DynString: "string",
	value.DynDatetime: "datetime", value.DynTimespan: "timespan", value.DynGuid: "guid", value.DynDecimal: "decimal",
	value.DynArray: "array", value.DynBag: "bag",
}

// Nodes gives the members of what lies at a path of places in a cell, from start on; next is 0 at the end. A string that holds a JSON
// object or array is looked into too.
func (v *View) Nodes(line, column int, path []int, start int) (nodes []Node, next int, err error) {
	cell, i, err := v.cell(line, column)
	if err != nil {
		return nil, 0, err
	}
	at := ""
	d := value.DynAt(cell, i)
	if cell.Kind == value.String {
		d = value.ParseDyn(cellText(cell, i))
	}
	for _, place := range path {
		if place < 0 || place >= d.Len() {
			return nil, 0, badf("the value has no member %d", place)
		}
		at += step(d, place)
		d = d.Items()[place]
	}
	if k := d.Kind(); k != value.DynArray && k != value.DynBag || start < 0 || start > d.Len() {
		return nil, 0, badf("the value has no members there")
	}
	end := min(d.Len(), start+nodesAtOnce)
	for place := start; place < end; place++ {
		n := nodeOf(d.Items()[place])
		if n.Key = strconv.Itoa(place); d.Kind() == value.DynBag {
			n.Key = d.Keys()[place]
		}
		n.Path = at + step(d, place)
		nodes = append(nodes, n)
	}
	if end < d.Len() {
		next = end
	}
	return nodes, next, nil
}

func nodeOf(d value.Dyn) Node {
	n := Node{Kind: dynKinds[d.Kind()]}
	switch d.Kind() {
	case value.DynArray:
		n.Text, n.More = text.Count(d.Len(), "element"), d.Len() > 0
	case value.DynBag:
		n.Text, n.More = text.Count(d.Len(), "property"), d.Len() > 0
	default:
		n.Text, _ = clip(d.String(), 10_000)
	}
	return n
}

// step is the KQL that leads to a member.
func step(d value.Dyn, place int) string {
	if d.Kind() == value.DynArray {
		return "[" + strconv.Itoa(place) + "]"
	}
	key := d.Keys()[place]
	if quoted := symbol.QuoteName(key); !strings.HasPrefix(quoted, "[") {
		return "." + key
	}
	return "[" + string(value.AppendQuoted(nil, key)) + "]"
}
