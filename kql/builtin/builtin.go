// Package builtin is what KQL brings along: functions, aggregates, plugins, operators of expressions, operator parameters,
// options and word lists, as tables of facts. The files tables_*.go are generated from the facts by gen.go; nothing in them is
// changed by hand. Where the engine is known to differ from these facts, the binder says so, not the tables.
//
// It holds no documentation texts and evaluates nothing. Start at FindFunction, FindAggregate and FindPlugin.
package builtin

//go:generate go run gen.go

import (
	"sort"

	"calypso/kql/symbol"
)

// Function is a scalar or tabular function, an aggregate or a plugin.
type Function struct {
	Name       string
	Signatures []Signature
	Result     NameRule
	Prefix     string // with Result: the prefix of the automatic column name
	// Alternative is what to use instead of an obsolete function.
	Alternative string
	Flags       Flag
}

// Flag is a set of yes-or-no facts.
type Flag uint8

// The flags.
const (
	Hidden       Flag = 1 << iota // completion doesn't offer it
	Obsolete                      // Alternative replaces it
	Foldable                      // constant arguments give a constant
	GraphOnly                     // allowed in graph clauses only
	Tabular                       // gives a table, or a graph
	CaseMatters                   // of Param: Values are compared as written
	Repeatable                    // of Parameter: may be given more than once
	HasOptimized                  // a faster twin exists
)

// Has tells whether all of want are set.
func (f Flag) Has(want Flag) bool { return f&want == want }

// Signature is one way to call a function.
type Signature struct {
	Params   []Param
	Return   ReturnKind
	Type     symbol.Type // of ReturnDeclared; Table when Shape is a column list
	Shape    string      // what is inside: "array<real>", "bag{type:string}", "(Row:long, Column:string)"; "" when unknown
	Min, Max uint16      // number of arguments
	Layout   Layout
	Flags    Flag
}

// Param is one parameter of a signature.
type Param struct {
	Name     string
	Kind     ParamKind
	Types    TypeSet // of KindDeclared
	Arg      ArgKind
	Min, Max uint16   // how often it may be given; usually 1, 1
	Values   []string // the texts that a literal may have
	Default  string   // what stands for "not given" by position: ~
	Flags    Flag
}

// TypeSet is a set of types, by bit.
type TypeSet uint16

// Has tells whether t is in the set.
func (s TypeSet) Has(t symbol.Type) bool { return s&(1<<t) != 0 }

// NameRule tells how a call names its column.
type NameRule uint8

// The name rules. An argument counts where it is a column or a path.
const (
	NameNone               NameRule = iota
	NameFirstArgument               // the first argument's name
	NameOnlyArgument                // that, when it is the only one
	NamePrefixFirst                 // prefix_name, or prefix_ when the argument has none
	NameNameFirst                   // function_name
	NamePrefixOnly                  // the prefix
	NameFirstValueIfColumn          // the value of the first argument, a string, when it names a column
)

// Parameter is an operator parameter: kind=, hint.strategy=, withsource=.
type Parameter struct {
	Name    string
	Aliases []string
	Value   ValueKind
	Values  []string // the words that fit
	Flags   Flag
}

// Option is what set may set.
type Option struct {
	Name     string
	Types    TypeSet
	Examples []string
}

// FindFunction finds a function by name, nil when there is none.
func FindFunction(name string) *Function { return find(functions[:], name) }

// FindAggregate finds an aggregate by name.
func FindAggregate(name string) *Function { return find(aggregates[:], name) }

// FindPlugin finds an evaluate plugin by name.
func FindPlugin(name string) *Function { return find(plugins[:], name) }

// Functions gives all functions by name. The caller doesn't change them.
func Functions() []Function { return functions[:] }

// Aggregates gives all aggregates by name.
func Aggregates() []Function { return aggregates[:] }

// Plugins gives all plugins by name.
func Plugins() []Function { return plugins[:] }

func find(list []Function, name string) *Function {
	i := sort.Search(len(list), func(i int) bool { return list[i].Name >= name })
	if i < len(list) && list[i].Name == name {
		return &list[i]
	}
	return nil
}

// Parameters gives the parameters of an operator by table name: JoinParameters, RenderWithProperties.
func Parameters(table string) []Parameter {
	i := sort.Search(len(parameterTables), func(i int) bool { return parameterTables[i].name >= table })
	if i < len(parameterTables) && parameterTables[i].name == table {
		return parameterTables[i].list
	}
	return nil
}

// Options gives all options of set.
func Options() []Option { return options[:] }

// FindOption finds an option by name.
func FindOption(name string) *Option {
	i := sort.Search(len(options), func(i int) bool { return options[i].Name >= name })
	if i < len(options) && options[i].Name == name {
		return &options[i]
	}
	return nil
}

// Words gives a word list by name: ChartTypes, JoinKinds, DateTimeParts, Directives.
func Words(list string) []string {
	i := sort.Search(len(wordLists), func(i int) bool { return wordLists[i].name >= list })
	if i < len(wordLists) && wordLists[i].name == list {
		return wordLists[i].words
	}
	return nil
}

type parameterTable struct {
	name string
	list []Parameter
}

type wordList struct {
	name  string
	words []string
}
