package casework

import (
	"maps"
	"slices"
	"strings"
)

// mergeRule says what a merge does to the rows of one table that name the dropped
// student. Nothing is deleted. A row moves to the kept student; where the kept
// student has the same already, it stays with the dropped one, out of sight.
type mergeRule struct {
	table  string
	column string // the one that names the student; empty: student_id
	stays  string // why no row moves; empty: they do
	same   string // SQL over a row d of the dropped student and k of the kept one: they say the same; empty: none do
	key    string // SQL columns that tell a student's rows apart; empty: id
	// content is what a row says beside its key, with the SQL over k and d that it
	// says where both stand; k's own wherever that is "". Where k is withdrawn, it says
	// what d says. nil: the table has no withdrawn_at, so that a row that stays needs
	// nothing done to be out of sight.
	content map[string]string
}

// standing is a condition over an assignment that it is not over.
const standing = "coalesce(%.ends_on, 'infinity') >= {today}"

// mergeRules has a line for each column that points at a student; a test holds it to
// the database.
var mergeRules = []mergeRule{
	{table: "student", column: "merged_into"},
	{
		table: "student_school_association", same: "k.school_id = d.school_id AND k.entry_date = d.entry_date",
		content: own("school_year", "calendar_id", "entry_type", "exit_date", "exit_type", "exit_code", "grade_level", "recorded_on"),
	},
	{
		table: "student_contact", same: "k.person_id = d.person_id",
		content: and(own("relation", "lives_with", "education_rights", "is_primary", "is_emergency"), map[string]string{
			"no_contact": "k.no_contact OR d.no_contact", // an order that holds for one record holds for the student
		}),
	},
	{table: "student_characteristic", same: "k.kind = d.kind AND k.starts_on = d.starts_on AND k.detail = d.detail", content: own("ends_on")},
	{table: "student_section_association", same: "k.section_id = d.section_id AND k.starts_on = d.starts_on", content: own("ends_on")},
	{
		// Several of a day are all kept; those of one key are one of the sum of their
		// parts, at most the day, exactly as an import folds them.
		table: "attendance_event", key: "school_year, on_date, school_id, category",
		same: "k.school_year = d.school_year AND k.on_date = d.on_date AND k.school_id = d.school_id AND k.category = d.category",
		content: map[string]string{
			"fraction": "least(10000, k.fraction + d.fraction)", "excused": "k.excused AND d.excused", "reason": "least(k.reason, d.reason)",
			"minutes": "k.minutes + d.minutes",
		},
	},
	{
		// At most one PRIMARY, and nobody twice in a role.
		table: "advocate_assignment",
		same: "k.role = d.role AND (d.role = 'PRIMARY' OR k.staff_id = d.staff_id) AND " + over("k", standing) + " AND " + over("d", standing) +
			" AND k.starts_on <= coalesce(d.ends_on, 'infinity') AND d.starts_on <= coalesce(k.ends_on, 'infinity')",
	},
	{table: "dropout_case", same: "k.closed_on IS NULL AND d.closed_on IS NULL"},
	{table: "contact_log"},
	{table: "note", same: "k.id = d.id"}, // none is the same; what was granted of a note moves with it, by its foreign key
	{
		table: "need_to_know_grant",
		same: "k.staff_id = d.staff_id AND k.characteristic_kind = d.characteristic_kind AND k.starts_on = d.starts_on AND k.ends_on = d.ends_on" +
			" AND k.revoked_at IS NOT DISTINCT FROM d.revoked_at",
	},

	{
		table: "discipline_participation", content: own(),
		same: "k.incident_id = d.incident_id AND k.participation = d.participation AND k.behavior = d.behavior",
	},
	{
		table: "discipline_action", content: own("school_id", "school_year", "days"),
		same: "k.local_id = d.local_id AND k.taken_on = d.taken_on AND k.kind = d.kind",
	},
	{table: "discipline_action_incident", same: "k.action_id = d.action_id AND k.incident_id = d.incident_id", content: own()},
	{
		table: "grade", key: "school_year, course_id, section_id, kind, period", content: own("given_on", "numeric", "letter"),
		same: "k.school_year = d.school_year AND k.course_id = d.course_id AND (k.section_id = d.section_id OR k.section_id IS NULL AND d.section_id IS NULL)" +
			" AND k.kind = d.kind AND k.period = d.period",
	},
	{
		table:   "course_transcript",
		same:    "k.school_year = d.school_year AND k.course_code = d.course_code AND k.term = d.term AND k.method = d.method",
		content: own("course_title", "subject", "grade_level", "attempted", "earned", "result", "letter", "earned_on"),
	},
	{
		table: "assessment_result", same: "k.local_id = d.local_id AND k.taken_on = d.taken_on",
		content: own("school_year", "title", "subject", "score", "level", "below_level"),
	},
	{table: "plan", same: "k.local_id = d.local_id", content: own("status", "starts_on", "ends_on", "version")},
	{
		table: "plan_item", same: "k.local_id = d.local_id",
		content: own("plan_id", "menu_entry_id", "title", "domain", "starts_on", "ends_on", "planned_minutes", "result", "result_reason"),
	},
	{table: "session_log", same: "k.plan_item_id = d.plan_item_id AND k.held_on = d.held_on", content: own("minutes", "attended")},
	{
		table: "support_request",
		same: "k.origin = d.origin AND k.circumstance IS NOT DISTINCT FROM d.circumstance AND k.status IN ('NEW', 'TRIAGED') AND d.status IN ('NEW', 'TRIAGED')" +
			" AND k.origin IN ('EARLY_WARNING', 'DROPOUT_REPORT', 'NO_SHOW_REPORT', 'WITHDRAWAL_REPORT')",
	},

	{table: "risk_flag", stays: "the kept student's flags are drawn from the kept student's figures; what was said of the dropped one's rests"},
	{table: "student_risk", stays: drawnAnew},
	{table: "student_risk_history", stays: "it says what was drawn of each record at the time"},
	{table: "student_behavior", stays: drawnAnew},
	{table: "student_academics", stays: drawnAnew},
	{table: "student_attendance", stays: drawnAnew},
	{table: "student_school_attendance", stays: drawnAnew},
	{table: "access_log_student", stays: aRecord},
	{table: "disclosure", stays: aRecord},
	{table: "student_merge", column: "kept_id", stays: aMergeItself},
	{table: "student_merge", column: "dropped_id", stays: aMergeItself},
}

