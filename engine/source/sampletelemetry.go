// Telemetry: messages of a few hundred devices over a week, with a column of every type, nulls, and dynamic columns: a bag whose
// keys differ from row to row, an array of words, an array of numbers that may be empty.

package source

import (
	"strconv"

	"github.com/woodsbury/decimal128"

	"calypso/kusto/value"
)

const telemetryRows = 10_000

var telemetryColumns = []value.Column{
	{Name: "Timestamp", Kind: value.Datetime},
	{Name: "DeviceId", Kind: value.String},
	{Name: "TraceId", Kind: value.Guid},
	{Name: "Level", Kind: value.String},
	{Name: "Message", Kind: value.String},
	{Name: "Duration", Kind: value.Timespan},
	{Name: "Bytes", Kind: value.Long},
	{Name: "Retries", Kind: value.Int},
	{Name: "Temperature", Kind: value.Real},
	{Name: "Cost", Kind: value.Decimal},
	{Name: "Ok", Kind: value.Bool},
	{Name: "Properties", Kind: value.Dynamic},
	{Name: "Tags", Kind: value.Dynamic},
	{Name: "Readings", Kind: value.Dynamic},
}

const (
	telemetryTime = topicTelemetry + iota
	telemetryDevice
	telemetryTrace
	telemetryTraceRest
	telemetryAction
	telemetryResult
	telemetryDuration
	telemetryBytes
	telemetryRetries
	telemetryTemperature
	telemetryCost
	telemetryProperties
	telemetryTags
	telemetryReadings
)

var (
	telemetryActions = [...]string{"connect", "upload", "calibrate", "restart", "update", "sleep"}
	telemetryRegions = [...]string{"westeurope", "northeurope", "eastus", "southeastasia"}
	telemetryWords   = [...]string{"battery", "indoor", "outdoor", "beta", "gateway", "mobile", "fixed", "roof"}
	telemetryCodes   = [...]int{408, 408, 429, 500, 503}
)

func telemetry() *generated {
	return newGenerated("Telemetry", telemetryRows, telemetryColumns, telemetryColumn)
}

// telemetryResultOf gives 0 for a message that went well, 1 for a warning, 2 for an error.
func telemetryResultOf(row int) int {
	switch n := below(telemetryResult, row, 100); {
	case n < 6:
		return 2
	case n < 21:
		return 1
	}
	return 0
}

func telemetryColumn(column, from, to int) *value.Vector {
	switch telemetryColumns[column].Name {
	case "Timestamp":
		return whole(value.Datetime, from, to, telemetryTimeOf)
	case "DeviceId":
		return texts(from, to, appendDevice)
	case "TraceId":
		return telemetryTraces(from, to)
	case "Level":
		return words(from, to, telemetryLevel)
	case "Message":
		return texts(from, to, appendMessage)
	case "Duration":
		return whole(value.Timespan, from, to, telemetryDurationOf)
	case "Bytes":
		return telemetryBytesColumn(from, to)
	case "Retries":
		return whole(value.Int, from, to, telemetryRetriesOf)
	case "Temperature":
		return fractions(from, to, 10, telemetryTemperatureOf)
	case "Cost":
		return telemetryCosts(from, to)
	case "Ok":
		return telemetryOks(from, to)
	case "Properties":
		return jsons(from, to, appendProperties)
	case "Tags":
		return jsons(from, to, appendTags)
	}
	return jsons(from, to, appendReadings)
}

// telemetryTimeOf spreads the rows over the first week of March 2024, in order, to the tick.
func telemetryTimeOf(row int) int64 {
	const step = 7 * value.TicksPerDay / telemetryRows
	start, _ := value.DatetimeOf(2024, 3, 1, 0)
	return start + int64(row)*step + int64(below(telemetryTime, row, int(step)))
}

func telemetryDeviceOf(row int) int { return below(telemetryDevice, row, 240) }

func appendDevice(out []byte, row int) []byte {
	n := 1000 + telemetryDeviceOf(row)
	return strconv.AppendInt(append(out, "dev-"...), int64(n), 10)
}

func telemetryTraces(from, to int) *value.Vector {
	v := &value.Vector{Kind: value.Guid, N: to - from, Guids: make([][16]byte, to-from)}
	for row := from; row < to; row++ {
		g := &v.Guids[row-from]
		for i, half := range [2]uint64{roll(telemetryTrace, row), roll(telemetryTraceRest, row)} {
			for b := range 8 {
				g[i*8+b] = byte(half >> (56 - 8*b))
			}
		}
		g[6], g[8] = g[6]&0x0f|0x40, g[8]&0x3f|0x80 // version 4
	}
	return v
}

func telemetryLevel(row int) string {
	switch telemetryResultOf(row) {
	case 2:
		return "Error"
	case 1:
		return "Warning"
	}
	if below(telemetryResult, row+1<<30, 5) == 0 {
		return "Debug"
	}
	return "Info"
}

