package fn

import (
	"fmt"
	"testing"

	"calypso/kusto/value"
)

const batchRows = 2048

func batchOf(kind value.Kind) *value.Vector {
	b := value.NewBuilder(kind, batchRows)
	for i := range batchRows {
		switch kind {
		case value.String:
			b.AppendString(fmt.Sprintf("request %d took %dms on host web-%02d, status %s", i, i*7%1000, i%40, [...]string{"ok", "Error", "late"}[i%3]))
		case value.Real:
			b.AppendReal(float64(i) * 1.5)
		case value.Dynamic:
			b.AppendDyn(value.ParseDyn(fmt.Sprintf(`{"id":%d,"tags":["a","b"],"user":{"name":"u%d"}}`, i, i%50)))
		default:
			b.AppendInt(int64(i) * 864000000)
		}
	}
	return b.Vector()
}

func BenchmarkKernels(b *testing.B) {
	long, real, text, dyn := batchOf(value.Long), batchOf(value.Real), batchOf(value.String), batchOf(value.Dynamic)
	when := batchOf(value.Datetime)
	k := value.ConstInt(value.Long, 7, batchRows)
	str := func(s string) *value.Vector { return value.ConstString(s, batchRows) }
	for _, c := range []struct {
		name string
		args []*value.Vector
	}{
		{"+", []*value.Vector{long, k}},
		{"*", []*value.Vector{real, real}},
		{"==", []*value.Vector{long, k}},
		{"<", []*value.Vector{real, real}},
		{"==", []*value.Vector{text, str("request 7")}},
		{"has", []*value.Vector{text, str("error")}},
		{"has_cs", []*value.Vector{text, str("Error")}},
		{"contains", []*value.Vector{text, str("error")}},
		{"contains_cs", []*value.Vector{text, str("Error")}},
		{"startswith", []*value.Vector{text, str("REQ")}},
		{"extract", []*value.Vector{str(`took (\d+)ms`), value.ConstInt(value.Long, 1, batchRows), text}},
		{"matches regex", []*value.Vector{text, str(`web-\d\d`)}},
		{"bin", []*value.Vector{when, value.ConstInt(value.Timespan, value.TicksPerHour, batchRows)}},
		{"getyear", []*value.Vector{when}},
		{"tostring", []*value.Vector{long}},
		{"strlen", []*value.Vector{text}},
		{".", []*value.Vector{dyn, str("id")}},
	} {
		over, err := Scalar(c.name, describe(c.args))
		if err != nil {
			b.Fatal(err)
		}
		b.Run(c.name+"/"+c.args[0].Kind.String(), func(b *testing.B) {
			ctx := testContext()
			for b.Loop() {
				if _, err := over.Eval(ctx, c.args, batchRows); err != nil {
					b.Fatal(err)
				}
			}
			b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/batchRows, "ns/row")
		})
	}
}

func BenchmarkAggregates(b *testing.B) {
	long, text := batchOf(value.Long), batchOf(value.String)
	groups := make([]uint32, batchRows)
	for i := range groups {
		groups[i] = uint32(i % 50)
	}
	for _, c := range []struct {
		name string
		args []*value.Vector
	}{
		{"count", nil},
		{"sum", []*value.Vector{long}},
		{"avg", []*value.Vector{long}},
		{"max", []*value.Vector{long}},
		{"dcount", []*value.Vector{long}},
		{"dcount", []*value.Vector{text}},
		{"arg_max", []*value.Vector{long, text}},
		{"make_set", []*value.Vector{long}},
		{"percentile", []*value.Vector{long, value.ConstInt(value.Long, 95, batchRows)}},
	} {
		over, err := Aggregate(c.name, describe(c.args))
		if err != nil {
			b.Fatal(err)
		}
		b.Run(c.name, func(b *testing.B) {
			s := over.New()
			s.Grow(50)
			ctx := testContext()
			for b.Loop() {
				if err := s.Add(ctx, c.args, groups, batchRows); err != nil {
					b.Fatal(err)
				}
			}
			b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/batchRows, "ns/row")
		})
	}
}
