package load

func incidents() kind {
	return kind{
		name:    "Incident",
		resolve: joinSchool,
		adds:    addSchool,
		key:     []string{"x.school_id", "x.local_id"},
		keyName: "id",
		checks:  []check{unknownSchool},
		target:  "discipline_incident",
		merge: []merged{
			{name: "school_id"}, {name: "school_year"}, {name: "local_id"}, {name: "occurred_on"}, {name: "behavior"}, {name: "location"},
		},
		touches: "SELECT DISTINCT p.student_id FROM discipline_participation p JOIN written w ON w.id = p.incident_id WHERE p.district_id = $1",
		removal: &removal{
			year: "r.school_year", within: "t.school_year = c.school_year AND t.occurred_on BETWEEN c.from_on AND c.through_on",
			named: "t.local_id = q.content ->> 'id'",
		},
	}
}

// joinIncident finds the incident of a row by its id and school.
const joinIncident = joinSchool + ` LEFT JOIN discipline_incident incident ON incident.district_id = $1 AND incident.school_id = school.id
	AND incident.local_id = s.incident_code`

var unknownIncident = check{
	when: "r.incident_id IS NULL", field: "incident", value: "r.incident_code", problem: "names an incident that is not known",
	hint: "export the incident too, or correct its id and school",
}

func participations() kind {
	return kind{
		name:      "Participation",
		resolve:   joinStudent + joinIncident,
		adds:      addStudent + addSchool + ", incident.id AS incident_id, incident.school_year AS of_year",
		key:       []string{"x.student_id", "x.incident_id", "x.participation", "x.behavior"},
		keyName:   "incidentId",
		ofStudent: true,
		checks:    []check{unknownStudent, unknownSchool, unknownIncident},
		target:    "discipline_participation",
		merge:     []merged{{name: "student_id"}, {name: "incident_id"}, {name: "participation"}, {name: "behavior"}},
		touches:   ofItsStudent,
		removal: &removal{
			year: "r.of_year",
			within: `t.incident_id IN (SELECT x.id FROM discipline_incident x WHERE x.district_id = $1 AND x.school_year = c.school_year
				AND x.occurred_on BETWEEN c.from_on AND c.through_on)`,
		},
	}
}

// actions of several of the source's words that mean one kind are one.
func actions() kind {
	return kind{
		name:      "Action",
		resolve:   joinStudent + joinSchool,
		adds:      addStudent + addSchool + ", $3::jsonb -> 'actionCodes' ->> s.kind_code AS kind",
		key:       []string{"x.student_id", "x.local_id", "x.taken_on", "x.kind"},
		keyName:   "id",
		ofStudent: true,
		aside:     []string{"kind_code"},
		checks: []check{
			unknownStudent, unknownSchoolSaid,
			{when: "r.kind IS NULL", field: "Discipline", value: "r.kind_code", problem: "is not in the district's map of action codes", hint: "add the code to the policy's actionCodes, then load again"},
		},
		target: "discipline_action",
		merge: []merged{
			{name: "student_id"}, {name: "school_id"}, {name: "school_year"}, {name: "local_id"}, {name: "kind"}, {name: "taken_on"}, {name: "days"},
		},
		touches: ofItsStudent,
		removal: &removal{year: "r.school_year", within: "t.school_year = c.school_year AND t.taken_on BETWEEN c.from_on AND c.through_on"},
	}
}

// actionIncidents ties each kind of the action to the incident. Where the incident is not
// known it looks for no action, so that a row that waits does so once.
func actionIncidents() kind {
	return kind{
		name: "ActionIncident",
		resolve: joinStudent + joinIncident + ` LEFT JOIN discipline_action action ON incident.id IS NOT NULL AND action.district_id = $1
			AND action.student_id = student.id AND action.local_id = s.action_code AND action.taken_on = s.taken_on AND action.withdrawn_at IS NULL`,
		adds: addStudent + addSchool + `, incident.id AS incident_id, action.id AS action_id, action.school_year AS of_year,
			row_number() OVER (PARTITION BY s.id ORDER BY action.kind) AS nth`,
		key:       []string{"x.student_id", "x.action_id", "x.incident_id"},
		keyName:   "actionId",
		ofStudent: true,
		checks: []check{
			unknownStudent, unknownSchool, unknownIncident,
			{when: "r.action_id IS NULL", field: "action", value: "r.action_code", problem: "names an action that is not known", hint: "export the action too, or correct its id, student and day"},
		},
		target:  "discipline_action_incident",
		id:      "CASE r.nth WHEN 1 THEN r.id ELSE gen_random_uuid() END",
		merge:   []merged{{name: "student_id"}, {name: "action_id"}, {name: "incident_id"}},
		touches: ofItsStudent,
		removal: &removal{
			year: "r.of_year",
			within: `t.action_id IN (SELECT x.id FROM discipline_action x WHERE x.district_id = $1 AND x.school_year = c.school_year
				AND x.taken_on BETWEEN c.from_on AND c.through_on)`,
		},
	}
}
