package wire

import (
	"errors"
	"fmt"
	"strings"
	"unsafe"
)

// cursor walks through one JSON text that is all there, once. After a mistake it stands still, and err says what it was.
type cursor struct {
	b     []byte
	at    int
	err   error
	names map[string]string // names read so far: the same few come again and again, and are kept once
}

// newCursor reads a text, which it never changes.
func newCursor(text string) *cursor {
	return &cursor{b: unsafe.Slice(unsafe.StringData(text), len(text)), names: make(map[string]string)}
}

// is tells whether a property has a name; case doesn't count.
func is(key, name string) bool { return key == name || strings.EqualFold(key, name) }

func (c *cursor) fail(wanted string) {
	if c.err == nil {
		c.err = fmt.Errorf("%s was expected at byte %d", wanted, c.at)
	}
}

// peek skips white space and gives the next byte, or 0 at the end and after a mistake.
func (c *cursor) peek() byte {
	for c.err == nil && c.at < len(c.b) {
		switch b := c.b[c.at]; b {
		case ' ', '\n', '\r', '\t':
			c.at++
		default:
			return b
		}
	}
	return 0
}

// take consumes b if it comes next.
func (c *cursor) take(b byte) bool {
	if c.peek() != b || b == 0 {
		return false
	}
	c.at++
	return true
}

// null consumes null if it comes next.
func (c *cursor) null() bool {
	if c.peek() != 'n' || !strings.HasPrefix(text(c.b[c.at:]), "null") {
		return false
	}
	c.at += len("null")
	return true
}

// object reads an object and gives the name of each property to each, which reads its value or leaves it to be passed over. The
// name is valid until the text is let go. Null is an object without properties.
func (c *cursor) object(each func(key string)) {
	if c.null() {
		return
	}
	if !c.take('{') {
		c.fail("an object")
		return
	}
	for first := true; !c.take('}'); first = false {
		if !first && !c.take(',') {
			c.fail("a comma or the end of an object")
		}
		key := c.literal()
		if !c.take(':') {
			c.fail("a colon")
		}
		if c.err != nil {
			return
		}
		c.peek()
		before := c.at
		if each(key); c.at == before {
			c.raw()
		}
	}
}

// array reads an array; each reads one value of it or leaves it to be passed over. Null is an array without values.
func (c *cursor) array(each func()) {
	if c.null() {
		return
	}
	if !c.take('[') {
		c.fail("an array")
		return
	}
	for first := true; !c.take(']'); first = false {
		if !first && !c.take(',') {
			c.fail("a comma or the end of an array")
		}
		c.peek()
		if c.err != nil {
			return
		}
		before := c.at
		if each(); c.at == before {
			c.raw()
		}
	}
}

// raw consumes any value and gives its text.
func (c *cursor) raw() []byte {
	c.peek()
	end := -1
	if c.err == nil {
		end = skipValue(c.b, c.at, true)
	}
	if end <= c.at {
		c.fail("a value")
		return nil
	}
	value := c.b[c.at:end]
	c.at = end
	return value
}

// literal consumes a string; what it gives is often a part of the text.
func (c *cursor) literal() string {
	if c.peek() != '"' {
		c.fail("a string")
		return ""
	}
	s, end := quoted(c.b, c.at)
	if end < 0 {
		c.fail("a whole string")
		return ""
	}
	c.at = end
	return s
}

// text consumes a string or null, and gives a text of its own.
func (c *cursor) text() string {
	if c.null() {
		return ""
	}
	return strings.Clone(c.literal())
}

// name is text for what is often the same.
func (c *cursor) name() string {
	if c.null() {
		return ""
	}
	s := c.literal()
	if kept, known := c.names[s]; known {
		return kept
	}
	s = strings.Clone(s)
	c.names[s] = s
	return s
}

// end says that nothing may follow.
func (c *cursor) end() {
	if c.peek() != 0 && c.err == nil {
		c.err = errors.New("something follows the end")
	}
}
