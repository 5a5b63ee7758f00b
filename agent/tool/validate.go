package tool

import (
	"context"
	"slices"
	"time"

	"calypso/kql/diag"
)

var validateTool = definition{
	Tool: define("kusto_validate_query", "Checks a KQL query against the schema without running it: errors, warnings, the columns it gives.",
		`"query":{"type":"string","description":"The KQL query"}`, "query"),
	prepare: (*Set).prepareValidate,
}

// Validation is the answer of kusto_validate_query.
type Validation struct {
	OK          bool            `json:"ok"`
	Diagnostics []Diagnostic    `json:"diagnostics"`
	Columns     []PreviewColumn `json:"columns,omitempty"`
	Guard       Judged          `json:"guard"`
	Tables      []TableColumns  `json:"tables,omitempty"` // of those named, where there are errors
	SchemaAge   string          `json:"schemaAge,omitempty"`
}

// Judged is the guard's verdict as a model reads it.
type Judged struct {
	Allowed  bool      `json:"allowed"`
	Findings []Finding `json:"findings,omitempty"`
}

func (s *Set) prepareValidate(_ context.Context, p *Prepared) *Failure { return p.onQuery(s.validate) }

func (s *Set) validate(ctx context.Context, query string) Outcome {
	c, f := s.check(ctx, query)
	if f != nil {
		return failed(f)
	}
	all := slices.DeleteFunc(slices.Clone(c.bound.Diagnostics), func(d diag.Diagnostic) bool { return d.Severity != diag.Error && d.Severity != diag.Warning })
	v := Validation{
		OK: len(c.errors) == 0 && c.verdict.Allowed, Diagnostics: diagnostics(query, all),
		Guard: Judged{Allowed: c.verdict.Allowed, Findings: findings(c)},
	}
	if !c.facts.Loaded.IsZero() {
		v.SchemaAge = time.Since(c.facts.Loaded).Round(time.Second).String()
	}
	if c.bound.Result != nil {
		for _, column := range c.bound.Result.List[:min(len(c.bound.Result.List), s.limits.PreviewCols)] {
			v.Columns = append(v.Columns, PreviewColumn{column.Name, column.Type.String()})
		}
	}
	if !v.OK {
		v.Tables = tablesOf(c.bound)
	}
	return Outcome{Output: marshal(v)}
}
