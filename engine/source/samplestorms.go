// StormEvents and PopulationData: a year of storms that never were, in the shape of the public NOAA table for 2007. An episode is a
// weather system over an area; it has several events, one row each.

package source

import (
	"bytes"
	"slices"
	"strconv"
	"sync"

	"calypso/kusto/value"
)

const stormRows = 59_066

var stormColumns = []value.Column{
	{Name: "StartTime", Kind: value.Datetime},
	{Name: "EndTime", Kind: value.Datetime},
	{Name: "EpisodeId", Kind: value.Int},
	{Name: "EventId", Kind: value.Int},
	{Name: "State", Kind: value.String},
	{Name: "EventType", Kind: value.String},
	{Name: "InjuriesDirect", Kind: value.Int},
	{Name: "InjuriesIndirect", Kind: value.Int},
	{Name: "DeathsDirect", Kind: value.Int},
	{Name: "DeathsIndirect", Kind: value.Int},
	{Name: "DamageProperty", Kind: value.Int},
	{Name: "DamageCrops", Kind: value.Int},
	{Name: "Source", Kind: value.String},
	{Name: "BeginLocation", Kind: value.String},
	{Name: "EndLocation", Kind: value.String},
	{Name: "BeginLat", Kind: value.Real},
	{Name: "BeginLon", Kind: value.Real},
	{Name: "EndLat", Kind: value.Real},
	{Name: "EndLon", Kind: value.Real},
	{Name: "EpisodeNarrative", Kind: value.String},
	{Name: "EventNarrative", Kind: value.String},
	{Name: "StormSummary", Kind: value.Dynamic},
}

// What a roll decides. Each has its own stream, so that no column depends on which others were made.
const (
	topicArea = iota
	topicSystem
	topicMonth
	topicMinute
	topicSize
	topicKind
	topicOffset
	topicDuration
	topicDamage
	topicAmount
	topicCrops
	topicCropAmount
	topicHurt
	topicSource
	topicPlace
	topicEndPlace
	topicLat
	topicLon
	topicDrift
	topicWords
	topicTelemetry // and above
)

// episode is one weather system over one area.
type episode struct {
	area   int
	system int
	start  int64 // ticks
	number int   // what its rolls depend on
}

// storms is what all columns share: the episodes in order of time, and each row's episode and kind.
type storms struct {
	once     sync.Once
	episodes []episode
	of       []int32 // row → index in episodes
	kind     []uint8 // row → index in stormKinds
	first    [][]int // system → stormKinds indices of its shares
}

func stormEvents() *generated {
	s := &storms{}
	return newGenerated("StormEvents", stormRows, stormColumns, func(column, from, to int) *value.Vector {
		s.once.Do(s.plan)
		return s.column(column, from, to)
	})
}

// plan lays out the year.
func (s *storms) plan() {
	s.drawEpisodes()
	kindOf := map[string]int{}
	for i, k := range stormKinds {
		kindOf[k.name] = i
	}
	wheels := make([]wheel, systems)
	s.first = make([][]int, systems)
	for i, shares := range systemKinds {
		odds := make([]int, len(shares))
		for j, sh := range shares {
			odds[j] = sh.odds
			s.first[i] = append(s.first[i], kindOf[sh.kind])
		}
		wheels[i] = newWheel(odds)
	}
	s.of, s.kind = make([]int32, 0, stormRows), make([]uint8, 0, stormRows)
	for i, e := range s.episodes {
		for n := episodeSize(e.number); n > 0 && len(s.of) < stormRows; n-- {
			row := len(s.of)
			s.of = append(s.of, int32(i))
			s.kind = append(s.kind, uint8(s.first[e.system][wheels[e.system].pick(topicKind, row)]))
		}
	}
}

// episodeSize gives the number of events of an episode: 1 to 24, mostly few.
func episodeSize(number int) int {
	n := 1 + below(topicSize, number, 6)
	if below(topicSize, ^number, 5) == 0 {
		n += below(topicSize, number+1<<30, 18)
	}
	return n
}

