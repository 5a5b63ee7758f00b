package diag

// What the parser of management commands reports, and the binder about the names in them.
const (
	UnknownCommand Code = "CAL4001"
	CommandSyntax  Code = "CAL4002"
	CommandSurplus Code = "CAL4003"
	CommandEntity  Code = "CAL4004"
)

var commandRows = []Row{
	{
		Code: UnknownCommand, Slug: "unknown-command", Severity: Warning,
		Message: "no known command starts with %q%s",
		Bad:     ".shwo tables", Good: ".show tables",
	},
	{
		Code: CommandSyntax, Slug: "command-syntax", Severity: Error,
		Message: "expected %s%s", Official: []string{"KS005"},
		Bad: ".show table T policy", Good: ".show table T policy caching",
	},
	{
		Code: CommandSurplus, Slug: "command-surplus", Severity: Warning,
		Message: "%q isn't known as a part of this command%s",
		Bad:     ".show tables detials", Good: ".show tables details",
	},
	{
		Code: CommandEntity, Slug: "command-entity", Severity: Error,
		Message: "%s %q not found%s", Official: []string{"KS204", "KS142"},
		Bad: ".show table Missing details", Good: ".drop table Missing ifexists",
	},
}
