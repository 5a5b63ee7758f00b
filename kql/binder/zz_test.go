package binder_test

import (
	"bufio"
	"calypso/kql/binder"
	"calypso/kql/diag"
	"calypso/kql/symbol"
	"calypso/kql/syntax"
	"encoding/json"
	"fmt"
	"os"
	"sort"
	"strings"
	"testing"
	"time"
)

func TestZZ(t *testing.T) {
	type D struct {
		Code, Severity string
		Start, End     int
		Message        string
	}
	type ans struct {
		ID                  string
		Syntax, Diagnostics []D
		Result              *struct {
			Kind    string
			Columns []struct{ Name, Type string }
			Open    bool
		}
	}
	A := map[string]ans{}
	f, _ := os.Open("/tmp/cmd/blocks.ans")
	sc := bufio.NewScanner(f)
	sc.Buffer(nil, 1<<24)
	for sc.Scan() {
		var a ans
		json.Unmarshal(sc.Bytes(), &a)
		A[a.ID] = a
	}
	data, _ := os.ReadFile("/work/shared/schema/help.Samples.json")
	schema, err := symbol.ParseFile(data)
	if err != nil {
		t.Fatal(err)
	}
	f, _ = os.Open("/tmp/cmd/blocks.jsonl")
	sc = bufio.NewScanner(f)
	sc.Buffer(nil, 1<<24)
	cnt := map[string]int{}
	var took, worst time.Duration
	n := 0
	rs := map[string]int{}
	for sc.Scan() {
		var d struct{ ID, Query string }
		json.Unmarshal(sc.Bytes(), &d)
		a := A[d.ID]
		s := time.Now()
		tr := syntax.Parse(d.Query)
		b := binder.Bind(tr, schema)
		e := time.Since(s)
		took += e
		worst = max(worst, e)
		n++
		syn, errs, all := 0, 0, 0
		msg := ""
		for _, x := range b.Diagnostics {
			if x.Severity <= diag.Warning {
				all++
				msg += fmt.Sprintf(" %v%s/%s %s;", x.Span, x.Code, x.Severity, x.Message)
			}
			if x.Severity == diag.Error {
				errs++
				if x.Code < "CAL2" || x.Code > "CAL4" {
					syn++
				}
			}
		}
		oe := 0
		om := ""
		for _, x := range a.Diagnostics {
			if x.Severity == "Error" {
				oe++
				om += fmt.Sprintf(" %d-%d %s %s;", x.Start, x.End, x.Code, x.Message)
			}
		}
		k := func(p string, o, u bool) { cnt[fmt.Sprintf("%s oracle-err=%v ours=%v", p, o, u)]++ }
		k("syntax", len(a.Syntax) > 0, syn > 0)
		k("errors", oe > 0, errs > 0)
		k("err+warn", oe > 0, all > 0)
		if os.Getenv("P") == "syntax" && (len(a.Syntax) > 0) != (syn > 0) {
			fmt.Printf("SYN %v %s %q | %s | %s\n", syn > 0, d.ID, cl(d.Query), msg, om)
		}
		if os.Getenv("P") == "false" && oe == 0 && errs > 0 {
			fmt.Printf("FALSE %s %q | %s\n", d.ID, cl(d.Query), msg)
		}
		if os.Getenv("P") == "all" && (oe > 0) != (all > 0) && (len(a.Syntax) > 0) == (syn > 0) {
			fmt.Printf("ALL ours=%v %s %q | %s | %s\n", all > 0, d.ID, cl(d.Query), msg, om)
		}
		if a.Result != nil && a.Result.Kind == "table" {
			o := ""
			for _, c := range a.Result.Columns {
				o += c.Name + ":" + c.Type + ","
			}
			u := "nil"
			if b.Result != nil {
				u = ""
				for _, c := range b.Result.List {
					u += c.Name + ":" + c.Type.String() + ","
				}
			}
			rs[fmt.Sprint("result equal ", o == u)]++
			if o != u && os.Getenv("P") == "res" {
				fmt.Printf("RES %q | %s | %s\n", cl(d.Query), o, u)
			}
		}
	}
	var ks []string
	for k, v := range cnt {
		ks = append(ks, fmt.Sprint(k, " ", v))
	}
	for k, v := range rs {
		ks = append(ks, fmt.Sprint(k, " ", v))
	}
	sort.Strings(ks)
	fmt.Println(strings.Join(ks, "\n"))
	fmt.Println(took/time.Duration(n), worst)
}
func cl(s string) string {
	if len(s) > 200 {
		return s[:200]
	}
	return s
}
