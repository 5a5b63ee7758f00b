// The words of the sample storms: kinds of events with their habits and sentences, places, sources. All texts are invented.

package source

// stormKind is one type of event.
type stormKind struct {
	name    string
	zone    bool   // told for a whole zone: no place, no coordinates
	minutes [2]int // shortest and longest duration
	damage  int    // of 1000 events, how many damage property
	size    int    // how great the damage is: 0 hundreds of dollars … 5 millions
	crops   int    // of 1000 events, how many damage crops
	hurt    int    // of 10,000 events, how many hurt or kill
	what    string // the start of its narrative: "<what> <place>."; for a place its last word is a preposition
	then    [2]string
}

var stormKinds = [...]stormKind{
	{"Thunderstorm Wind", false, [2]int{0, 20}, 420, 1, 20, 60, "Straight line winds from a line of storms hit homes near", [2]string{"Large limbs came down across two roads and some homes lost power.", "A barn roof was peeled back and a row of fences was laid flat."}},
	{"Hail", false, [2]int{0, 15}, 60, 2, 45, 8, "Hail covered the ground at", [2]string{"The largest stones were the size of walnuts.", "Stones about as wide as a coin fell for several minutes."}},
	{"Tornado", false, [2]int{1, 30}, 520, 3, 40, 420, "A tornado touched down near", [2]string{"It crossed open fields, tore shingles from a few houses and then lifted.", "A survey found snapped trees and a damaged outbuilding along a narrow track."}},
	{"Lightning", false, [2]int{0, 2}, 620, 1, 5, 2400, "Lightning struck a building at", [2]string{"The attic caught fire and was put out within the hour.", "The strike ran through the wiring and ruined most appliances."}},
	{"Funnel Cloud", false, [2]int{1, 12}, 0, 0, 0, 0, "A funnel cloud was seen from", [2]string{"It stayed well above the ground.", "It was visible for a few minutes before the rain hid it."}},
	{"Flash Flood", false, [2]int{45, 420}, 270, 2, 50, 70, "Fast rising water closed roads around", [2]string{"Two cars stalled in a low crossing; nobody was hurt.", "Creeks left their banks and basements on the lower streets took on water."}},
	{"Heavy Rain", false, [2]int{60, 900}, 60, 1, 30, 8, "Heavy rain fell for hours at", [2]string{"A gauge measured more than three inches by the evening.", "Ditches overflowed, but no road had to be closed."}},
	{"Flood", true, [2]int{600, 9000}, 280, 3, 120, 25, "Rivers rose above flood stage in the lowlands of", [2]string{"Fields and a few rural roads stayed under water until the crest had passed.", "Sandbags kept the water out of most houses along the bank."}},
	{"Debris Flow", false, [2]int{20, 300}, 380, 2, 0, 140, "Mud and rock slid across a road near", [2]string{"Crews cleared one lane before dark.", "A burned slope above the road had not yet grown back."}},
	{"Coastal Flood", true, [2]int{120, 1500}, 260, 2, 0, 15, "Tides ran well above normal along the shore of", [2]string{"Low streets near the harbor were under water at high tide.", "Waves washed sand and stones onto the shore road."}},
	{"Lakeshore Flood", true, [2]int{120, 900}, 200, 1, 0, 10, "Onshore winds pushed the lake over its banks in", [2]string{"Parking lots by the water were closed for the day.", "Spray froze on walls and railings."}},
	{"Winter Storm", true, [2]int{600, 2800}, 70, 2, 0, 40, "Snow, sleet and wind made travel hard throughout", [2]string{"Schools closed early and many events were called off.", "Snow depths of eight inches were common, with deep drifts."}},
	{"Heavy Snow", true, [2]int{400, 2200}, 50, 1, 0, 25, "Heavy snow fell over", [2]string{"Six to ten inches had piled up by the next morning.", "The weight of the wet snow broke branches and some power lines."}},
	{"Winter Weather", true, [2]int{240, 1600}, 25, 1, 0, 60, "Light snow and freezing drizzle glazed the roads of", [2]string{"Several cars slid off the road at slow speed.", "Bridges became slick first and many minor collisions followed."}},
	{"Blizzard", true, [2]int{480, 2400}, 80, 2, 10, 60, "Blizzard conditions shut down travel in", [2]string{"Visibility stayed below a quarter mile for most of the day.", "Drifts of five feet blocked rural roads."}},
	{"Ice Storm", true, [2]int{480, 2600}, 420, 4, 15, 50, "Ice built up on trees and lines across", [2]string{"Thousands were without power, some for more than a week.", "Half an inch of ice brought down poles and old trees."}},
	{"Sleet", true, [2]int{120, 800}, 15, 0, 0, 20, "Sleet covered the ground in", [2]string{"About an inch had gathered before it turned to rain.", "Main roads were treated in time and stayed open."}},
	{"Lake-Effect Snow", true, [2]int{480, 3000}, 40, 1, 0, 15, "Narrow bands of snow off the lake settled over", [2]string{"Two feet fell under the strongest band.", "A few miles away the sun was out."}},
	{"Frost/Freeze", true, [2]int{240, 800}, 5, 0, 480, 0, "Temperatures fell well below freezing at night in", [2]string{"Early blossoms and tender plants were lost.", "Orchards reported that much of the fruit set was gone."}},
	{"Extreme Cold/Wind Chill", true, [2]int{480, 3600}, 15, 1, 10, 210, "Dangerous wind chills gripped", [2]string{"Water mains broke and schools opened late.", "Shelters stayed open around the clock."}},
	{"Cold/Wind Chill", true, [2]int{480, 2800}, 8, 0, 10, 150, "A bitter cold air mass covered", [2]string{"Morning lows stood far below the usual for the date.", "Car batteries and pipes failed in numbers."}},
	{"Heat", true, [2]int{600, 5000}, 0, 0, 20, 700, "Hot and humid air lay over", [2]string{"Heat index values passed one hundred degrees each afternoon.", "Cooling centers were opened for people without air conditioning."}},
	{"Excessive Heat", true, [2]int{1200, 9000}, 3, 0, 25, 900, "A long spell of extreme heat held on in", [2]string{"Nights brought little relief.", "Ambulance crews answered many calls for heat exhaustion."}},
	{"Drought", true, [2]int{28000, 44000}, 2, 4, 90, 0, "Drought deepened over", [2]string{"Pastures browned and stock ponds fell to mud.", "Several towns asked people to stop watering lawns."}},
	{"High Wind", true, [2]int{60, 1200}, 220, 2, 4, 40, "High winds swept across", [2]string{"Gusts above sixty miles an hour toppled trees and signs.", "A truck was blown over on an open stretch of highway."}},
	{"Strong Wind", true, [2]int{30, 700}, 420, 1, 2, 50, "Gusty winds ahead of a front crossed", [2]string{"A few trees fell on lines and parked cars.", "Scaffolding came loose and a street was closed."}},
	{"Dust Storm", true, [2]int{30, 300}, 90, 1, 0, 250, "Blowing dust cut visibility to near zero in", [2]string{"Traffic on the interstate was stopped for an hour.", "Loose soil from dry fields fed the cloud."}},
	{"Dust Devil", false, [2]int{1, 8}, 380, 0, 0, 200, "A strong dust devil crossed a yard near", [2]string{"It tossed a shed over a fence.", "It scattered lawn chairs and a trampoline."}},
	{"Wildfire", true, [2]int{600, 20000}, 230, 4, 25, 170, "A wildfire burned grass and timber in", [2]string{"Families on the ridge were told to leave as a precaution.", "Dry wind drove the flames over two containment lines."}},
	{"Dense Smoke", true, [2]int{240, 2000}, 5, 0, 0, 50, "Smoke from distant fires settled in the valleys of", [2]string{"Drivers used headlights at noon.", "People with asthma were told to stay indoors."}},
	{"Dense Fog", true, [2]int{120, 800}, 20, 1, 0, 180, "Dense fog formed before dawn over", [2]string{"A chain of collisions closed a bridge until midmorning.", "Flights were held until the fog lifted."}},
	{"Freezing Fog", true, [2]int{120, 600}, 10, 0, 0, 60, "Freezing fog left a thin coat of ice in", [2]string{"Side streets were slick until the sun came out.", "Trees turned white with rime."}},
	{"Tropical Storm", true, [2]int{600, 2600}, 320, 3, 60, 60, "A tropical storm brought rain and gusts to", [2]string{"Rain bands flooded low streets, then moved on.", "Docks and small boats took the worst of it."}},
	{"Tropical Depression", true, [2]int{400, 2000}, 60, 1, 20, 10, "What was left of a tropical system crossed", [2]string{"Soaking rain was welcome after weeks without any.", "Brief gusts broke small branches."}},
	{"Hurricane (Typhoon)", true, [2]int{600, 2000}, 600, 5, 300, 300, "A small hurricane made landfall on the coast of", [2]string{"Roofs near the shore were damaged and roads washed out.", "Power was out over most of two counties."}},
	{"Storm Surge/Tide", true, [2]int{240, 1200}, 380, 3, 0, 20, "A surge of seawater came ashore in", [2]string{"Water stood three feet deep in beach houses.", "Piers lost planks and pilings."}},
	{"High Surf", true, [2]int{480, 3400}, 30, 1, 0, 160, "Large swells broke along the beaches of", [2]string{"Lifeguards pulled dozens of swimmers out of the water.", "Waves ran over the coastal road at high tide."}},
	{"Rip Current", true, [2]int{10, 200}, 0, 0, 0, 8200, "A rip current carried swimmers away from the beach in", [2]string{"Bystanders with boards reached them.", "Warning flags had been up since the morning."}},
	{"Avalanche", true, [2]int{0, 30}, 50, 1, 0, 4600, "An avalanche ran down a steep slope in", [2]string{"It buried a trail used by snowmobiles.", "A party of skiers had triggered it from above."}},
	{"Landslide", true, [2]int{60, 2000}, 480, 2, 0, 60, "Soaked ground gave way on a hillside in", [2]string{"A house was moved off its foundation.", "The road below stayed closed for days."}},
	{"Marine Thunderstorm Wind", false, [2]int{0, 30}, 15, 1, 0, 10, "A storm gust was measured over the water off", [2]string{"A platform recorded forty knots.", "Small craft made for the harbor."}},
	{"Waterspout", false, [2]int{1, 20}, 5, 1, 0, 5, "A waterspout was seen over the water off", [2]string{"It lasted ten minutes and stayed offshore.", "Fishermen took pictures from a safe distance."}},
	{"Marine Hail", false, [2]int{0, 10}, 0, 0, 0, 0, "Hail fell on open water off", [2]string{"A passing ship reported stones as large as marbles.", "The sea was white for a moment."}},
	{"Marine Strong Wind", false, [2]int{20, 300}, 30, 1, 0, 90, "Steady strong winds raised a steep chop off", [2]string{"A sailboat lost its mast.", "Two kayakers had to be towed in."}},
	{"Marine High Wind", false, [2]int{30, 400}, 30, 2, 0, 40, "High winds swept the waters off", [2]string{"A buoy measured fifty knots.", "Ferries stayed in port."}},
}

