package main

import ("testing";"fmt";"os";"encoding/json")

func TestDump(t *testing.T) {
	if os.Getenv("DUMP")=="" {t.Skip()}
	f,_:=os.Create(os.Getenv("DUMP")); defer f.Close(); e:=json.NewEncoder(f)
	shared:="../../../shared"
	judged,_:=engineTexts(shared)
	for _, name := range schemaNames {
		schema, _ := readSchema(shared, name)
		for _, corpus := range corpora {
			queries, _ := readQueries(shared, corpus)
			answers, err := readAnswers("/tmp/conf/answers", name, corpus, len(queries))
			if err != nil { t.Fatal(err) }
			for i, q := range queries {
				c := comparison{schema: name, corpus: corpus, query: q, answer: &answers[i], engine: judged[normal(q.Query)]}
				c.run(schema)
				if c.skipped||c.command||c.engine||c.syntaxBad[0] {continue}
				ours:=map[[2]int]string{}
				for _,d:=range c.ours { ours[[2]int{d.Span.Start,d.Span.End}]=d.Official}
				th:=map[[2]int]bool{}
				for _,d:=range c.theirs { th[[2]int{d.Start,d.End}]=true
					if o,ok:=ours[[2]int{d.Start,d.End}]; !ok || o!=d.Code {
					 k:="place"; if ok {k="code"}
					 e.Encode(map[string]any{"k":k,"id":q.ID,"s":name,"code":d.Code,"o":o,"a":d.Start,"b":d.End,"m":d.Message,"q":q.Query,"ours":fmt.Sprint(ours)})
					}
				}
				for _,d:=range c.ours { if !th[[2]int{d.Span.Start,d.Span.End}] { e.Encode(map[string]any{"k":"extra","id":q.ID,"s":name,"code":d.Code,"o":d.Official,"a":d.Span.Start,"b":d.Span.End,"m":d.Message,"q":q.Query,"theirs":len(c.theirs)})}}
			}
		}
	}
}
