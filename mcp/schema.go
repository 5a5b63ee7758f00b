package mcp

import "encoding/json"

// outputs are the JSON Schemas of what tools return; agent/tool's structs are what they describe, and a test holds them together.
var outputs = map[string]json.RawMessage{
	"kusto_execute_query":    preview,
	"kusto_sample_table":     preview,
	"kusto_read_result":      preview,
	"kusto_get_table_schema": json.RawMessage(`{"type":"object","properties":{"table":{"type":"string"},"kind":{"type":"string"},"docstring":{"type":"string"},"columns":{"type":"array","items":{"type":"object","properties":{"name":{"type":"string"},"type":{"type":"string"},"docstring":{"type":"string"}},"required":["name","type"]}},"truncated":{"type":"boolean"}},"required":["table","kind","columns","truncated"]}`),
	"kusto_list_tables":      json.RawMessage(`{"type":"object","properties":{"database":{"type":"string"},"tables":{"type":"array","items":{"type":"object","properties":{"name":{"type":"string"},"kind":{"type":"string"},"folder":{"type":"string"},"docstring":{"type":"string"},"columnCount":{"type":"integer"}},"required":["name","kind","columnCount"]}},"total":{"type":"integer"},"truncated":{"type":"boolean"}},"required":["database","tables","total","truncated"]}`),
	"kusto_list_functions":   json.RawMessage(`{"type":"object","properties":{"functions":{"type":"array","items":{"type":"object","properties":{"name":{"type":"string"},"parameters":{"type":"string"},"docstring":{"type":"string"},"folder":{"type":"string"}},"required":["name","parameters"]}},"total":{"type":"integer"},"truncated":{"type":"boolean"}},"required":["functions","total","truncated"]}`),
	"kusto_validate_query":   json.RawMessage(`{"type":"object","properties":{"ok":{"type":"boolean"},"diagnostics":{"type":"array","items":` + diagnostic + `},"columns":` + columns + `,"guard":` + judged + `,"tables":` + tables + `,"schemaAge":{"type":"string"}},"required":["ok","diagnostics","guard"]}`),
	"kusto_explain_query":    json.RawMessage(`{"type":"object","properties":{"steps":{"type":"array","items":{"type":"object","properties":{"operator":{"type":"string"},"text":{"type":"string"},"does":{"type":"string"},"columns":{"type":"array","items":{"type":"string"}},"depth":{"type":"integer"}},"required":["operator","text"]}},"tables":` + tables + `,"guard":` + judged + `,"notes":{"type":"array","items":{"type":"string"}}},"required":["steps","guard"]}`),
}

const (
	columns    = `{"type":"array","items":{"type":"object","properties":{"name":{"type":"string"},"type":{"type":"string"}},"required":["name","type"]}}`
	tables     = `{"type":"array","items":{"type":"object","properties":{"table":{"type":"string"},"columns":{"type":"array","items":{"type":"string"}},"more":{"type":"boolean"}},"required":["table","columns"]}}`
	diagnostic = `{"type":"object","properties":{"code":{"type":"string"},"severity":{"type":"string"},"message":{"type":"string"},"line":{"type":"integer"},"column":{"type":"integer"},"text":{"type":"string"}},"required":["code","severity","message","line","column"]}`
	judged     = `{"type":"object","properties":{"allowed":{"type":"boolean"},"findings":{"type":"array","items":{"type":"object","properties":{"code":{"type":"string"},"class":{"type":"string"},"message":{"type":"string"},"text":{"type":"string"}},"required":["code","class","message"]}}},"required":["allowed"]}`
)

var preview = json.RawMessage(`{"type":"object","properties":{"columns":` + columns + `,"rows":{"type":"array","items":{"type":"array"}},"rowCount":{"type":"integer"},"shownRows":{"type":"integer"},"truncated":{"type":"boolean"},"resultId":{"type":"string"},"firstRow":{"type":"integer"},"hiddenColumns":{"type":"integer"},"rowsHidden":{"type":"boolean"},"clientRequestId":{"type":"string"},"durationMs":{"type":"integer"},"unchecked":{"type":"boolean"},"ranInstead":{"type":"string"}},"required":["columns","rows","rowCount","shownRows","truncated","durationMs"]}`)
