package wire

import (
	"strings"
	"testing"
)

func TestErrorBodies(t *testing.T) {
	for _, c := range []struct {
		name, body   string
		want         string
		line, column int
	}{
		{
			"inner error", `{"error":{"code":"General_BadRequest","message":"Request is invalid","@type":"X","@message":"Syntax error: A recognition error occurred. [line:position=3:12]. Query: 'x'","@context":{"clientRequestId":"a","processId":5},"@permanent":true,"innererror":{"code":"SYN0002","message":"m","@message":"inner [line:position=3:12]"}}}`,
			"inner [line:position=3:12]", 3, 12,
		},
		{"places in quotes", `{"error":{"code":"c","message":"m","@line":"7","@position":"2"}}`, "m", 7, 2},
		{"odd place", `{"error":{"code":"c","message":"m","@line":{"x":1}}}`, "m", 0, 0},
	} {
		e, ok := ParseErrorBody([]byte(c.body))
		if !ok || e.Error() != c.want || e.Root().Line != c.line || e.Root().Column != c.column {
			t.Errorf("%s: got %+v", c.name, e)
		}
	}
	for _, body := range []string{"", "<html>", `{"error":null}`, `{"Message":"x"}`, `[]`} {
		if _, ok := ParseErrorBody([]byte(body)); ok {
			t.Errorf("%q taken for an error", body)
		}
	}
}

func TestErrorRoundTrip(t *testing.T) {
	in := &Error{
		Code: "General_BadRequest", Message: "Request is invalid", Permanent: true, Context: ErrorContext{ClientRequestID: "id"},
		Inner: &Error{Code: "SEM0100", Detail: "'<x>' & more", Line: 2, Column: 5},
	}
	body := string(in.Body())
	if !strings.Contains(body, "'<x>' & more") || !strings.HasPrefix(body, `{"error":{"code":`) {
		t.Errorf("got %s", body)
	}
	out, ok := ParseErrorBody([]byte(body))
	if !ok || !out.Permanent || out.Context.ClientRequestID != "id" || !out.HasCode("SEM0100") || out.HasCode("SEM0101") || out.Inner.Column != 5 {
		t.Errorf("got %+v", out)
	}
}
