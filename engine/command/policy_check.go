package command

import (
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"

	"calypso/engine"
	"calypso/engine/plan"
	"calypso/engine/store"
	"calypso/kusto/value"
)

// What policies may say, and on which tables they may be.

func constant(src string) *value.Vector { return plan.ParseConstant(src) }

func (c *call) badPolicy(format string, args ...any) error {
	return &fault{offset: c.Span.Start, message: fmt.Sprintf(format, args...)}
}

// checkSpan holds a property against being a time span, and writes it as Kusto does; without one it gets the default.
func checkSpan(c *call, o *object, name, otherwise string) error {
	raw := o.field(name)
	if raw == nil || string(raw) == "null" {
		o.put(name, otherwise)
		return nil
	}
	var text string
	if err := json.Unmarshal(raw, &text); err == nil {
		if ticks, ok := value.ParseTimespan(text); ok && ticks >= 0 {
			o.put(name, string(value.AppendTimespan(nil, ticks)))
			return nil
		}
	}
	return c.badPolicy("property %s of the policy is %s; write a time span in quotes, as \"10.00:00:00\"", name, raw)
}

// said words an error as a part of another: without the kind and code that it has as one of its own.
func said(err error) string {
	var e *engine.Error
	if errors.As(err, &e) {
		return e.Message
	}
	return err.Error()
}

const hundredYears = "36500.00:00:00"

func checkRetention(c *call, o *object) error {
	if err := checkSpan(c, o, "SoftDeletePeriod", hundredYears); err != nil {
		return err
	}
	var text string
	switch raw := o.field("Recoverability"); {
	case raw == nil:
		text = "Enabled"
	case json.Unmarshal(raw, &text) == nil && (strings.EqualFold(text, "Enabled") || strings.EqualFold(text, "Disabled")):
		text = strings.ToUpper(text[:1]) + strings.ToLower(text[1:])
	default:
		return c.badPolicy("property Recoverability of the policy is %s; write \"Enabled\" or \"Disabled\"", raw)
	}
	o.put("Recoverability", text)
	return nil
}

func checkBatching(c *call, o *object) error {
	if o.field("MaximumBatchingTimeSpan") != nil {
		if err := checkSpan(c, o, "MaximumBatchingTimeSpan", "00:05:00"); err != nil {
			return err
		}
	}
	for _, name := range []string{"MaximumNumberOfItems", "MaximumRawDataSizeMB"} {
		raw := o.field(name)
		var n float64
		if raw != nil && (json.Unmarshal(raw, &n) != nil || n < 1 || n != float64(int64(n))) {
			return c.badPolicy("property %s of the policy is %s; write a whole number of 1 or more", name, raw)
		}
	}
	return nil
}

func checkAutoDelete(c *call, o *object) error {
	var text string
	raw := o.field("ExpiryDate")
	if json.Unmarshal(raw, &text) == nil {
		if _, ok := value.ParseDatetime(text); ok {
			return nil
		}
	}
	return c.badPolicy("the policy lacks an ExpiryDate; write it as \"ExpiryDate\": \"2030-01-31\"")
}

// updatePolicy is one of a table's update policies.
type updatePolicy struct {
	IsEnabled                    bool
	Source, Query                string
	IsTransactional              bool
	PropagateIngestionProperties bool
	ManagedIdentity              *string `json:",omitempty"`
}

// updatesOf reads the update policies of a table.
func updatesOf(t *store.Table) ([]updatePolicy, error) {
	text := t.Settings.Policies[engine.PolicyUpdate]
	if text == "" {
		return nil, nil
	}
	var list []updatePolicy
	if err := json.Unmarshal([]byte(text), &list); err != nil {
		return nil, fmt.Errorf("the update policy of table '%s' can't be read: %w", t.Name(), err)
	}
	return list, nil
}

// checkUpdate holds each update policy against what it may say, and writes all its properties.
func checkUpdate(c *call, o *object) error {
	for i, raw := range o.list {
		one, err := parseObject(string(raw), false)
		if err != nil || one == nil {
			return c.badPolicy("update policy %d is no object; write it as {\"IsEnabled\": true, \"Source\": \"T\", \"Query\": \"F()\"}", i+1)
		}
		for k, f := range one.fields {
			switch strings.ToLower(f.name) {
			case "isenabled", "istransactional", "propagateingestionproperties":
				// Written as text, "True", it is taken too.
				one.fields[k].raw = json.RawMessage(strings.ToLower(strings.Trim(string(f.raw), `"`)))
			case "source", "query":
			case "sourceiswildcard":
				if string(f.raw) != "false" {
					return &fault{offset: c.Span.Start, refused: true, message: "an update policy with SourceIsWildCard is not built in the embedded engine; write a policy for each source"}
				}
			case "managedidentity":
			default:
				return c.badPolicy("update policy %d has the property '%s', which nobody knows; leave it out", i+1, f.name)
			}
		}
		p := updatePolicy{IsEnabled: true}
		if err := json.Unmarshal([]byte(one.String()), &p); err != nil {
			return c.badPolicy("update policy %d: %s", i+1, said(err))
		}
		if p.Source == "" || p.Query == "" {
			return c.badPolicy("update policy %d lacks its %s", i+1, map[bool]string{true: "Source", false: "Query"}[p.Source == ""])
		}
		o.list[i] = plainJSON(p)
	}
	return nil
}

