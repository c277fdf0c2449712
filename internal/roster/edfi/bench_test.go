package edfi_test

import (
	"bytes"
	"context"
	"fmt"
	"os"
	"path/filepath"
	"testing"

	"github.com/holdfast-edu/holdfast/internal/roster"
	"github.com/holdfast-edu/holdfast/internal/roster/edfi"
)

// nothing is a sink that keeps nothing.
type nothing struct{}

func (nothing) Put(context.Context, any) error               { return nil }
func (nothing) Tolerate(context.Context, roster.Issue) error { return nil }
func (nothing) Cover(roster.Coverage) error                  { return nil }
func (nothing) Reject(_ context.Context, _ any, problems []roster.Issue) error {
	return fmt.Errorf("%s %s", problems[0].Field, problems[0].Problem)
}
func (nothing) PassOver(kind string) error { return fmt.Errorf("passed over %s", kind) }

// BenchmarkAttendance reads a year of a middling district: 20,000 events laid
// out as the Ed-Fi Alliance's sample does it, about 900 bytes each.
func BenchmarkAttendance(b *testing.B) {
	folder := b.TempDir()
	size := writeAttendance(b, filepath.Join(folder, "StudentAttendance.xml"), 20_000)
	b.SetBytes(size)
	b.ReportAllocs()
	for b.Loop() {
		if err := edfi.Read(b.Context(), os.DirFS(folder), nothing{}, nil); err != nil {
			b.Fatal(err)
		}
	}
}

// writeAttendance makes an attendance file and gives its size in bytes.
func writeAttendance(b *testing.B, path string, events int) int64 {
	b.Helper()
	var text bytes.Buffer
	for event := range events {
		fmt.Fprintf(&text, attendanceForm, 1+event%28, 600_000+event)
	}
	content := interchange("StudentAttendance", text.String())
	if err := os.WriteFile(path, []byte(content), 0o600); err != nil {
		b.Fatal(err)
	}
	return int64(len(content))
}

const attendanceForm = `	<StudentSchoolAttendanceEvent>
		<AttendanceEvent>
			<EventDate>2021-10-%02d</EventDate>
			<AttendanceEventCategory>uri://ed-fi.org/AttendanceEventCategoryDescriptor#Excused Absence</AttendanceEventCategory>
			<AttendanceEventReason>Absent excused</AttendanceEventReason>
			<EventDuration>1</EventDuration>
		</AttendanceEvent>
		<StudentReference>
			<StudentIdentity>
				<StudentUniqueId>%d</StudentUniqueId>
			</StudentIdentity>
		</StudentReference>
		<SchoolReference>
			<SchoolIdentity>
				<SchoolId>255901001</SchoolId>
			</SchoolIdentity>
		</SchoolReference>
		<SessionReference>
			<SessionIdentity>
				<SessionName>2021-2022 Fall Semester</SessionName>
				<SchoolYear>2021-2022</SchoolYear>
				<SchoolReference>
					<SchoolIdentity>
						<SchoolId>255901001</SchoolId>
					</SchoolIdentity>
				</SchoolReference>
			</SessionIdentity>
		</SessionReference>
	</StudentSchoolAttendanceEvent>
`