const (
	drawnAnew    = "figures are recomputed for both students"
	aRecord      = "a record of access says of whom it was at the time, and is only ever added to"
	aMergeItself = "it says which two records were merged"
)

// own is a content that is the kept student's own where both stand.
func own(columns ...string) map[string]string {
	content := make(map[string]string, len(columns))
	for _, column := range columns {
		content[column] = ""
	}
	return content
}

func and(one, other map[string]string) map[string]string {
	maps.Copy(one, other)
	return one
}

func over(alias, condition string) string { return strings.ReplaceAll(condition, "%", alias) }

// student is the column that names the student.
func (r mergeRule) student() string {
	if r.column != "" {
		return r.column
	}
	return "student_id"
}

// keyOf is the row's key under the alias, as JSON.
func (r mergeRule) keyOf(alias string) string {
	key := r.key
	if key == "" {
		key = "id"
	}
	return objectOf(alias, strings.Split(key, ", "))
}

// columns are those of the content, with withdrawn_at.
func (r mergeRule) columns() []string {
	return append(slices.Sorted(maps.Keys(r.content)), "withdrawn_at")
}

// folded is what the kept student's row k says after the merge.
func (r mergeRule) folded() string {
	columns := r.columns()
	says := make([]string, len(columns))
	for i, column := range columns {
		both := r.content[column]
		if both == "" {
			both = "k." + column
		}
		says[i] = "CASE WHEN k.withdrawn_at IS NULL THEN " + both + " ELSE d." + column + " END"
	}
	return strings.Join(says, ", ")
}

// objectOf is the columns of the alias as a JSON object.
func objectOf(alias string, columns []string) string {
	pairs := make([]string, len(columns))
	for i, column := range columns {
		pairs[i] = "'" + column + "', " + alias + "." + column
	}
	return "jsonb_build_object(" + strings.Join(pairs, ", ") + ")"
}

// listOf is the columns of the alias with commas between.
func listOf(alias string, columns []string) string {
	return alias + "." + strings.Join(columns, ", "+alias+".")
}
