package record

import (
	"context"
	"database/sql"
	"fmt"
	"time"

	"github.com/google/uuid"

	"github.com/holdfast-edu/holdfast/internal/access"
	"github.com/holdfast-edu/holdfast/internal/earlywarning"
	"github.com/holdfast-edu/holdfast/internal/operation"
	"github.com/holdfast-edu/holdfast/internal/reach"
	"github.com/holdfast-edu/holdfast/internal/relay"
)

// IndicatorPoint is how many students of a district or a school stood where on a day;
// what needs ATTENDANCE over all of them is nil without it.
type IndicatorPoint struct {
	On           relay.Date
	OnTrack      int
	EarlyWarning int
	AtRisk       int
	Critical     int
	NotMeasured  int
	Chronic      *int
	Measured     *int

	enrolled, absent *int64
}

// AttendanceRate is (enrolled − absent) ÷ enrolled of their days so far; nil too with no
// enrolled day.
func (p IndicatorPoint) AttendanceRate() *float64 {
	if p.enrolled == nil || p.absent == nil {
		return nil
	}
	return earlywarning.Rate(*p.enrolled, *p.absent)
}

// Trend is which days, of which school.
type Trend struct {
	From, To *relay.Date // nil: the ninety days up to the other; today
	School   *relay.ID   // nil: the whole district
}

// maxTrend is how many days a trend may have; trendDays how many it has unless asked.
const (
	maxTrend  = 400
	trendDays = 90
)

// trendAttendance are the fields of a point that need ATTENDANCE.
var trendAttendance = []string{"chronic", "measured", "attendanceRate"}

const trendSQL = `SELECT d.on_date::text, sum(d.on_track), sum(d.early_warning), sum(d.at_risk), sum(d.critical), sum(d.not_measured),
		{attendance}
	FROM risk_day d JOIN school_year y ON y.district_id = d.district_id AND y.school_year = d.school_year AND d.on_date BETWEEN y.starts_on AND y.ends_on
	WHERE {within} AND y.district_id = {district} AND y.starts_on <= {to}::date AND y.ends_on >= {from}::date
		AND d.on_date BETWEEN {from}::date AND {to}::date {school}
	GROUP BY d.on_date ORDER BY d.on_date LIMIT {limit}`

// IndicatorTrend gives a point for each of the days on which figures were drawn; nil, and
// noted, for a reader who may not see the risk of every student of the scope. A school
// that is not the district's has no days.
func IndicatorTrend(ctx context.Context, op *operation.Operation, trend Trend, selected Selected) ([]*IndicatorPoint, error) {
	scope := access.ID{}
	classes := op.Reader.OverDistrict()
	if trend.School != nil {
		scope = access.ID(trend.School.UUID)
		classes = op.Reader.OverSchool(scope)
	}
	if class := RiskClass; !classes.Has(class) {
		op.Redact(selected.Path, &class, operation.NoRole, noIndex)
		return nil, nil // null in the answer, and listed
	}
	from, to, err := trend.days(op.Reader.Today)
	if err != nil {
		return nil, err
	}
	attends := classes.Has(access.Attendance)
	st := reach.NewStatement(op.Reader).Write(trendSQL, reach.Values{
		"from": from, "to": to, "limit": maxTrend + 1,
		"within": func(st *reach.Statement) { st.Rows("risk_day", "d") },
		"attendance": func(st *reach.Statement) {
			if attends {
				st.Text("sum(d.chronic), sum(d.measured), sum(d.enrolled_days), sum(d.absent)")
			} else {
				st.Text("NULL, NULL, NULL, NULL")
			}
		},
		"school": func(st *reach.Statement) {
			if trend.School != nil {
				st.Text("AND d.school_id = ").Arg(ofPrefix(*trend.School, relay.School))
			}
		},
	})
	points := []*IndicatorPoint{}
	err = op.Run(ctx, st, func(rows *sql.Rows) error {
		p := &IndicatorPoint{}
		points = append(points, p)
		return rows.Scan(&p.On, &p.OnTrack, &p.EarlyWarning, &p.AtRisk, &p.Critical, &p.NotMeasured, &p.Chronic, &p.Measured, &p.enrolled, &p.absent)
	})
	if err != nil {
		return nil, fmt.Errorf("read the trend: %w", err)
	}
	noteTrend(op, selected, classes, op.Reader.SpansOver(scope), len(points))
	return points, nil
}

// noteTrend notes what is shown of the points and what is not.
func noteTrend(op *operation.Operation, selected Selected, classes access.Classes, spans []access.Span, points int) {
	shown, class := access.Of(RiskClass), access.Attendance
	for _, name := range trendAttendance {
		below, wanted := selected.field(name)
		switch {
		case wanted && classes.Has(class):
			shown |= access.Of(class)
		case wanted:
			for i := range points {
				op.Redact(below.Path, &class, operation.NoRole, i)
			}
		}
	}
	if points > 0 {
		op.ShowFigures(shown, spans)
	}
}

// days gives the first and the last day.
func (t Trend) days(today time.Time) (from, to string, err error) {
	last := today
	if t.To != nil {
		if last, err = time.Parse(time.DateOnly, string(*t.To)); err != nil {
			return "", "", &relay.InputError{Expected: "to takes a day, YYYY-MM-DD"}
		}
	}
	first := last.AddDate(0, 0, 1-trendDays)
	if t.From != nil {
		if first, err = time.Parse(time.DateOnly, string(*t.From)); err != nil {
			return "", "", &relay.InputError{Expected: "from takes a day, YYYY-MM-DD"}
		}
	}
	if first.After(last) || last.Sub(first) >= maxTrend*24*time.Hour {
		return "", "", &relay.InputError{Expected: fmt.Sprintf("from and to take days in their order, at most %d of them", maxTrend)}
	}
	return first.Format(time.DateOnly), last.Format(time.DateOnly), nil
}

// ofPrefix gives the id of an object of that kind; another kind's names nothing.
func ofPrefix(id relay.ID, prefix relay.Prefix) uuid.UUID {
	if id.Prefix != prefix {
		return uuid.Nil
	}
	return id.UUID
}
