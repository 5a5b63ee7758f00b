package server

import (
	"calypso/server/protocol"
)

// What a person is given who has nothing open yet.

func firstUseCommands() []uiCommand {
	return []uiCommand{{name: "sampleQuery", run: sampleQuery, without: "open samples/storms.kql, or write StormEvents | take 10"}}
}

const embeddedSample = `// Storms of Texas: press F5 to run this.
// The tables are on this machine: no account, no network.
StormEvents
| where State == "TEXAS"
| summarize Events = count(), Damage = sum(DamageProperty) by EventType
| top 10 by Events

// A blank line parts queries. This one is drawn.
StormEvents
| summarize Events = count() by bin(StartTime, 7d)
| render timechart

// Values that change from run to run stand above the query: click them.
declare query_parameters(state: string = "FLORIDA");
StormEvents
| where State == state
| summarize Deaths = sum(DeathsDirect) by EventType
| where Deaths > 0
`

// sampleQuery opens queries that run on the sample data, wherever queries run else.
func sampleQuery(c *call, _ *protocol.UICommandParams) error {
	text := embeddedSample
	if known, err := c.connection(c.snapshot.Default.Connection); err != nil || known.URL != "embedded" {
		text = "#connect embedded\n" + text
	}
	return c.openText(c, text, "kql")
}