// share is a kind of event, by name, and its share of a system's events.
type share struct {
	kind string
	odds int
}

// systemKinds gives the events of each system.
var systemKinds = [systems][]share{
	convective: {{"Thunderstorm Wind", 420}, {"Hail", 370}, {"Tornado", 45}, {"Lightning", 28}, {"Funnel Cloud", 26}, {"Flash Flood", 85}, {"Heavy Rain", 26}},
	winter: {
		{"Winter Storm", 250},
		{"Heavy Snow", 230},
		{"Winter Weather", 260},
		{"Blizzard", 50},
		{"Ice Storm", 45},
		{"Sleet", 12},
		{"Lake-Effect Snow", 20},
		{"Frost/Freeze", 90},
		{"Extreme Cold/Wind Chill", 70},
		{"Cold/Wind Chill", 40},
	},
	flooding: {{"Flood", 430}, {"Flash Flood", 330}, {"Heavy Rain", 190}, {"Debris Flow", 8}, {"Coastal Flood", 30}, {"Lakeshore Flood", 4}},
	drySpell: {{"Drought", 560}, {"Heat", 250}, {"Excessive Heat", 190}},
	windy:    {{"High Wind", 590}, {"Strong Wind", 360}, {"Dust Storm", 35}, {"Dust Devil", 15}},
	fires:    {{"Wildfire", 960}, {"Dense Smoke", 40}},
	fog:      {{"Dense Fog", 950}, {"Freezing Fog", 50}},
	tropical: {{"High Surf", 440}, {"Tropical Storm", 180}, {"Rip Current", 170}, {"Storm Surge/Tide", 70}, {"Tropical Depression", 90}, {"Hurricane (Typhoon)", 40}},
	mountain: {{"Avalanche", 600}, {"Landslide", 390}},
	marine:   {{"Marine Thunderstorm Wind", 720}, {"Waterspout", 150}, {"Marine Hail", 60}, {"Marine Strong Wind", 25}, {"Marine High Wind", 45}},
}

