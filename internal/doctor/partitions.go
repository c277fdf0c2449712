package doctor

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"time"
)

// monthlyLogs are the logs with a partition a month.
var monthlyLogs = []struct{ table, name string }{
	{"audit_log", "the audit log"}, {"access_log", "the access log"}, {"access_log_student", "the access log's list by student"},
}

// checkAuditPartitions: a change whose month has no partition is refused, and what
// was shown in it waits to be written down.
func checkAuditPartitions(ctx context.Context, p *patient) ([]Finding, error) {
	now := p.Now().UTC()
	this := time.Date(now.Year(), now.Month(), 1, 0, 0, 0, 0, time.UTC)
	var findings []Finding
	for _, month := range []time.Time{this, this.AddDate(0, 1, 0)} {
		for _, log := range monthlyLogs {
			there, err := p.hasTable(ctx, log.table+"_"+month.Format("200601"))
			if err != nil {
				return findings, err
			}
			if !there {
				findings = append(findings, warn(log.name+" has no partition for "+month.Format("2006-01"),
					"holdfast serve makes it when it starts, and daily; or as the owner: SELECT ensure_audit_partition('"+month.Format(time.DateOnly)+"')"))
			}
		}
	}
	return orOK(findings, "the logs have partitions for this month and the next"), nil
}

func (p *patient) hasTable(ctx context.Context, name string) (bool, error) {
	var there bool
	err := row(ctx, p.someone(), []any{&there}, "SELECT to_regclass('public.' || $1) IS NOT NULL", name)
	return there, err
}

func checkAttendancePartitions(ctx context.Context, p *patient) ([]Finding, error) {
	return p.eachDistrict(ctx, "attendance has a partition for each running school year", func(ctx context.Context, d district) ([]Finding, error) {
		year, err := p.runningYear(ctx, d)
		if err != nil || year == 0 {
			return nil, err
		}
		there, err := p.hasTable(ctx, fmt.Sprintf("attendance_event_%d", year))
		if err != nil || there {
			return nil, err
		}
		return []Finding{warn(fmt.Sprintf("attendance has no partition for its school year %d", year),
			fmt.Sprintf("the next import makes it; or as the owner: SELECT ensure_year_partitions(%d)", year))}, nil
	})
}

// runningYear is the district's school year that holds today, 0 when none does.
func (p *patient) runningYear(ctx context.Context, d district) (int, error) {
	var year int
	err := row(ctx, p.owner, []any{&year}, "SELECT school_year FROM school_year WHERE district_id = $1 AND $2 BETWEEN starts_on AND ends_on", d.id, d.today)
	if errors.Is(err, sql.ErrNoRows) {
		return 0, nil
	}
	return year, err
}
