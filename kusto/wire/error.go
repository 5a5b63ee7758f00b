package wire

import (
	"bytes"
	"encoding/json"
	"strings"
)

// Error is one error as Kusto sends it: the body of a 400 or an element of OneApiErrors.
type Error struct {
	Code      string // General_BadRequest, LimitsExceeded …
	Message   string // the general sentence
	Type      string // .NET's name of the exception
	Detail    string // @message: what went wrong, for a person
	Permanent bool   // trying again won't help
	Context   ErrorContext
	Inner     *Error
}

// ErrorContext names the request in the server's log.
type ErrorContext struct {
	Timestamp       string `json:"timestamp,omitempty"`
	ServiceAlias    string `json:"serviceAlias,omitempty"`
	ClientRequestID string `json:"clientRequestId,omitempty"`
	ActivityID      string `json:"activityId,omitempty"`
	SubActivityID   string `json:"subActivityId,omitempty"`
	ActivityType    string `json:"activityType,omitempty"`
	ParentActivity  string `json:"parentActivityId,omitempty"`
	ActivityStack   string `json:"activityStack,omitempty"`
}

// errorJSON is the form on the wire; its order is Kusto's.
type errorJSON struct {
	Code      string       `json:"code"`
	Message   string       `json:"message"`
	Type      string       `json:"@type,omitempty"`
	Detail    string       `json:"@message,omitempty"`
	Context   ErrorContext `json:"@context"`
	Permanent bool         `json:"@permanent"`
	Inner     *Error       `json:"innererror,omitempty"`
}

// MarshalJSON writes Kusto's form, without the {"error":…} around it.
func (e *Error) MarshalJSON() ([]byte, error) {
	return marshal(errorJSON{e.Code, e.Message, e.Type, e.Detail, e.Context, e.Permanent, e.Inner})
}

// UnmarshalJSON reads Kusto's form, without the {"error":…} around it.
func (e *Error) UnmarshalJSON(data []byte) error {
	var in errorJSON
	if err := json.Unmarshal(data, &in); err != nil {
		return err
	}
	*e = Error{in.Code, in.Message, in.Type, in.Detail, in.Permanent, in.Context, in.Inner}
	return nil
}

// marshal is json.Marshal that leaves < > & alone, as people read these texts.
func marshal(v any) ([]byte, error) {
	var buf bytes.Buffer
	enc := json.NewEncoder(&buf)
	enc.SetEscapeHTML(false)
	err := enc.Encode(v)
	return bytes.TrimSuffix(buf.Bytes(), []byte("\n")), err
}

// Error gives the innermost detail, which is the one a person can act on, and its code where that says more.
func (e *Error) Error() string {
	deepest := e
	for deepest.Inner != nil {
		deepest = deepest.Inner
	}
	for _, text := range []string{deepest.Detail, deepest.Message, e.Detail, e.Message, e.Code} {
		if text != "" {
			return strings.TrimSpace(text)
		}
	}
	return "kusto error without a text"
}

// Root is the innermost error.
func (e *Error) Root() *Error {
	for e.Inner != nil {
		e = e.Inner
	}
	return e
}

// HasCode tells whether e or one inside it has the code.
func (e *Error) HasCode(code string) bool {
	for ; e != nil; e = e.Inner {
		if e.Code == code {
			return true
		}
	}
	return false
}

type errorBody struct {
	Error *Error `json:"error"`
}

// Body is the JSON of a failed request: {"error":{…}}.
func (e *Error) Body() []byte {
	out, err := marshal(errorBody{e})
	if err != nil {
		return []byte(`{"error":{"code":"Internal","message":"error could not be written"}}`)
	}
	return out
}

// ParseErrorBody reads the JSON of a failed request; ok is false if it has another form (an HTML page, say).
func ParseErrorBody(body []byte) (e *Error, ok bool) {
	var in errorBody
	if err := json.Unmarshal(body, &in); err != nil || in.Error == nil {
		return nil, false
	}
	return in.Error, in.Error.Code != "" || in.Error.Message != ""
}

// parseErrors reads OneApiErrors' or Exceptions' elements: {"error":{…}} or bare text.
func parseErrors(list []byte) []*Error {
	var raw []json.RawMessage
	if json.Unmarshal(list, &raw) != nil {
		return nil
	}
	out := make([]*Error, 0, len(raw))
	for _, r := range raw {
		if e, ok := ParseErrorBody(r); ok {
			out = append(out, e)
			continue
		}
		var text string
		if json.Unmarshal(r, &text) != nil {
			text = string(r)
		}
		out = append(out, &Error{Code: "QueryFailure", Message: text, Detail: text})
	}
	return out
}
