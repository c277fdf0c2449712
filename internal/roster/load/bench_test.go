package load_test

import (
	"context"
	"database/sql"
	"strconv"
	"testing"
	"time"

	"github.com/google/uuid"

	"github.com/holdfast-edu/holdfast/internal/postgres"
	"github.com/holdfast-edu/holdfast/internal/postgres/pgtest"
	"github.com/holdfast-edu/holdfast/internal/roster"
	"github.com/holdfast-edu/holdfast/internal/roster/load"
)

// The benchmarks' district: so many students are absent on so many days.
const (
	benchedStudents = 5_000
	benchedDays     = 40
)

// BenchmarkAttendance loads 200,000 rows of attendance: by COPY straight into the table,
// and by the load, everything included; its recompute, which is the whole district's, is
// told apart. Both are undone. The load is to reach half of COPY's speed.
func BenchmarkAttendance(b *testing.B) {
	district := benched(b)
	b.Run("COPY", func(b *testing.B) {
		db, err := sql.Open("postgres", district.database.SuperuserURL())
		if err != nil {
			b.Fatal(err)
		}
		defer func() { _ = db.Close() }()
		ids := district.ids(b, db)
		for b.Loop() {
			district.copyPlainly(b, db, ids)
		}
	})
	b.Run("load", func(b *testing.B) {
		var loading, figures time.Duration
		for b.Loop() {
			began := time.Now()
			merged := began
			options := load.Options{Now: october, DryRun: true, Progress: func(p load.Progress) {
				if p.Phase == "figures and flags" && merged.Equal(began) {
					merged = time.Now()
				}
			}}
			summary, err := load.Load(b.Context(), district.application, district.there, absences(), options)
			if err != nil || summary.Changed() != benchedStudents*benchedDays {
				b.Fatal(err, summary.Counts)
			}
			loading += merged.Sub(began)
			figures += time.Since(merged)
		}
		b.ReportMetric(loading.Seconds()/float64(b.N), "load-s/op")
		b.ReportMetric(figures.Seconds()/float64(b.N), "recompute-s/op")
	})
}

type benchedDistrict struct {
	database    *pgtest.Database
	application *postgres.DB
	there       load.District
}

func benched(b *testing.B) *benchedDistrict {
	b.Helper()
	database := pgtest.New(b)
	owner := database.Open(b, postgres.OwnerLogin, postgres.Options{})
	application := database.Open(b, postgres.ApplicationLogin, postgres.Options{})
	planned, err := load.PlanDistrict(b.Context(), rowsOf(enrollAll), code, "America/Chicago")
	if err != nil {
		b.Fatal(err)
	}
	if _, err := load.Load(b.Context(), owner, planned, rowsOf(enrollAll), load.Options{Now: october}); err != nil {
		b.Fatal(err)
	}
	if err := analyze(b, database.SuperuserURL()); err != nil {
		b.Fatal(err)
	}
	there, err := load.FindDistrict(b.Context(), application, code)
	if err != nil {
		b.Fatal(err)
	}
	return &benchedDistrict{database, application, there}
}

// analyze lets the planner know the sizes, as the server does by itself in time.
func analyze(b *testing.B, url string) error {
	b.Helper()
	db, err := sql.Open("postgres", url)
	if err != nil {
		return err
	}
	defer func() { _ = db.Close() }()
	_, err = db.ExecContext(b.Context(), "ANALYZE")
	return err
}

// rowsOf is a source that makes its rows as it is read.
func rowsOf(give func(put func(any) error) error) load.Source {
	return load.Source{Name: "made up", Read: func(ctx context.Context, sink roster.Sink, _ func(done, total int64)) error {
		return give(func(row any) error { return sink.Put(ctx, row) })
	}}
}

func enrollAll(put func(any) error) error {
	rows := []any{
		roster.District{Code: code, Name: "Made-up", State: "TX"},
		roster.School{Code: "11", Name: "Alder", DistrictCode: code, Level: roster.LevelHigh},
		roster.Calendar{Code: "A", SchoolCode: "11", SchoolYear: 2026, Kind: roster.CalendarSchool},
	}
	for day := range benchedDays {
		rows = append(rows, roster.CalendarDate{CalendarCode: "A", SchoolCode: "11", SchoolYear: 2026, Date: on(8, 18).AddDate(0, 0, day), Instructional: true})
	}
	for student := range benchedStudents {
		rows = append(rows, roster.Student{Code: strconv.Itoa(student), FirstName: "Ada", LastName: "Quill"},
			roster.Enrollment{StudentCode: strconv.Itoa(student), SchoolCode: "11", SchoolYear: 2026, EntryDate: on(8, 18), GradeLevel: roster.GradeNinth})
	}
	for _, row := range rows {
		if err := put(row); err != nil {
			return err
		}
	}
	return nil
}

func absences() load.Source {
	return rowsOf(func(put func(any) error) error {
		for day := range benchedDays {
			for student := range benchedStudents {
				if err := put(absent(strconv.Itoa(student), on(8, 18).AddDate(0, 0, day))); err != nil {
					return err
				}
			}
		}
		return nil
	})
}

type benchedIDs struct {
	school   uuid.UUID
	students map[string]uuid.UUID
}

func (d *benchedDistrict) ids(b *testing.B, db *sql.DB) benchedIDs {
	b.Helper()
	ids := benchedIDs{students: map[string]uuid.UUID{}}
	if err := db.QueryRowContext(b.Context(), "SELECT id FROM school").Scan(&ids.school); err != nil {
		b.Fatal(err)
	}
	if _, err := db.ExecContext(b.Context(), "SELECT ensure_year_partitions(2026)"); err != nil {
		b.Fatal(err)
	}
	rows, err := db.QueryContext(b.Context(), "SELECT local_id, id FROM student")
	if err != nil {
		b.Fatal(err)
	}
	defer func() { _ = rows.Close() }()
	for rows.Next() {
		var name string
		var id uuid.UUID
		if err := rows.Scan(&name, &id); err != nil {
			b.Fatal(err)
		}
		ids.students[name] = id
	}
	if err := rows.Err(); err != nil {
		b.Fatal(err)
	}
	return ids
}

// copyPlainly copies the same rows straight into the table, as a login without walls.
func (d *benchedDistrict) copyPlainly(b *testing.B, db *sql.DB, ids benchedIDs) {
	b.Helper()
	tx, err := db.BeginTx(b.Context(), nil)
	if err != nil {
		b.Fatal(err)
	}
	defer func() { _ = tx.Rollback() }()
	in, err := tx.PrepareContext(b.Context(), `COPY attendance_event (district_id, school_year, student_id, on_date, school_id, category, fraction, excused, reason) FROM STDIN`)
	if err != nil {
		b.Fatal(err)
	}
	defer func() { _ = in.Close() }()
	for day := range benchedDays {
		date := on(8, 18).AddDate(0, 0, day).Format(time.DateOnly)
		for student := range benchedStudents {
			_, err := in.ExecContext(b.Context(), d.there.ID, 2026, ids.students[strconv.Itoa(student)], date, ids.school, "UNEXCUSED_ABSENCE", 10_000, false, "")
			if err != nil {
				b.Fatal(err)
			}
		}
	}
	if _, err := in.ExecContext(b.Context()); err != nil {
		b.Fatal(err)
	}
}
