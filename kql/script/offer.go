package script

// This file lets documents know what the commands of other documents create: each gives what it offers, and a schema with the offers
// of others in it is the one that a document is analysed with.

import (
	"slices"

	"calypso/kql/symbol"
	"calypso/kql/text"
)

// Offer is what one command of a document makes, for the documents beside it. It is immutable.
type Offer struct {
	Name     string
	Span     text.Span        // of the name in the command, in the document
	Connect  string           // the #connect directive's argument in force there, or ""
	Function *symbol.Function // nil for all else
	Table    bool             // a table, view or external table of that Kind
	Kind     symbol.TableKind

	made creation
}

// Key says all that the offer makes: equal keys make the same.
func (o Offer) Key() string { return o.made.key() }

// Derived tells whether what is made follows from other entities, as a view from its query: another schema may give other columns.
func (o Offer) Derived() bool { return o.made.derived }

// Same tells whether two offers are the same symbol.
func (o Offer) Same(p Offer) bool {
	return o.Name == p.Name && o.Function == p.Function && o.made.id == p.made.id
}

// Offers lists what the document's commands make, in order; as Created, and with what is no table or function.
func (s *Script) Offers() []Offer { return s.offers }

func offerOf(b *Block, m creation) Offer {
	m.id = new(byte)
	return Offer{
		Name: m.name, Span: b.Shift(m.at), Connect: b.Connect, Function: m.function,
		Table: m.function == nil && m.other == 0, Kind: m.kind, made: m,
	}
}

// With puts what other documents offer over a schema, in their order. What is in loose, for a database that isn't certain, only fills
// in names that the database doesn't have. Of two functions of one name that differ nothing is certain: the database's own stays, or
// there is one of which only the name is known.
func With(under *symbol.Schema, sure, loose []Offer) *symbol.Schema {
	if len(sure)+len(loose) == 0 {
		return under
	}
	if under == nil {
		under = &symbol.Schema{}
	}
	j := joined{db: under.Database}
	if j.db == nil {
		j.db = &symbol.Database{State: symbol.Open}
	}
	j.functions, j.tables = map[string]*symbol.Function{}, map[tableName]*symbol.TableSymbol{}
	for _, o := range sure {
		j.add(o)
	}
	for _, o := range loose {
		if !j.has(o) {
			j.add(o)
		}
	}
	schema := over(under, j.database())
	for _, m := range j.others {
		schema = m.over(schema)
	}
	return schema
}

type tableName struct {
	name string
	kind symbol.TableKind
}

// joined collects what is offered for one database, each list in the order in which names came first.
type joined struct {
	db        *symbol.Database
	functions map[string]*symbol.Function // nil for one that isn't certain
	tables    map[tableName]*symbol.TableSymbol
	names     []string
	kinds     []tableName
	others    []creation
}

func (j *joined) has(o Offer) bool {
	return j.db.Table(o.Name) != nil || j.db.Function(o.Name) != nil || j.db.Graph(o.Name) != nil || j.db.EntityGroup(o.Name) != nil
}

func (j *joined) add(o Offer) {
	m := o.made
	switch {
	case m.other != 0 && m.other != column:
		j.others = append(j.others, m)
	case m.function != nil:
		was, twice := j.functions[m.name]
		switch {
		case !twice:
			j.names = append(j.names, m.name)
			j.functions[m.name] = m.function
		case was != nil && (was.Parameters != m.function.Parameters || was.Body != m.function.Body):
			j.functions[m.name] = nil
		}
	default:
		name := tableName{m.name, m.kind}
		was, twice := j.tables[name]
		if !twice {
			j.kinds = append(j.kinds, name)
			was = j.db.TableOf(m.kind, m.name)
		}
		j.tables[name] = m.join(was, j.db.State == symbol.Known)
	}
}

// database gives the database with all that is certain.
func (j *joined) database() *symbol.Database {
	var tables []*symbol.TableSymbol
	for _, name := range j.kinds {
		tables = append(tables, j.tables[name])
	}
	var functions []*symbol.Function
	for _, name := range j.names {
		if f := j.functions[name]; f != nil {
			functions = append(functions, f)
		} else if j.db.Function(name) == nil {
			functions = append(functions, &symbol.Function{Name: name, Doc: "Several files create it, and differ."})
		}
	}
	return j.db.WithAll(tables, functions)
}

// Unsure says of a schema's database that more may exist than is known, as long as not all documents beside have been read.
func Unsure(under *symbol.Schema) *symbol.Schema {
	if under == nil || under.Database == nil || under.Database.State != symbol.Known {
		return under
	}
	return openEnded(under)
}

// SameOffers tells whether two documents, or versions of one, make the same, in the same order.
func SameOffers(a, b []Offer) bool {
	return slices.EqualFunc(a, b, func(x, y Offer) bool { return x.Connect == y.Connect && x.Key() == y.Key() })
}
