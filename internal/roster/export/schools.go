package export

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"strconv"
	"time"

	"github.com/holdfast-edu/holdfast/internal/roster"
	"github.com/holdfast-edu/holdfast/internal/roster/oneroster"
)

// year is the school year that is exported.
type year struct {
	number       int
	begins, ends time.Time
}

func (e *export) findYear(ctx context.Context) error {
	err := e.tx.SQL().QueryRowContext(ctx, `SELECT y.school_year, y.starts_on, y.ends_on FROM school_year y WHERE y.district_id = $1
		ORDER BY ($2::date BETWEEN y.starts_on AND y.ends_on) DESC, y.school_year DESC LIMIT 1`, e.options.District, e.options.Today).
		Scan(&e.year.number, &e.year.begins, &e.year.ends)
	if errors.Is(err, sql.ErrNoRows) {
		return ErrNoYear
	}
	e.year.begins, e.year.ends = dayOf(sql.NullTime{Time: e.year.begins, Valid: true}), dayOf(sql.NullTime{Time: e.year.ends, Valid: true})
	e.did.SchoolYear = e.year.number
	return err
}

// orgs writes the district, what it belongs to, and its schools.
func (e *export) orgs(ctx context.Context) error {
	var id, code, name, state string
	var regionID, regionCode, regionName sql.NullString
	err := e.tx.SQL().QueryRowContext(ctx, `SELECT d.id, d.local_id, d.name, d.state, r.id, r.local_id, r.name
		FROM district d LEFT JOIN region r ON r.id = d.region_id WHERE d.id = $1`, e.options.District).
		Scan(&id, &code, &name, &state, &regionID, &regionCode, &regionName)
	if err != nil {
		return err
	}
	above := ""
	if state != "" {
		above = "state-" + state
		if err := e.out.Put(oneroster.Org{ID: above, Name: state, Kind: "state", Identifier: state}); err != nil {
			return err
		}
	}
	if regionID.Valid {
		if err := e.out.Put(oneroster.Org{ID: regionID.String, Name: regionName.String, Kind: "local", Identifier: regionCode.String, ParentID: above}); err != nil {
			return err
		}
		above = regionID.String
	}
	if err := e.out.Put(oneroster.Org{ID: id, Name: name, Kind: "district", Identifier: code, ParentID: above}); err != nil {
		return err
	}
	return e.each(ctx, `SELECT s.id, s.local_id, s.name FROM school s WHERE s.district_id = $1 AND s.withdrawn_at IS NULL ORDER BY s.local_id`, nil,
		func(scan func(...any) error) error {
			school := oneroster.Org{Kind: "school", ParentID: id}
			if err := scan(&school.ID, &school.Identifier, &school.Name); err != nil {
				return err
			}
			return e.out.Put(school)
		})
}

// held is whose a session is (empty: the district's) and its days.
type held struct {
	school, begins, ends string
}

// academicSessions writes the terms of the year, one for the year where there is none,
// and one for the days of classes that are no term's.
func (e *export) academicSessions(ctx context.Context) error {
	e.sessions = map[held]string{}
	whole := ""
	var terms []oneroster.Session
	// A term's own code is its sourcedId, where it is one's alone.
	err := e.each(ctx, `SELECT CASE WHEN count(*) OVER (PARTITION BY t.local_id) = 1 AND position(',' IN t.local_id) = 0 THEN t.local_id ELSE t.id::text END,
			coalesce(t.school_id::text, ''), t.name, t.kind, t.starts_on, t.ends_on
		FROM term t WHERE t.district_id = $1 AND t.school_year = $2 AND t.withdrawn_at IS NULL ORDER BY t.starts_on, t.ends_on DESC, t.local_id`,
		[]any{e.year.number}, func(scan func(...any) error) error {
			term := oneroster.Session{Year: e.year.number}
			var school string
			if err := scan(&term.ID, &school, &term.Title, &term.Kind, &term.Begins, &term.Ends); err != nil {
				return err
			}
			if term.Kind == roster.TermYear && school == "" && whole == "" {
				whole = term.ID
			}
			e.know(school, term)
			terms = append(terms, term)
			return nil
		})
	if err != nil {
		return err
	}
	if whole == "" {
		session := oneroster.Session{
			ID: "year-" + strconv.Itoa(e.year.number), Title: fmt.Sprintf("%d-%d", e.year.number-1, e.year.number), Kind: roster.TermYear,
			Begins: e.year.begins, Ends: e.year.ends, Year: e.year.number,
		}
		whole = session.ID
		e.know("", session)
		if err := e.out.Put(session); err != nil {
			return err
		}
	}
	for _, term := range terms {
		if term.ID != whole {
			term.ParentID = whole
		}
		if err := e.out.Put(term); err != nil {
			return err
		}
	}
	return e.otherDays(ctx, whole)
}

