package lint
import ("testing";"fmt";"calypso/kql/binder";"calypso/kql/syntax";"calypso/kql/symbol")
func TestProbe(t *testing.T){
 for _, q := range []string{
  "let f = () { T | where a == 1 }; let x = 1; f() | where x == 2",
  "T | render timechart with (xcolumn=zz, ycolumns=a,qq)",
  "A | join B on x",
  "T | where c between (ago(1d) .. ago(7d))",
  "T | where b == 'x' and 1 == 2",
 }{
  cols,_ := symbol.ParseColumns("(a: long, b: string, c: datetime, d: dynamic)")
  s := symbol.ForDatabase(&symbol.Database{Name:"Test",State:symbol.Known,Tables:[]*symbol.TableSymbol{{Name:"T",Columns:cols}}})
  if q[0]=='A' { s = nil }
  b := binder.Bind(syntax.Parse(q), s)
  for _, st := range b.Tree.Statements { syntax.Walk(st, func(n syntax.Node) bool {
    if x, ok := n.(*syntax.NameRef); ok { fmt.Printf("%q %v %+v const=%v\n", x.Name.Text, b.Types[x], b.Refs[x.Name].Kind, b.Consts[x]) }
    return true }) }
  for _, d := range b.Diagnostics { fmt.Println("   ", d.Code, d.Message) }
 }
}
