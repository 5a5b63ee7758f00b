package binder

// This file answers what an editor asks about a place in the text.

// Visible gives the let variables, functions, parameters and as names that may be used at an offset, the latest first; one that
// is declared again hides the one before.
func (b *Bound) Visible(offset int) []*Variable {
	var list []*Variable
	seen := map[string]bool{}
	for i := len(b.Vars) - 1; i >= 0; i-- {
		v := b.Vars[i]
		if v.In.Touches(offset) && !seen[v.Name] {
			seen[v.Name] = true
			list = append(list, v)
		}
	}
	return list
}
