package wire

import (
	"bytes"
	"encoding/json"
	"strconv"
	"strings"
)

// Error is one error as Kusto sends it: the body of a 400 or an element of OneApiErrors.
type Error struct {
	Code      string // General_BadRequest, LimitsExceeded …
	Message   string // the general sentence
	Type      string // .NET's name of the exception
	Detail    string // @message: what went wrong, for a person
	Permanent bool   // trying again won't help
	// Line and Column say where in the query it is, from 1; 0 when it has no place.
	Line, Column int
	Context      ErrorContext
	Inner        *Error
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
	Line      place        `json:"@line,omitempty"`
	Column    place        `json:"@position,omitempty"`
	Inner     *Error       `json:"innererror,omitempty"`
}

// MarshalJSON writes Kusto's form, without the {"error":…} around it.
func (e *Error) MarshalJSON() ([]byte, error) {
	return marshal(errorJSON{e.Code, e.Message, e.Type, e.Detail, e.Context, e.Permanent, place(e.Line), place(e.Column), e.Inner})
}

// UnmarshalJSON reads Kusto's form, without the {"error":…} around it.
func (e *Error) UnmarshalJSON(data []byte) error {
	var in errorJSON
	if err := json.Unmarshal(data, &in); err != nil {
		return err
	}
	*e = Error{
		Code: in.Code, Message: in.Message, Type: in.Type, Detail: in.Detail, Permanent: in.Permanent, Line: int(in.Line),
		Column: int(in.Column), Context: in.Context, Inner: in.Inner,
	}
	if e.Line == 0 {
		e.Line, e.Column = placeIn(e.Detail)
	}
	return nil
}

// place is a line or column, a number or a number in quotes; anything else is 0.
type place int

// UnmarshalJSON never fails: an error is shown without its place rather than not at all.
func (p *place) UnmarshalJSON(data []byte) error {
	n, _ := strconv.Atoi(strings.Trim(string(data), `"`))
	*p = place(max(n, 0))
	return nil
}

// placeIn finds the place that clusters write into messages: [line:position=3:12].
func placeIn(message string) (line, column int) {
	_, rest, ok := strings.Cut(message, "[line:position=")
	if !ok {
		return 0, 0
	}
	rest, _, _ = strings.Cut(rest, "]")
	l, c, _ := strings.Cut(rest, ":")
	line, _ = strconv.Atoi(l)
	column, _ = strconv.Atoi(c)
	return max(line, 0), max(column, 0)
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
