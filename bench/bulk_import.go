package main

import (
	"bufio"
	"context"
	"encoding/csv"
	"fmt"
	"os"
	"path/filepath"
	"time"
)

// absence is a row of a day's attendance: whose, and where.
type absence struct {
	student, school         string // ids of the tables
	studentCode, schoolCode string
}

// importDay loads one day's attendance of the first district, a row for every student
// enrolled who has none yet, as a file of the program's own form; beside it, the same
// rows by plain COPY into the same table, taken back.
func (st *stage) importDay(ctx context.Context) error {
	one := st.districts[0]
	day, code, err := st.lastDay(ctx, one)
	if err != nil {
		return err
	}
	rows, err := st.enrolledOn(ctx, one, day)
	if err != nil {
		return err
	}
	copied, err := st.copyDay(ctx, one, day, rows)
	if err != nil {
		return fmt.Errorf("plain COPY: %w", err)
	}
	folder, err := os.MkdirTemp("", "holdfast-bench-day-")
	if err != nil {
		return err
	}
	defer func() { _ = os.RemoveAll(folder) }()
	if err := writeDay(filepath.Join(folder, "attendance.csv"), day, code, rows); err != nil {
		return err
	}
	took, err := st.timed(ctx, "import", "csv", "--district", one.code, folder)
	if err != nil {
		return err
	}
	fmt.Printf("%d rows: %v; plain COPY %.1f s\n", len(rows), took, copied.Seconds())
	return nil
}

// lastDay is the last day of which most students have no row yet, and a code of the district's that says absent.
func (st *stage) lastDay(ctx context.Context, d *district) (day time.Time, code string, err error) {
	err = st.super.QueryRowContext(ctx, `SELECT e.on_date, (SELECT k.key FROM district_policy p, jsonb_each_text(p.document -> 'attendanceCodes') k
			WHERE p.district_id = $1 AND k.value = 'EXCUSED_ABSENCE' ORDER BY p.version DESC, k.key LIMIT 1)
		FROM attendance_event e WHERE e.district_id = $1 AND e.school_year = $2
		GROUP BY e.on_date HAVING 2 * count(*) < (SELECT count(*) FROM student s WHERE s.district_id = $1) ORDER BY 1 DESC LIMIT 1`, d.id, d.year).Scan(&day, &code)
	if err != nil {
		err = fmt.Errorf("find the last day: %w", err)
	}
	return day, code, err
}

func (st *stage) enrolledOn(ctx context.Context, d *district, day time.Time) ([]absence, error) {
	found, err := st.super.QueryContext(ctx, `SELECT DISTINCT ON (s.id) s.id, h.id, s.local_id, h.local_id FROM student_school_association e
		JOIN student s ON s.district_id = e.district_id AND s.id = e.student_id JOIN school h ON h.district_id = e.district_id AND h.id = e.school_id
		WHERE e.district_id = $1 AND e.withdrawn_at IS NULL AND e.entry_date <= $2 AND coalesce(e.exit_date, 'infinity') >= $2
			AND NOT EXISTS (SELECT FROM attendance_event a WHERE a.district_id = $1 AND a.student_id = s.id AND a.on_date = $2) ORDER BY s.id`, d.id, day)
	if err != nil {
		return nil, fmt.Errorf("find who is enrolled: %w", err)
	}
	defer func() { _ = found.Close() }()
	var rows []absence
	for found.Next() {
		var one absence
		if err := found.Scan(&one.student, &one.school, &one.studentCode, &one.schoolCode); err != nil {
			return nil, fmt.Errorf("find who is enrolled: %w", err)
		}
		rows = append(rows, one)
	}
	return rows, found.Err()
}

// copyDay times the rows going straight into the table, as its owner, and takes them
// back.
func (st *stage) copyDay(ctx context.Context, d *district, day time.Time, rows []absence) (took time.Duration, err error) {
	tx, err := st.super.BeginTx(ctx, nil)
	if err != nil {
		return 0, err
	}
	defer func() { _ = tx.Rollback() }()
	began := time.Now()
	into, err := tx.PrepareContext(ctx, "COPY attendance_event (district_id, school_year, student_id, on_date, school_id, category, fraction, excused) FROM STDIN")
	if err != nil {
		return 0, err
	}
	defer func() { _ = into.Close() }()
	for _, one := range rows {
		if _, err := into.ExecContext(ctx, d.id, d.year, one.student, day, one.school, "EXCUSED_ABSENCE", 10_000, true); err != nil {
			return 0, err
		}
	}
	if _, err := into.ExecContext(ctx); err != nil {
		return 0, err
	}
	return time.Since(began), nil
}

func writeDay(path string, day time.Time, code string, rows []absence) error {
	file, err := os.Create(path)
	if err != nil {
		return err
	}
	defer func() { _ = file.Close() }()
	buffered := bufio.NewWriter(file)
	out := csv.NewWriter(buffered)
	if err := out.Write([]string{"studentId", "schoolId", "date", "code"}); err != nil {
		return err
	}
	for _, one := range rows {
		if err := out.Write([]string{one.studentCode, one.schoolCode, day.Format(time.DateOnly), code}); err != nil {
			return err
		}
	}
	out.Flush()
	if err := out.Error(); err != nil {
		return err
	}
	if err := buffered.Flush(); err != nil {
		return err
	}
	return file.Close()
}
