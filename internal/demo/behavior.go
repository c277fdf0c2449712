package demo

// behavior is what an incident is about.
type behavior struct {
	word      string
	answers   *[]share[answer]
	victim    bool // somebody suffers it
	mutual    bool // the other may have done as much
	locations []string
}

// answer is what is done about an incident; days of a suspension.
type answer struct {
	kind string
	days int
}

const (
	outOfSchool = "OUT_OF_SCHOOL_SUSPENSION"
	inSchool    = "IN_SCHOOL_SUSPENSION"
	removal     = "REMOVAL_FROM_CLASSROOM"
)

// What is done, by how grave it is.
var (
	lightAnswers = []share[answer]{{46, answer{"OTHER", 0}}, {30, answer{removal, 0}}, {13, answer{"NONE", 0}}, {11, answer{inSchool, 1}}}
	usualAnswers = []share[answer]{{36, answer{inSchool, 1}}, {24, answer{"OTHER", 0}}, {12, answer{removal, 0}}, {9, answer{inSchool, 2}}, {8, answer{outOfSchool, 1}}, {6, answer{"COMMUNITY_SERVICE", 0}}, {5, answer{outOfSchool, 2}}}
	graveAnswers = []share[answer]{{30, answer{outOfSchool, 3}}, {22, answer{outOfSchool, 1}}, {20, answer{outOfSchool, 2}}, {14, answer{inSchool, 2}}, {9, answer{outOfSchool, 5}}, {5, answer{"OTHER", 0}}}
)

var (
	inClass  = []string{"Classroom", "Classroom", "Classroom", "Library", "Gymnasium"}
	onGround = []string{"Hallway", "Hallway", "Cafeteria", "School grounds", "School bus", "Restroom", "Gymnasium"}
)

// behaviors are how students misbehave, in a source's words.
var behaviors = []share[behavior]{
	{26, behavior{"Disruption", &lightAnswers, false, false, inClass}},
	{17, behavior{"Defiance", &lightAnswers, false, false, inClass}},
	{9, behavior{"Device used in class", &lightAnswers, false, false, inClass}},
	{10, behavior{"Skipping class", &usualAnswers, false, false, onGround}},
	{7, behavior{"Profanity", &lightAnswers, false, false, onGround}},
	{7, behavior{"Bullying", &usualAnswers, true, false, onGround}},
	{4, behavior{"Vandalism", &usualAnswers, false, false, onGround}},
	{3, behavior{"Theft", &usualAnswers, true, false, onGround}},
	{7, behavior{"Fighting", &graveAnswers, true, true, onGround}},
	{3, behavior{"Threat", &graveAnswers, true, false, onGround}},
	{5, behavior{"Tobacco or vaping", &graveAnswers, false, false, onGround}},
	{2, behavior{"Alcohol or drugs", &graveAnswers, false, false, onGround}},
}

// forbiddenObject is what students are expelled for here.
var forbiddenObject = behavior{"Forbidden object", &graveAnswers, false, false, onGround}

// conducts are the kinds of students who get into incidents at all, with their shares:
// from and up to how often, in a million days.
var conducts = []share[[2]int]{
	{640, [2]int{4_000, 9_000}},
	{270, [2]int{12_000, 24_000}},
	{90, [2]int{32_000, 60_000}},
}

// gradeConduct is how many students of a grade get into incidents at all, in ten
// thousand.
var gradeConduct = []int{150, 200, 260, 330, 400, 530, 980, 1130, 1130, 1220, 950, 730, 530}

const (
	youngestOut     = 3   // the grade from which students are suspended
	alternativeMore = 300 // hundredths of usual, in an alternative school
	alsoDid         = 1_100
	hasVictim       = 8_500
	hasWitness      = 2_600
	hasReporter     = 900
	fightsBack      = 5_000
)
