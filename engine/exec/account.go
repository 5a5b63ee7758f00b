// The memory account of a query: asked before anything grows.

package exec

import (
	"fmt"
	"sync/atomic"
)

// LimitError says that a query went over one of its limits.
type LimitError struct {
	// Code is Kusto's name of the limit: E_RUNAWAY_QUERY for one operator, E_LOW_MEMORY_CONDITION for the query.
	Code string
	// HResult is the number that Kusto gives with it.
	HResult uint32
	// Operator is what asked for more.
	Operator string
	// Limit is in bytes.
	Limit int64
}

// Error names the operator and the limit, and says what to do.
func (e *LimitError) Error() string {
	if e.Code == runaway {
		return fmt.Sprintf("%s (0x%X): operator '%s' needs more than its %d MB; filter or summarize earlier", e.Code, e.HResult,
			e.Operator, e.Limit>>20)
	}
	return fmt.Sprintf("%s (0x%X): the query needs more than its %d MB at operator '%s'; filter or summarize earlier", e.Code,
		e.HResult, e.Limit>>20, e.Operator)
}

const (
	runaway   = "E_RUNAWAY_QUERY"
	lowMemory = "E_LOW_MEMORY_CONDITION"
)

// account is what one query holds, for all its operators.
type account struct {
	limit    int64 // of the query
	operator int64 // of one operator
	used     atomic.Int64
}

// meter is one operator's part of an account.
type meter struct {
	account *account
	name    string
	used    int64
}

func (a *account) meter(name string) *meter { return &meter{account: a, name: name} }

// grow asks for n more bytes; negative n gives some back.
func (m *meter) grow(n int64) error {
	m.used += n
	total := m.account.used.Add(n)
	if n <= 0 {
		return nil
	}
	if m.account.operator > 0 && m.used > m.account.operator {
		return &LimitError{Code: runaway, HResult: 0x80DA0001, Operator: m.name, Limit: m.account.operator}
	}
	if m.account.limit > 0 && total > m.account.limit {
		return &LimitError{Code: lowMemory, HResult: 0x80DA0007, Operator: m.name, Limit: m.account.limit}
	}
	return nil
}

// set makes the operator's part n bytes.
func (m *meter) set(n int64) error { return m.grow(n - m.used) }

// release gives everything back.
func (m *meter) release() { _ = m.grow(-m.used) }

// fits tells whether n bytes would fit for a moment; nothing is kept.
func (a *account) fits(n int64) error {
	if a.operator > 0 && n > a.operator {
		return &LimitError{Code: runaway, HResult: 0x80DA0001, Operator: "expression", Limit: a.operator}
	}
	if a.limit > 0 && a.used.Load()+n > a.limit {
		return &LimitError{Code: lowMemory, HResult: 0x80DA0007, Operator: "expression", Limit: a.limit}
	}
	return nil
}
