package record

import (
	"slices"
	"strings"

	"github.com/holdfast-edu/holdfast/internal/access"
	"github.com/holdfast-edu/holdfast/internal/operation"
	"github.com/holdfast-edu/holdfast/internal/reach"
	"github.com/holdfast-edu/holdfast/internal/relay"
)

// StudentRisk is the level drawn from a student's flags.
type StudentRisk struct {
	Level         string
	AsOf          relay.Date
	PolicyVersion int
	NotMeasured   []string
	Flags         []*RiskFlag
}

// classOfDomain is the class of what a flag of each domain is drawn from: a flag needs
// it beside RISK. A flag of a domain that is not here is shown to nobody.
var classOfDomain = map[string]access.Class{
	"ATTENDANCE": access.Attendance, "TRUANCY": access.Attendance, "TARDY": access.Attendance,
	"BEHAVIOR":           access.Discipline,
	"COURSE_PERFORMANCE": access.Academic, "ASSESSMENT": access.Academic,
	"OVERAGE":        access.Demographic,
	"NOT_RESPONDING": access.Casework,
}

// DomainClasses gives the class of each domain of flags, for the test that holds it to
// the permission cases.
func DomainClasses() map[string]string {
	classes := make(map[string]string, len(classOfDomain))
	for domain, class := range classOfDomain {
		classes[domain] = class.String()
	}
	return classes
}

// classesOfDomains are the classes beside RISK that flags need, in the table's order.
func classesOfDomains() []access.Class {
	var set access.Classes
	for _, class := range classOfDomain {
		set |= access.Of(class)
	}
	return set.List()
}

// domainsOf gives the domains that are drawn from the class, as a list of SQL texts.
func domainsOf(class access.Class) string {
	var names []string
	for domain, of := range classOfDomain {
		if of == class {
			names = append(names, "'"+domain+"'")
		}
	}
	slices.Sort(names)
	return strings.Join(names, ", ")
}

// domainShown writes that the mask of the student s reads the class of what the domain of
// the flag f is drawn from.
func domainShown(st *reach.Statement) {
	st.Text("(")
	for i, class := range classesOfDomains() {
		if i > 0 {
			st.Text(" OR ")
		}
		st.Text("f.domain IN (" + domainsOf(class) + ") AND coalesce(")
		st.IfReads("s.mask", class, func() { st.Text("true") })
		st.Text(", false)")
	}
	st.Text(")")
}

const riskSQL = `(SELECT json_build_object('level', r.level, 'asOf', r.as_of, 'policyVersion', r.policy_version, 'notMeasured', r.not_measured,
		'flags', (SELECT coalesce(json_agg(f.item ORDER BY f.domain, f.rule), '[]') FROM (
			SELECT f.domain, f.rule, {flag} AS item
			FROM risk_flag f
			WHERE f.district_id = {district} AND f.student_id = s.id AND f.school_year = r.school_year
				AND f.status <> 'RESOLVED' AND {shown}
			LIMIT {limit}) f))
	FROM student_risk r
	WHERE r.district_id = {district} AND r.student_id = s.id AND r.school_year = {year})`

// risk is the field risk(schoolYear). A flag needs the class of what it is drawn from
// too: without it the flag is left out, and that is noted, whether there is one or not.
func risk() studentField {
	return studentField{
		class:  access.Risk,
		write:  writeRisk,
		into:   intoRisk,
		redact: redactFlags,
		beside: flagsTold,
	}
}

func writeRisk(st *reach.Statement, s Selected, op *operation.Operation) error {
	flags, _ := s.field("flags")
	flag, err := newFlagRead(op, flags)
	if err != nil {
		return err
	}
	st.Write(riskSQL, reach.Values{
		"year": schoolYear(s.SchoolYear), "flag": flag.write, "shown": domainShown, "limit": maxFlags + 1,
	})
	return nil
}

func intoRisk(student *Student, s Selected, op *operation.Operation) (any, func() error) {
	raw := new([]byte)
	return raw, func() error {
		var found *StudentRisk
		if err := fromJSON(*raw, &found); err != nil {
			return err
		}
		student.risk = put(student.risk, yearKey(s.SchoolYear), found)
		if found == nil {
			return nil
		}
		if len(found.Flags) > maxFlags {
			return &LimitError{Path: s.Path + ".flags", Limit: maxFlags}
		}
		flags, _ := s.field("flags")
		flag, err := newFlagRead(op, flags)
		if err != nil {
			return err
		}
		return flag.complete(found.Flags)
	}
}

// flagsTold gives the classes of what the flags that were shown are drawn from.
func flagsTold(student *Student, s Selected) access.Classes {
	var classes access.Classes
	if risk := student.Risk(s.SchoolYear); risk != nil {
		if _, selected := s.field("flags"); selected {
			for _, flag := range risk.Flags {
				classes |= access.Of(classOfDomain[flag.Domain])
			}
		}
	}
	return classes
}

// redactFlags notes of which classes flags were left out.
func redactFlags(op *operation.Operation, student *Student, s Selected, index int) {
	flags, selected := s.field("flags")
	if !selected || student.Risk(s.SchoolYear) == nil {
		return
	}
	for _, class := range classesOfDomains() {
		op.RedactBy(student.Mask, flags.Path, class, index)
	}
}
