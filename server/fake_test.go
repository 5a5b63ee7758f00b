package server

import (
	"cmp"
	"context"
	"errors"
	"maps"
	"math"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"

	"calypso/kql/symbol"
	"calypso/kql/text"
	"calypso/kusto"
	"calypso/kusto/value"
	"calypso/server/protocol"
)

// fakeBackend is a cluster in memory. What a query does stands in its text: "rows N", "types", "wide N", "fail", "hang".
type fakeBackend struct {
	mu      sync.Mutex // guards what follows
	list    []protocol.Connection
	def     Target
	schemas map[Target]*symbol.Schema
	wanted  []string
	stopped int // hanging queries that were stopped
	groups  []string
	chosen  map[string]Target
}

func newFake() *fakeBackend {
	return &fakeBackend{
		list: []protocol.Connection{
			{ID: "embedded", Name: "Embedded", URL: "embedded", Database: "Samples", State: protocol.StateKnown, Fixed: true},
			{ID: "help", Name: "help", Group: "Azure", URL: "https://help.kusto.windows.net", State: protocol.StateIdle},
		},
		def:     Target{Connection: "embedded", Database: "Samples"},
		schemas: map[Target]*symbol.Schema{},
	}
}

func (f *fakeBackend) List() []protocol.Connection {
	f.mu.Lock()
	defer f.mu.Unlock()
	return append([]protocol.Connection(nil), f.list...)
}

func (f *fakeBackend) Address(text string) (protocol.ConnectionsAddParams, error) {
	where, err := kusto.ParseConnection(text)
	return protocol.ConnectionsAddParams{URL: where.URL, Database: where.Database}, err
}

func (f *fakeBackend) Add(_ context.Context, p protocol.ConnectionsAddParams) (string, error) {
	if !strings.HasPrefix(p.URL, "https://") {
		return "", &Failure{Kind: protocol.ErrorOther, Message: "the URL must begin with https://", Hint: "copy it from the portal"}
	}
	f.mu.Lock()
	defer f.mu.Unlock()
	for _, c := range f.list {
		if c.URL == p.URL {
			return c.ID, nil
		}
	}
	c := protocol.Connection{
		ID: "c" + strconv.Itoa(len(f.list)), Name: cmp.Or(p.Name, strings.TrimPrefix(p.URL, "https://")), Group: p.Group, URL: p.URL, Database: p.Database,
		State: protocol.StateIdle,
	}
	f.list = append(f.list, c)
	return c.ID, nil
}

func (f *fakeBackend) Change(_ context.Context, id string, edit func(*protocol.Connection)) (string, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	for i := range f.list {
		if f.list[i].ID == id {
			edit(&f.list[i])
			return id, nil
		}
	}
	return "", &Failure{Kind: protocol.ErrorNotFound, Message: "there is no connection " + id}
}

func (f *fakeBackend) Groups() []string {
	f.mu.Lock()
	defer f.mu.Unlock()
	names := slices.Clone(f.groups)
	for _, c := range f.list {
		if c.Group != "" {
			names = append(names, c.Group)
		}
	}
	slices.Sort(names)
	return slices.Compact(names)
}

func (f *fakeBackend) RenameGroup(_ context.Context, from, to string) error {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.groups = slices.DeleteFunc(f.groups, func(g string) bool { return g == from })
	if to != "" {
		f.groups = append(f.groups, to)
	}
	for i := range f.list {
		if from != "" && f.list[i].Group == from {
			f.list[i].Group = to
		}
	}
	return nil
}

func (f *fakeBackend) Import(_ context.Context, body []byte, group string) (Imported, error) {
	return Imported{Added: []string{string(body)}, Known: []string{"help"}, Skipped: []string{group + ": no address"}}, nil
}

func (f *fakeBackend) Export(format string) ([]byte, error) {
	return []byte("connections as " + format), nil
}

func (f *fakeBackend) Chosen(uri string) (Target, bool) {
	f.mu.Lock()
	defer f.mu.Unlock()
	t, ok := f.chosen[uri]
	return t, ok
}

func (f *fakeBackend) Choose(uri string, t Target) error {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.chosen == nil {
		f.chosen = map[string]Target{}
	}
	f.chosen[uri] = t
	return nil
}

func (f *fakeBackend) Remove(_ context.Context, id string) error {
	f.mu.Lock()
	defer f.mu.Unlock()
	for i, c := range f.list {
		if c.ID == id && !c.Fixed {
			f.list = append(f.list[:i:i], f.list[i+1:]...)
			return nil
		}
	}
	return &Failure{Kind: protocol.ErrorNotFound, Message: "there is no connection " + id + " that can be removed"}
}