// know keeps a session's id; of several of the same days the first.
func (e *export) know(school string, s oneroster.Session) {
	at := held{school, s.Begins.Format(time.DateOnly), s.Ends.Format(time.DateOnly)}
	if _, there := e.sessions[at]; !there {
		e.sessions[at] = s.ID
	}
}

func (e *export) sessionOf(school string, begins, ends time.Time) string {
	at := held{school, begins.Format(time.DateOnly), ends.Format(time.DateOnly)}
	if own := e.sessions[at]; own != "" {
		return own
	}
	at.school = ""
	return e.sessions[at]
}

// otherDays writes a session for each two days that a class is held between, and no
// session is.
func (e *export) otherDays(ctx context.Context, whole string) error {
	return e.each(ctx, `SELECT DISTINCT c.school_id::text, c.starts_on, c.ends_on FROM section c
		WHERE c.district_id = $1 AND c.school_year = $2 AND c.withdrawn_at IS NULL ORDER BY c.starts_on, c.ends_on`,
		[]any{e.year.number}, func(scan func(...any) error) error {
			var school string
			session := oneroster.Session{Kind: roster.TermTerm, ParentID: whole, Year: e.year.number}
			if err := scan(&school, &session.Begins, &session.Ends); err != nil {
				return err
			}
			if e.sessionOf(school, session.Begins, session.Ends) != "" {
				return nil
			}
			session.ID = "days-" + session.Begins.Format("20060102") + "-" + session.Ends.Format("20060102")
			session.Title = session.Begins.Format(time.DateOnly) + " to " + session.Ends.Format(time.DateOnly)
			e.know("", session)
			return e.out.Put(session)
		})
}

func (e *export) courses(ctx context.Context) error {
	return e.each(ctx, `SELECT c.local_id, c.title, coalesce(c.core_subject, '') FROM course c
		WHERE c.district_id = $1 AND c.withdrawn_at IS NULL ORDER BY c.local_id`, nil, func(scan func(...any) error) error {
		course := oneroster.Course{OrgID: e.options.District.String()}
		if err := scan(&course.ID, &course.Title, &course.CoreSubject); err != nil {
			return err
		}
		return e.out.Put(course)
	})
}

// sectionCode is the sourcedId of a class: the section's own code, where it is one
// section's alone in the year.
const sectionCode = `CASE WHEN count(*) OVER (PARTITION BY c.local_id) = 1 THEN c.local_id ELSE c.id::text END`

// sectionsOfYear are the sections of the year, with their sourcedIds.
const sectionsOfYear = `WITH classes AS (SELECT c.id, c.school_id, c.course_id, c.starts_on, c.ends_on, ` + sectionCode + ` AS code
	FROM section c WHERE c.district_id = $1 AND c.school_year = $2 AND c.withdrawn_at IS NULL)`

func (e *export) classes(ctx context.Context) error {
	return e.each(ctx, sectionsOfYear+` SELECT classes.code, o.title, o.local_id, classes.school_id, classes.starts_on, classes.ends_on
		FROM classes JOIN course o ON o.district_id = $1 AND o.id = classes.course_id ORDER BY classes.code`, []any{e.year.number},
		func(scan func(...any) error) error {
			var class oneroster.Class
			var begins, ends time.Time
			if err := scan(&class.ID, &class.Title, &class.CourseID, &class.SchoolID, &begins, &ends); err != nil {
				return err
			}
			class.SessionID = e.sessionOf(class.SchoolID, begins, ends)
			return e.out.Put(class)
		})
}
