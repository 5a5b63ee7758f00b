package command

import (
	"fmt"
	"slices"
	"strings"

	"calypso/engine"
	"calypso/engine/store"
	"calypso/kql/builtin"
	reader "calypso/kql/command"
	"calypso/kql/symbol"
)

// Policies: which there are, on what, and the commands that show, set, merge and remove them. What a policy is allowed to say is
// policy_text.go's matter, what it does that of the engine.

// policyKind is a policy as the table of them has it.
type policyKind struct {
	word string // in commands
	name string // in results
	on   string // what has it: c the cluster, d databases, t tables, v materialized views, x columns
	// effect tells what it does here, for the documentation.
	effect policyEffect
	// unlike is what a cluster does by it and this engine doesn't, for the person who sets it; "" where rows are the same.
	unlike string
	// list: its JSON is an array.
	list bool
	// check holds a text against what the policy may say and gives it in full; nil takes any JSON object.
	check func(*call, *object) error
	// fits is asked before it is set on a table; nil for most.
	fits func(c *call, x *engine.Edit, t *store.Table, text string) error
}

// policyEffect says what a policy does in this engine.
type policyEffect string

const (
	applied policyEffect = "applied"
	shown   policyEffect = "kept and shown"
)

// deletesNothing is what is told of policies by which a cluster deletes rows when their time has come.
const deletesNothing = "The embedded engine keeps this policy and shows it; no row is deleted by it. Use .delete table T records, or .drop table."

// policyKinds are the policies that are built.
var policyKinds []policyKind

// The table is filled at the start because what checks a policy runs queries, and so looks commands up.
func init() {
	policyKinds = []policyKind{
		{word: "caching", name: "CachingPolicy", on: "cdtvx", effect: shown},
		{word: engine.PolicyRetention, name: "RetentionPolicy", on: "dtv", effect: shown, unlike: deletesNothing, check: checkRetention, fits: fitsRetention},
		{word: "merge", name: "ExtentsMergePolicy", on: "dtv", effect: shown},
		{word: "sharding", name: "ShardingPolicy", on: "cdt", effect: shown},
		{word: engine.PolicyUpdate, name: "UpdatePolicy", on: "t", effect: applied, list: true, check: checkUpdate, fits: fitsUpdate},
		{word: "ingestionbatching", name: "IngestionBatchingPolicy", on: "cdt", effect: shown, check: checkBatching},
		{word: "streamingingestion", name: "StreamingIngestionPolicy", on: "cdt", effect: shown},
		{word: store.PolicyIngestionTime, name: "IngestionTimePolicy", on: "t", effect: applied},
		{word: engine.PolicyRowSecurity, name: "RowLevelSecurityPolicy", on: "t", effect: applied, fits: fitsRowSecurity},
		{word: engine.PolicyRestrictedView, name: "RestrictedViewAccessPolicy", on: "t", effect: applied, fits: fitsRestricted},
		{word: "roworder", name: "RowOrderPolicy", on: "t", effect: shown, list: true, fits: fitsRowOrder},
		{word: "partitioning", name: "DataPartitioningPolicy", on: "tv", effect: shown},
		{word: "encoding", name: "EncodingPolicy", on: "dtx", effect: shown},
		{word: "auto_delete", name: "AutoDeletePolicy", on: "t", effect: shown, unlike: deletesNothing, check: checkAutoDelete},
		{word: "extent_tags_retention", name: "ExtentTagsRetentionPolicy", on: "dt", effect: shown, unlike: "The embedded engine keeps this policy and shows it; no tag is taken off by it.", list: true},
		{word: "managed_identity", name: "ManagedIdentityPolicy", on: "cd", effect: shown, list: true},
		{word: "diagnostics", name: "DiagnosticsPolicy", on: "cd", effect: shown},
		{word: "callout", name: "CalloutPolicy", on: "c", effect: shown, list: true},
		{word: "capacity", name: "CapacityPolicy", on: "c", effect: shown},
		{word: "sandbox", name: "SandboxPolicy", on: "c", effect: shown, list: true},
		{word: "query_weak_consistency", name: "QueryWeakConsistencyPolicy", on: "c", effect: shown},
		{word: "multidatabaseadmins", name: "MultiDatabaseAdminsPolicy", on: "c", effect: shown},
	}
	for _, row := range builtin.Commands() {
		if _, _, ok := policyOf(row.Syntax); ok && !strings.Contains(row.Name, "ByQuery") {
			handlers[row.Name] = handler{run: policyCommand, cluster: strings.Contains(row.Name, "Cluster")}
		}
	}
}