// drawEpisodes draws episodes until they have events enough, and puts them in order of time.
func (s *storms) drawEpisodes() {
	weights := make([]int, len(areas))
	for i, a := range areas {
		weights[i] = a.weight
	}
	areaWheel := newWheel(weights)
	var systemWheels, monthWheels []wheel
	for i := range systemOdds {
		systemWheels = append(systemWheels, newWheel(systemOdds[i][:]))
	}
	for i := range monthOdds {
		monthWheels = append(monthWheels, newWheel(monthOdds[i][:]))
	}
	for number, rows := 0, 0; rows < stormRows; number++ {
		e := episode{number: number, area: areaWheel.pick(topicArea, number)}
		e.system = systemWheels[areas[e.area].climate].pick(topicSystem, number)
		e.start = episodeStart(e.system, 1+monthWheels[e.system].pick(topicMonth, number), number)
		s.episodes = append(s.episodes, e)
		rows += episodeSize(number)
	}
	slices.SortStableFunc(s.episodes, func(a, b episode) int {
		switch {
		case a.start < b.start:
			return -1
		case a.start > b.start:
			return 1
		}
		return 0
	})
}

// episodeStart gives a minute of a month of 2007; storms come after noon more often than before.
func episodeStart(system, month, number int) int64 {
	day := 1 + below(topicMinute, number, value.DaysInMonth(2007, month))
	minute := below(topicMinute, number+1<<30, 24*60)
	if system == convective && minute < 12*60 && below(topicMinute, number+2<<30, 3) > 0 {
		minute += 11 * 60
	}
	if system == drySpell || system == fires {
		minute -= minute % 60
	}
	ticks, _ := value.DatetimeOf(2007, month, day, int64(minute)*value.TicksPerMinute)
	return ticks
}

func (s *storms) episode(row int) *episode { return &s.episodes[s.of[row]] }
func (s *storms) area(row int) *area       { return &areas[s.episode(row).area] }
func (s *storms) about(row int) *stormKind { return &stormKinds[s.kind[row]] }
func (s *storms) startTime(row int) int64  { return s.startAndEnd(row, false) }
func (s *storms) endTime(row int) int64    { return s.startAndEnd(row, true) }

const lastMinute2007 = 633347423400000000 // 2007-12-31T23:59:00

// startAndEnd places an event within its episode and the year.
func (s *storms) startAndEnd(row int, end bool) int64 {
	e, k := s.episode(row), s.about(row)
	at := e.start
	if !k.zone {
		at += int64(below(topicOffset, row, 300)) * value.TicksPerMinute
	}
	if end {
		length := k.minutes[0] + below(topicDuration, row, k.minutes[1]-k.minutes[0]+1)
		if length >= 1440 {
			length -= length % 60
		}
		at += int64(length) * value.TicksPerMinute
	}
	return min(at, lastMinute2007)
}

// column makes rows from to to of a column.
func (s *storms) column(column, from, to int) *value.Vector {
	switch stormColumns[column].Name {
	case "StartTime":
		return whole(value.Datetime, from, to, s.startTime)
	case "EndTime":
		return whole(value.Datetime, from, to, s.endTime)
	case "State":
		return words(from, to, func(row int) string { return s.area(row).name })
	case "EventType":
		return words(from, to, func(row int) string { return s.about(row).name })
	case "Source":
		return words(from, to, s.source)
	case "BeginLocation":
		return texts(from, to, s.beginLocation)
	case "EndLocation":
		return texts(from, to, s.endLocation)
	case "BeginLat", "BeginLon", "EndLat", "EndLon":
		return s.coordinate(stormColumns[column].Name, from, to)
	case "EpisodeNarrative":
		return s.episodeNarratives(from, to)
	case "EventNarrative":
		return texts(from, to, s.eventNarrative)
	case "StormSummary":
		return jsons(from, to, s.summary)
	}
	return whole(value.Int, from, to, s.counts(stormColumns[column].Name))
}

// counts gives the function behind an int column.
func (s *storms) counts(name string) func(row int) int64 {
	switch name {
	case "EpisodeId":
		return func(row int) int64 { return 1100 + int64(s.of[row]) }
	case "EventId":
		return func(row int) int64 { return 5200 + int64(row)*13/12 }
	case "DamageProperty":
		return s.damageProperty
	case "DamageCrops":
		return s.damageCrops
	case "InjuriesDirect":
		return func(row int) int64 { return s.casualties(row, 0, 1, 14) }
	case "InjuriesIndirect":
		return func(row int) int64 { return s.casualties(row, 1, 8, 5) }
	case "DeathsDirect":
		return func(row int) int64 { return s.casualties(row, 2, 5, 2) }
	}
	return func(row int) int64 { return s.casualties(row, 3, 30, 1) }
}

