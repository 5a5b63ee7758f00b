// Request: a query's text with its parameters and options, read as Kusto's clients send them.

package engine

import (
	"encoding/json"
	"fmt"
	"math"
	"strconv"
	"strings"
	"time"

	"calypso/engine/exec"
	"calypso/engine/plan"
	"calypso/kql/syntax"
	"calypso/kusto/value"
)

// Request is one query.
type Request struct {
	// Database is the current database; "" means the default one.
	Database string
	// Text is one block: statements parted by semicolons. Management commands aren't taken.
	Text string
	// Parameters are the values of declare query_parameters: a KQL literal as a string ("int(5)"), raw text, a bool, a number.
	Parameters map[string]any
	// Properties are request options by name, as clients send them: servertimeout, notruncation, query_now… Unknown ones
	// are ignored.
	Properties map[string]any
	// Tables are seen by this query only and hide stored ones of their name.
	Tables []exec.Table
	// ClientID is the client's name of the request, by which it can be stopped; Application and User are who asks, as told. All
	// are shown by .show queries only.
	ClientID, Application, User string
	// Unlisted keeps the query out of that list: it is a part of something that stands there.
	Unlisted bool

	profile *exec.Profile // of Analyze
}

// settings are the options of one query.
type settings struct {
	timeout          time.Duration
	maxRecords       int64 // 0: no limit
	maxBytes         int64
	takeRecords      int64 // silent limit; -1 for none
	now              int64
	hasNow           bool
	queryMemory      int64
	operatorMemory   int64
	truncate         bool
	recordsWereGiven bool
	noExternal       bool // request_external_data_disabled
	forceRowSecurity bool // query_force_row_level_security
}

// The limits that a query has when it doesn't say otherwise.
const (
	DefaultTimeout    = 4 * time.Minute
	maxTimeout        = time.Hour
	DefaultMaxRecords = 500_000
	DefaultMaxBytes   = 64 << 20
)

// settingsOf reads the request's properties, then the query's set statements.
func settingsOf(r Request, tree *syntax.Tree) (settings, error) {
	s := settings{timeout: DefaultTimeout, maxRecords: DefaultMaxRecords, maxBytes: DefaultMaxBytes, takeRecords: -1, truncate: true}
	for name, v := range r.Properties {
		if err := s.apply(strings.ToLower(name), v); err != nil {
			return s, err
		}
	}
	for _, stmt := range tree.Statements {
		set, ok := stmt.(*syntax.SetStatement)
		if !ok || set.Option == nil {
			continue
		}
		name := strings.ToLower(set.Option.Text)
		if barred[name] {
			continue
		}
		if err := s.apply(name, settingValue(set.Value)); err != nil {
			return s, err
		}
	}
	if !s.truncate && !s.recordsWereGiven {
		s.maxRecords, s.maxBytes = 0, 0
	}
	return s, nil
}

// barred options can't be set inside a query.
var barred = map[string]bool{
	"servertimeout": true, "norequesttimeout": true, "request_readonly": true,
	"request_readonly_hardline": true, "query_language": true,
}

// settingValue gives the value of a set statement; one without a value means true.
func settingValue(x syntax.Expr) any {
	switch x := x.(type) {
	case nil:
		return true
	case *syntax.Literal:
		return x.Text
	case *syntax.NameRef:
		return x.Name.Text
	}
	return nil
}

func (s *settings) apply(name string, v any) error {
	var err error
	switch name {
	case "servertimeout":
		s.timeout, err = durationOf(v)
		s.timeout = min(max(s.timeout, time.Millisecond), maxTimeout)
	case "norequesttimeout":
		if boolOf(v) {
			s.timeout = maxTimeout
		}
	case "notruncation":
		s.truncate = !boolOf(v)
	case "truncationmaxrecords":
		err = s.limit(&s.maxRecords, v)
	case "truncationmaxsize":
		err = s.limit(&s.maxBytes, v)
	case "query_take_max_records":
		s.recordsWereGiven = true
		s.takeRecords, err = numberOf(v)
	case "query_now":
		s.now, err = instantOf(v)
		s.hasNow = true
	case "maxmemoryconsumptionperiterator":
		s.operatorMemory, err = numberOf(v)
	case "max_memory_consumption_per_query_per_node":
		s.queryMemory, err = numberOf(v)
	case "query_language":
		if t := strings.ToLower(fmt.Sprint(v)); t != "kql" && t != "csl" {
			return notBuiltOption(name, v)
		}
	case "request_external_data_disabled":
		s.noExternal = s.noExternal || boolOf(v)
	case "query_force_row_level_security":
		s.forceRowSecurity = boolOf(v)
	case "best_effort", "query_results_apply_getschema":
		if boolOf(v) {
			return notBuiltOption(name, v)
		}
	}
	if err != nil {
		return &Error{
			Kind: Semantic, Code: badRequest, Inner: semanticCode, Permanent: true,
			Message: fmt.Sprintf("option '%s': %v", name, err),
		}
	}
	return nil
}

