package chart

import "calypso/server/protocol"

// The picture goes out as it is made: these are the messages' own types.
type (
	Chart   = protocol.Chart
	Axis    = protocol.ChartAxis
	Series  = protocol.ChartSeries
	Node    = protocol.ChartNode
	Span    = protocol.ChartSpan
	Control = protocol.ChartControl
	Option  = protocol.ChartOption
	Problem = protocol.ChartProblem
	Numbers = protocol.Numbers
	Range   = protocol.ChartRange
	Change  = protocol.ChartChange

	Form     = protocol.ChartForm
	AxisType = protocol.ChartAxisType
)

const (
	FormLine    = protocol.ChartLine
	FormArea    = protocol.ChartArea
	FormBar     = protocol.ChartBar
	FormScatter = protocol.ChartScatter
	FormPie     = protocol.ChartPie
	FormTreemap = protocol.ChartTreemap
	FormLadder  = protocol.ChartLadder
	FormCard    = protocol.ChartCard
	FormPivot   = protocol.ChartPivot

	AxisNumber   = protocol.AxisNumber
	AxisTime     = protocol.AxisTime
	AxisSpan     = protocol.AxisSpan
	AxisCategory = protocol.AxisCategory
)
