package casework

import (
	"testing"

	"github.com/holdfast-edu/holdfast/internal/access"
	"github.com/holdfast-edu/holdfast/internal/record"
	"github.com/holdfast-edu/holdfast/internal/roster/form"
)

// TestEveryKindHasItsClasses: who writes every class of every student writes every kind
// of row; a kind that has no line is written, and shown, by nobody.
func TestEveryKindHasItsClasses(t *testing.T) {
	t.Parallel()
	all := access.Of(access.AllClasses()...)
	everything := access.Reader{Spans: []access.Span{{Reach: access.WholeDistrict, Rights: access.Rights{Read: all, Write: all}}}}
	for _, f := range form.Forms() {
		if !record.WritesKind(everything, f.Kind) {
			t.Errorf("nothing says of which classes a %s tells", f.Kind)
		}
	}
	if record.WritesKind(everything, "Planted") {
		t.Error("a kind that has no line is written")
	}
	reads := access.Reader{Spans: []access.Span{{Reach: access.WholeDistrict, Rights: access.Rights{Read: all}}}}
	if record.WritesKind(reads, "Grade") {
		t.Error("who reads a class writes its kinds")
	}
	school := access.Reader{Spans: []access.Span{{Reach: access.OwnSchools, Rights: access.Rights{Read: all, Write: all}}}}
	if record.WritesKind(school, "Grade") {
		t.Error("who writes of one school's students writes rows of anybody")
	}
}
