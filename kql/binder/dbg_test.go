package binder_test
import ("testing";"strings";"calypso/kql/binder";"calypso/kql/syntax")
func TestDbg(t *testing.T) {
	s := namedSchema(t, "loganalytics")
	b := binder.Bind(syntax.Parse("union *"), s)
	for _, c := range b.Result.List { if strings.HasPrefix(c.Name, "Operation") { t.Log(c.Name, c.Type) } }
	t.Log(len(b.Result.List))
}
