package earlywarning

import "github.com/google/uuid"

// Status is what became of a flag.
type Status string

// The states of a flag.
const (
	Open         Status = "OPEN"
	Acknowledged Status = "ACKNOWLEDGED"
	Resolved     Status = "RESOLVED"
	Dismissed    Status = "DISMISSED"
)

// Flag is a flag as it stands.
type Flag struct {
	ID          uuid.UUID
	Rule        string
	Domain      Domain
	Grave       Severity
	Status      Status
	Since, AsOf Day
	Part, Whole int64 // ten-thousandths
	Line        int64
	Policy      int // version
	Version     int
	// What a person saw who acknowledged or dismissed it; a Whole of 0: nobody did.
	AnsweredPart, AnsweredWhole int64
}

// raised is the flag after the rule found something: nil before means that it is the
// first time. A resolved flag opens anew. A dismissed one opens when its figure is
// worse than the one that was dismissed, an acknowledged warning when it becomes at
// risk.
func raised(before *Flag, found Finding, asOf Day) Flag {
	after := Flag{ID: newID(), Rule: found.Rule, Domain: Domain(found.Domain), Status: Open, Since: asOf}
	if before != nil {
		after = *before
		is, was := Figure{Part: found.Part, Whole: found.Whole}, Figure{Part: before.AnsweredPart, Whole: before.AnsweredWhole}
		switch {
		case before.Status == Resolved, before.Status == Dismissed && worse(found.Rule, is, was):
			after.reopen()
			after.Since = asOf
		case before.Status == Acknowledged && before.Grave == Warning && found.Grave == AtRisk:
			after.reopen()
		}
	}
	after.Grave, after.AsOf, after.Part, after.Whole, after.Line, after.Policy = found.Grave, asOf, found.Part, found.Whole, found.Line, found.PolicyVersion
	return after
}

func (f *Flag) reopen() { f.Status, f.AnsweredPart, f.AnsweredWhole = Open, 0, 0 }

// resolved is the flag after the rule found nothing, with the figure that is left.
func resolved(before Flag, left Figure, asOf Day, version int) Flag {
	after := before
	after.Status, after.Policy = Resolved, version
	after.AnsweredPart, after.AnsweredWhole = 0, 0
	if left.Whole > 0 {
		after.AsOf, after.Part, after.Whole = asOf, left.Part, left.Whole
	}
	return after
}

// remembered tells whether a flag's history gets a line: a person would notice.
func remembered(before *Flag, after Flag) bool {
	return before == nil || before.Status != after.Status || before.Grave != after.Grave || before.Part != after.Part
}

func newID() uuid.UUID { return uuid.Must(uuid.NewV7()) }
