package value

// Kind is one of Kusto's ten scalar types.
type Kind uint8

// The ten types. Invalid is the zero value and marks a bug.
const (
	Invalid  Kind = iota
	Bool          // true or false
	Int           // 32 bits; arithmetic on it gives Long
	Long          // 64 bits, wraps
	Real          // IEEE double; NaN and the infinities are values, apart from null
	Decimal       // 34 decimal digits
	String        // UTF-8, never null: missing is ""
	Datetime      // ticks of 100 ns since 0001-01-01 UTC
	Timespan      // ticks of 100 ns, signed
	Guid          // 16 bytes in the order of the text form
	Dynamic       // a JSON-like value: scalar, array or bag
)

var kindNames = [...]string{"invalid", "bool", "int", "long", "real", "decimal", "string", "datetime", "timespan", "guid", "dynamic"}

// String gives KQL's name of the type, as in typeof(long).
func (k Kind) String() string {
	if int(k) < len(kindNames) {
		return kindNames[k]
	}
	return "invalid"
}

// KindOf finds a type by its name or one of its aliases ("double", "date", "boolean"…), lower case.
func KindOf(name string) (Kind, bool) {
	k, ok := kindByName[name]
	return k, ok
}

var kindByName = map[string]Kind{
	"bool": Bool, "boolean": Bool,
	"int": Int, "int32": Int, "uint": Int, "uint32": Int, "int8": Int, "uint8": Int, "int16": Int, "uint16": Int,
	"long": Long, "int64": Long, "ulong": Long, "uint64": Long,
	"real": Real, "double": Real, "float": Real,
	"decimal": Decimal, "string": String,
	"datetime": Datetime, "date": Datetime, "timespan": Timespan, "time": Timespan,
	"guid": Guid, "uuid": Guid, "uniqueid": Guid, "dynamic": Dynamic,
}
