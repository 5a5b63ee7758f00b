package rest

import (
	"fmt"
	"strings"
	"testing"
	"time"
)

// slow runs for minutes; it has no rows before its end.
const slow = "range a from 1 to 20000000000 step 1 | summarize dcount(a % 1000), max(a)"

// A query is listed while it runs, and .cancel query ends it at once, with the reason.
func TestCancelQuery(t *testing.T) {
	url := serve(t).URL
	type answer struct {
		status int
		text   string
	}
	ended := make(chan answer, 1)
	go func() {
		status, text, _ := post(t, url, "/v2/rest/query", fmt.Sprintf(`{"csl":"%s"}`, slow), "x-ms-client-request-id", "slow;1", "x-ms-app", "my app", "x-ms-user", "me")
		ended <- answer{status, text}
	}()
	for deadline := time.Now().Add(20 * time.Second); ; {
		_, text, _ := post(t, url, "/v1/rest/mgmt", `{"csl":".show running queries | project ClientActivityId, State, Application, User, Text"}`)
		if strings.Contains(text, `["slow;1","InProgress","my app","me","range a`) {
			break
		}
		if time.Now().After(deadline) {
			t.Fatalf("the query isn't listed: %s", text)
		}
	}
	status, text, _ := post(t, url, "/v1/rest/mgmt", `{"csl":".cancel query 'slow;1' with (reason='lunch')"}`)
	if status != 200 || !strings.Contains(text, `["slow;1","lunch",true]`) {
		t.Errorf("%d: %s", status, text)
	}
	got := <-ended // uncancelled it runs for hours
	if got.status == 200 || !strings.Contains(got.text, "lunch") {
		t.Errorf("%d: %s", got.status, got.text)
	}
	_, text, _ = post(t, url, "/v1/rest/mgmt", `{"csl":".show queries | project ClientActivityId, State, FailureReason"}`)
	if !strings.Contains(text, `["slow;1","Cancelled","the query was cancelled by .cancel query: lunch"]`) {
		t.Errorf("got %s", text)
	}
	if _, text, _ = post(t, url, "/v1/rest/mgmt", `{"csl":".cancel query 'slow;1'"}`); !strings.Contains(text, `["slow;1","",false]`) {
		t.Errorf("got %s", text)
	}
}

// A header says that nothing may change.
func TestReadOnlyHeader(t *testing.T) {
	url := serve(t).URL
	for value, want := range map[string]int{"true": 400, "": 400, "false": 200} {
		status, text, _ := post(t, url, "/v1/rest/mgmt", `{"csl":".create table N (a: long)"}`, "x-ms-readonly", value)
		if status != want {
			t.Errorf("%q: %d %s", value, status, text)
		}
	}
	if status, text, _ := post(t, url, "/v1/rest/mgmt", `{"csl":".show tables"}`, "x-ms-readonly", "true"); status != 200 {
		t.Errorf("%d %s", status, text)
	}
}
