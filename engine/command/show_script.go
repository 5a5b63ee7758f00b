package command

import (
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"

	"calypso/engine"
	"calypso/engine/store"
	"calypso/kql/symbol"
	"calypso/kusto/value"
)

// .show database schema as csl script: the commands that make what is in a database, its rows left out, in an order in which they run.

// showScript answers it.
func showScript(c *call) (*result, error) {
	list, err := c.named(false)
	if err != nil {
		return nil, err
	}
	var s script
	s.mappings = wanted(c, "IncludeIngestionMappings")
	s.security = wanted(c, "IncludeSecuritySettings")
	s.encoding = wanted(c, "IncludeEncodingPolicies")
	for _, d := range list {
		settings, views, _ := c.engine.Settings(d.Name)
		var tables []*store.Table
		for _, t := range ofKind(d, symbol.Plain) {
			s.say(".create-merge table %s (%s)%s", symbol.QuoteName(t.Name), cslText(t), texts(t.Folder, t.Doc))
			if kept := c.kept(d, t); kept != nil {
				tables = append(tables, kept)
				s.columnDocs(kept)
				s.mappingsOf(kept)
			}
		}
		for _, f := range d.Functions {
			s.say(".create-or-alter function %s %s%s %s", strings.TrimSpace(texts(f.Folder, f.Doc, "skipvalidation=true")), symbol.QuoteName(f.Name), f.Parameters, f.Body)
		}
		for _, g := range d.EntityGroups {
			s.say(".create-or-alter entity_group %s (%s)", symbol.QuoteName(g.Name), strings.Trim(g.Definition, "[]"))
		}
		s.policies("database", settings, nil) // without its name, so that the script runs in any database
		s.roles("database", "", settings.Roles)
		for _, t := range tables {
			s.policies("table "+symbol.QuoteName(t.Name()), t.Settings, t)
			s.roles("table", symbol.QuoteName(t.Name()), t.Settings.Roles)
		}
		for _, v := range views {
			secured := slices.ContainsFunc(tables, func(t *store.Table) bool {
				p, _, err := engine.RowSecurityOf(t)
				return t.Name() == v.Source && (err != nil || p.IsEnabled)
			})
			s.view(v, secured)
		}
	}
	return c.table(s.rows...)
}

// wanted tells whether an option of the command is on; it is unless it says otherwise.
func wanted(c *call, option string) bool {
	text := optionOf(c, option)
	return text == "" || yes(strings.Trim(text, "'\""))
}

type script struct {
	mappings, security, encoding bool
	rows                         []record
}

func (s *script) say(format string, args ...any) {
	s.rows = append(s.rows, record{"DatabaseSchemaScript": fmt.Sprintf(format, args...)})
}

func (s *script) columnDocs(t *store.Table) {
	var docs []string
	for _, c := range t.Shape() {
		if c.Doc != "" {
			docs = append(docs, symbol.QuoteName(c.Name)+":"+quoted(c.Doc))
		}
	}
	if len(docs) > 0 {
		s.say(".alter-merge table %s column-docstrings (%s)", symbol.QuoteName(t.Name()), strings.Join(docs, ", "))
	}
}

func (s *script) mappingsOf(t *store.Table) {
	if !s.mappings {
		return
	}
	for _, m := range t.Mappings {
		s.say(".create-or-alter table %s ingestion %s mapping %s %s", symbol.QuoteName(t.Name()), m.Kind, quoted(m.Name), quoted(m.Text))
	}
}

// policies writes what is set on something; table is nil for other things than tables.
func (s *script) policies(on string, settings store.Settings, table *store.Table) {
	for _, key := range slices.Sorted(maps.Keys(settings.Policies)) {
		word, column, ofColumn := strings.Cut(key, "/")
		text := settings.Policies[key]
		switch {
		case word == "encoding" && !s.encoding:
		case (word == engine.PolicyRowSecurity || word == engine.PolicyRestrictedView) && !s.security:
		case ofColumn:
			if id, err := strconv.Atoi(column); err == nil && table != nil {
				s.columnPolicy(table, id, word, text)
			}
		default:
			s.say(".alter %s policy %s %s", on, word, policyWords(word, text))
		}
	}
}

func (s *script) columnPolicy(t *store.Table, id int, word, text string) {
	for _, c := range t.Shape() {
		if c.ID == id {
			s.say(".alter column %s.%s policy %s %s", symbol.QuoteName(t.Name()), symbol.QuoteName(c.Name), word, policyWords(word, text))
		}
	}
}

// policyWords writes a policy as its command takes it: JSON, or words.
func policyWords(word, text string) string {
	var p struct {
		IsEnabled                 bool
		Query, EncodingPolicyType string
		DataHotSpan, IndexHotSpan hotSpan
		HotWindows                []hotWindow
	}
	_ = json.Unmarshal([]byte(text), &p) // of a list nothing of this is asked
	switch word {
	case store.PolicyIngestionTime, engine.PolicyRestrictedView:
		return strconv.FormatBool(p.IsEnabled)
	case engine.PolicyRowSecurity:
		return map[bool]string{true: "enable ", false: "disable "}[p.IsEnabled] + quoted(p.Query)
	case "encoding":
		if p.EncodingPolicyType != "" {
			return "type=" + quoted(p.EncodingPolicyType)
		}
	case "caching":
		out := "hotdata=" + spanLiteral(p.DataHotSpan.Value) + " hotindex=" + spanLiteral(p.IndexHotSpan.Value)
		for _, w := range p.HotWindows {
			out += fmt.Sprintf(", hot_window=datetime(%s) .. datetime(%s)", w.MinValue, w.MaxValue)
		}
		return out
	case "roworder":
		var list []orderedColumn
		var columns []string
		_ = json.Unmarshal([]byte(text), &list) // it is what this program wrote
		for _, c := range list {
			columns = append(columns, symbol.QuoteName(c.ColumnName)+map[bool]string{true: " asc", false: " desc"}[c.IsAscending])
		}
		return "(" + strings.Join(columns, ", ") + ")"
	}
	return quoted(text)
}

func spanLiteral(text string) string {
	if _, ok := value.ParseTimespan(text); !ok {
		text = "0"
	}
	return "time(" + text + ")"
}

func (s *script) roles(what, name string, list []store.Role) {
	if !s.security {
		return
	}
	for _, r := range list {
		notes := ""
		if r.Notes != "" {
			notes = " " + quoted(r.Notes)
		}
		on, of := what, name
		if r.Function != "" {
			on, of = "function", symbol.QuoteName(r.Function)
		}
		s.say(".add %s %s (%s)%s", strings.TrimSpace(on+" "+of), r.Name, quoted(r.Principal), notes)
	}
}

func (s *script) view(v *store.View, secured bool) {
	var more []string
	if secured {
		more = append(more, "allowMaterializedViewsWithoutRowLevelSecurity=true")
	}
	if v.AutoUpdate {
		more = append(more, "autoUpdateSchema=true")
	}
	s.say(".create-or-alter materialized-view%s %s on table %s { %s }", texts(v.Folder, v.Doc, more...), symbol.QuoteName(v.Name), symbol.QuoteName(v.Source), v.Query)
	if v.Disabled {
		s.say(".disable materialized-view %s", symbol.QuoteName(v.Name))
	}
	s.policies("materialized-view "+symbol.QuoteName(v.Name), v.Settings, nil)
	s.roles("materialized-view", symbol.QuoteName(v.Name), v.Settings.Roles)
}