// casualties gives how many were hurt or killed: mostly none, seldom one, rarely up to most.
func (s *storms) casualties(row, way, rarer, most int) int64 {
	if below(topicHurt, row*4+way, 10_000*rarer) >= s.about(row).hurt {
		return 0
	}
	n := 1 + below(topicHurt, (row*4+way)+1<<30, most)
	if n > 3 && below(topicHurt, (row*4+way)+2<<30, 3) > 0 {
		n = 1
	}
	return int64(n)
}

// roundSums are the figures that people estimate damage in.
var roundSums = [...]int64{1, 1, 2, 2, 3, 5, 5, 8, 10, 10, 15, 20, 25, 30, 50, 75}

func (s *storms) damageProperty(row int) int64 {
	k := s.about(row)
	if below(topicDamage, row, 1000) >= k.damage {
		return 0
	}
	return damage(topicAmount, row, k.size)
}

func (s *storms) damageCrops(row int) int64 {
	k := s.about(row)
	if below(topicCrops, row, 1000) >= k.crops {
		return 0
	}
	return damage(topicCropAmount, row, 2+k.size/2)
}

// damage gives dollars around 10^(2+size), now and then ten or a hundred times as much.
func damage(topic, row, size int) int64 {
	sum := roundSums[below(topic, row, len(roundSums))] * 100
	for range size {
		sum *= 10
	}
	switch below(topic, row+1<<30, 40) {
	case 0:
		sum *= 100
	case 1, 2, 3, 4:
		sum *= 10
	case 5, 6, 7, 8, 9, 10, 11, 12:
		sum /= 10
	}
	return min(sum, 1_500_000_000)
}

func (s *storms) source(row int) string {
	switch {
	case s.area(row).climate == sea:
		return seaSources[below(topicSource, row, len(seaSources))]
	case s.about(row).name == "Drought":
		return "Drought Monitor"
	case s.about(row).zone:
		return zoneSources[below(topicSource, row, len(zoneSources))]
	}
	return landSources[below(topicSource, row, len(landSources))]
}

// appendPlace appends the name of a place of an area; an area has a few hundred.
func appendPlace(out []byte, areaIndex, place int) []byte {
	id := areaIndex*1000 + place
	out = append(out, placeStarts[below(topicPlace, id+1<<30, len(placeStarts))]...)
	return append(out, placeEnds[below(topicPlace, id+2<<30, len(placeEnds))]...)
}

const placesInArea = 240

func (s *storms) beginPlace(row int) int { return below(topicPlace, row, placesInArea) }

func (s *storms) beginLocation(out []byte, row int) []byte {
	if s.about(row).zone {
		return out
	}
	return appendPlace(out, s.episode(row).area, s.beginPlace(row))
}

func (s *storms) endLocation(out []byte, row int) []byte {
	if s.about(row).zone {
		return out
	}
	place := s.beginPlace(row)
	if below(topicEndPlace, row, 4) == 0 {
		place = below(topicEndPlace, row+1<<30, placesInArea)
	}
	return appendPlace(out, s.episode(row).area, place)
}

// coordinate makes one of the four coordinate columns, in degrees with two decimals; null where the event has no place.
func (s *storms) coordinate(name string, from, to int) *value.Vector {
	lon, end := name == "BeginLon" || name == "EndLon", name == "EndLat" || name == "EndLon"
	topic, low := topicLat, 0
	if lon {
		topic, low = topicLon, 2
	}
	return fractions(from, to, 100, func(row int) (int, bool) {
		if s.about(row).zone {
			return 0, false
		}
		// A place has a point; events lie around it. Named places keep theirs, so that a map makes sense.
		box, place := s.area(row).box, s.episode(row).area*1000+s.beginPlace(row)
		n := box[low]*10 + below(topic, place, (box[low+1]-box[low])*10)
		n += below(topic, row+1<<30, 7) - 3
		if end && s.about(row).minutes[1] > 5 {
			n += below(topicDrift+topic, row, 15) - 5
		}
		return n, true
	})
}

