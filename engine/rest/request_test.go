package rest

import (
	"errors"
	"net/http/httptest"
	"strings"
	"testing"
)

// Whatever a client sends is read or refused with a reason.
func FuzzRequest(f *testing.F) {
	f.Add(`{"db":"d","csl":"print 1","properties":{"Options":{"notruncation":true},"Parameters":{"a":1}}}`)
	f.Add(`{"csl":"x","properties":"{\"Options\":null}"}`)
	f.Add(`{"csl":"x","properties":"\"\""}`)
	f.Fuzz(func(t *testing.T, body string) {
		c := &call{w: httptest.NewRecorder(), r: httptest.NewRequest("POST", "/v2/rest/query", strings.NewReader(body))}
		r, err := c.read()
		var refused *badRequest
		if err != nil && !errors.As(err, &refused) {
			t.Fatalf("no reason: %v", err)
		}
		if err == nil && strings.TrimSpace(r.Text) == "" {
			t.Fatal("an empty query passed")
		}
	})
}
