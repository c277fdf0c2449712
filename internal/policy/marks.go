package policy

import (
	"errors"
	"fmt"
	"maps"
	"slices"
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
	From int64 `json:"from"` // ten-thousandths

	Mark
}

// defaultMarks are the letters of most schools, with thirds of a point for + and −,
// and a scale of hundred in tens: a D is 60 ≤ x < 70, an F less (EWIMS; own default).
func defaultMarks() MarkPolicy {
	const point, third = 10_000, 3_000
	letters := map[string]Mark{"F": {F: true}, "A+": {Points: 4 * point}}
	for i, letter := range []string{"D", "C", "B", "A"} {
		full := int64(i+1) * point
		letters[letter] = Mark{Points: full, D: letter == "D"}
		letters[letter+"-"] = Mark{Points: full - third, D: letter == "D"}
		if letter != "A" {
			letters[letter+"+"] = Mark{Points: full + third, D: letter == "D"}
		}
	}
	return MarkPolicy{Letters: letters, Numbers: []NumberMark{
		{90 * point, Mark{Points: 4 * point}},
		{80 * point, Mark{Points: 3 * point}},
		{70 * point, Mark{Points: 2 * point}},
		{60 * point, Mark{Points: point, D: true}},
		{0, Mark{F: true}},
	}}
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
		if err := step.check(fmt.Sprint(step.From)); err != nil {
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
