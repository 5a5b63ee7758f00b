package value

// DynKind tells what a dynamic value holds.
type DynKind uint8

// What a dynamic can hold. DynNull is both the null dynamic and JSON's null.
const (
	DynNull DynKind = iota
	DynBool
	DynLong
	DynReal
	DynString
	DynDatetime
	DynTimespan
	DynGuid
	DynDecimal
	DynArray
	DynBag
)

// Dyn is one dynamic value. The zero value is null. It is immutable and cheap to copy.
//
// A value that came as JSON text keeps its text until something looks inside (Raw), then is parsed once; the parsed
// tree is shared by all who ask.
type Dyn struct {
	*dynNode
}

type dynNode struct{}