// appendTitle appends an upper-case name as a text has it: "NEW YORK" as "New York", "DISTRICT OF COLUMBIA" with a small "of".
func appendTitle(out []byte, name string) []byte {
	for i := 0; i < len(name); i++ {
		c := name[i]
		small := i > 0 && name[i-1] != ' '
		if i > 0 && len(name)-i > 3 && name[i-1:i+3] == " OF " {
			small = true
		}
		if small && c >= 'A' && c <= 'Z' {
			c += 'a' - 'A'
		}
		out = append(out, c)
	}
	return out
}

func (s *storms) appendAreaName(out []byte, row int) []byte {
	a := s.area(row)
	if a.climate == sea && a.name[:4] != "LAKE" && a.name != "HAWAII WATERS" && a.name != "E PACIFIC" || a.name == "DISTRICT OF COLUMBIA" || a.name == "VIRGIN ISLANDS" {
		out = append(out, "the "...)
	}
	return appendTitle(out, a.name)
}

// episodeNarratives repeats the text of an episode for its events.
func (s *storms) episodeNarratives(from, to int) *value.Vector {
	var all arena
	var out []byte
	last, text := int32(-1), ""
	return words(from, to, func(row int) string {
		if s.of[row] != last {
			last, out = s.of[row], s.episodeNarrative(out[:0], row)
			text = all.add(out)
		}
		return text
	})
}

func (s *storms) episodeNarrative(out []byte, row int) []byte {
	e := s.episode(row)
	pick := func(way, n int) int { return below(topicWords, e.number*4+way+1<<32, n) }
	out = append(out, systemPhrases[e.system][pick(0, 2)]...)
	out = append(out, ' ')
	out = append(out, partsOfArea[pick(1, len(partsOfArea))]...)
	out = append(out, ' ')
	out = s.appendAreaName(out, row)
	out = append(out, ' ')
	out = append(out, partsOfDay[pick(2, len(partsOfDay))]...)
	out = append(out, ". "...)
	return append(out, episodeEnds[pick(3, len(episodeEnds))]...)
}

func (s *storms) eventNarrative(out []byte, row int) []byte {
	k := s.about(row)
	out = append(out, k.what...)
	out = append(out, ' ')
	if k.zone {
		out = append(out, partsOfArea[below(topicWords, row, len(partsOfArea))]...)
		out = append(out, ' ')
		out = s.appendAreaName(out, row)
	} else {
		start := len(out)
		out = appendPlace(out, s.episode(row).area, s.beginPlace(row))
		name := string(out[start:])
		if far := below(topicWords, row, 12); far > 2 {
			// "touched down near Oak Hill", but "touched down 5 miles N of Oak Hill".
			out = append(out[:bytes.LastIndexByte(out[:start-1], ' ')], ' ')
			out = strconv.AppendInt(out, int64(far-1), 10)
			out = append(out, " miles "...)
			out = append(out, bearings[below(topicWords, row+1<<30, len(bearings))]...)
			out = append(out, " of "...)
			start = len(out)
		}
		out = appendTitle(out[:start], name)
	}
	out = append(out, ". "...)
	return append(out, k.then[below(topicWords, row+2<<30, 2)]...)
}

// summary writes the dynamic column. No text in it needs escaping.
func (s *storms) summary(out []byte, row int) []byte {
	out = append(out, `{"TotalDamages":`...)
	out = strconv.AppendInt(out, s.damageProperty(row)+s.damageCrops(row), 10)
	out = append(out, `,"StartTime":"`...)
	out = value.AppendDatetime(out, s.startTime(row))
	out = append(out, `","EndTime":"`...)
	out = value.AppendDatetime(out, s.endTime(row))
	out = append(out, `","Details":{"Description":"`...)
	out = s.eventNarrative(out, row)
	out = append(out, `","Location":"`...)
	out = append(out, s.area(row).name...)
	return append(out, `"}}`...)
}

// populationData gives the inhabitants of the areas that have any, as of the 2020 census to the nearest thousand.
func populationData() *generated {
	var land []area
	for _, a := range areas {
		if a.people > 0 {
			land = append(land, a)
		}
	}
	columns := []value.Column{{Name: "State", Kind: value.String}, {Name: "Population", Kind: value.Long}}
	return newGenerated("PopulationData", len(land), columns, func(column, from, to int) *value.Vector {
		if column == 0 {
			return words(from, to, func(row int) string { return land[row].name })
		}
		return whole(value.Long, from, to, func(row int) int64 { return int64(land[row].people) * 1000 })
	})
}
