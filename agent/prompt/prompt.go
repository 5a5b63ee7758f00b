// Package prompt has the texts that a model is given: what it is for, how to use the tools, how to write a summary. They are
// embedded; nothing is read at run time. What differs from thread to thread is filled in by who asks.
//
// Start at System.
package prompt

import (
	_ "embed"
	"strings"
)

//go:embed system.md
var system string

//go:embed compact.md
var compact string

// Compact asks for a summary of the conversation so far.
func Compact() string { return compact }

// SummaryPrefix stands before a summary that takes the place of a conversation.
const SummaryPrefix = "The conversation so far was summarised to make room. Summary:\n"

// OutOfCalls asks for an answer when no more tools may be called.
const OutOfCalls = "The limit of tool calls for this turn is reached. Answer now with what you have, and say what is missing."

// System gives the instructions of a thread: the fixed text with where queries run.
func System(connection, database string) string {
	return strings.NewReplacer("{connection}", connection, "{database}", database).Replace(system)
}