// policyOf finds the policy of a command and what it is on, by the command's syntax line; ok is false for other commands and for
// policies that aren't built there.
func policyOf(line string) (kind policyKind, on string, ok bool) {
	head, tail, found := strings.Cut(line, " policy ")
	words := strings.Fields(head)
	if !found || len(words) < 2 || slices.Contains(words, "follower") {
		return kind, "", false
	}
	on, ok = map[string]string{
		"cluster": "c", "database": "d", "table": "t", "tables": "t", "materialized-view": "v", "column": "x",
	}[words[1]]
	word, _, _ := strings.Cut(tail, " ")
	for _, k := range policyKinds {
		if ok && k.word == word && strings.Contains(k.on, on) {
			return k, on, strings.Contains("show alter alter-merge delete", words[0]) && !slices.Contains(words, "columns")
		}
	}
	return kind, "", false
}

// policyCommand answers .show, .alter, .alter-merge and .delete … policy …: with the policies as they are after it.
func policyCommand(c *call) (*result, error) {
	kind, on, ok := policyOf(c.row.Syntax)
	if !ok {
		return nil, c.refusal()
	}
	switch on {
	case "c":
		return c.clusterPolicy(kind)
	case "d":
		return c.databasePolicy(kind)
	case "v":
		return c.viewPolicy(kind)
	}
	return c.tablePolicy(kind, on == "x")
}

// verb is the command's first word.
func (c *call) verb() string { return c.Parts[0].Word }

// next gives a policy's text after the command, "" for none.
func (c *call) nextPolicy(kind policyKind, old string) (string, error) {
	if c.verb() == "delete" {
		if kind.word == store.PolicyIngestionTime {
			return `{"IsEnabled":false}`, nil // without a policy nothing is remembered; a new table has one
		}
		return "", nil
	}
	given, err := c.policyText(kind)
	if err != nil || given == nil {
		return "", err
	}
	if c.verb() == "alter-merge" {
		if given, err = given.over(old, kind.list); err != nil {
			return "", &fault{offset: c.Span.Start, message: err.Error()}
		}
	}
	if kind.check != nil {
		if err := kind.check(c, given); err != nil {
			return "", err
		}
	}
	text := given.String()
	if kind.word != engine.PolicyRetention || !noRowsStay(store.NewTable("", nil).WithSettings(store.Settings{}.With(kind.word, text))) {
		c.note = kind.unlike // a period of 0 is the one that acts
	}
	return text, nil
}

func (c *call) clusterPolicy(kind policyKind) (*result, error) {
	if c.verb() != "show" {
		next, err := c.nextPolicy(kind, c.engine.Cluster().Policies[kind.word])
		if err == nil {
			err = c.engine.ChangeCluster(func(s store.Settings) store.Settings { return s.With(kind.word, next) })
		}
		if err != nil {
			return nil, err
		}
	}
	return c.policyTable([]record{policyRow(kind, "", "Cluster", c.engine.Cluster(), kind.word, c.engine.Databases())})
}

