package protocol

import lsp "go.lsp.dev/protocol"

// The methods about queries that begin with declare query_parameters(…).
const (
	MethodQueryParameters    = "kusto/query/parameters"
	MethodQuerySetParameters = "kusto/query/setParameters"
)

// QueryParametersParams names the blocks that a range of a document covers; an empty range means the block around it.
type QueryParametersParams struct {
	URI   string    `json:"uri"`
	Range lsp.Range `json:"range"`
}

// QueryParameter is one declared parameter.
type QueryParameter struct {
	Name    string     `json:"name"`
	Type    ColumnType `json:"type"`
	Default string     `json:"default,omitzero"` // as written; "" when a value is needed
	Value   string     `json:"value,omitzero"`   // as it was entered last in this document; "": the default holds
	Example string     `json:"example,omitzero"` // how a value is written
}

// QueryParametersResult lists the parameters in their order.
type QueryParametersResult struct {
	Parameters []QueryParameter `json:"parameters"`
}

// QuerySetParametersParams keeps values for the next runs. They are written as a person would: 5, TEXAS, 2007-06-01; "" goes back to the
// default.
type QuerySetParametersParams struct {
	URI    string            `json:"uri"`
	Range  lsp.Range         `json:"range"`
	Values map[string]string `json:"values"`
}

func parameterMessages() []Message {
	return []Message{
		request[QueryParametersParams, QueryParametersResult]("QueryParameters", MethodQueryParameters, "Lists the parameters that queries declare, with their last values."),
		request[QuerySetParametersParams, QueryParametersResult]("QuerySetParameters", MethodQuerySetParameters, "Keeps values of parameters; one that isn't of its type is refused."),
	}
}
