// Units of measure: convert_length() and its likes. The names are those that the functions' documentation lists; any other is refused. A
// factor is the unit's definition: the SI, its prefixes, the international yard and pound, and what laws derive from them. Some units
// have no exact definition, or tables in use round it, and no answer of the real engine shows which factor it takes: those are refused
// by name ("?" in a table). AcreFoot stands rounded, since the real engine's answer to convert_volume(1.2, 'CubicMeter', 'AcreFoot') is
// 0.0009728568; its answer for BritishThermalUnit settles that it is the one of the international steam table.

package fn

import (
	"math"
	"strconv"
	"strings"
	"sync"

	"calypso/kusto/value"
)

var unitFamily = []scalar{
	unitRow("convert_angle", angleUnits),
	unitRow("convert_energy", energyUnits),
	unitRow("convert_force", forceUnits),
	unitRow("convert_length", lengthUnits),
	unitRow("convert_mass", massUnits),
	unitRow("convert_speed", speedUnits),
	unitRow("convert_temperature", temperatureUnits),
	unitRow("convert_volume", volumeUnits),
	optional("format_bytes", 1, value.String, formatBytesBody, value.Real, value.Long, value.String),
}

// measure is one unit of a quantity: x of it are (x + shift) × times ÷ over of the quantity's base unit.
type measure struct {
	times, over, shift float64
	unsure             bool // the real engine's factor isn't known
}

func (m measure) toBase(x float64) float64   { return (x + m.shift) * m.times / m.over }
func (m measure) fromBase(x float64) float64 { return x*m.over/m.times - m.shift }

func unitRow(name, table string) scalar {
	units := sync.OnceValue(func() map[string]measure { return readUnits(table) })
	return simple(name, value.Real, func(_ *Context, a []*value.Vector, n int) (*value.Vector, error) {
		out, nulls := make([]float64, n), eitherNull(n, a[0])
		for i := range out {
			if nulls.Has(i) {
				continue
			}
			fromName, toName := a[1].Strings[i&a[1].Mask()], a[2].Strings[i&a[2].Mask()]
			from, okFrom := units()[fromName]
			to, okTo := units()[toName]
			switch {
			case !okFrom || !okTo:
				return nil, &NotBuilt{Name: name, Detail: "an unknown unit"}
			case fromName != toName && from.unsure:
				return nil, &NotBuilt{Name: name, Detail: "the unit '" + fromName + "'"}
			case fromName != toName && to.unsure:
				return nil, &NotBuilt{Name: name, Detail: "the unit '" + toName + "'"}
			}
			if out[i] = a[0].Reals[i&a[0].Mask()]; fromName != toName {
				out[i] = to.fromBase(from.toBase(out[i]))
			}
		}
		return vectorOf(value.Real, out, nulls), nil
	}, value.Real, value.String, value.String)
}

// readUnits reads a table: for each unit its name, then a product of numbers, each after * or /, and before them a shift after + or -; or
// "?". The first line is the base unit, which stands alone.
func readUnits(table string) map[string]measure {
	units := map[string]measure{}
	for _, line := range strings.Split(strings.TrimSpace(table), "\n") {
		words := strings.Fields(line)
		u := measure{times: 1, over: 1}
		for _, word := range words[1:] {
			by, err := strconv.ParseFloat(word[1:], 64)
			if err != nil {
				by = math.Pi
			}
			switch word[0] {
			case '*':
				u.times *= by
			case '/':
				u.over *= by
			case '+':
				u.shift = by
			case '-':
				u.shift = -by
			default:
				u.unsure = true
			}
		}
		units[words[0]] = u
	}
	return units
}

const angleUnits = `
Degree
Arcminute /60
Arcsecond /3600
Centiradian *180 /pi /100
Deciradian *180 /pi /10
Gradian *9 /10
Microdegree /1e6
Microradian *180 /pi /1e6
Millidegree /1e3
Milliradian *180 /pi /1e3
Nanodegree /1e9
Nanoradian *180 /pi /1e9
NatoMil *9 /160
Radian *180 /pi
Revolution *360
Tilt ?
`

