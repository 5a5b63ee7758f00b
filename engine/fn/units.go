// Units of measure: convert_length() and its likes. A factor is the definition of the unit: the SI, its prefixes, the international
// yard and pound, and what laws derive from them. Some units have no exact definition, or tables in use round it, and no answer of
// the real engine shows which factor it takes: those are refused by name ("?" in a table). AcreFoot stands rounded, since the real
// engine's answer to convert_volume(1.2, 'CubicMeter', 'AcreFoot') is 0.0009728568; its answer for BritishThermalUnit settles that
// it is the one of the international steam table.

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

// measure is one unit of a quantity: the steps to the quantity's base unit and back, and the scale of a prefix.
type measure struct {
	toBase, fromBase []unitStep
	scale            float64
	unsure           bool // the real engine's factor isn't known
}

// unitStep is one operation. Their order is part of the last digit.
type unitStep struct {
	op byte // + - * /
	by float64
}

var unitPrefixes = map[string]float64{
	"Nano": 1e-9, "Micro": 1e-6, "Milli": 1e-3, "Centi": 1e-2, "Deci": 1e-1, "Deca": 1e1,
	"Hecto": 1e2, "Kilo": 1e3, "Mega": 1e6, "Giga": 1e9, "Tera": 1e12,
}

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
				out[i] = applyUnit(to.fromBase, applyUnit(from.toBase, out[i])*from.scale) / to.scale
			}
		}
		return vectorOf(value.Real, out, nulls), nil
	}, value.Real, value.String, value.String)
}

func applyUnit(steps []unitStep, x float64) float64 {
	for _, s := range steps {
		switch s.op {
		case '+':
			x += s.by
		case '-':
			x -= s.by
		case '*':
			x *= s.by
		case '/':
			x /= s.by
		}
	}
	return x
}

// readUnits reads a table: name; steps to the base unit, or "?"; steps from it; prefixes.
func readUnits(table string) map[string]measure {
	units := map[string]measure{}
	for _, line := range strings.Split(strings.TrimSpace(table), "\n") {
		fields := append(strings.Split(line, ";"), "")
		u := measure{toBase: readSteps(fields[1]), fromBase: readSteps(fields[2]), scale: 1, unsure: strings.TrimSpace(fields[1]) == "?"}
		units[fields[0]] = u
		for _, prefix := range strings.Fields(fields[3]) {
			u.scale = unitPrefixes[prefix]
			units[prefix+strings.ToLower(fields[0][:1])+fields[0][1:]] = u
		}
	}
	return units
}

func readSteps(text string) []unitStep {
	var steps []unitStep
	for _, word := range strings.Fields(text) {
		s := unitStep{op: word[0], by: math.Pi}
		if by, err := strconv.ParseFloat(word[1:], 64); err == nil {
			s.by = by
		}
		steps = append(steps, s)
	}
	return steps
}

const angleUnits = `
Radian; *180 /pi; /180 *pi; Nano Micro Milli Centi Deci
Degree; ; ; Nano Micro Milli
Arcminute; /60; *60
Arcsecond; /3600; *3600
Gradian; *0.9; /0.9
NatoMil; *9 /160; *160 /9
Revolution; *360; /360
Tilt; ?; ?
`

const energyUnits = `
Joule; ; ; Milli Kilo Mega Giga
Calorie; *4.184; /4.184; Kilo Mega
BritishThermalUnit; *1055.05585262; /1055.05585262; Kilo Mega Giga
ElectronVolt; ?; ?; Kilo Mega Giga Tera
FootPound; ?; ?
Erg; *1e-7; /1e-7
WattHour; *3600; /3600; Kilo Mega Giga Tera
WattDay; *24 *3600; /86400; Kilo Mega Giga Tera
ThermEc; *1.05505585262e8; /1.05505585262e8; Deca
ThermUs; *1.054804e8; /1.054804e8; Deca
ThermImperial; *1.05505585257348e8; /1.05505585257348e8; Deca
HorsepowerHour; ?; ?
`

const forceUnits = `
Dyn; /1e5; *1e5
KilogramForce; ?; ?
TonneForce; ?; ?
Newton; ; ; Micro Milli Deca Kilo Mega
KiloPond; ?; ?
Poundal; ?; ?
PoundForce; ?; ?; Kilo
OunceForce; *2.780138509537812e-1; /2.780138509537812e-1
ShortTonForce; *8.896443230521e3; /8.896443230521e3
`

const lengthUnits = `
Meter; ; ; Nano Micro Milli Centi Deci Deca Hecto Kilo
Mile; ?; ?
Yard; *0.9144; /0.9144
Foot; *0.3048; /0.3048
UsSurveyFoot; *1200 /3937; *3937 /1200
Inch; *2.54e-2; /2.54e-2
Mil; *2.54e-5; /2.54e-5
NauticalMile; *1852; /1852
Fathom; *1.8288; /1.8288
Shackle; *27.432; /27.432
Microinch; *2.54e-8; /2.54e-8
PrinterPoint; /72.27 *2.54e-2; /2.54e-2 *72.27
DtpPoint; /72 *2.54e-2; /2.54e-2 *72
PrinterPica; ?; ?
DtpPica; ?; ?
Twip; ?; ?
Hand; *1.016e-1; /1.016e-1
AstronomicalUnit; *1.4959787070e11; /1.4959787070e11
Parsec; ?; ?; Kilo Mega
LightYear; ?; ?; Kilo Mega
SolarRadius; ?; ?
Chain; *20.1168; /20.1168
Angstrom; *1e-10; /1e-10
DataMile; *1828.8; /1828.8
`

