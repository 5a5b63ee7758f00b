package fn

import (
	"math"
	"strings"
	"testing"
)

// definitions are units in the base unit of their quantity, written from the laws and standards that define them: the yard and
// pound agreement of 1959, the gallons of both sides, the steam-table calorie, the mil of 6400 to a circle.
var definitions = map[string]map[string]float64{
	angleUnits: {
		"Radian": 180 / math.Pi, "Arcminute": 1.0 / 60, "Arcsecond": 1.0 / 3600, "Gradian": 360.0 / 400, "NatoMil": 360.0 / 6400,
		"Revolution": 360, "Degree": 1,
	},
	energyUnits: {
		"Joule": 1, "Calorie": 4.184, "BritishThermalUnit": 1055.05585262, "Erg": 1e-7, "WattHour": 3600, "WattDay": 86400,
		"ThermEc": 105505585.262, "ThermUs": 105480400, "ThermImperial": 105505585.257348,
	},
	forceUnits: {"Dyn": 1e-5, "Newton": 1, "OunceForce": pound * gravity / 16, "ShortTonForce": 2000 * pound * gravity},
	lengthUnits: {
		"Meter": 1, "Yard": 0.9144, "Foot": 0.9144 / 3, "UsSurveyFoot": 1200.0 / 3937, "Inch": 0.0254, "Mil": 0.0000254,
		"NauticalMile": 1852, "Fathom": 2 * 0.9144, "Shackle": 15 * 2 * 0.9144, "Microinch": 0.0254e-6, "PrinterPoint": 0.0254 / 72.27,
		"DtpPoint": 0.0254 / 72, "Hand": 4 * 0.0254, "AstronomicalUnit": 149597870700, "Chain": 22 * 0.9144, "Angstrom": 1e-10,
		"DataMile": 6000 * 0.3048,
	},
	massUnits: {
		"Gram": 1e-3, "Tonne": 1000, "ShortTon": 2000 * pound, "LongTon": 2240 * pound, "Pound": pound, "Slug": pound * gravity / 0.3048,
		"ShortHundredweight": 100 * pound, "LongHundredweight": 112 * pound, "Grain": pound / 7000,
	},
	speedUnits: {
		"MeterPerSecond": 1, "MeterPerMinute": 1.0 / 60, "MeterPerHour": 1.0 / 3600, "FootPerSecond": 0.3048, "FootPerMinute": 0.3048 / 60,
		"FootPerHour": 0.3048 / 3600, "UsSurveyFootPerSecond": 1200.0 / 3937, "UsSurveyFootPerMinute": 1200.0 / 3937 / 60,
		"UsSurveyFootPerHour": 1200.0 / 3937 / 3600, "InchPerSecond": 0.0254, "InchPerMinute": 0.0254 / 60, "InchPerHour": 0.0254 / 3600,
		"YardPerSecond": 0.9144, "YardPerMinute": 0.9144 / 60, "YardPerHour": 0.9144 / 3600, "MilePerHour": 1609.344 / 3600,
	},
	volumeUnits: {
		"Liter": 1e-3, "CubicMeter": 1, "CubicKilometer": 1e9, "CubicHectometer": 1e6, "CubicDecimeter": 1e-3, "CubicCentimeter": 1e-6,
		"CubicMillimeter": 1e-9, "CubicMicrometer": 1e-18, "CubicMile": 1609.344 * 1609.344 * 1609.344, "CubicFoot": 0.3048 * 0.3048 * 0.3048,
		"UsTablespoon": usGallon / 256, "AuTablespoon": 20e-6, "UkTablespoon": 15e-6, "MetricTeaspoon": 5e-6, "UsTeaspoon": usGallon / 768,
		"MetricCup": 250e-6, "UsCustomaryCup": usGallon / 16, "UsLegalCup": 240e-6, "OilBarrel": 42 * usGallon,
		"ImperialBeerBarrel": 36 * 4.54609e-3, "UsQuart": usGallon / 4, "UsPint": usGallon / 8, "ImperialPint": 4.54609e-3 / 8,
		// Rounded, as the real engine's answer shows.
		"AcreFoot": 1 / 0.000810714,
	},
}

const (
	pound    = 0.45359237     // kg
	gravity  = 9.80665        // m/s²
	usGallon = 3.785411784e-3 // m³, 231 cubic inches
)

// TestUnitsAreTheirDefinitions: a factor that isn't the unit's definition is a wrong answer, or a typing mistake.
func TestUnitsAreTheirDefinitions(t *testing.T) {
	for table, defined := range definitions {
		for name, u := range readUnits(table) {
			want, ok := defined[name]
			if !ok {
				want, ok = prefixed(defined, name)
			}
			if u.unsure {
				continue
			}
			if !ok {
				t.Errorf("%s: no definition to hold the factor against", name)
				continue
			}
			if got := u.toBase(1); math.Abs(got/want-1) > 4e-16 {
				t.Errorf("%s: factor %v, defined as %v", name, got, want)
			}
			if back := u.fromBase(want); math.Abs(back-1) > 4e-16 {
				t.Errorf("%s: there and back gives %v", name, back)
			}
		}
	}
}

// prefixed finds the definition of a unit with a prefix of the SI.
func prefixed(defined map[string]float64, name string) (float64, bool) {
	for prefix, scale := range map[string]float64{
		"Nano": 1e-9, "Micro": 1e-6, "Milli": 1e-3, "Centi": 1e-2, "Deci": 1e-1, "Deca": 1e1, "Hecto": 1e2, "Kilo": 1e3, "Mega": 1e6,
		"Giga": 1e9, "Tera": 1e12,
	} {
		if rest, ok := strings.CutPrefix(name, prefix); ok && rest != "" {
			if of, ok := defined[strings.ToUpper(rest[:1])+rest[1:]]; ok {
				return scale * of, true
			}
		}
	}
	return 0, false
}

// TestTemperatures holds the scales to the points that define them: ice melts, water boils, nothing moves.
func TestTemperatures(t *testing.T) {
	units := readUnits(temperatureUnits)
	for name, want := range map[string][3]float64{
		"Kelvin": {273.15, 373.15, 0}, "DegreeCelsius": {0, 100, -273.15}, "MillidegreeCelsius": {0, 1e5, -273150},
		"DegreeFahrenheit": {32, 212, -459.67}, "DegreeRankine": {491.67, 671.67, 0}, "DegreeDelisle": {150, 0, 559.725},
		"DegreeNewton": {0, 33, -90.1395}, "DegreeReaumur": {0, 80, -218.52}, "DegreeRoemer": {7.5, 60, -135.90375},
	} {
		for i, celsius := range []float64{0, 100, -273.15} {
			if got := units[name].fromBase(celsius); math.Abs(got-want[i]) > 1e-9 {
				t.Errorf("%v °C are %v %s, not %v", celsius, got, name, want[i])
			}
		}
	}
}
