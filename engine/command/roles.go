package command

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"slices"
	"strings"

	"calypso/engine"
	"calypso/engine/store"
	reader "calypso/kql/command"
)

// Roles: who may do what. They are kept and shown; as the engine asks for no sign-in, whoever reaches it may do all.

// roleNames are the words of roles with what results call them.
var roleNames = map[string]string{
	"admins": "Admin", "users": "User", "viewers": "Viewer", "unrestrictedviewers": "UnrestrictedViewer", "ingestors": "Ingestor",
	"monitors": "Monitor", "alldatabasesadmins": "AllDatabasesAdmin", "alldatabasesviewers": "AllDatabasesViewer",
	"alldatabasesmonitors": "AllDatabasesMonitor", "databasecreators": "DatabaseCreator", "ops": "Ops",
}

// roleScope is what a command gives roles on.
type roleScope struct {
	title    string // Cluster, Database, Table, Function, Materialized View
	database string
	table    reader.Ident
	view     reader.Ident
	function reader.Ident
}

func (c *call) roleScope() (roleScope, error) {
	var err error
	scope := roleScope{database: c.request.Database}
	switch c.Parts[1].Word {
	case "cluster":
		scope.title = "Cluster"
	case "database":
		scope.title = "Database"
		list, err := c.named(false)
		if err != nil {
			return scope, err
		}
		scope.database = list[0].Name
	case "table":
		scope.title = "Table"
		scope.table, err = c.only(reader.RuleTable, "")
	case "function":
		scope.title = "Function"
		scope.function, err = c.only(reader.RuleFunction, "")
	default:
		scope.title = "Materialized View"
		scope.view, err = c.only(reader.RuleView, "")
	}
	return scope, err
}

// changeRoles answers .add, .set and .drop … admins ('…') and their like, with the roles after it.
func changeRoles(c *call) (*result, error) {
	scope, err := c.roleScope()
	if err != nil {
		return nil, err
	}
	role := ""
	for _, p := range c.Parts[2:] {
		if p.Kind == reader.Word && roleNames[p.Word] != "" {
			role = p.Word
		}
	}
	given, err := c.values("Principal")
	if err != nil {
		return nil, err
	}
	notes, err := c.values("Notes")
	if err != nil {
		return nil, err
	}
	var list []store.Role
	for _, principal := range given {
		if !soundPrincipal(principal) {
			return nil, &fault{offset: c.Span.Start, message: "'" + principal + "' names no principal; write it as 'aaduser=name@domain', 'aadgroup=…', 'aadapp=id;tenant'"}
		}
		list = append(list, store.Role{Name: role, Principal: principal, Notes: strings.Join(notes, ""), Function: scope.function.Text})
	}
	edit := func(s store.Settings) store.Settings {
		return s.WithRoles(rolesAfter(c.verb(), s.Roles, role, scope.function.Text, list))
	}
	if err := c.settle(scope, edit); err != nil {
		return nil, err
	}
	if c.Has("skip-results") {
		return c.principalTable(nil, scope)
	}
	roles, err := c.rolesOf(scope)
	if err != nil {
		return nil, err
	}
	return c.principalTable(roles, scope)
}

// soundPrincipal holds a principal against the forms that Kusto documents: a kind and a name.
func soundPrincipal(s string) bool {
	kind, name, ok := strings.Cut(s, "=")
	known := []string{"aaduser", "aadgroup", "aadapp", "msauser", "msuser", "dstsuser", "dstsgroup", "dstsapp"}
	return ok && name != "" && slices.Contains(known, strings.ToLower(strings.TrimSpace(kind)))
}

// rolesAfter gives the roles after .add, .set or .drop of a role.
func rolesAfter(verb string, have []store.Role, role, function string, given []store.Role) []store.Role {
	gone := func(r store.Role) bool {
		if r.Name != role || r.Function != function {
			return false
		}
		return verb == "set" || slices.ContainsFunc(given, func(g store.Role) bool { return strings.EqualFold(g.Principal, r.Principal) })
	}
	left := slices.DeleteFunc(slices.Clone(have), gone)
	if verb == "drop" {
		return left
	}
	return append(left, given...)
}

