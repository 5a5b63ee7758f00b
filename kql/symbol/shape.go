package symbol

// This file holds what is known of the inside of a dynamic value. It serves completion, hover and the columns that bag_unpack
// makes; it is never a reason for an error, since a value may be anything when it runs.

import "strings"

// ShapeKind tells shapes apart.
type ShapeKind uint8

// The kinds of shapes.
const (
	Primitive ShapeKind = iota + 1 // one value; Type says which
	Array                          // Elem is what is known of its elements
	Bag                            // Props are the properties known
)

// Shape is what is known of a dynamic value. A nil Shape knows nothing. Shapes are immutable and may be shared.
type Shape struct {
	Kind  ShapeKind
	Type  Type       // of a Primitive; Unknown never
	Elem  *Shape     // of an Array; nil when its elements differ or nothing is known
	Props []Property // of a Bag, in order of first appearance
	// Sampled tells that it was seen in rows and not read from the query: good for a hint, no promise.
	Sampled bool
}

// Property is one entry of a bag. A nil Shape knows nothing of its value.
type Property struct {
	Name  string
	Shape *Shape
}

// shapeDepth is how deep shapes go; beyond it nothing is known.
const shapeDepth = 16

// ShapeOf gives the shape that a scalar of a type has inside a dynamic value; nil for dynamic itself and what is no scalar.
func ShapeOf(t Type) *Shape {
	if t < Bool || t >= Dynamic {
		return nil
	}
	return primitives[t]
}

var primitives = makePrimitives()

func makePrimitives() (list [Dynamic]*Shape) {
	for t := Bool; t < Dynamic; t++ {
		list[t] = &Shape{Kind: Primitive, Type: t}
	}
	return list
}

// ArrayOf is an array of elements of a shape, which may be nil.
func ArrayOf(elem *Shape) *Shape { return &Shape{Kind: Array, Elem: elem} }

// BagOf is a bag of these properties.
func BagOf(props ...Property) *Shape { return &Shape{Kind: Bag, Props: props} }

// Prop gives what is known of a property; ok is false where the shape doesn't list it.
func (s *Shape) Prop(name string) (shape *Shape, ok bool) {
	if s == nil || s.Kind != Bag {
		return nil, false
	}
	for i := range s.Props {
		if s.Props[i].Name == name {
			return s.Props[i].Shape, true
		}
	}
	return nil, false
}

// Element gives what is known of an array's elements.
func (s *Shape) Element() *Shape {
	if s == nil || s.Kind != Array {
		return nil
	}
	return s.Elem
}

// With gives the bag with one more property, or another value for one that it has.
func (s *Shape) With(name string, value *Shape) *Shape {
	next := &Shape{Kind: Bag}
	if s != nil && s.Kind == Bag {
		next.Sampled = s.Sampled
		next.Props = make([]Property, 0, len(s.Props)+1)
		for _, p := range s.Props {
			if p.Name != name {
				next.Props = append(next.Props, p)
			}
		}
	}
	next.Props = append(next.Props, Property{name, value})
	return next
}

// Without gives the bag without a property.
func (s *Shape) Without(name string) *Shape {
	if s == nil || s.Kind != Bag {
		return s
	}
	next := &Shape{Kind: Bag, Sampled: s.Sampled}
	for _, p := range s.Props {
		if p.Name != name {
			next.Props = append(next.Props, p)
		}
	}
	return next
}

// MergeShapes gives what is known of a value that is of one shape or of the other: bags have the properties of both, arrays
// the elements of both; nil where they don't agree.
func MergeShapes(a, z *Shape) *Shape { return mergeShapes(a, z, 0) }

func mergeShapes(a, z *Shape, depth int) *Shape {
	switch {
	case a == z:
		return a
	case a == nil || z == nil || a.Kind != z.Kind || depth > shapeDepth:
		return nil
	case a.Kind == Primitive:
		if a.Type == z.Type && z.Sampled {
			return z
		}
		if a.Type == z.Type {
			return a
		}
		return ShapeOf(widerNumber(a.Type, z.Type))
	case a.Kind == Array:
		return &Shape{Kind: Array, Elem: mergeShapes(a.Elem, z.Elem, depth+1), Sampled: a.Sampled || z.Sampled}
	}
	merged := &Shape{Kind: Bag, Props: append([]Property{}, a.Props...), Sampled: a.Sampled || z.Sampled}
	at := make(map[string]int, len(a.Props))
	for i, p := range a.Props {
		at[p.Name] = i
	}
	for _, p := range z.Props {
		if i, ok := at[p.Name]; ok {
			merged.Props[i].Shape = mergeShapes(merged.Props[i].Shape, p.Shape, depth+1)
			continue
		}
		merged.Props = append(merged.Props, p)
	}
	return merged
}

