package demo

// place is a state that districts lie in, with how they are called there.
type place struct {
	state    string
	zone     string
	district string // after the town's name
	region   string // with a number before or after it
}

// places are the states, one a region, in turn.
var places = []place{
	{"TX", "America/Chicago", "ISD", "Demo Region %d Education Service Center"},
	{"CA", "America/Los_Angeles", "Unified School District", "Demo County %d Office of Education"},
	{"MI", "America/Detroit", "Community Schools", "Demo Regional Educational Service District %d"},
	{"IL", "America/Chicago", "Community Unit School District", "Demo Regional Office of Education %d"},
	{"CO", "America/Denver", "School District", "Demo Board of Cooperative Educational Services %d"},
	{"OH", "America/New_York", "City School District", "Demo Educational Service Center %d"},
}

// Towns are made of two parts, so that there are more of them than districts.
var (
	townBegins = []string{"Alder", "Amber", "Aspen", "Birch", "Bramble", "Briar", "Cedar", "Clover", "Copper", "Cotton", "Elder", "Fern", "Flint", "Fox", "Garnet", "Granite", "Hawthorn", "Hazel", "Heron", "Juniper", "Lark", "Laurel", "Linden", "Magnolia", "Maple", "Marble", "Meadow", "Mulberry", "Otter", "Pebble", "Pine", "Quail", "Sage", "Silver", "Sparrow", "Sumac", "Timber", "Walnut", "Willow", "Wren"}
	townEnds   = []string{" Bend", " Bluff", " Crossing", " Falls", " Fork", " Gap", " Grove", " Harbor", " Hollow", " Junction", " Landing", " Mills", " Prairie", " Ridge", " Springs", " Summit", " Valley", " Vista"}

	schoolNames = []string{"Acorn", "Anchor", "Bayberry", "Bluebird", "Bluestem", "Bridgeview", "Canyon", "Cardinal", "Chestnut", "Cloverleaf", "Compass", "Cottonwood", "Creekside", "Cypress", "Dogwood", "Eastgate", "Evergreen", "Fairview", "Falcon", "Goldenrod", "Harvest", "Heritage", "Highland", "Hillcrest", "Horizon", "Hummingbird", "Indigo", "Ironwood", "Lakeview", "Lantern", "Liberty", "Lighthouse", "Lone Oak", "Meadowlark", "Mesa", "Millbrook", "Northfield", "Oak Hill", "Orchard", "Parkside", "Pinecrest", "Prairie View", "Riverbend", "Rolling Hills", "Sandstone", "Sequoia", "Shady Brook", "Southgate", "Spring Creek", "Stonebridge", "Sunflower", "Sunrise", "Sycamore", "Tall Pines", "Valley View", "Westbrook", "Wildflower", "Windmill"}

	neighborhoods = []string{"Northside", "Southside", "Eastside", "Westside", "Downtown", "Old Town", "Riverside", "Lakeshore", "The Heights", "Mill Village", "Garden District", "Railroad Flats", "Airport Road", "University Park", "Fairgrounds", "Orchard Park", "Country Roads"}

	streets     = []string{"Acorn", "Ash", "Beech", "Bluff", "Canal", "Cherry", "Church", "Depot", "Elm", "Ferry", "Grove", "Hickory", "High", "Lake", "Locust", "Main", "Market", "Mill", "Oak", "Orchard", "Park", "Pearl", "Poplar", "Prospect", "Ridge", "River", "Spring", "Spruce", "Union", "Walnut", "Water"}
	streetKinds = []string{"Street", "Avenue", "Lane", "Drive", "Road", "Court", "Way"}
)

// Grades from kindergarten, which is 0, to the twelfth.
var gradeNames = []string{"KINDERGARTEN", "FIRST", "SECOND", "THIRD", "FOURTH", "FIFTH", "SIXTH", "SEVENTH", "EIGHTH", "NINTH", "TENTH", "ELEVENTH", "TWELFTH"}

// The levels of schools.
const (
	elementary  = "ELEMENTARY"
	middle      = "MIDDLE"
	high        = "HIGH"
	otherLevel  = "OTHER"
	lastGrade   = 12
	firstMiddle = 6
	firstHigh   = 9
)

// stage is a stretch of grades with how schools of it are made.
type stage struct {
	level       string
	title       string
	first, last int // grades
	size        int // students of a usual school
	most        int // schools
}

// stages add up to at most 40 schools a district, the alternative one included.
var stages = []stage{
	{elementary, "Elementary School", 0, 5, 430, 26},
	{middle, "Middle School", 6, 8, 640, 8},
	{high, "High School", 9, 12, 1450, 5},
}

// gradeShares are how a district's students spread over the grades, K to 12.
var gradeShares = []int{740, 755, 760, 765, 770, 770, 770, 775, 780, 835, 800, 755, 725}

// An alternative high school takes so many in ten thousand of the students of
// grades 9 to 12 in a district of that size or more.
const (
	alternativeFrom  = 4_000
	alternativeShare = 250
)
