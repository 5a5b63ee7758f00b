package command

import (
	"encoding/json"
	"testing"
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
