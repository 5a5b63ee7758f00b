package rest

import (
	"bytes"
	"compress/gzip"
	"strings"
	"testing"
)

// What isn't a stream of rows is refused, and nothing that unpacks without end is taken.
func TestBadStreams(t *testing.T) {
	url := serve(t).URL
	post(t, url, "/v1/rest/mgmt", `{"csl":".create table N (a: string)"}`)
	var bomb bytes.Buffer
	w := gzip.NewWriter(&bomb)
	for range 80 {
		_, _ = w.Write(make([]byte, 1<<20))
	}
	w.Close()
	for _, c := range []struct{ path, body, encoding, want string }{
		{"/v1/rest/ingest/Samples/N?streamFormat=csv", "not packed", "gzip", "no gzip"},
		{"/v1/rest/ingest/Samples/N?streamFormat=csv", bomb.String(), "gzip", "more than 64 MB"},
		{"/v1/rest/ingest/Samples/N?streamFormat=csv&sourceKind=uri", `{"sourceUri":"https://example.com"}`, "", "nothing from a network"},
		{"/v1/rest/ingest/Samples", "x", "", "no table"},
		{"/v1/rest/ingest/Nope/N", "x", "", "Nope"},
		{"/v1/rest/ingest/Samples/N?mappingName=m", "x", "", "no csv mapping"},
	} {
		if status, text, _ := post(t, url, c.path, c.body, "Content-Encoding", c.encoding); status != 400 || !strings.Contains(text, c.want) {
			t.Errorf("%s: %d %s", c.path, status, text)
		}
	}
	if status, text, _ := post(t, url, "/v1/rest/ingest/Samples/N", "x", "x-ms-readonly", "true"); status != 400 {
		t.Errorf("%d %s", status, text)
	}
	if _, text, _ := post(t, url, "/v2/rest/query", `{"csl":"N | count"}`); !strings.Contains(text, "[[0]]") {
		t.Errorf("got %s", text)
	}
}
