package diag

// Limits that a text may run into.
const (
	TooDeep Code = "CAL9001"
	TooLong Code = "CAL9002"
)

var limitRows = []Row{
	{
		Code: TooDeep, Slug: "too-deep", Severity: Error,
		Message:  "the query nests deeper than %d levels; split it with let statements",
		Official: []string{"KS245"},
	},
	{
		Code: TooLong, Slug: "too-long", Severity: Error,
		Message:  "the query is longer than %d bytes and was not parsed; split it",
		Official: []string{"KS244"},
	},
}
