package demo

// way is how a contact is made, and what comes of it.
type way struct {
	method      string
	withStudent int // in ten thousand; the others are with somebody at home
	outcomes    []share[string]
	openings    []string
	failures    map[string][]string // what a note says by outcome
}

// ways are how contacts are made, with their shares.
var ways = []share[way]{
	{38, way{"PHONE", 1_000, byVoice, []string{"Called at the agreed time.", "Called back.", "Spoke on the phone about the last weeks.", "Followed up on last week's message."}, callFailed}},
	{24, way{"TEXT", 2_500, inWriting, []string{"Wrote back and forth.", "Texted as agreed.", "Answered within the hour."}, writingFailed}},
	{16, way{"IN_PERSON", 9_000, faceToFace, []string{"Met before first period.", "Sat down over lunch.", "Walked together to class.", "Checked in during advisory.", "Had our weekly talk."}, visitFailed}},
	{10, way{"EMAIL", 500, inWriting, []string{"Answered the mail of last week.", "Wrote about the last weeks.", "Asked by mail how things are going."}, writingFailed}},
	{6, way{"HOME_VISIT", 0, atTheDoor, []string{"Was asked in.", "Sat at the kitchen table for half an hour.", "Talked at the door."}, visitFailed}},
	{3, way{"VIDEO", 2_000, faceToFace, []string{"Met online as planned.", "Looked at the attendance record together on the screen."}, visitFailed}},
	{2, way{"MAIL", 0, []share[string]{{1, "LEFT_MESSAGE"}}, nil, map[string][]string{"LEFT_MESSAGE": {"Sent the attendance letter.", "Sent a card."}}}},
	{1, way{"EMPLOYER_VISIT", 0, atTheDoor, []string{"Met at work during a break.", "Talked at work, with the manager's leave."}, visitFailed}},
}

// What comes of a contact, by the way it is made.
var (
	byVoice    = []share[string]{{55, reached}, {24, "LEFT_MESSAGE"}, {15, "NO_ANSWER"}, {4, "WRONG_NUMBER"}, {2, "REFUSED"}}
	inWriting  = []share[string]{{62, reached}, {37, "LEFT_MESSAGE"}, {1, "REFUSED"}}
	faceToFace = []share[string]{{90, reached}, {8, "NO_ANSWER"}, {2, "REFUSED"}}
	atTheDoor  = []share[string]{{66, reached}, {24, "NO_ANSWER"}, {6, "LEFT_MESSAGE"}, {4, "REFUSED"}}

	callFailed = map[string][]string{
		"LEFT_MESSAGE": {"Left a message and asked to be called back.", "Left word with a number to call."},
		"NO_ANSWER":    {"Rang out; will try in the evening.", "Nobody answered."},
		"WRONG_NUMBER": {"The number belongs to somebody else now.", "The number is no longer in service."},
		"REFUSED":      {"Would rather not talk at the moment."},
	}
	writingFailed = map[string][]string{
		"LEFT_MESSAGE": {"Sent a message; no answer yet.", "Asked for a good time to talk."},
		"REFUSED":      {"Asked not to be written to about this."},
	}
	visitFailed = map[string][]string{
		"LEFT_MESSAGE": {"Left a card.", "Left word with a neighbor to call back."},
		"NO_ANSWER":    {"Nobody was there.", "Waited ten minutes; nobody came."},
		"REFUSED":      {"Would rather not talk at the moment.", "Asked to come another time."},
	}
)

// A note is put together from an opening, a middle and a next step. None is about
// anybody.
var (
	troubles = []string{
		"Mornings are hard since the bus stop moved.", "Getting younger siblings to school comes first on some days.",
		"The work schedule at home has changed.", "A cold went through the whole household.", "Second period is the one that is avoided.",
		"Missing work has piled up and makes coming back harder.", "The alarm is set but not heard.", "Friday afternoons are spent at a relative's.",
		"Worried about a test, and stayed away.", "Does not see why the class matters.",
	}
	goodNews = []string{
		"Was there every day this week.", "Came on time four days in a row.", "Turned in all missing work.", "The teacher sent a kind note.",
		"Joined a club and likes it.", "Set the goal of a full month, and means it.",
	}
	nextSteps = []string{
		"We agreed on a wake-up call for the next two weeks.", "I will ask transportation about another stop.", "Next talk in a week.",
		"The counselor will join the next meeting.", "A friend will come by in the mornings.", "I will send the missing work list home.",
		"We look at the record again on Friday.", "Will visit if it does not get better.", "Nothing else needed for now.",
	}
)