const energyUnits = `
Joule
BritishThermalUnit *1055.05585262
Calorie *4.184
DecathermEc *1055055852.62
DecathermImperial *1055055852.57348
DecathermUs *1054804000
ElectronVolt ?
Erg /1e7
FootPound ?
GigabritishThermalUnit *1055.05585262 *1e9
GigaelectronVolt ?
Gigajoule *1e9
GigawattDay *86400 *1e9
GigawattHour *3600 *1e9
HorsepowerHour ?
KilobritishThermalUnit *1055.05585262 *1e3
Kilocalorie *4184
KiloelectronVolt ?
Kilojoule *1e3
KilowattDay *86400 *1e3
KilowattHour *3600 *1e3
MegabritishThermalUnit *1055.05585262 *1e6
Megacalorie *4184000
MegaelectronVolt ?
Megajoule *1e6
MegawattDay *86400 *1e6
MegawattHour *3600 *1e6
Millijoule /1e3
TeraelectronVolt ?
TerawattDay *86400 *1e12
TerawattHour *3600 *1e12
ThermEc *105505585.262
ThermImperial *105505585.257348
ThermUs *105480400
WattDay *86400
WattHour *3600
`

const forceUnits = `
Newton
Decanewton *10
Dyn /1e5
KilogramForce ?
Kilonewton *1e3
KiloPond ?
KilopoundForce ?
Meganewton *1e6
Micronewton /1e6
Millinewton /1e3
OunceForce *4.4482216152605 /16
Poundal ?
PoundForce ?
ShortTonForce *8896.443230521
TonneForce ?
`

const lengthUnits = `
Meter
Angstrom /1e10
AstronomicalUnit *149597870700
Centimeter /100
Chain *20.1168
DataMile *1828.8
Decameter *10
Decimeter /10
DtpPica ?
DtpPoint *0.0254 /72
Fathom *1.8288
Foot *0.3048
Hand *0.1016
Hectometer *100
Inch *0.0254
KilolightYear ?
Kilometer *1e3
Kiloparsec ?
LightYear ?
MegalightYear ?
Megaparsec ?
Microinch *0.0254 /1e6
Micrometer /1e6
Mil *0.0254 /1e3
Mile ?
Millimeter /1e3
Nanometer /1e9
NauticalMile *1852
Parsec ?
PrinterPica ?
PrinterPoint *0.0254 /72.27
Shackle *27.432
SolarRadius ?
Twip ?
UsSurveyFoot *1200 /3937
Yard *0.9144
`

const massUnits = `
Kilogram
Centigram /1e5
Decagram /100
Decigram /1e4
EarthMass ?
Grain *0.45359237 /7000
Gram /1e3
Hectogram /10
Kilopound *453.59237
Kilotonne *1e6
LongHundredweight *50.80234544
LongTon *1016.0469088
Megapound *453592.37
Megatonne *1e9
Microgram /1e9
Milligram /1e6
Nanogram /1e12
Ounce ?
Pound *0.45359237
ShortHundredweight *45.359237
ShortTon *907.18474
Slug ?
SolarMass ?
Stone ?
Tonne *1e3
`

const speedUnits = `
MeterPerSecond
CentimeterPerHour /100 /3600
CentimeterPerMinute /100 /60
CentimeterPerSecond /100
DecimeterPerMinute /10 /60
DecimeterPerSecond /10
FootPerHour *0.3048 /3600
FootPerMinute *0.3048 /60
FootPerSecond *0.3048
InchPerHour *0.0254 /3600
InchPerMinute *0.0254 /60
InchPerSecond *0.0254
KilometerPerHour *1e3 /3600
KilometerPerMinute *1e3 /60
KilometerPerSecond *1e3
Knot ?
MeterPerHour /3600
MeterPerMinute /60
MicrometerPerMinute /1e6 /60
MicrometerPerSecond /1e6
MilePerHour *0.44704
MillimeterPerHour /1e3 /3600
MillimeterPerMinute /1e3 /60
MillimeterPerSecond /1e3
NanometerPerMinute /1e9 /60
NanometerPerSecond /1e9
UsSurveyFootPerHour *1200 /3937 /3600
UsSurveyFootPerMinute *1200 /3937 /60
UsSurveyFootPerSecond *1200 /3937
YardPerHour *0.9144 /3600
YardPerMinute *0.9144 /60
YardPerSecond *0.9144
`

