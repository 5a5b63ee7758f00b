package diag

// What the scanner and the parser report.
const (
	Expected        Code = "CAL1001"
	Unexpected      Code = "CAL1002"
	UnclosedBracket Code = "CAL1003"
	UnclosedString  Code = "CAL1004"
	BadCharacter    Code = "CAL1005"
	BadLiteral      Code = "CAL1006"
	UnknownOperator Code = "CAL1007"
	KeywordAsName   Code = "CAL1008"
	ForeignSyntax   Code = "CAL1009"
	MissingCommand  Code = "CAL1010"
	BadEscape       Code = "CAL1011"
	MissingSource   Code = "CAL1012"
)

var syntaxRows = []Row{
	{
		Code: Expected, Slug: "expected", Severity: Error,
		Message: "expected %s", Official: []string{"KS006", "KS005", "KS217"},
		Bad: "T | where", Good: "T | where a > 1",
	},
	{
		Code: Unexpected, Slug: "unexpected", Severity: Error,
		Message: "unexpected %s", Official: []string{"KS198", "KS005"},
		Bad: "T | take 5 6", Good: "T | take 5",
	},
	{
		Code: UnclosedBracket, Slug: "unclosed-bracket", Severity: Error,
		Message: "expected %s to close the bracket opened before", Official: []string{"KS005", "KS001"},
		Bad: "T | where (a > 1", Good: "T | where (a > 1)",
	},
	{
		Code: UnclosedString, Slug: "unclosed-string", Severity: Error,
		Message: "this string is never closed; end it with %s", Official: []string{"KS001"},
		Bad: "print 'abc", Good: "print 'abc'",
	},
	{
		Code: BadCharacter, Slug: "bad-character", Severity: Error,
		Message: "the character %q starts nothing in KQL", Official: []string{"KS002"},
		Bad: "T | where a ^ 1", Good: "T | where a > 1",
	},
	{
		Code: BadLiteral, Slug: "bad-literal", Severity: Error,
		Message: "%q is no %s; write it as %s", Official: []string{"KS004", "KS214"},
		Bad: "print datetime('x')", Good: "print datetime(2024-02-29)",
	},
	{
		Code: UnknownOperator, Slug: "unknown-operator", Severity: Error,
		Message: "unknown operator %q%s", Official: []string{"KS176", "KS005"},
		Bad: "T | wher a == 1", Good: "T | where a == 1",
	},
	{
		Code: KeywordAsName, Slug: "keyword-as-name", Severity: Error,
		Message: "%q is a keyword; to use it as a name write ['%[1]s']", Official: []string{"KS006", "KS228"},
		Bad: "let and = 1; print 1", Good: "let ['and'] = 1; print 1",
	},
	{
		Code: ForeignSyntax, Slug: "foreign-syntax", Severity: Error,
		Message: "%q is not KQL; write %s", Official: []string{"KS002", "KS005"},
		Bad: "T | where a == 1 && b == 2", Good: "T | where a == 1 and b == 2",
	},
	{
		Code: MissingCommand, Slug: "missing-command", Severity: Error,
		Message: "expected a management command after the dot, as .show tables", Official: []string{"KS300"},
		Bad: ".", Good: ".show tables",
	},
	{
		Code: BadEscape, Slug: "bad-escape", Severity: Error,
		Message: "a backslash here starts no escape; double it, or put @ before the string", Official: []string{"KS001"},
		Bad: `print 'C:\dir'`, Good: `print @'C:\dir'`,
	},
	{
		Code: MissingSource, Slug: "missing-source", Severity: Error,
		Message: "expected a table before %s", Official: []string{"KS174", "KS198"},
		Bad: "| take 5", Good: "T | take 5",
	},
}
