package earlywarning

// WholeDay is how many parts a day has: absences are counted in ten-thousandths.
const WholeDay = 10_000

// Figures are a student's attendance over distinct days of a school year, up to
// the last day through which attendance is known.
type Figures struct {
	Enrolled  int   // whole days
	Absent    int64 // ten-thousandths of a day; Excused + Unexcused + Suspended
	Excused   int64
	Unexcused int64
	Suspended int64 // out of school; in-school suspension is no absence
	Tardies   int   // days with a tardy
	Truant    int   // days unexcused as a whole, or with a long tardy that was not excused
	Streak    int   // whole days absent in a row, ending with the last day
	Measured  bool  // enrolled at least the policy's minimum of days
	Chronic   bool  // measured, and absent at least a tenth of the days
}

// EnrolledDays is the number of days that count.
func (f Figures) EnrolledDays() int { return f.Enrolled }

// AbsentDays is the number of days absent, parts of days included.
func (f Figures) AbsentDays() float64 { return Days(f.Absent) }

// ExcusedDays is the part of AbsentDays that was excused.
func (f Figures) ExcusedDays() float64 { return Days(f.Excused) }

// UnexcusedDays is the part of AbsentDays that was not excused.
func (f Figures) UnexcusedDays() float64 { return Days(f.Unexcused) }

// SuspendedDays is the part of AbsentDays that was out-of-school suspension.
func (f Figures) SuspendedDays() float64 { return Days(f.Suspended) }

// CurrentStreak is the number of whole days absent in a row, up to the last day.
func (f Figures) CurrentStreak() int { return f.Streak }

// AttendanceRate is (enrolled − absent) ÷ enrolled; nil with no enrolled day. It
// is for showing: no threshold is ever held against it.
func (f Figures) AttendanceRate() *float64 { return Rate(int64(f.Enrolled), f.Absent) }

// ChronicallyAbsent is nil when there is no verdict.
func (f Figures) ChronicallyAbsent() *bool {
	if !f.Measured {
		return nil
	}
	return &f.Chronic
}

// Days gives ten-thousandths of a day as days, for showing.
func Days(tenThousandths int64) float64 { return float64(tenThousandths) / WholeDay }

// Rate is the share of enrolled days that were attended, from days enrolled and
// ten-thousandths of a day absent; nil with no enrolled day.
func Rate(enrolledDays, absent int64) *float64 {
	if enrolledDays == 0 {
		return nil
	}
	rate := float64(enrolledDays*WholeDay-absent) / float64(enrolledDays*WholeDay)
	return &rate
}