func (c *call) databasePolicy(kind policyKind) (*result, error) {
	list, err := c.named(c.star())
	if err != nil {
		return nil, err
	}
	if c.verb() != "show" {
		err := c.engine.Change(list[0].Name, func(x *engine.Edit) error {
			next, err := c.nextPolicy(kind, x.Settings().Policies[kind.word])
			if kind.word == engine.PolicyRetention && err == nil && noRowsStay(store.NewTable("", nil).WithSettings(store.Settings{}.With(kind.word, next))) {
				err = c.badPolicy("a soft delete period of 0 can be that of a table only, not of a database")
			}
			if err == nil {
				x.SetSettings(x.Settings().With(kind.word, next))
			}
			return err
		})
		if err != nil {
			return nil, err
		}
	}
	var rows []record
	for _, d := range list {
		settings, _, _ := c.engine.Settings(d.Name)
		var children []string
		for _, t := range ofKind(d, symbol.Plain) {
			children = append(children, t.Name)
		}
		rows = append(rows, policyRow(kind, bracketed(d.Name), "Database", settings, kind.word, children))
	}
	return c.policyTable(rows)
}

func (c *call) viewPolicy(kind policyKind) (*result, error) {
	n, d, err := c.pathOf(reader.RuleDBView, reader.RuleView)
	if err != nil {
		return nil, err
	}
	if c.verb() != "show" {
		err := c.engine.Change(d, func(x *engine.Edit) error {
			v := x.View(n.Text)
			if v == nil {
				return notFound("materialized view", n, ".show materialized-views")
			}
			next, err := c.nextPolicy(kind, v.Settings.Policies[kind.word])
			if err != nil {
				return err
			}
			altered := *v
			altered.Settings = v.Settings.With(kind.word, next)
			return x.PutView(&altered)
		})
		if err != nil {
			return nil, err
		}
	}
	_, views, _ := c.engine.Settings(d)
	for _, v := range views {
		if v.Name == n.Text {
			return c.policyTable([]record{policyRow(kind, bracketed(c.databaseCalled(d), n.Text), "MaterializedView", v.Settings, kind.word, nil)})
		}
	}
	return nil, notFound("materialized view", n, ".show materialized-views")
}

// pathOf gives the entity that the command names, with the database before it, and that database.
func (c *call) pathOf(rules ...reader.Rule) (reader.Ident, string, error) {
	var found []reader.Part
	for _, rule := range rules {
		found = append(found, c.names(rule, "")...)
	}
	if len(found) == 0 {
		return reader.Ident{}, "", &fault{offset: c.Span.End, message: "the command lacks a name", syntax: true}
	}
	n := found[0].Names
	if len(n) > 1 {
		return n[1], n[0].Text, nil
	}
	return n[0], c.request.Database, nil
}

// policyTarget is a table, or a column of it, that a policy is on.
type policyTarget struct {
	table, column reader.Ident
}

// policyTargets gives the tables that the command names, and their database.
func (c *call) policyTargets(column bool) (list []policyTarget, database string, err error) {
	database = c.request.Database
	for _, p := range c.Parts {
		if p.Kind != reader.Name || p.Word != "" || p.Rule == reader.RuleColumn && !column || p.Label != "" {
			continue
		}
		n := p.Names
		if column {
			path, err := c.path(p)
			if err != nil {
				return nil, "", err
			}
			database = c.in(path)
			return []policyTarget{{path.table, path.column}}, database, nil
		}
		if len(n) > 1 {
			database, n = n[0].Text, n[1:]
		}
		list = append(list, policyTarget{table: n[0]})
	}
	return list, database, nil
}