// systemPhrases begin the narrative of an episode: "<phrase> <part> <area> <when>. <end>"
var systemPhrases = [systems][2]string{
	convective: {"Storms fired along a slow front over", "A cluster of strong storms rolled through"},
	winter:     {"Cold air and a deep low brought winter to", "A winter system spread over"},
	flooding:   {"Days of rain soaked", "Moist air rose over soaked ground in"},
	drySpell:   {"A ridge of high pressure stayed over", "Week after week without rain wore on in"},
	windy:      {"A tight pressure gradient set up over", "Winds picked up behind a front in"},
	fires:      {"Dry fuel and low humidity fed fires in", "A fire weather pattern took hold of"},
	fog:        {"Calm and clear nights let fog form in", "Moist air over cold ground covered"},
	tropical:   {"Swells and rain bands from the tropics reached", "A tropical system passed close to"},
	mountain:   {"Slopes grew unstable in", "Loaded slopes gave way in"},
	marine:     {"A line of storms moved out over", "Gusty storms crossed"},
}

var episodeEnds = [...]string{
	"Local offices took reports well into the night.",
	"Most of the harm was light and repaired within days.",
	"It was the strongest of the season so far.",
	"Crews worked until morning to clear the roads.",
	"Conditions eased once the system had moved east.",
	"Nobody had to leave home for long.",
}

