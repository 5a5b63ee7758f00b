package command

import (
	"context"
	"encoding/json"
	"errors"
	"testing"
	"time"

	"calypso/engine"
)

// FuzzPolicy reads any text as a policy: no panic, and what is read is JSON that reads the same again.
func FuzzPolicy(f *testing.F) {
	f.Add(`{"SoftDeletePeriod": "1.00:00:00", "a": [1, {"b": null}]}`, false)
	f.Add(`[{"IsEnabled": "True", "Source": "T", "Query": "T"}, 1]`, true)
	f.Add(`{"a":1,"A":2} x`, false)
	f.Add("null", true)
	f.Fuzz(func(t *testing.T, text string, list bool) {
		o, err := parseObject(text, list)
		if err != nil || o == nil {
			return
		}
		once := o.String()
		if !json.Valid([]byte(once)) {
			t.Fatalf("%q became %q", text, once)
		}
		again, err := parseObject(once, list)
		if err != nil || again == nil || again.String() != once {
			t.Fatalf("%q became %q and that %v, %v", text, once, again, err)
		}
		if merged, err := o.over(once, list); err != nil || !json.Valid([]byte(merged.String())) {
			t.Fatalf("%q over itself: %v, %v", text, merged, err)
		}
	})
}

// FuzzChange runs any command on a small database: what is wrong is an error of the command's, never one of our own.
func FuzzChange(f *testing.F) {
	for _, s := range []string{
		".alter table T policy update @'[{\"IsEnabled\": true, \"Source\": \"U\", \"Query\": \"U\"}]'",
		".alter tables (T, U) policy caching hotdata = 3d hotindex = 1d, hot_window = datetime(2021-01-01) .. datetime(2021-02-01)",
		".alter-merge table T policy retention softdelete = 10d recoverability = disabled",
		".alter table T policy row_level_security enable \"T | where a > 1\"",
		".alter table T policy roworder (a asc, b desc)",
		".alter column T.a policy encoding type = 'x'",
		".create async ifnotexists materialized-view with (backfill = true) V on table T { T | summarize count() by b }",
		".alter materialized-view V on table T { T | summarize count() by b }",
		".delete table T records with (whatif = true) <| T | where a == 1 | project b",
		".update table T delete D append A <| let D = T | where a == 1; let A = D | extend a = 2;",
		".drop extents <| .show table T extents where tags has 'x'",
		".append T with (tags = '[\"ingest-by:1\"]', ingestIfNotExists = '[\"1\"]') <| print long(1), ''",
		".ingest inline into table T [1,a] [2,\"b ] c\"]",
		".purge table T records in database Main with (noregrets = 'true') <| where a == 1",
		".add database Main admins ('aaduser=a@b') skip-results 'n'",
		".create-or-alter workload_group G '{}'",
		".create table T ingestion json mapping 'm' '[{\"Column\":\"a\",\"Properties\":{\"Path\":\"$.a\",\"Transform\":\"DateTimeFromUnixSeconds\"}}]'",
		".execute database script <| .clear table T data",
	} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, text string) {
		e, err := engine.Open(engine.Options{Database: "Main"})
		if err != nil {
			t.Fatal(err)
		}
		for _, s := range []string{
			".create tables T (a: long, b: string), U (a: long, b: string)", ".append T <| range a from 1 to 3 step 1 | extend b = tostring(a)",
			".create materialized-view V on table U { U | summarize count() by b }", text, "T | count", "V | count",
		} {
			ctx, cancel := context.WithTimeout(context.Background(), 5*time.Second)
			answer, err := Run(ctx, e, engine.Request{Text: s})
			var failure *engine.Error
			if errors.As(err, &failure) && failure.Kind == engine.Internal {
				t.Fatalf("%s: %v", s, err)
			}
			if err == nil {
				answer.Close()
			}
			cancel()
		}
	})
}