// tablePolicy is about tables, or a column.
func (c *call) tablePolicy(kind policyKind, column bool) (*result, error) {
	list, database, err := c.policyTargets(column)
	if err != nil {
		return nil, err
	}
	if c.verb() != "show" {
		if err := c.engine.Change(database, func(x *engine.Edit) error { return c.putPolicies(x, kind, list) }); err != nil {
			return nil, err
		}
	}
	schema := c.engine.Schema(database)
	if schema == nil {
		return nil, &fault{message: fmt.Sprintf("database '%s' isn't loaded; this engine has %v", database, c.engine.Databases())}
	}
	d := schema.Database
	if c.star() && column {
		return nil, &fault{offset: c.Span.Start, refused: true, message: "policies of all columns at once are not built in the embedded engine; name the column"}
	}
	if c.star() {
		for _, t := range ofKind(d, symbol.Plain) {
			list = append(list, policyTarget{table: reader.Ident{Text: t.Name}})
		}
	}
	var rows []record
	for _, target := range list {
		t := d.Table(target.table.Text)
		if t == nil || t.Kind != symbol.Plain {
			return nil, notFound("table", target.table, ".show tables")
		}
		key, name, entity := kind.word, bracketed(d.Name, t.Name), "Table"
		var settings store.Settings
		if kept := c.kept(d, t); kept != nil {
			if settings = kept.Settings; kind.word == store.PolicyIngestionTime && kept.Remembers() {
				settings = settings.With(kind.word, `{"IsEnabled":true}`)
			}
			if target.column.Text != "" {
				i := kept.Find(target.column.Text)
				if i < 0 {
					return nil, notFound("column", target.column, ".show table "+t.Name)
				}
				key, name, entity = columnKey(kind.word, kept.Shape()[i].ID), bracketed(d.Name, t.Name, target.column.Text), "Column"
			}
		}
		rows = append(rows, policyRow(kind, name, entity, settings, key, nil))
	}
	return c.policyTable(rows)
}

// columnKey is what a column's policy is kept by.
func columnKey(word string, id int) string { return fmt.Sprintf("%s/%d", word, id) }

func (c *call) putPolicies(x *engine.Edit, kind policyKind, list []policyTarget) error {
	for _, target := range list {
		t, err := x.Table(target.table.Text)
		if err != nil {
			return at(c, target.table, err)
		}
		key := kind.word
		if target.column.Text != "" {
			i := t.Find(target.column.Text)
			if i < 0 {
				return notFound("column", target.column, ".show table "+t.Name())
			}
			key = columnKey(kind.word, t.Shape()[i].ID)
		}
		next, err := c.nextPolicy(kind, t.Settings.Policies[key])
		if err == nil && kind.fits != nil && next != "" {
			err = kind.fits(c, x, t, next)
		}
		if err != nil {
			return at(c, target.table, err)
		}
		if err := x.Put(t.WithSettings(t.Settings.With(key, next))); err != nil {
			return at(c, target.table, err)
		}
	}
	return nil
}

// star tells whether the command is about all of its kind.
func (c *call) star() bool {
	return slices.ContainsFunc(c.Parts, func(p reader.Part) bool { return p.Kind == reader.Sign && p.Word == "*" })
}

// databaseCalled gives a database's name as it is written where it was made.
func (c *call) databaseCalled(name string) string {
	if s := c.engine.Schema(name); s != nil {
		return s.Database.Name
	}
	return name
}

// policyTable makes the table of a policy command; of some the library lists no columns.
func (c *call) policyTable(rows []record) (*result, error) {
	return tableOf(columnsOf(c.row, "(PolicyName: string, EntityName: string, Policy: string, ChildEntities: string, EntityType: string)"), rows)
}

func policyRow(kind policyKind, name, entity string, s store.Settings, key string, children []string) record {
	text := s.Policies[key]
	if text == "" {
		text = "null"
	}
	row := record{"PolicyName": kind.name, "EntityName": name, "Policy": text, "EntityType": entity}
	if len(children) > 0 {
		list := make([]string, len(children))
		for i, child := range children {
			list[i] = quoted(child)
		}
		row["ChildEntities"] = "[" + strings.Join(list, ",") + "]"
	}
	return row
}

// bracketed writes [database].[table] as results name entities.
func bracketed(names ...string) string { return "[" + strings.Join(names, "].[") + "]" }