// fitsUpdate holds the enabled update policies of a table against what is there: the source, and a query whose columns have the types of
// the table's.
func fitsUpdate(c *call, x *engine.Edit, t *store.Table, text string) error {
	var list []updatePolicy
	if err := json.Unmarshal([]byte(text), &list); err != nil {
		return err
	}
	options, err := c.options("allowunreferencedsourcetable")
	if err != nil {
		return err
	}
	for i, p := range list {
		if !p.IsEnabled {
			continue
		}
		source, err := x.Table(p.Source)
		if err != nil {
			return c.badPolicy("update policy %d: its source: %s", i+1, said(err))
		}
		if noRowsStay(source) && !p.IsTransactional {
			return c.badPolicy("update policy %d: table '%s' keeps no rows (its soft delete period is 0), so that the policy must be transactional", i+1, p.Source)
		}
		bound, err := engine.BindKept(x.Schema(), p.Query)
		if err != nil {
			return c.badPolicy("update policy %d: its query: %s", i+1, said(err))
		}
		uses := engine.UsesOf(bound)
		if !uses.Tables[p.Source] && !yes(options["allowunreferencedsourcetable"]) {
			return c.badPolicy("update policy %d: its query doesn't name its source '%s'; add with (AllowUnreferencedSourceTable=true) if that is meant", i+1, p.Source)
		}
		if err := c.readable(x, uses, ""); err != nil {
			return c.badPolicy("update policy %d: %s", i+1, said(err))
		}
		if result := bound.Result; result == nil || !result.Open {
			columns, err := engine.ViewColumns(x.Schema(), p.Query)
			if err != nil {
				return c.badPolicy("update policy %d: its query: %s", i+1, said(err))
			}
			if err := sameTypes(plainColumns(columns), t); err != nil {
				return c.badPolicy("update policy %d: %s", i+1, said(err))
			}
		}
	}
	return nil
}

// readable refuses a policy's query that reads what policies keep from it.
func (c *call) readable(x *engine.Edit, uses engine.Uses, but string) error {
	if uses.Foreign != "" {
		return fmt.Errorf("its query names another database ('%s'), which isn't allowed", uses.Foreign)
	}
	for name := range uses.Tables {
		have, _ := x.Any(name)
		t, ok := have.(*store.Table)
		if !ok || name == but {
			continue
		}
		p, _, err := engine.RowSecurityOf(t)
		if err != nil || p.IsEnabled || engine.Restricted(t) {
			return fmt.Errorf("its query reads table '%s', which has row level security or restricted view access", name)
		}
	}
	return nil
}

func plainColumns(list []store.Column) []value.Column {
	out := make([]value.Column, len(list))
	for i, column := range list {
		out[i] = value.Column{Name: column.Name, Kind: column.Kind}
	}
	return out
}

// sameTypes holds columns against a table's, which are taken by their order.
func sameTypes(columns []value.Column, t *store.Table) error {
	have := t.Columns()
	same := len(have) == len(columns)
	for i := 0; same && i < len(have); i++ {
		same = have[i].Kind == columns[i].Kind
	}
	if same {
		return nil
	}
	return fmt.Errorf("the query's columns (%s) don't match those of table '%s' (%s), which are taken by their order; project them so",
		typesOf(columns), t.Name(), typesOf(have))
}

// noRowsStay tells whether a table's soft delete period is 0: rows go through it to where update policies take them.
func noRowsStay(t *store.Table) bool {
	var p struct{ SoftDeletePeriod string }
	_ = json.Unmarshal([]byte(t.Settings.Policies[engine.PolicyRetention]), &p) // none is no period
	return p.SoftDeletePeriod == "00:00:00"
}