func (f *fakeBackend) Test(_ context.Context, id string) ([]string, error) {
	if id == "embedded" {
		return []string{"Samples"}, nil
	}
	return nil, &Failure{Kind: protocol.ErrorNetwork, Message: "the host can't be reached", Hint: "check the network"}
}

func (f *fakeBackend) Default() Target {
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.def
}

func (f *fakeBackend) SetDefault(_ context.Context, t Target) error {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.def = t
	return nil
}

func (f *fakeBackend) Resolve(connect string) (Target, bool) {
	if strings.Contains(connect, "help") {
		return Target{Connection: "help", Database: "Samples"}, true
	}
	return Target{}, false
}

func (f *fakeBackend) Schema(t Target) *symbol.Schema {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.schemas[t] == nil {
		f.schemas[t] = fakeSchema()
	}
	return f.schemas[t]
}

func (f *fakeBackend) Want(t Target, cluster, database string) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.wanted = append(f.wanted, cluster+"/"+database)
}

func (f *fakeBackend) Load(_ context.Context, t Target, fresh bool, progress func(string)) (SchemaFacts, error) {
	if t.Connection == "help" {
		return SchemaFacts{}, &Failure{Kind: protocol.ErrorAuth, Message: "not signed in", Hint: "sign in"}
	}
	progress("1 of 1 databases")
	return SchemaFacts{Schema: f.Schema(t), SchemaAge: SchemaAge{Loaded: time.Now()}, Complete: true}, nil
}

func fakeSchema() *symbol.Schema {
	column := func(name string, t symbol.Type) *symbol.Column { return &symbol.Column{Name: name, Type: t} }
	db := &symbol.Database{Name: "Samples", State: symbol.Known, Tables: []*symbol.TableSymbol{
		{Name: "StormEvents", Doc: "storms", Columns: symbol.Columns{List: []*symbol.Column{
			column("StartTime", symbol.Datetime), column("State", symbol.String), column("Injuries Direct", symbol.Int),
		}}},
		{Name: "Daily", Kind: symbol.MaterializedView},
		{Name: "Raw", Kind: symbol.External},
	}, Functions: []*symbol.Function{{Name: "Top", Parameters: "(n:long)", Body: "{ StormEvents | take n }"}}}
	for i := range 250 {
		db.Tables = append(db.Tables, &symbol.TableSymbol{Name: "T" + strconv.Itoa(1000+i)})
	}
	cluster := &symbol.Cluster{State: symbol.Known, Databases: []*symbol.Database{db, {Name: "Other db"}}}
	return symbol.New(cluster, db)
}

func (f *fakeBackend) Run(ctx context.Context, q Query, sink Sink) (protocol.QueryStats, error) {
	word, rest, _ := strings.Cut(strings.TrimSpace(q.Text), " ")
	n, _ := strconv.Atoi(strings.Fields(rest + " 0")[0])
	switch word {
	case "rows":
		return protocol.QueryStats{CPUMs: 2}, numbers(sink, n)
	case "declare":
		return protocol.QueryStats{}, given(sink, q.Parameters)
	case "broken": // an answer that ends with an error behind its rows
		if err := numbers(sink, n); err != nil {
			return protocol.QueryStats{}, err
		}
		return protocol.QueryStats{CPUMs: 2}, &Failure{Kind: protocol.ErrorLimit, Message: "out of memory", Hint: "take less"}
	case "trickle": // rows, and then nothing more
		if err := numbers(sink, n); err != nil {
			return protocol.QueryStats{}, err
		}
		<-ctx.Done()
		return protocol.QueryStats{}, ctx.Err()
	case "types":
		return protocol.QueryStats{}, everyType(sink)
	case "wide":
		return protocol.QueryStats{}, wide(sink, n)
	case "fail":
		at := strings.Index(q.Text, "fail")
		return protocol.QueryStats{}, &Failure{
			Kind: protocol.ErrorQuery, Code: "SEM0100", Message: "'fail' isn't known", At: &text.Span{Start: at, End: at + 4},
		}
	case "plainly":
		return protocol.QueryStats{}, errors.New("something else")
	case "hang":
		<-ctx.Done()
		f.mu.Lock()
		f.stopped++
		f.mu.Unlock()
		return protocol.QueryStats{}, ctx.Err()
	}
	return protocol.QueryStats{}, &Failure{Kind: protocol.ErrorUnsupported, Message: "the query isn't built yet"}
}

