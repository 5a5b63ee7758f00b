// Operators that aren't built yet, each refused by its name.

package plan

import "calypso/kql/syntax"

func (p *builder) find(e *env, op *syntax.FindOp) (*relation, error) {
	return nil, e.notBuilt(op, "operator 'find'")
}