// fitsRetention refuses a period of 0 where an update policy isn't transactional: its rows would be lost when it fails.
func fitsRetention(c *call, x *engine.Edit, t *store.Table, text string) error {
	if !noRowsStay(t.WithSettings(t.Settings.With(engine.PolicyRetention, text))) {
		return nil
	}
	for _, other := range x.Tables() {
		list, err := updatesOf(other)
		if err != nil {
			return c.badPolicy("%s", said(err))
		}
		for _, p := range list {
			if p.IsEnabled && p.Source == t.Name() && !p.IsTransactional {
				return c.badPolicy("the update policy of table '%s' takes rows from '%s' and isn't transactional, so that a soft delete period of 0 could lose them; make it transactional",
					other.Name(), t.Name())
			}
		}
	}
	for _, v := range x.Views() {
		if v.Source == t.Name() {
			return c.badPolicy("materialized view '%s' needs the rows of table '%s'; drop it first", v.Name, t.Name())
		}
	}
	return nil
}

// fitsRowSecurity holds the query of a policy that is enabled against the table: it must give the same columns, and may read no other
// table that is kept from it.
func fitsRowSecurity(c *call, x *engine.Edit, t *store.Table, text string) error {
	var p engine.RowSecurity
	if err := json.Unmarshal([]byte(text), &p); err != nil {
		return err
	}
	if !p.IsEnabled {
		return nil
	}
	if engine.Restricted(t) {
		return c.badPolicy("table '%s' has the policy restricted_view_access, beside which row level security can't be", t.Name())
	}
	bound, err := engine.BindKept(x.Schema(), p.Query)
	if err != nil {
		return c.badPolicy("the policy's query: %s", said(err))
	}
	columns, err := engine.ViewColumns(x.Schema(), p.Query)
	if err != nil {
		return c.badPolicy("the policy's query: %s", said(err))
	}
	if !slices.Equal(plainColumns(columns), t.Columns()) {
		return c.badPolicy("the policy's query gives (%s), and must give the columns of table '%s': (%s)", typesOf(plainColumns(columns)), t.Name(), typesOf(t.Columns()))
	}
	if err := c.readable(x, engine.UsesOf(bound), t.Name()); err != nil {
		return c.badPolicy("the policy: %s", said(err))
	}
	if err := c.readByUpdates(x, t); err != nil {
		return err
	}
	for _, v := range x.Views() {
		options := yes(optionOf(c, "allowMaterializedViewsWithoutRowLevelSecurity"))
		if v.Source == t.Name() && !options {
			return c.badPolicy("materialized view '%s' shows what table '%s' holds; add with (allowMaterializedViewsWithoutRowLevelSecurity=true) if that is meant", v.Name, t.Name())
		}
	}
	return nil
}

// readByUpdates refuses to keep a table from being read that update policies read.
func (c *call) readByUpdates(x *engine.Edit, t *store.Table) error {
	for _, other := range x.Tables() {
		list, err := updatesOf(other)
		if err != nil {
			return c.badPolicy("%s", said(err))
		}
		for _, u := range list {
			query, err := engine.BindKept(x.Schema(), u.Query)
			if u.IsEnabled && (u.Source == t.Name() || err == nil && engine.UsesOf(query).Tables[t.Name()]) {
				return c.badPolicy("the update policy of table '%s' reads table '%s', which therefore can't have this policy; drop the update policy first", other.Name(), t.Name())
			}
		}
	}
	return nil
}

// optionOf gives the text of an option of with (…), "" for none.
func optionOf(c *call, name string) string {
	for i, p := range c.Parts {
		if strings.EqualFold(p.Word, name) && i+2 < len(c.Parts) && c.Parts[i+1].Word == "=" {
			return c.Parts[i+2].Span.Of(c.tree.Text)
		}
	}
	return ""
}

func fitsRestricted(c *call, x *engine.Edit, t *store.Table, text string) error {
	if !engine.Restricted(t.WithSettings(t.Settings.With(engine.PolicyRestrictedView, text))) {
		return nil
	}
	if p, _, err := engine.RowSecurityOf(t); err != nil || p.IsEnabled {
		return c.badPolicy("table '%s' has row level security, beside which restricted view access can't be", t.Name())
	}
	return c.readByUpdates(x, t)
}

func fitsRowOrder(c *call, _ *engine.Edit, t *store.Table, text string) error {
	var list []orderedColumn
	if err := json.Unmarshal([]byte(text), &list); err != nil {
		return err
	}
	for _, column := range list {
		if t.Find(column.ColumnName) < 0 {
			return c.badPolicy("table '%s' has no column '%s'; .show table %s lists them", t.Name(), column.ColumnName, t.Name())
		}
	}
	return nil
}
