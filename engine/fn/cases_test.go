package fn

import (
	"errors"
	"fmt"
	"strings"
	"testing"

	"calypso/internal/golden"
	"calypso/kusto/value"
)

// TestFamilies runs the cases of each family: a line of the section in is an expression, or a query of the test interpreter,
// and a line of want says what it gives.
func TestFamilies(t *testing.T) {
	golden.Run(t, "testdata/*.txtar", func(t *testing.T, c *golden.Case) {
		var out strings.Builder
		for _, line := range strings.Split(strings.TrimSpace(c.Text("in")), "\n") {
			if line == "" || line[0] == '#' {
				fmt.Fprintln(&out, line)
				continue
			}
			fmt.Fprintf(&out, "%s = %s\n", line, answer(line))
		}
		c.Want(t, "want", out.String())
	})
}

func answer(line string) string {
	if strings.HasPrefix(line, "datatable") || strings.HasPrefix(line, "print") {
		f, err := run(line)
		if err != nil {
			return failure(err)
		}
		rows := make([]string, f.n)
		for i := range rows {
			cells := make([]string, len(f.cols))
			for j, v := range f.cols {
				cells[j] = cellText(v, i)
			}
			rows[i] = strings.Join(cells, ", ")
		}
		return strings.Join(rows, " | ")
	}
	v, err := evalText(line)
	if err != nil {
		return failure(err)
	}
	return cellText(v, 0)
}

func failure(err error) string {
	var missing *NotBuilt
	if errors.As(err, &missing) {
		return "refused: " + err.Error()
	}
	return "error: " + err.Error()
}

func cellText(v *value.Vector, i int) string {
	d := value.DynAt(v, i)
	if d.IsNull() {
		return v.Kind.String() + " null"
	}
	if v.Kind == value.Dynamic || v.Kind == value.String {
		return v.Kind.String() + " " + d.String()
	}
	return v.Kind.String() + " " + d.Text()
}