var (
	partsOfArea = [...]string{"northern", "southern", "eastern", "western", "central", "northeastern", "southwestern", "much of"}
	partsOfDay  = [...]string{"during the morning", "in the afternoon", "through the evening", "overnight", "for most of the day"}
	bearings    = [...]string{"N", "NE", "E", "SE", "S", "SW", "W", "NW"}

	placeStarts = [...]string{
		"CEDAR", "OAK", "MAPLE", "STONE", "RIVER", "CLEAR", "SILVER", "FAIR", "SPRING", "PLEASANT", "EAGLE", "ELK", "BEAR", "FOX",
		"WILLOW", "PINE", "ASH", "MILL", "GRAND", "GREEN", "RED", "WHITE", "BLACK", "NORTH", "SOUTH", "EAST", "WEST", "NEW", "OLD", "LONG",
		"HIGH", "SAND", "ROCK", "SUMMER", "HARVEST", "LIBERTY", "UNION", "MARION", "CLAY", "HOLLOW",
	}
	placeEnds = [...]string{
		" CITY", " FALLS", " CREEK", " SPRINGS", " GROVE", " HILL", " LAKE", " POINT", " VALLEY", " RIDGE", "VILLE", "TON", "FIELD", "BURG",
		"WOOD", " JUNCTION", " CROSSING", "DALE", " BEND", " PRAIRIE", " CENTER", " HEIGHTS",
	}

	landSources = [...]string{
		"Trained Spotter", "Law Enforcement", "Public", "Emergency Manager", "Trained Spotter", "Law Enforcement", "NWS Storm Survey",
		"COOP Observer", "Broadcast Media", "Newspaper", "Amateur Radio", "Fire Department/Rescue", "Utility Company", "ASOS", "Storm Chaser",
	}
	zoneSources = [...]string{
		"COOP Observer", "Emergency Manager", "Law Enforcement", "Newspaper", "Mesonet", "Broadcast Media", "County Official", "ASOS",
		"State Official", "Trained Spotter", "Public", "Drought Monitor", "Park/Forest Service", "River/Stream Gage", "Dept of Highways", "NWS Employee",
	}
	seaSources = [...]string{"Buoy", "C-MAN Station", "Mariner", "Coast Guard", "Trained Spotter", "Mesonet", "Public"}
)