const massUnits = `
Gram; /1e3; *1e3; Nano Micro Milli Centi Deci Deca Hecto Kilo
Tonne; *1e3; /1e3; Kilo Mega
ShortTon; *9.0718474e2; /9.0718474e2
LongTon; *1.0160469088e3; /1.0160469088e3
Pound; *0.45359237; /0.45359237; Kilo Mega
Ounce; ?; ?
Slug; ?; ?
Stone; ?; ?
ShortHundredweight; /0.022046226218487758; *0.022046226218487758
LongHundredweight; /0.01968413055222121; *0.01968413055222121
Grain; /15432.358352941431; *15432.358352941431
SolarMass; ?; ?
EarthMass; ?; ?
`

const speedUnits = `
MeterPerSecond; ; ; Nano Micro Milli Centi Deci Kilo
MeterPerMinute; /60; *60; Nano Micro Milli Centi Deci Kilo
MeterPerHour; /3600; *3600; Milli Centi Kilo
FootPerSecond; *0.3048; /0.3048
FootPerMinute; *0.3048 /60; /0.3048 *60
FootPerHour; *0.3048 /3600; /0.3048 *3600
UsSurveyFootPerSecond; *1200 /3937; *3937 /1200
UsSurveyFootPerMinute; *1200 /3937 /60; *3937 /1200 *60
UsSurveyFootPerHour; *1200 /3937 /3600; *3937 /1200 *3600
InchPerSecond; *2.54e-2; /2.54e-2
InchPerMinute; /60 *2.54e-2; /2.54e-2 *60
InchPerHour; /3600 *2.54e-2; /2.54e-2 *3600
YardPerSecond; *0.9144; /0.9144
YardPerMinute; *0.9144 /60; /0.9144 *60
YardPerHour; *0.9144 /3600; /0.9144 *3600
Knot; ?; ?
MilePerHour; *0.44704; /0.44704
`

const temperatureUnits = `
Kelvin; ; 
DegreeCelsius; +273.15; -273.15
MillidegreeCelsius; /1000 +273.15; -273.15 *1000
DegreeDelisle; *-2 /3 +373.15; -373.15 *-3 /2
DegreeFahrenheit; *5 /9 +255.3722222222222; -255.3722222222222 *9 /5
DegreeNewton; *100 /33 +273.15; -273.15 *33 /100
DegreeRankine; *5 /9; *9 /5
DegreeReaumur; *5 /4 +273.15; -273.15 *4 /5
DegreeRoemer; *40 /21 +273.15 -14.285714285714286; -258.8642857142857 *21 /40
SolarTemperature; ?; ?
`

const volumeUnits = `
Liter; /1e3; *1e3; Micro Milli Centi Deci Deca Hecto Kilo Mega
CubicMeter; ; ; Hecto Kilo
CubicKilometer; *1e9; /1e9
CubicHectometer; *1e6; /1e6
CubicDecimeter; /1e3; *1e3
CubicCentimeter; /1e6; *1e6
CubicMillimeter; /1e9; *1e9
CubicMicrometer; /1e18; *1e18
CubicMile; *4.16818182544058e9; /4.16818182544058e9
CubicYard; ?; ?
CubicFoot; *2.8316846592e-2; /2.8316846592e-2; Hecto Kilo Mega
CubicInch; ?; ?
ImperialGallon; ?; ?; Kilo Mega
ImperialOunce; ?; ?
UsGallon; ?; ?; Deca Deci Hecto Kilo Mega
UsOunce; ?; ?
UsTablespoon; *1.478676478125e-5; /1.478676478125e-5
AuTablespoon; *2e-5; /2e-5
UkTablespoon; *1.5e-5; /1.5e-5
MetricTeaspoon; *0.5e-5; /0.5e-5
UsTeaspoon; *4.92892159375e-6; /4.92892159375e-6
MetricCup; *0.00025; /0.00025
UsCustomaryCup; *0.0002365882365; /0.0002365882365
UsLegalCup; *0.00024; /0.00024
OilBarrel; *0.158987294928; /0.158987294928
UsBeerBarrel; ?; ?
ImperialBeerBarrel; *0.16365924; /0.16365924
UsQuart; *9.46352946e-4; /9.46352946e-4
UsPint; *4.73176473e-4; /4.73176473e-4
AcreFoot; /0.000810714; *0.000810714
ImperialPint; *5.6826125e-4; /5.6826125e-4
BoardFoot; ?; ?
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