func (s *settings) limit(to *int64, v any) error {
	n, err := numberOf(v)
	if err == nil && n > 0 {
		*to, s.recordsWereGiven = n, true
	}
	return err
}

func notBuiltOption(name string, v any) error {
	return &Error{
		Kind: NotBuilt, Code: badRequest, Inner: notBuiltCode, Permanent: true,
		Message: fmt.Sprintf("option '%s' = %v is not built in the embedded engine; leave it out", name, v),
	}
}

func boolOf(v any) bool {
	switch v := v.(type) {
	case bool:
		return v
	case string:
		return strings.EqualFold(v, "true") || v == "1"
	case float64:
		return v != 0
	}
	return false
}

func numberOf(v any) (int64, error) {
	switch v := v.(type) {
	case int:
		return int64(v), nil
	case int64:
		return v, nil
	case float64:
		if v == math.Trunc(v) && math.Abs(v) < 1<<53 {
			return int64(v), nil
		}
	case json.Number:
		return v.Int64()
	case string:
		if n, err := strconv.ParseInt(strings.TrimSpace(v), 0, 64); err == nil {
			return n, nil
		}
		if lit := literalIn(v); lit != nil && (lit.Kind == value.Long || lit.Kind == value.Int) && !lit.IsNull(0) {
			return lit.Ints[0], nil
		}
	}
	return 0, fmt.Errorf("'%v' is no whole number", v)
}

// durationOf reads hh:mm:ss or 50m.
func durationOf(v any) (time.Duration, error) {
	if text, ok := v.(string); ok {
		text = strings.Trim(text, "'\"")
		if ticks, ok := value.ParseTimespan(text); ok && ticks >= 0 {
			return time.Duration(min(ticks, int64(maxTimeout/100))) * 100, nil
		}
		if lit := literalIn(text); lit != nil && lit.Kind == value.Timespan && !lit.IsNull(0) {
			return time.Duration(min(max(0, lit.Ints[0]), int64(maxTimeout/100))) * 100, nil
		}
	}
	return 0, fmt.Errorf("'%v' is no time span; write it as hh:mm:ss", v)
}

func instantOf(v any) (int64, error) {
	if text, ok := v.(string); ok {
		text = strings.Trim(text, "'\"")
		if ticks, ok := value.ParseDatetime(text); ok {
			return ticks, nil
		}
		if lit := literalIn(text); lit != nil && lit.Kind == value.Datetime && !lit.IsNull(0) {
			return lit.Ints[0], nil
		}
	}
	return 0, fmt.Errorf("'%v' is no datetime", v)
}

// literalIn reads a text that is one KQL literal; nil when it isn't.
func literalIn(src string) *value.Vector { return plan.ParseConstant(src) }

// parameter gives a query parameter's value in its declared type. Clients differ: a KQL literal, raw text, a JSON value.
func (r *Request) parameter(name string, kind value.Kind) (*value.Vector, bool, error) {
	given, ok := r.Parameters[name]
	if !ok {
		return nil, false, nil
	}
	var src string
	switch v := given.(type) {
	case string:
		src = v
	case bool:
		src = strconv.FormatBool(v)
	case json.Number:
		src = v.String()
	case float64:
		src = strconv.FormatFloat(v, 'g', -1, 64)
	case int:
		src = strconv.Itoa(v)
	case int64:
		src = strconv.FormatInt(v, 10)
	case nil:
		return value.NewNull(kind, 1), true, nil
	default:
		j, err := json.Marshal(v)
		if err != nil {
			return nil, false, fmt.Errorf("its value can't be read: %w", err)
		}
		src = string(j)
	}
	if lit := literalIn(src); lit != nil && lit.Kind == kind {
		return lit, true, nil
	}
	v := plan.ParseRaw(kind, src)
	if v == nil {
		return nil, false, fmt.Errorf("'%s' is no %s", src, kind)
	}
	return v, true, nil
}
