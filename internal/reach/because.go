package reach

import (
	"fmt"
	"slices"
	"strings"

	"github.com/holdfast-edu/holdfast/internal/access"
)

// Because writes a JSON list with an entry for each of the reader's spans: the day
// since which the row of the table student under the alias is within it; null where
// it is not, an empty text where the reach has no one day.
func (s *Statement) Because(alias string) *Statement {
	w := s.writer()
	s.Text("json_build_array(")
	for i, span := range s.reader.Spans {
		if i > 0 {
			s.Text(", ")
		}
		s.Text("CASE WHEN ")
		w.span(span, alias+".id", alias+".district_id")
		s.Text(" THEN coalesce(")
		w.since(span, alias+".id", alias+".district_id")
		s.Text(", '') END")
	}
	return s.Text(")")
}

// way is a reach that some roles have, with whether they find the student by it.
type way struct {
	reach access.Reach
	roles string // a list of SQL texts
	finds bool
}

// ways gives the reaches of all roles under the policy; those of a caseload by the
// assignments that make it.
func ways(policy access.Policy) map[way]access.Span {
	roles := map[way][]string{}
	spans := map[way]access.Span{}
	for _, role := range access.Roles() {
		for _, span := range policy.SpansOf(role, access.Employee) {
			if span.Rights == (access.Rights{}) {
				continue
			}
			key := way{reach: span.Reach, roles: caseloadOf(span), finds: span.Rights.Read.Has(access.Directory)}
			roles[key] = append(roles[key], "'"+string(role)+"'")
			spans[key] = span
		}
	}
	all := map[way]access.Span{}
	for key, span := range spans {
		key.roles = strings.Join(roles[key], ", ")
		all[key] = span
	}
	return all
}

func caseloadOf(span access.Span) string {
	if span.Reach != access.OwnCaseload {
		return ""
	}
	return caseloadRoles[span.Role]
}

// Ways writes, as a SELECT of way, since and finds, by which reaches the holder of a
// role assignment reaches a student today: the number of the reach, the day since
// which or NULL, and whether it lets them find the student at all. The assignment
// and the student are rows under their aliases; that the assignment holds today is
// the caller's to ask.
func (s *Statement) Ways(assignment, student string) *Statement {
	w := s.writer()
	w.somebody = &somebody{person: assignment + ".staff_id", school: assignment + ".school_id"}
	all := ways(s.reader.Principal.Policy)
	keys := make([]way, 0, len(all))
	for key := range all {
		keys = append(keys, key)
	}
	slices.SortFunc(keys, func(a, b way) int { return strings.Compare(fmt.Sprint(a), fmt.Sprint(b)) })
	s.Text("SELECT 0 AS way, NULL::text AS since, false AS finds WHERE false")
	for _, key := range keys {
		span := all[key]
		s.Text(fmt.Sprintf(" UNION ALL SELECT %d, ", key.reach))
		if key.reach == access.WholeDistrict {
			s.Text(assignment + ".starts_on::text")
		} else {
			w.since(span, student+".id", student+".district_id")
		}
		s.Text(fmt.Sprintf(", %t WHERE %s.role IN (%s) AND ", key.finds, assignment, key.roles))
		w.span(span, student+".id", student+".district_id")
	}
	return s
}
