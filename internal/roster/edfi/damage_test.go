package edfi_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"github.com/holdfast-edu/holdfast/internal/roster"
	"github.com/holdfast-edu/holdfast/internal/roster/edfi"
)

// accounted counts the elements that a sink was told of, in whatever way.
func accounted(sink *recorder) int {
	rejected := map[roster.Origin]bool{}
	for _, issue := range sink.issues {
		rejected[issue.Origin] = true
	}
	count := len(sink.rows) + len(rejected)
	for _, times := range sink.passedOver {
		count += times
	}
	return count
}

// TestDamagedBytes overwrites bytes of a sound file. Whatever they are, reading
// does not panic, and no element is lost in silence: there is an error, or each
// element became a row, an issue or was passed over.
func TestDamagedBytes(t *testing.T) {
	t.Parallel()
	attendance := `<StudentSchoolAttendanceEvent id="A"><AttendanceEvent><EventDate>2021-08-31</EventDate>
		<AttendanceEventCategory>x#Tardy &amp; more</AttendanceEventCategory>
		<EventDuration>0.5</EventDuration></AttendanceEvent>` + ofStudent + ofSchool + "</StudentSchoolAttendanceEvent>\n"
	sound := []byte(interchange("StudentAttendance", strings.Repeat(attendance, 4)+"<Other><![CDATA[a]]></Other>"))
	const elements = 5
	folder := t.TempDir()
	rapid.Check(t, func(t *rapid.T) {
		damaged := append([]byte(nil), sound...)
		for range rapid.IntRange(1, 3).Draw(t, "damages") {
			place := rapid.IntRange(0, len(damaged)-1).Draw(t, "place")
			damaged[place] = rapid.OneOf(rapid.Byte(), rapid.SampledFrom([]byte("<>&/\"'=! \x00"))).Draw(t, "byte")
		}
		damaged = damaged[:rapid.OneOf(rapid.Just(len(damaged)), rapid.IntRange(0, len(damaged))).Draw(t, "length")]
		if err := os.WriteFile(filepath.Join(folder, "a.xml"), damaged, 0o600); err != nil {
			t.Fatal(err)
		}
		sink := &recorder{}
		err := edfi.Read(t.Context(), os.DirFS(folder), sink, nil)
		if got := accounted(sink); err == nil && got != elements {
			t.Fatalf("%d of %d elements accounted for in:\n%s", got, elements, damaged)
		}
	})
}
