package load

func persons() kind {
	return kind{
		name:    "Person",
		key:     []string{"x.local_id"},
		keyName: "ContactUniqueId",
		target:  "person",
		differs: languagesNotConfirmed,
		merge: []merged{
			{name: "local_id"},
			{name: "first_name"},
			{name: "last_name"},
			{name: "preferred_first_name"},
			{name: "preferred_last_name"},
			// What a person confirmed stays; the difference is listed.
			{name: "language", from: "nullif(r.language, '')", update: "CASE WHEN t.last_confirmed_on IS NULL THEN coalesce(excluded.language, t.language) ELSE coalesce(t.language, excluded.language) END"},
		},
	}
}

// joinPerson finds the person of a row by code, or by the name that elements of
// the same file have for it.
const joinPerson = ` LEFT JOIN stage_person named ON s.person_ref <> '' AND named.ref = s.person_ref AND named.file = s.file
	LEFT JOIN person ON person.district_id = $1 AND person.local_id = coalesce(nullif(s.person_code, ''), named.local_id)`

var unknownPerson = check{
	when: "r.person_id IS NULL", field: "ContactReference", value: "coalesce(nullif(r.person_code, ''), r.person_ref)",
	problem: "names a person that is not known", hint: "export the person too, or correct the reference",
}

func channels() kind {
	return kind{
		name:    "Channel",
		resolve: joinPerson,
		adds:    ", person.id AS person_id",
		key:     []string{"x.person_id", "x.kind", "x.value"},
		keyName: "ContactUniqueId",
		checks:  []check{unknownPerson},
		target:  "contact_channel",
		differs: channelsNotConfirmed,
		merge: []merged{
			{name: "person_id"}, {name: "kind"}, {name: "value"}, {name: "label"}, {name: "priority", from: "coalesce(r.priority, 0)"},
		},
		// A leaver's family is in no export any more, and must be reached: only of persons
		// of whom the source tells is anything taken out, and never what was confirmed.
		removal: &removal{
			within: `t.person_id IN (SELECT r.person_id FROM resolved_channel r WHERE r.bad IS NULL)
				AND NOT EXISTS (SELECT 1 FROM person p WHERE p.district_id = $1 AND p.id = t.person_id AND p.last_confirmed_on IS NOT NULL)`,
			named: `EXISTS (SELECT 1 FROM person p WHERE p.district_id = $1 AND p.id = t.person_id AND p.local_id = q.content ->> 'personId')`,
		},
	}
}

func studentContacts() kind {
	return kind{
		name:      "StudentContact",
		resolve:   joinStudent + joinPerson,
		adds:      addStudent + ", person.id AS person_id",
		key:       []string{"x.student_id", "x.person_id"},
		ofStudent: true,
		keyName:   "ContactReference",
		checks:    []check{unknownStudent, unknownPerson},
		target:    "student_contact",
		merge: []merged{
			{name: "student_id"},
			{name: "person_id"},
			{name: "relation"},
			// No source's silence takes a right away.
			{name: "lives_with", update: "coalesce(excluded.lives_with, t.lives_with)"},
			{name: "education_rights", update: "coalesce(excluded.education_rights, t.education_rights)"},
			{name: "is_primary", update: "coalesce(excluded.is_primary, t.is_primary)"},
			{name: "is_emergency", update: "coalesce(excluded.is_emergency, t.is_emergency)"},
		},
		removal: &removal{within: "t.student_id IN (SELECT r.student_id FROM resolved_studentcontact r WHERE r.bad IS NULL)"},
	}
}

func studentCharacteristics() kind {
	return kind{
		name:      "Characteristic",
		resolve:   joinStudent,
		adds:      addStudent,
		key:       []string{"x.student_id", "x.kind", "x.starts_on", "x.detail"},
		ofStudent: true,
		keyName:   "BeginDate",
		checks:    []check{unknownStudent, endsEarly("EndDate", "r.starts_on", "r.ends_on")},
		target:    "student_characteristic",
		merge:     []merged{{name: "student_id"}, {name: "kind"}, {name: "starts_on"}, {name: "ends_on"}, {name: "detail"}},
		touches:   ofItsStudent,
		unlined:   true,
		// Of who has left the source tells no more.
		removal: &removal{
			within: `t.starts_on <= c.through_on AND coalesce(t.ends_on, 'infinity') >= c.from_on
				AND (c.school_year IS NULL OR t.starts_on < make_date(c.school_year, 7, 1) AND coalesce(t.ends_on, 'infinity') >= make_date(c.school_year - 1, 7, 1))
				AND EXISTS (SELECT 1 FROM student_school_association e WHERE e.district_id = $1 AND e.student_id = t.student_id
					AND e.withdrawn_at IS NULL AND e.entry_date <= $2::date AND coalesce(e.exit_date, 'infinity') >= $2::date)`,
		},
	}
}