// given gives the parameters that came with a query, a row each.
func given(sink Sink, parameters map[string]string) error {
	if err := sink.Table("PrimaryResult", []value.Column{{Name: "name", Kind: value.String}, {Name: "literal", Kind: value.String}}); err != nil {
		return err
	}
	a, b := value.NewBuilder(value.String, 1), value.NewBuilder(value.String, 1)
	for _, name := range slices.Sorted(maps.Keys(parameters)) {
		a.AppendString(name)
		b.AppendString(parameters[name])
	}
	if err := sink.Rows(&value.Batch{N: a.Len(), Cols: []*value.Vector{a.Vector(), b.Vector()}}); err != nil {
		return err
	}
	return sink.End(false, nil)
}

// numbers gives n rows in batches of 1,000: a long and a string that is shorter than its number.
func numbers(sink Sink, n int) error {
	if err := sink.Table("PrimaryResult", []value.Column{{Name: "n", Kind: value.Long}, {Name: "s", Kind: value.String}}); err != nil {
		return err
	}
	for start := 0; start < n; start += 1000 {
		a, b := value.NewBuilder(value.Long, 1000), value.NewBuilder(value.String, 1000)
		for i := start; i < min(n, start+1000); i++ {
			a.AppendInt(int64(i))
			b.AppendString("row " + strconv.Itoa(i%7))
		}
		if err := sink.Rows(&value.Batch{N: a.Len(), Cols: []*value.Vector{a.Vector(), b.Vector()}}); err != nil {
			return err
		}
	}
	return sink.End(n > 5000, &protocol.Visualization{Kind: "timechart", Properties: map[string]string{"XColumn": "n"}})
}

// everyType gives a row of extremes, a row of ordinary values and a row of nulls of each type.
func everyType(sink Sink) error {
	kinds := []value.Kind{
		value.Bool, value.Int, value.Long, value.Real, value.Decimal, value.String, value.Datetime, value.Timespan, value.Guid, value.Dynamic,
	}
	var columns []value.Column
	for _, k := range kinds {
		columns = append(columns, value.Column{Name: "a " + k.String(), Kind: k})
	}
	if err := sink.Table("PrimaryResult", columns); err != nil {
		return err
	}
	extreme, _ := value.ParseDecimal("12345678901234567890.5")
	one, _ := value.ParseDecimal("1.5")
	noon, _ := value.ParseDatetime("2020-02-29T12:00:00.1234567Z")
	long := strings.Repeat("é", 1500)
	b := make([]*value.Builder, len(kinds))
	for i, k := range kinds {
		b[i] = value.NewBuilder(k, 3)
	}
	b[0].AppendBool(true)
	b[0].AppendBool(false)
	b[1].AppendInt(math.MinInt32)
	b[1].AppendInt(1)
	b[2].AppendInt(math.MaxInt64)
	b[2].AppendInt(-1)
	b[3].AppendReal(math.Inf(1))
	b[3].AppendReal(1.5)
	b[4].AppendDecimal(extreme)
	b[4].AppendDecimal(one)
	b[5].AppendString(long)
	b[5].AppendString("a,\"b\"\t|\n\u2028😀")
	b[6].AppendInt(value.MaxDatetime)
	b[6].AppendInt(noon)
	b[7].AppendInt(math.MinInt64)
	b[7].AppendInt(36_000_000_000)
	b[8].AppendGuid([16]byte{0xff})
	b[8].AppendGuid([16]byte{1, 2, 3})
	b[9].AppendDyn(value.ParseDyn(`{"a":[1,null,"x"]}`))
	b[9].AppendDyn(value.ParseDyn(`"text"`))
	batch := &value.Batch{N: 3}
	for i := range b {
		b[i].AppendNull()
		batch.Cols = append(batch.Cols, b[i].Vector())
	}
	if err := sink.Rows(batch); err != nil {
		return err
	}
	return sink.End(false, nil)
}

// wide gives 20 rows of n columns.
func wide(sink Sink, n int) error {
	var columns []value.Column
	batch := &value.Batch{N: 20}
	for range n {
		columns = append(columns, value.Column{Name: "same", Kind: value.String})
		batch.Cols = append(batch.Cols, value.ConstString(strings.Repeat("x", 2000), 20))
	}
	if err := sink.Table("PrimaryResult", columns); err != nil {
		return err
	}
	if err := sink.Rows(batch); err != nil {
		return err
	}
	return sink.End(false, nil)
}
