package earlywarning

import (
	"math/bits"
	"slices"
	"time"
)

// Day is a day, counted from 1 January 1900; the zero Day means that nothing is said.
type Day int32

const secondsOfDay = 24 * 60 * 60

// firstDay is the day from which days are counted; SQL counts from the same.
var firstDay = time.Date(1900, time.January, 1, 0, 0, 0, 0, time.UTC)

// DayOf gives the day of a moment at midnight UTC.
func DayOf(t time.Time) Day { return dayAt((t.Unix() - firstDay.Unix()) / secondsOfDay) }

// dayAt gives the day that is so many after the first; PostgreSQL's last one, in the year
// 5874897, fits.
func dayAt[N int | int64](n N) Day { return Day(n) }

// Time gives the day at midnight UTC.
func (d Day) Time() time.Time { return firstDay.AddDate(0, 0, int(d)) }

// String writes the day as YYYY-MM-DD.
func (d Day) String() string { return d.Time().Format(time.DateOnly) }

// days is a set of days that lie near each other, a bit a day from the first on.
type days struct {
	first Day
	words []uint64
}

const wordBits = 64

// newDays makes an empty set that has room for the days from one to the other.
func newDays(first, last Day) days {
	if last < first {
		return days{first: first}
	}
	return days{first, make([]uint64, (last-first)/wordBits+1)}
}

// begins gives the day of a word's lowest bit.
func (s days) begins(word int) Day { return s.first + dayAt(word*wordBits) }

func (s days) add(d Day) {
	if i := d - s.first; i >= 0 && int(i/wordBits) < len(s.words) {
		s.words[i/wordBits] |= 1 << (i % wordBits)
	}
}

func (s days) has(d Day) bool {
	i := d - s.first
	return i >= 0 && int(i/wordBits) < len(s.words) && s.words[i/wordBits]&(1<<(i%wordBits)) != 0
}

// addAll adds the days of the other set from one day to the other. Both begin on the
// same day.
func (s days) addAll(other days, from, through Day) {
	for w, word := range other.words {
		s.words[w] |= word & between(s.begins(w), from, through)
	}
}

// keepFrom takes out what lies before the day.
func (s days) keepFrom(from Day) {
	for w := range s.words {
		s.words[w] &= between(s.begins(w), from, s.begins(len(s.words)))
	}
}

// between gives the bits of the word that begins on the day, from one day to the other.
func between(begins, from, through Day) uint64 {
	low, high := max(from-begins, 0), min(through-begins, wordBits-1)
	if low > high {
		return 0
	}
	return ^uint64(0) << low & (^uint64(0) >> (wordBits - 1 - high))
}

func (s days) count() int {
	n := 0
	for _, word := range s.words {
		n += bits.OnesCount64(word)
	}
	return n
}

// backwards gives the days, the last first.
func (s days) backwards(yield func(Day) bool) {
	for w, word := range slices.Backward(s.words) {
		for word != 0 {
			at := bits.Len64(word) - 1
			word &^= 1 << at
			if !yield(s.begins(w) + dayAt(at)) {
				return
			}
		}
	}
}

func (s days) clear() { clear(s.words) }
