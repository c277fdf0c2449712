package load

func menuEntries() kind {
	return kind{
		name:    "MenuEntry",
		key:     []string{"x.local_id"},
		keyName: "id",
		target:  "support_menu_entry",
		merge: []merged{
			{name: "local_id"}, {name: "title"}, {name: "domain"}, {name: "intensity"}, {name: "provider"}, {name: "dosage"}, {name: "eligibility"}, {name: "evidence"},
		},
	}
}

// planItems makes one plan a student and school year, which is active while one of its
// items is open.
func planItems() kind {
	return kind{
		name:      "PlanItem",
		resolve:   joinStudent + ` LEFT JOIN support_menu_entry menu ON menu.district_id = $1 AND menu.local_id = s.menu_code AND s.menu_code <> ''`,
		adds:      addStudent + `, menu.id AS menu_entry_id, coalesce(nullif(s.domain, ''), menu.domain) AS mends, 'import:' || s.school_year AS plan_code`,
		key:       []string{"x.student_id", "x.local_id"},
		keyName:   "id",
		ofStudent: true,
		checks: []check{
			unknownStudent,
			{when: "r.menu_code <> '' AND r.menu_entry_id IS NULL", field: "menu", value: "r.menu_code", problem: "names a support that the menu does not have", hint: "export the menu entry too, or correct its id"},
			{when: "r.mends IS NULL", field: "domain", problem: "is missing, and no menu entry says what it is", hint: "give the domain, or the id of the menu entry"},
			endsEarly("endsOn", "r.starts_on", "r.ends_on"),
		},
		target: "plan_item",
		merge: []merged{
			{name: "student_id"},
			{name: "plan_id", from: "(SELECT p.id FROM plan p WHERE p.district_id = $1 AND p.student_id = r.student_id AND p.local_id = r.plan_code)"},
			{name: "menu_entry_id"},
			{name: "local_id"},
			{name: "title"},
			{name: "domain", from: "r.mends"},
			{name: "starts_on"},
			{name: "ends_on"},
			{name: "planned_minutes"},
		},
		prepare: `INSERT INTO plan (district_id, id, student_id, local_id, status, starts_on)
			SELECT $1, (min(r.id::text))::uuid, r.student_id, r.plan_code, 'COMPLETED', min(r.starts_on) FROM resolved_planitem r
			WHERE r.bad IS NULL AND r.copy = 1 AND $2::date IS NOT NULL GROUP BY r.student_id, r.plan_code
			ON CONFLICT (district_id, student_id, local_id) DO NOTHING`,
		complete: `UPDATE plan t SET status = now.status, starts_on = now.starts_on, ends_on = now.ends_on, version = t.version + 1
			FROM (SELECT i.plan_id, min(i.starts_on) AS starts_on,
					CASE WHEN bool_or(coalesce(i.ends_on, 'infinity') >= $2::date) THEN 'ACTIVE' ELSE 'COMPLETED' END AS status,
					CASE WHEN NOT bool_or(coalesce(i.ends_on, 'infinity') >= $2::date) THEN max(i.ends_on) END AS ends_on
				FROM plan_item i WHERE i.district_id = $1 AND i.withdrawn_at IS NULL
					AND i.student_id IN (SELECT r.student_id FROM resolved_planitem r WHERE r.bad IS NULL) GROUP BY i.plan_id) now
			WHERE t.district_id = $1 AND t.id = now.plan_id AND t.local_id LIKE 'import:%' AND t.status IN ('ACTIVE', 'COMPLETED')
				AND (t.status, t.starts_on, t.ends_on) IS DISTINCT FROM (now.status, now.starts_on, now.ends_on)`,
		touches: ofItsStudent,
		removal: &removal{
			year: "r.school_year",
			within: `t.starts_on BETWEEN c.from_on AND c.through_on
				AND t.plan_id IN (SELECT p.id FROM plan p WHERE p.district_id = $1 AND p.local_id = 'import:' || c.school_year)`,
		},
	}
}

func supportSessions() kind {
	return kind{
		name: "SupportSession",
		resolve: joinStudent + ` LEFT JOIN plan_item item ON item.district_id = $1 AND item.student_id = student.id AND item.local_id = s.item_code
			LEFT JOIN plan ON plan.district_id = $1 AND plan.id = item.plan_id`,
		adds:      addStudent + ", item.id AS plan_item_id, CASE WHEN plan.local_id LIKE 'import:%' THEN substr(plan.local_id, length('import:') + 1)::integer END AS of_year",
		key:       []string{"x.student_id", "x.plan_item_id", "x.held_on"},
		keyName:   "date",
		ofStudent: true,
		checks: []check{
			unknownStudent,
			{when: "r.plan_item_id IS NULL", field: "support", value: "r.item_code", problem: "names a support that the student is not given", hint: "export the support too, or correct its id"},
		},
		target:  "session_log",
		merge:   []merged{{name: "student_id"}, {name: "plan_item_id"}, {name: "held_on"}, {name: "minutes"}, {name: "attended"}},
		touches: ofItsStudent,
		removal: &removal{
			year: "r.of_year",
			within: `t.held_on BETWEEN c.from_on AND c.through_on AND t.plan_item_id IN (SELECT i.id FROM plan_item i JOIN plan p ON p.district_id = $1 AND p.id = i.plan_id
				WHERE i.district_id = $1 AND p.local_id = 'import:' || c.school_year)`,
		},
	}
}
