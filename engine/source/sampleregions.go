// Where the sample storms happen: areas with their shape, weight and climate. Boxes are rough, populations rounded.

package source

// climate says which weather systems an area gets; see systemOdds.
type climate uint8

const (
	plains climate = iota
	midwest
	south
	northeast
	west
	tropics
	arctic
	sea
)

// area is a state, a territory or a stretch of water.
type area struct {
	name    string
	climate climate
	weight  int    // share of the episodes
	box     [4]int // south, north, west, east in tenths of a degree
	people  int    // inhabitants in thousands; 0 for water
}

var areas = [...]area{
	{"ALABAMA", south, 150, [4]int{304, 349, -884, -850}, 5024},
	{"ALASKA", arctic, 26, [4]int{560, 690, -1640, -1420}, 733},
	{"ARIZONA", west, 47, [4]int{316, 369, -1146, -1092}, 7152},
	{"ARKANSAS", south, 125, [4]int{331, 364, -944, -898}, 3012},
	{"CALIFORNIA", west, 96, [4]int{328, 418, -1228, -1152}, 39538},
	{"COLORADO", west, 166, [4]int{371, 409, -1089, -1021}, 5774},
	{"CONNECTICUT", northeast, 20, [4]int{411, 420, -735, -719}, 3606},
	{"DELAWARE", northeast, 11, [4]int{385, 398, -757, -751}, 990},
	{"DISTRICT OF COLUMBIA", northeast, 3, [4]int{388, 389, -771, -769}, 690},
	{"FLORIDA", south, 112, [4]int{255, 308, -851, -801}, 21538},
	{"GEORGIA", south, 204, [4]int{308, 348, -852, -815}, 10712},
	{"HAWAII", tropics, 26, [4]int{190, 221, -1596, -1549}, 1455},
	{"IDAHO", west, 48, [4]int{422, 470, -1168, -1113}, 1839},
	{"ILLINOIS", midwest, 197, [4]int{373, 424, -908, -877}, 12813},
	{"INDIANA", midwest, 142, [4]int{380, 416, -878, -850}, 6786},
	{"IOWA", midwest, 236, [4]int{407, 434, -964, -904}, 3190},
	{"KANSAS", plains, 309, [4]int{371, 399, -1019, -948}, 2938},
	{"KENTUCKY", south, 131, [4]int{367, 386, -890, -822}, 4506},
	{"LOUISIANA", south, 82, [4]int{298, 329, -938, -896}, 4658},
	{"MAINE", northeast, 44, [4]int{434, 469, -708, -674}, 1362},
	{"MARYLAND", northeast, 70, [4]int{382, 397, -791, -756}, 6177},
	{"MASSACHUSETTS", northeast, 46, [4]int{417, 427, -733, -703}, 7030},
	{"MICHIGAN", midwest, 136, [4]int{419, 461, -879, -828}, 10077},
	{"MINNESOTA", midwest, 183, [4]int{437, 488, -966, -921}, 5706},
	{"MISSISSIPPI", south, 118, [4]int{306, 349, -911, -884}, 2961},
	{"MISSOURI", plains, 206, [4]int{366, 405, -951, -899}, 6155},
	{"MONTANA", west, 96, [4]int{452, 488, -1136, -1042}, 1084},
	{"NEBRASKA", plains, 180, [4]int{401, 428, -1038, -958}, 1962},
	{"NEVADA", west, 30, [4]int{358, 418, -1198, -1144}, 3105},
	{"NEW HAMPSHIRE", northeast, 34, [4]int{428, 448, -723, -711}, 1378},
	{"NEW JERSEY", northeast, 79, [4]int{391, 412, -753, -741}, 9289},
	{"NEW MEXICO", west, 53, [4]int{319, 368, -1088, -1032}, 2118},
	{"NEW YORK", northeast, 171, [4]int{408, 448, -791, -735}, 20201},
	{"NORTH CAROLINA", south, 168, [4]int{342, 364, -835, -766}, 10439},
	{"NORTH DAKOTA", plains, 93, [4]int{461, 488, -1038, -969}, 779},
	{"OHIO", midwest, 145, [4]int{387, 416, -846, -807}, 11799},
	{"OKLAHOMA", plains, 178, [4]int{340, 368, -1001, -946}, 3959},
	{"OREGON", west, 38, [4]int{422, 459, -1236, -1172}, 4237},
	{"PENNSYLVANIA", northeast, 163, [4]int{398, 419, -803, -752}, 13003},
	{"RHODE ISLAND", northeast, 7, [4]int{414, 419, -717, -713}, 1097},
	{"SOUTH CAROLINA", south, 91, [4]int{325, 350, -828, -793}, 5118},
	{"SOUTH DAKOTA", plains, 155, [4]int{430, 458, -1038, -967}, 887},
	{"TENNESSEE", south, 117, [4]int{351, 365, -895, -820}, 6911},
	{"TEXAS", plains, 452, [4]int{268, 358, -1024, -942}, 29146},
	{"UTAH", west, 42, [4]int{372, 418, -1138, -1093}, 3272},
	{"VERMONT", northeast, 38, [4]int{428, 449, -733, -717}, 643},
	{"VIRGINIA", south, 160, [4]int{367, 390, -826, -762}, 8631},
	{"WASHINGTON", west, 38, [4]int{457, 488, -1235, -1173}, 7705},
	{"WEST VIRGINIA", northeast, 77, [4]int{375, 403, -822, -780}, 1794},
	{"WISCONSIN", midwest, 180, [4]int{426, 465, -921, -878}, 5894},
	{"WYOMING", west, 59, [4]int{411, 448, -1108, -1042}, 577},
	{"PUERTO RICO", tropics, 19, [4]int{180, 184, -671, -657}, 3286},
	{"GUAM", tropics, 5, [4]int{133, 136, 1447, 1449}, 0},
	{"VIRGIN ISLANDS", tropics, 3, [4]int{177, 184, -649, -646}, 0},
	{"AMERICAN SAMOA", tropics, 3, [4]int{-144, -143, -1708, -1706}, 0},
	{"ATLANTIC NORTH", sea, 21, [4]int{369, 432, -752, -701}, 0},
	{"ATLANTIC SOUTH", sea, 22, [4]int{255, 345, -802, -765}, 0},
	{"GULF OF MEXICO", sea, 36, [4]int{262, 299, -961, -829}, 0},
	{"GULF OF ALASKA", sea, 3, [4]int{570, 592, -1520, -1452}, 0},
	{"E PACIFIC", sea, 5, [4]int{331, 462, -1248, -1192}, 0},
	{"HAWAII WATERS", sea, 2, [4]int{189, 221, -1602, -1552}, 0},
	{"LAKE ERIE", sea, 6, [4]int{415, 427, -831, -791}, 0},
	{"LAKE HURON", sea, 6, [4]int{433, 458, -838, -823}, 0},
	{"LAKE MICHIGAN", sea, 15, [4]int{418, 456, -876, -863}, 0},
	{"LAKE ONTARIO", sea, 3, [4]int{433, 438, -791, -764}, 0},
	{"LAKE ST CLAIR", sea, 4, [4]int{424, 426, -828, -826}, 0},
	{"LAKE SUPERIOR", sea, 6, [4]int{466, 478, -915, -848}, 0},
}

