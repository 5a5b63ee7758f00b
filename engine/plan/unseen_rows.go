// Rows in an order that isn't known: those unfolded from an array whose order isn't. They may be filtered, joined, counted, grouped
// and sorted; what would show their order is refused.

package plan

import "slices"

// orderedAggregates are those whose result tells in which order rows came.
var orderedAggregates = []string{
	"make_list", "make_list_if", "make_list_with_nulls", "make_set", "make_set_if", "make_bag", "make_bag_if", "take_any", "take_anyif",
	"any", "anyif", "arg_max", "arg_min", "bag_merge",
}

// loosely tells whether a node's rows come in an unknown order, and from which call, or refuses what looks at it.
func (s *unseen) loosely(n Node) (*origin, error) {
	var loose *origin
	for _, in := range n.Inputs() {
		if o := s.loose[in]; o != nil {
			loose = o
		}
	}
	switch n := n.(type) {
	case *Hole:
		return s.loose[n], nil
	case *MvExpand:
		for _, item := range n.Items {
			if place, err := s.made(s.held[n.In], item.X); err != nil || place != nil {
				return place, err
			}
		}
	case *Partition:
		loose = s.loose[n.Sub]
	case *Apply:
		if of := s.loose[n.Sub]; of != nil {
			loose = of
		}
	}
	if loose == nil {
		return nil, nil
	}
	switch n := n.(type) {
	case *Sort, *Top, *Count:
		return nil, nil
	case *Summarize:
		for _, a := range n.Aggs {
			if slices.Contains(orderedAggregates, a.Name) {
				return nil, loose.refuse()
			}
		}
		return nil, nil
	case *Join:
		if n.Kind == InnerUnique {
			return nil, loose.refuse()
		}
	case *Take, *Reverse, *Window, *Scanner, *Plugin:
		return nil, loose.refuse()
	}
	return loose, nil
}