// AsSampled gives the same shape marked as seen in rows, all through. A caller that has looked at rows puts it into the columns
// of its schema.
func (s *Shape) AsSampled() *Shape {
	if s == nil || s.Sampled {
		return s
	}
	next := &Shape{Kind: s.Kind, Type: s.Type, Elem: s.Elem.AsSampled(), Sampled: true}
	for _, p := range s.Props {
		next.Props = append(next.Props, Property{p.Name, p.Shape.AsSampled()})
	}
	return next
}

// widerNumber gives the number type that holds both, Unknown when one is no number.
func widerNumber(a, z Type) Type {
	if !a.Numeric() || !z.Numeric() {
		return Unknown
	}
	return max(a, z)
}

// String writes a shape as hover shows it: long, array of string, bag of a: long, b: string.
func (s *Shape) String() string {
	var b strings.Builder
	s.write(&b, 0)
	return b.String()
}

func (s *Shape) write(b *strings.Builder, depth int) {
	switch {
	case s == nil || depth > shapeDepth:
		b.WriteString("dynamic")
	case s.Kind == Primitive:
		b.WriteString(s.Type.String())
	case s.Kind == Array:
		b.WriteString("array<")
		s.Elem.write(b, depth+1)
		b.WriteByte('>')
	default:
		b.WriteString("bag{")
		for i, p := range s.Props {
			if i > 0 {
				b.WriteString(", ")
			}
			b.WriteString(QuoteName(p.Name))
			b.WriteString(": ")
			p.Shape.write(b, depth+1)
		}
		b.WriteByte('}')
	}
}

// ParseShape reads a shape as the tables of facts write it, array<real>, bag{type:string,coordinates:array<dynamic>}, and as String
// does. What it can't read, as dynamic, gives nil.
func ParseShape(text string) *Shape {
	shape, _ := parseShape(strings.TrimSpace(text), 0)
	return shape
}

// parseShape gives a shape and what stands behind it.
func parseShape(s string, depth int) (*Shape, string) {
	if depth > shapeDepth {
		return nil, beyond(s)
	}
	if rest, ok := strings.CutPrefix(s, "array<"); ok {
		elem, rest := parseShape(rest, depth+1)
		return ArrayOf(elem), strings.TrimPrefix(rest, ">")
	}
	if rest, ok := strings.CutPrefix(s, "bag{"); ok {
		return parseBag(rest, depth)
	}
	end := strings.IndexAny(s, ",>}")
	if end < 0 {
		end = len(s)
	}
	t, _ := ParseType(strings.TrimSpace(s[:end]))
	return ShapeOf(t), s[end:]
}

func parseBag(s string, depth int) (*Shape, string) {
	bag := &Shape{Kind: Bag}
	for s != "" && s[0] != '}' {
		name, rest, ok := propertyName(s)
		if !ok {
			return nil, ""
		}
		var value *Shape
		value, rest = parseShape(strings.TrimSpace(rest), depth+1)
		bag.Props = append(bag.Props, Property{name, value})
		s = strings.TrimSpace(strings.TrimPrefix(rest, ","))
	}
	return bag, strings.TrimPrefix(s, "}")
}

// beyond gives what stands behind a shape that isn't looked into.
func beyond(s string) string {
	depth := 0
	for i := range len(s) {
		switch c := s[i]; {
		case c == '<' || c == '{':
			depth++
		case depth == 0 && strings.IndexByte(",>}", c) >= 0:
			return s[i:]
		case c == '>' || c == '}':
			depth--
		}
	}
	return ""
}

// propertyName reads a name, plain or as QuoteName writes it, and its colon.
func propertyName(s string) (name, rest string, ok bool) {
	quoted, ok := strings.CutPrefix(s, "['")
	if !ok {
		name, rest, ok = strings.Cut(s, ":")
		return strings.TrimSpace(name), rest, ok
	}
	var b strings.Builder
	for i := 0; i < len(quoted); i++ {
		switch {
		case quoted[i] == '\\' && i+1 < len(quoted):
			i++
		case strings.HasPrefix(quoted[i:], "']"):
			rest, ok = strings.CutPrefix(strings.TrimSpace(quoted[i+2:]), ":")
			return b.String(), rest, ok
		}
		b.WriteByte(quoted[i])
	}
	return "", "", false
}