// The weather systems, in the order of systemOdds' columns.
const (
	convective = iota
	winter
	flooding
	drySpell
	windy
	fires
	fog
	tropical
	mountain
	marine
	systems
)

// systemOdds gives each climate's share of each system.
var systemOdds = [...][systems]int{
	plains:    {76, 9, 8, 2, 2, 2, 1, 0, 0, 0},
	midwest:   {63, 19, 10, 3, 3, 0, 2, 0, 0, 0},
	south:     {67, 4, 9, 9, 3, 3, 2, 3, 0, 0},
	northeast: {49, 24, 14, 2, 8, 0, 1, 1, 1, 0},
	west:      {25, 25, 11, 8, 17, 8, 2, 0, 4, 0},
	tropics:   {5, 0, 47, 8, 12, 4, 0, 24, 0, 0},
	arctic:    {1, 60, 11, 1, 22, 2, 1, 0, 2, 0},
	sea:       {0, 0, 0, 0, 0, 0, 0, 0, 0, 100},
}

// monthOdds gives each system's share of each month.
var monthOdds = [systems][12]int{
	convective: {2, 4, 8, 12, 17, 19, 16, 13, 6, 4, 2, 2},
	winter:     {26, 24, 13, 9, 1, 0, 0, 0, 0, 3, 7, 27},
	flooding:   {7, 6, 10, 11, 13, 14, 12, 12, 6, 5, 3, 5},
	drySpell:   {1, 1, 2, 3, 6, 13, 20, 31, 14, 7, 2, 1},
	windy:      {15, 12, 14, 12, 6, 5, 3, 3, 4, 8, 7, 15},
	fires:      {2, 3, 8, 9, 10, 12, 23, 16, 7, 9, 2, 1},
	fog:        {17, 13, 9, 5, 3, 2, 3, 5, 8, 10, 13, 16},
	tropical:   {2, 2, 3, 2, 5, 11, 13, 22, 21, 11, 4, 3},
	mountain:   {22, 24, 14, 6, 4, 3, 3, 3, 2, 3, 5, 16},
	marine:     {2, 3, 5, 7, 13, 20, 19, 16, 7, 4, 2, 2},
}