func telemetryActionOf(row int) string {
	return telemetryActions[below(telemetryAction, row, len(telemetryActions))]
}

func telemetryDurationOf(row int) int64 {
	ms := int64(1 + below(telemetryDuration, row, 400))
	if telemetryResultOf(row) > 0 {
		ms *= 17
	}
	return ms*value.TicksPerMillisecond + int64(below(telemetryDuration, row+1<<30, 10_000))
}

func appendMessage(out []byte, row int) []byte {
	out = append(out, telemetryActionOf(row)...)
	switch telemetryResultOf(row) {
	case 2:
		out = append(out, " failed after "...)
	case 1:
		out = append(out, " was slow, took "...)
	default:
		out = append(out, " took "...)
	}
	out = strconv.AppendInt(out, telemetryDurationOf(row)/value.TicksPerMillisecond, 10)
	return append(out, "ms"...)
}

// telemetryBytesColumn is null where nothing was sent.
func telemetryBytesColumn(from, to int) *value.Vector {
	v := whole(value.Long, from, to, func(row int) int64 { return int64(below(telemetryBytes, row, 5_000_000)) })
	for i := range v.Ints {
		if telemetryActionOf(from+i) == "sleep" {
			v.Ints[i], v.Nulls = 0, v.Nulls.Set(i, v.N)
		}
	}
	return v
}

func telemetryRetriesOf(row int) int64 {
	if telemetryResultOf(row) == 0 {
		return 0
	}
	return int64(1 + below(telemetryRetries, row, 4))
}

// telemetryTemperatureOf gives tenths of a degree; one device in twelve has no sensor.
func telemetryTemperatureOf(row int) (int, bool) {
	device := telemetryDeviceOf(row)
	return 180 + device%70 + below(telemetryTemperature, row, 60), device%12 != 0
}

func telemetryCosts(from, to int) *value.Vector {
	v := &value.Vector{Kind: value.Decimal, N: to - from, Decimals: make([]decimal128.Decimal, to-from)}
	for row := from; row < to; row++ {
		v.Decimals[row-from] = decimal128.New(int64(below(telemetryCost, row, 250_000)), -6)
	}
	return v
}

// telemetryOks is null for messages that are neither a success nor a failure.
func telemetryOks(from, to int) *value.Vector {
	v := &value.Vector{Kind: value.Bool, N: to - from, Bools: make([]bool, to-from)}
	for i := range v.Bools {
		switch result := telemetryResultOf(from + i); result {
		case 1:
			v.Nulls = v.Nulls.Set(i, v.N)
		default:
			v.Bools[i] = result == 0
		}
	}
	return v
}

func appendProperties(out []byte, row int) []byte {
	device := telemetryDeviceOf(row)
	out = append(out, `{"region":"`...)
	out = append(out, telemetryRegions[device%len(telemetryRegions)]...)
	out = append(out, `","firmware":"`...)
	out = strconv.AppendInt(out, int64(2+device%3), 10)
	out = append(out, '.')
	out = strconv.AppendInt(out, int64(device%10), 10)
	out = append(out, `","action":"`...)
	out = append(out, telemetryActionOf(row)...)
	out = append(out, '"')
	if result := telemetryResultOf(row); result > 0 {
		out = append(out, `,"code":`...)
		out = strconv.AppendInt(out, int64(telemetryCodes[below(telemetryProperties, row, len(telemetryCodes))]), 10)
		out = append(out, `,"fatal":`...)
		out = strconv.AppendBool(out, result == 2)
	}
	if below(telemetryProperties, row+1<<30, 3) == 0 {
		out = append(out, `,"network":{"kind":"`...)
		out = append(out, [...]string{"wifi", "lte", "lora"}[device%3]...)
		out = append(out, `","signal":-`...)
		out = strconv.AppendInt(out, int64(40+below(telemetryProperties, row+2<<30, 60)), 10)
		out = append(out, '}')
	}
	return append(out, '}')
}

// appendTags writes up to three words that belong to the device.
func appendTags(out []byte, row int) []byte {
	device := telemetryDeviceOf(row)
	out = append(out, '[')
	for i := range below(telemetryTags, device, 4) {
		if i > 0 {
			out = append(out, ',')
		}
		out = append(out, '"')
		out = append(out, telemetryWords[(device+3*i)%len(telemetryWords)]...)
		out = append(out, '"')
	}
	return append(out, ']')
}

// appendReadings writes numbers with one decimal; a failed message has none at all: null.
func appendReadings(out []byte, row int) []byte {
	if telemetryResultOf(row) == 2 {
		return out
	}
	out = append(out, '[')
	for i := range below(telemetryReadings, row, 6) {
		if i > 0 {
			out = append(out, ',')
		}
		tenths := below(telemetryReadings, row*8+i+1<<30, 1000)
		out = strconv.AppendInt(out, int64(tenths/10), 10)
		out = append(out, '.', byte('0'+tenths%10))
	}
	return append(out, ']')
}
