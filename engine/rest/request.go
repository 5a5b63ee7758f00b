package rest

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"strings"

	"calypso/engine"
	"calypso/kusto/wire"
)

// Reading requests, in the forms that the clients send.

// maxRequest bounds a request's body: twice the largest query, and room for escapes and properties.
const maxRequest = 16 << 20

// badRequest is a request that isn't one.
type badRequest struct {
	status  int
	message string
}

func (e *badRequest) Error() string { return e.message }

func bad(format string, args ...any) error {
	return &badRequest{http.StatusBadRequest, fmt.Sprintf(format, args...)}
}

// request is a request as read.
type request struct {
	engine.Request
	v2 wire.V2Options
}

type body struct {
	DB         string          `json:"db"`
	CSL        *string         `json:"csl"`
	Properties json.RawMessage `json:"properties"`
}

func (c *call) read() (request, error) {
	var in body
	switch c.r.Method {
	case http.MethodPost:
		raw, err := io.ReadAll(http.MaxBytesReader(c.w, c.r.Body, maxRequest))
		if err != nil {
			return request{}, bad("the request's body can't be read: %v", err)
		}
		if err := json.Unmarshal(bytes.TrimPrefix(raw, []byte("\xef\xbb\xbf")), &in); err != nil {
			return request{}, bad("the request's body is no JSON object with db and csl: %v", err)
		}
	case http.MethodGet:
		q := c.r.URL.Query()
		in.DB = q.Get("db")
		if q.Has("csl") {
			text := q.Get("csl")
			in.CSL = &text
		}
		if p := q.Get("properties"); p != "" {
			in.Properties = json.RawMessage(p)
		}
	default:
		return request{}, &badRequest{http.StatusMethodNotAllowed, "method " + c.r.Method + " isn't known here; use POST"}
	}
	if in.CSL == nil || strings.TrimSpace(*in.CSL) == "" {
		return request{}, bad("the request has no query text; put it into csl")
	}
	out := request{Request: engine.Request{Database: in.DB, Text: *in.CSL}}
	if err := out.properties(in.Properties); err != nil {
		return request{}, err
	}
	out.shape()
	c.identify(&out)
	return out, nil
}

// identify takes from the headers who asks, and whether the request may change anything.
func (c *call) identify(out *request) {
	out.ClientID, out.Application, out.User = c.client, header(c.r, "x-ms-app"), header(c.r, "x-ms-user")
	if c.readOnly() {
		if out.Properties == nil {
			out.Properties = map[string]any{}
		}
		out.Properties["request_readonly"] = true
	}
}

// readOnly tells whether a header says that the request must change nothing; x-ms-readonly does so by being there.
func (c *call) readOnly() bool {
	list, there := c.r.Header[http.CanonicalHeaderKey("x-ms-readonly")]
	return there && !(len(list) > 0 && strings.EqualFold(list[0], "false"))
}

// longestHeader bounds what is remembered of who asks.
const longestHeader = 200

func header(r *http.Request, name string) string {
	v := r.Header.Get(name)
	return v[:min(len(v), longestHeader)]
}

// properties reads the request's properties: absent, null, an object, or an object in a string.
func (r *request) properties(raw json.RawMessage) error {
	var inner string
	if json.Unmarshal(raw, &inner) == nil && inner != "" {
		raw = json.RawMessage(inner)
	}
	if len(raw) == 0 {
		return nil
	}
	var in struct {
		Options    map[string]any
		Parameters json.RawMessage
	}
	if err := json.Unmarshal(raw, &in); err != nil {
		return bad("the request's properties can't be read: %v", err)
	}
	r.Properties = in.Options
	if len(in.Parameters) == 0 {
		return nil
	}
	dec := json.NewDecoder(bytes.NewReader(in.Parameters))
	dec.UseNumber() // a long has more digits than a float64
	if err := dec.Decode(&r.Parameters); err != nil {
		return bad("the request's parameters can't be read: %v", err)
	}
	return nil
}

// shape reads the options that say how the answer looks.
func (r *request) shape() {
	for name, v := range r.Properties {
		switch strings.ToLower(name) {
		case "results_v2_newlines_between_frames":
			r.v2.Newlines = isTrue(v)
		case "results_v2_fragment_primary_tables":
			r.v2.Fragmented = isTrue(v)
		case "results_error_reporting_placement":
			switch text, _ := v.(string); strings.ToLower(text) {
			case "end_of_table":
				r.v2.Errors = wire.EndOfTable
			case "end_of_dataset":
				r.v2.Errors = wire.EndOfDataset
			}
		}
	}
	if !r.v2.Fragmented && r.v2.Errors == wire.EndOfTable {
		r.v2.Errors = wire.InData // a table in one frame has no end to put errors at
	}
}

func isTrue(v any) bool {
	switch v := v.(type) {
	case bool:
		return v
	case string:
		return strings.EqualFold(v, "true")
	}
	return false
}
