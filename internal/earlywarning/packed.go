package earlywarning

// packed is a number into which SQL has put several values, the first to be taken in its
// lowest bits.
type packed int64

// How many bits the values of a packed number have; the last one has what is left.
const (
	fractionBits = 14 // of an attendance event, then
	minutesBits  = 12 // one more than they are, then a bit for excused, then
	categoryBits = 5

	lengthBits = 24 // of a disciplinary action, then
	kindBits   = 4  // of an action or, after its day, of a mark

	dayBits    = 20 // of a mark
	letterBits = 16 // a letter and its sign, eight bits each
)

// take gives the value of the lowest bits, and leaves the others.
func (p *packed) take(bits int) int64 {
	value := *p & (1<<bits - 1)
	*p >>= bits
	return int64(value)
}

// place gives a value of few bits as the word that has this place in its list.
func place[Word Category | ActionKind | MarkKind](n int64) Word { return Word(n) }

// day gives what is left, which is a day.
func (p *packed) day() Day { return dayAt(int64(*p)) }
