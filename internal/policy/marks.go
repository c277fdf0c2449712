package policy

import (
	"errors"
	"fmt"
	"maps"
	"slices"
	"strconv"
)

// MarkPolicy is what a mark is worth. A letter wins over a number; a letter that is
// not in the list counts for nothing, neither as a D nor for the average.
type MarkPolicy struct {
	// Letters is what each letter is worth.
	Letters map[string]Mark `json:"letters"`
	// Numbers is what a number from its least one on is worth, the highest first. Each
	// reaches up to the one before it, that one's least not included.
	Numbers []NumberMark `json:"numbers"`
}

// Mark is what a mark is worth.
type Mark struct {
	Points int64 `json:"points"` // ten-thousandths of a grade point
	D      bool  `json:"d,omitzero"`
	F      bool  `json:"f,omitzero"`
}

// NumberMark is what a number is worth that is at least From.
type NumberMark struct {
	Mark

	From int64 `json:"from"` // ten-thousandths
}

// defaultMarks are the letters of most schools, with thirds of a point for + and −,
// and a scale of hundred in tens: a D is 60 ≤ x < 70, an F less (EWIMS; own default).
func defaultMarks() MarkPolicy {
	const point, third, leastD, step = whole, 3_000, 60 * whole, 10 * whole
	failed := Mark{F: true}
	p := MarkPolicy{Letters: map[string]Mark{"F": failed}, Numbers: []NumberMark{{Mark: failed}}}
	for i, letter := range []string{"D", "C", "B", "A"} {
		mark := Mark{Points: int64(i+1) * point, D: letter == "D"}
		p.Letters[letter] = mark
		p.Letters[letter+"-"] = Mark{Points: mark.Points - third, D: mark.D}
		p.Letters[letter+"+"] = Mark{Points: mark.Points + third, D: mark.D}
		p.Numbers = append(p.Numbers, NumberMark{From: leastD + int64(i)*step, Mark: mark})
	}
	p.Letters["A+"] = p.Letters["A"] // there is no more than four points
	slices.Reverse(p.Numbers)
	return p
}

// Of gives what a mark is worth; number is in ten-thousandths, negative where there is
// none. It is false where the mark counts for nothing.
func (p MarkPolicy) Of(letter string, number int64) (Mark, bool) {
	if letter != "" {
		mark, known := p.Letters[letter]
		return mark, known
	}
	if number < 0 {
		return Mark{}, false
	}
	for _, step := range p.Numbers {
		if number >= step.From {
			return step.Mark, true
		}
	}
	return Mark{}, false
}

func (p MarkPolicy) check() error {
	for _, letter := range slices.Sorted(maps.Keys(p.Letters)) {
		if len(letter) == 0 || len(letter) > 2 {
			return fmt.Errorf("the district's policy: marks.letters has %q, which is not one or two letters", letter)
		}
		if err := p.Letters[letter].check(letter); err != nil {
			return err
		}
	}
	for i, step := range p.Numbers {
		if step.From < 0 || (i > 0 && step.From >= p.Numbers[i-1].From) {
			return errors.New("the district's policy: marks.numbers must run from the highest down to 0 or more")
		}
		if err := step.check(strconv.FormatInt(step.From, 10)); err != nil {
			return err
		}
	}
	return nil
}

func (m Mark) check(name string) error {
	if m.Points < 0 || (m.D && m.F) {
		return fmt.Errorf("the district's policy: the mark %s must be worth 0 points or more, and cannot be both a D and an F", name)
	}
	return nil
}
