package guard

import "fmt"

// Limits bound one query's run. Zero means the cluster's own bound.
type Limits struct {
	Seconds int   // how long it may take
	Rows    int64 // how many rows it may give
	Bytes   int64 // and how much text
}

// Properties are the request's options that make the cluster itself refuse what Check denies, whatever the text says: a query
// can't set these. remote lets other databases of the cluster be read, which is only right where the policy names some. plugins
// says that the query evaluates plugins that Check allowed: the hardest read-only mode knows none, so it is left out then. Two
// spellings of the row limit are in use, so both are sent; a cluster ignores a name that it doesn't know.
func Properties(l Limits, remote, plugins bool) map[string]any {
	p := map[string]any{
		"request_readonly":                     true,
		"request_readonly_hardline":            true,
		"request_callout_disabled":             true,
		"request_external_data_disabled":       true,
		"request_external_table_disabled":      true,
		"request_sandboxed_execution_disabled": true,
		"request_remote_entities_disabled":     true,
	}
	if remote {
		delete(p, "request_remote_entities_disabled")
	}
	if plugins {
		delete(p, "request_readonly_hardline")
	}
	if l.Seconds > 0 {
		p["servertimeout"] = fmt.Sprintf("%02d:%02d:%02d", l.Seconds/3600, l.Seconds/60%60, l.Seconds%60)
	}
	if l.Rows > 0 {
		p["query_take_max_records"], p["truncationmaxrecords"], p["truncation_max_records"] = l.Rows, l.Rows, l.Rows
	}
	if l.Bytes > 0 {
		p["truncationmaxsize"] = l.Bytes
	}
	return p
}