const temperatureUnits = `
DegreeCelsius
DegreeDelisle -150 *-2 /3
DegreeFahrenheit -32 *5 /9
DegreeNewton *100 /33
DegreeRankine -491.67 *5 /9
DegreeReaumur *5 /4
DegreeRoemer -7.5 *40 /21
Kelvin -273.15
MillidegreeCelsius /1e3
SolarTemperature ?
`

const volumeUnits = `
CubicMeter
AcreFoot /0.000810714
AuTablespoon *20 /1e6
BoardFoot ?
Centiliter /1e5
CubicCentimeter /1e6
CubicDecimeter /1e3
CubicFoot *0.028316846592
CubicHectometer *1e6
CubicInch ?
CubicKilometer *1e9
CubicMicrometer /1e18
CubicMile *4168181825.44058
CubicMillimeter /1e9
CubicYard ?
Decaliter /100
DecausGallon ?
Deciliter /1e4
DeciusGallon ?
HectocubicFoot *2.8316846592
HectocubicMeter *100
Hectoliter /10
HectousGallon ?
ImperialBeerBarrel *0.16365924
ImperialGallon ?
ImperialOunce ?
ImperialPint *0.00056826125
KilocubicFoot *28.316846592
KilocubicMeter *1e3
KiloimperialGallon ?
Kiloliter
KilousGallon ?
Liter /1e3
MegacubicFoot *28316.846592
MegaimperialGallon ?
Megaliter *1e3
MegausGallon ?
MetricCup *250 /1e6
MetricTeaspoon *5 /1e6
Microliter /1e9
Milliliter /1e6
OilBarrel *0.158987294928
UkTablespoon *15 /1e6
UsBeerBarrel ?
UsCustomaryCup *0.0002365882365
UsGallon ?
UsLegalCup *240 /1e6
UsOunce ?
UsPint *0.000473176473
UsQuart *0.000946352946
UsTablespoon *1.478676478125e-5
UsTeaspoon *4.92892159375e-6
`

// formatBytes writes a size in the largest unit below it, or in a given one: bytes by 1024s, rounded half up.
func formatBytes(size float64, precision int64, want string) (string, bool) {
	names := []string{"Bytes", "KB", "MB", "GB", "TB", "PB"}
	at := 0
	for i, name := range names {
		if want == "" && i > 0 && size >= math.Pow(1024, float64(i)) || want == name {
			at = i
		}
	}
	if !(size >= 0 && size < 1<<60) || precision < 0 || precision > 10 || want != "" && names[at] != want {
		return "", false
	}
	x := size / math.Pow(1024, float64(at))
	text := strconv.FormatFloat(x, 'f', int(precision), 64)
	rounded, _ := strconv.ParseFloat(text, 64)
	switch {
	case want == "" && at < len(names)-1 && rounded >= 1024: // would it be the next unit?
		return "", false
	case math.Abs(math.Abs(rounded-x)*math.Pow(10, float64(precision))-0.5) < 1e-9: // halves: up or to even?
		return "", false
	case precision > 0 && text[len(text)-1] == '0' && at > 0: // are zeros kept?
		return "", false
	}
	if at == 0 {
		text = strconv.FormatFloat(size, 'f', -1, 64)
		if size != math.Trunc(size) {
			return "", false
		}
	}
	return text + " " + names[at], true
}

func formatBytesBody(_ *Context, a []*value.Vector, n int) (*value.Vector, error) {
	const name = "format_bytes"
	out := make([]string, n)
	for i := range out {
		precision, want := int64(0), ""
		if len(a) > 1 {
			if a[1].IsNull(i) {
				return nil, &NotBuilt{Name: name, Detail: "a null value"}
			}
			precision = a[1].Ints[i&a[1].Mask()]
		}
		if len(a) > 2 {
			want = a[2].Strings[i&a[2].Mask()]
		}
		text, ok := formatBytes(a[0].Reals[i&a[0].Mask()], precision, want)
		if !ok || a[0].IsNull(i) {
			return nil, &NotBuilt{Name: name, Detail: "a size or a format of this form"}
		}
		out[i] = text
	}
	return vectorOf(value.String, out, nil), nil
}
