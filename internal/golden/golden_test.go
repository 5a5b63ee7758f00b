package golden_test

import (
	"strings"
	"testing"

	"calypso/internal/golden"
)

func TestRun(t *testing.T) {
	golden.Run(t, "testdata/*.txtar", func(t *testing.T, c *golden.Case) {
		if !c.Has("in") || c.Has("other") {
			t.Errorf("sections are %v", c.Sections())
		}
		c.Want(t, "want", strings.ToUpper(c.Text("in")))
	})
}