// settle changes the settings of what a command gives roles on.
func (c *call) settle(scope roleScope, edit func(store.Settings) store.Settings) error {
	if scope.title == "Cluster" {
		return c.engine.ChangeCluster(edit)
	}
	return c.engine.Change(scope.database, func(x *engine.Edit) error {
		switch scope.title {
		case "Table":
			t, err := x.Table(scope.table.Text)
			if err != nil {
				return at(c, scope.table, err)
			}
			return x.Put(t.WithSettings(edit(t.Settings)))
		case "Materialized View":
			v := x.View(scope.view.Text)
			if v == nil {
				return notFound("materialized view", scope.view, ".show materialized-views")
			}
			next := *v
			next.Settings = edit(v.Settings)
			return x.PutView(&next)
		case "Function":
			if x.Function(scope.function.Text) == nil {
				return notFound("function", scope.function, ".show functions")
			}
		}
		x.SetSettings(edit(x.Settings()))
		return nil
	})
}

// rolesOf gives the roles on something, those on what it is in excepted.
func (c *call) rolesOf(scope roleScope) ([]store.Role, error) {
	switch scope.title {
	case "Cluster":
		return c.engine.Cluster().Roles, nil
	case "Table":
		have, _ := c.engine.Table(scope.database, scope.table.Text)
		if t, ok := have.(*store.Table); ok {
			return t.Settings.Roles, nil
		}
		return nil, nil
	}
	settings, views, _ := c.engine.Settings(scope.database)
	if scope.title == "Materialized View" {
		for _, v := range views {
			if v.Name == scope.view.Text {
				return v.Settings.Roles, nil
			}
		}
		return nil, notFound("materialized view", scope.view, ".show materialized-views")
	}
	var out []store.Role
	for _, r := range settings.Roles {
		if r.Function == scope.function.Text {
			out = append(out, r)
		}
	}
	return out, nil
}

func showPrincipals(c *call) (*result, error) {
	scope, err := c.roleScope()
	if err != nil {
		return nil, err
	}
	roles, err := c.rolesOf(scope)
	if err != nil {
		return nil, err
	}
	return c.principalTable(roles, scope)
}

// principalKinds are the kinds of principal as results name them.
var principalKinds = map[string]string{
	"aaduser": "AAD User", "aadgroup": "AAD Group", "aadapp": "AAD Application", "msauser": "Microsoft Account", "msuser": "Microsoft Account",
	"dstsuser": "dSTS User", "dstsgroup": "dSTS Group", "dstsapp": "dSTS Application",
}

func (c *call) principalTable(roles []store.Role, scope roleScope) (*result, error) {
	var rows []record
	for _, r := range roles {
		kind, name, _ := strings.Cut(r.Principal, "=")
		title := scope.title
		if title != "Cluster" && title != "Materialized View" {
			title += " " + map[string]string{"Database": scope.database, "Table": scope.table.Text, "Function": scope.function.Text}[title]
		}
		rows = append(rows, record{
			"Role": title + " " + roleNames[r.Name], "PrincipalType": principalKinds[strings.ToLower(strings.TrimSpace(kind))], "PrincipalDisplayName": name,
			"PrincipalFQN": r.Principal, "Notes": r.Notes, "RoleAssignmentIdentifier": assignment(title, r),
		})
	}
	return tableOf(columnsOf(c.row, "(Role: string, PrincipalType: string, PrincipalDisplayName: string, PrincipalObjectId: string, PrincipalFQN: string, "+
		"Notes: string, RoleAssignmentIdentifier: string)"), rows)
}

// assignment names a role of a principal, so that clients find it again.
func assignment(title string, r store.Role) string {
	sum := sha256.Sum256([]byte(title + "\x00" + r.Name + "\x00" + r.Principal))
	return hex.EncodeToString(sum[:16])
}

// principalsJSON writes the roles on a table as .show table details has them.
func principalsJSON(roles []store.Role) string {
	type principal struct{ Role, PrincipalFQN, Notes string }
	list := []principal{}
	for _, r := range roles {
		list = append(list, principal{roleNames[r.Name], r.Principal, r.Notes})
	}
	out, err := json.Marshal(list)
	if err != nil {
		return "[]" // never: they are strings
	}
	return string(out)
}

// showPrincipalRoles lists the roles of whoever asks, whom the engine doesn't know: none.
func showPrincipalRoles(c *call) (*result, error) { return c.table() }
