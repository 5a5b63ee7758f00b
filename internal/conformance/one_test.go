package main
import ("testing";"os";"fmt";"calypso/kql/binder";"calypso/kql/syntax")
func TestOne(t *testing.T){ q:=os.Getenv("Q"); if q=="" {t.Skip()}
 s,_:=readSchema("../../../shared","help.Samples"); b:=binder.Bind(syntax.Parse(q),s)
 for _,d:=range b.Diagnostics { fmt.Println(d.Code,d.Severity,d.Span,d.Message,d.Related)}
 for _,r:=range b.Results { fmt.Println(ourColumns(r)); for _,c:=range r.List { if c.Shape!=nil {fmt.Println("   ",c.Name,c.Shape)}} }
}
