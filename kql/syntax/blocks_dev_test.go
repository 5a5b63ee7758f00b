package syntax
import ("testing";"fmt")
func TestBlocksDev(t *testing.T){
 for _, s := range []string{
  "T | take 1\n\nU | take 2\n",
  "let x = 1;\n\nT | where a == x\n\n// c\n\nU",
  "#connect \"u\"\n\nT | take 1\n\n#connect cluster('a').database('b')\nU\n",
  "T\n| where (a > 1\n\nU | take 1",
  "T\n| where (a > 1\n\n)\n| take 3\n\nV",
  ".show tables\n.show databases\n\n| take 3\n",
  ".execute database script <|\n.create table T (a:string)\n\n.drop table X\n",
  "T |\n\n take 1\n\n\n",
  "// only\n\n// comments\n\n\nT",
  ".create function f() {\n T\n\n | take 1\n}\n\nT",
  "print ```a\n\nb```\n\nT",
  "cluster('x')\n.database('y')\n\n.Table",
  "T | distinct *\n\nU",
 }{
  fmt.Printf("%q\n", s)
  for _, b := range Blocks(s) { fmt.Printf("   %s %v %q %v\n", b.Kind, b.Span, b.Span.Of(s), b.Directives) }
 }
}
