// The best of many tables: a database may have tens of thousands, of which an answer shows a few. Making and sorting an item for
// each would cost more than all the rest of a key press.

package complete

import (
	"cmp"
	"slices"

	"calypso/kql/symbol"
)

// shortlist is how many tables of a database become items at most: more than an answer holds, since some may turn out to be hidden
// by names nearer to the caret.
const shortlist = 4 * Limit

// shortlisted gives the tables of some kinds that can be in the answer, in their order in the database: all of them, or those that
// fit the typed prefix best. It agrees with rank, for which all tables are alike but for their names.
func (p *place) shortlisted(tables []*symbol.TableSymbol, wanted func(symbol.TableKind) bool) []*symbol.TableSymbol {
	want := typing(p.prefix)
	best := graded{tables: tables}
	for i, t := range tables {
		if !wanted(t.Kind) {
			continue
		}
		if grade, ok := want.match(t.Name); ok {
			best.offer(entry{grade: grade, at: i})
		}
	}
	slices.SortFunc(best.heap, func(a, b entry) int { return cmp.Compare(a.at, b.at) })
	list := make([]*symbol.TableSymbol, len(best.heap))
	for i, e := range best.heap {
		list[i] = tables[e.at]
	}
	return list
}

func anyKind(symbol.TableKind) bool { return true }

// entry is a table with its grade, which is better the smaller it is.
type entry struct{ grade, at int }

// graded keeps the best entries that it was offered, as a heap with the worst of them on top.
type graded struct {
	tables []*symbol.TableSymbol
	heap   []entry
}

func (g *graded) worse(a, b entry) bool {
	if a.grade != b.grade {
		return a.grade > b.grade
	}
	return cmp.Or(compareFold(g.tables[a.at].Name, g.tables[b.at].Name), cmp.Compare(a.at, b.at)) > 0
}

// offer puts an entry in, in place of the worst one when there are enough.
func (g *graded) offer(e entry) {
	if len(g.heap) < shortlist {
		g.heap = append(g.heap, e)
		for i := len(g.heap) - 1; i > 0 && g.worse(g.heap[i], g.heap[(i-1)/2]); i = (i - 1) / 2 {
			g.heap[i], g.heap[(i-1)/2] = g.heap[(i-1)/2], g.heap[i]
		}
		return
	}
	if !g.worse(g.heap[0], e) {
		return
	}
	g.heap[0] = e
	for i := 0; ; {
		next := 2*i + 1
		if next+1 < len(g.heap) && g.worse(g.heap[next+1], g.heap[next]) {
			next++
		}
		if next >= len(g.heap) || !g.worse(g.heap[next], g.heap[i]) {
			return
		}
		g.heap[i], g.heap[next] = g.heap[next], g.heap[i]
		i = next
	}
}
