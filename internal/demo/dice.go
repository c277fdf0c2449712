package demo

import (
	"encoding/binary"
	"hash/fnv"
	"time"

	"github.com/google/uuid"
)

// dice are a seeded source of chance (splitmix64), whole numbers alone: the same
// on every machine and with every release of Go.
type dice struct{ state uint64 }

// newDice gives the dice of a seed and of what they are for.
func newDice(seed uint64, purpose ...string) *dice {
	hash := fnv.New64a()
	_, _ = hash.Write(binary.BigEndian.AppendUint64(nil, seed))
	for _, word := range purpose {
		_, _ = hash.Write([]byte(word + "\x00"))
	}
	return &dice{state: hash.Sum64()}
}

// The constants of splitmix64 (Steele, Lea and Flood, 2014).
const (
	mixStep    = 0x9e3779b97f4a7c15
	mixFirst   = 0xbf58476d1ce4e5b9
	mixSecond  = 0x94d049bb133111eb
	mixShift30 = 30
	mixShift27 = 27
	mixShift31 = 31
)

func (d *dice) next() uint64 {
	d.state += mixStep
	z := d.state
	z = (z ^ z>>mixShift30) * mixFirst
	z = (z ^ z>>mixShift27) * mixSecond
	return z ^ z>>mixShift31
}

// below gives a number from 0 to n-1; the bias of the remainder is nothing at the
// sizes used here. n must be positive.
func (d *dice) below(n int) int {
	return int(d.next() % uint64(n)) //nolint:gosec // n is positive, and the remainder below it
}

// between gives a number from low to high, both included.
func (d *dice) between(low, high int) int { return low + d.below(high-low+1) }

// certain is a chance of one, in ten-thousandths.
const certain = 10_000

// chance is true so many times in ten thousand.
func (d *dice) chance(inTenThousand int) bool { return d.below(certain) < inTenThousand }

func pick[T any](d *dice, list []T) T { return list[d.below(len(list))] }

// share is an entry of a table of shares; they need not add up to anything.
type share[T any] struct {
	of     int
	choice T
}

// draw picks an entry of the table by its share.
func draw[T any](d *dice, table []share[T]) T {
	total := 0
	for _, entry := range table {
		total += entry.of
	}
	at := d.below(total)
	for _, entry := range table {
		if at -= entry.of; at < 0 {
			return entry.choice
		}
	}
	return table[0].choice
}

// shuffled gives the list in another order.
func shuffled[T any](d *dice, list []T) []T {
	mixed := append([]T(nil), list...)
	for i := len(mixed) - 1; i > 0; i-- {
		j := d.below(i + 1)
		mixed[i], mixed[j] = mixed[j], mixed[i]
	}
	return mixed
}

// ids gives UUIDs of version 7, one after the other: their time is a day's
// midnight, then a counter, then chance.
type ids struct {
	millis  uint64
	counter uint64
	dice    *dice
}

func newIDs(day time.Time, d *dice) *ids {
	return &ids{millis: uint64(day.UnixMilli()), dice: d}
}

// How the bits of a UUIDv7 are laid out (RFC 9562, 5.7): 48 of time, 12 and 62 of
// our own, of which the first 32 are the counter.
const (
	timeShift    = 16
	version7     = 7 << 12
	counterHigh  = 20 // how far the counter's first twelve bits lie up
	counterMask  = 0xfff
	lowMask      = 0xfffff
	lowShift     = 42
	randomMask   = 1<<42 - 1
	variantRFC   = 1 << 63
	uuidHalfSize = 8
)

func (i *ids) next() string {
	i.counter++
	var id uuid.UUID
	binary.BigEndian.PutUint64(id[:uuidHalfSize], i.millis<<timeShift|version7|i.counter>>counterHigh&counterMask)
	binary.BigEndian.PutUint64(id[uuidHalfSize:], variantRFC|i.counter&lowMask<<lowShift|i.dice.next()&randomMask)
	return id.String()
}
