package record

import "github.com/holdfast-edu/holdfast/internal/relay"

// How many items the plain lists of a student may hold, as the schema declares.
const (
	maxEnrollments     = 200
	maxContacts        = 50
	maxChannels        = 50
	maxCharacteristics = 100
	maxFlags           = 50
)

// DisplayName writes the name to show of a row with names: preferred ones where
// there are any.
func DisplayName(alias string) string {
	return "coalesce(nullif(" + alias + ".preferred_first_name, ''), " + alias + ".first_name) || ' ' || " +
		"coalesce(nullif(" + alias + ".preferred_last_name, ''), " + alias + ".last_name)"
}

// lived says that an enrollment is one that the student was really in.
const lived = `e.withdrawn_at IS NULL AND coalesce(e.exit_type, '') NOT IN ('NO_SHOW', 'INVALID_ENROLLMENT')`

var schoolSQL = `(SELECT json_build_object('id', ` + relay.SQL(relay.School, "c.id") + `, 'name', c.name)
	FROM student_school_association e JOIN school c ON c.district_id = e.district_id AND c.id = e.school_id
	WHERE e.district_id = {district} AND e.student_id = s.id AND ` + lived + `
	ORDER BY coalesce(e.exit_date, 'infinity') DESC, e.entry_date DESC, e.id LIMIT 1)`

var advocateSQL = `(SELECT json_build_object('id', ` + relay.SQL(relay.Staff, "a.id") + `, 'displayName', ` + DisplayName("a") + `, 'kind', 'STAFF')
	FROM advocate_assignment g JOIN staff a ON a.district_id = g.district_id AND a.id = g.staff_id
	WHERE g.district_id = {district} AND g.student_id = s.id AND g.role = 'PRIMARY'
		AND g.starts_on <= {today} AND coalesce(g.ends_on, 'infinity') >= {today}
	ORDER BY g.starts_on DESC, g.id DESC LIMIT 1)`

var enrollmentsSQL = `(SELECT coalesce(json_agg(x.item ORDER BY x.entry_date DESC, x.id), '[]') FROM (
	SELECT e.id, e.entry_date, json_build_object('id', ` + relay.SQL(relay.Enrollment, "e.id") + `,
		'school', json_build_object('id', ` + relay.SQL(relay.School, "c.id") + `, 'name', c.name),
		'schoolYear', e.school_year, 'entryDate', e.entry_date, 'entryType', e.entry_type,
		'exitDate', e.exit_date, 'exitType', e.exit_type, 'gradeLevel', e.grade_level) AS item
	FROM student_school_association e JOIN school c ON c.district_id = e.district_id AND c.id = e.school_id
	WHERE e.district_id = {district} AND e.student_id = s.id AND e.withdrawn_at IS NULL
	LIMIT {limit}) x)`

var contactsSQL = `(SELECT coalesce(json_agg(x.item ORDER BY x.is_primary DESC NULLS LAST, x.id), '[]') FROM (
	SELECT k.id, k.is_primary, json_build_object('id', ` + relay.SQL(relay.Contact, "k.id") + `,
		'relation', k.relation, 'livesWith', k.lives_with, 'educationRights', k.education_rights,
		'noContact', k.no_contact, 'primary', k.is_primary,
		'person', json_build_object('id', ` + relay.SQL(relay.Person, "p.id") + `, 'displayName', ` + DisplayName("p") + `,
			'language', p.language, 'bestWayToReach', p.best_way_to_reach, 'lastConfirmedOn', p.last_confirmed_on,
			'channels', (SELECT coalesce(json_agg(h.item ORDER BY h.priority = 0, h.priority, h.id), '[]') FROM (
				SELECT h.id, h.priority, json_build_object('kind', h.kind, 'value', h.value, 'label', nullif(h.label, ''),
					'optedOut', h.opted_out) AS item
				FROM contact_channel h
				WHERE h.district_id = {district} AND h.person_id = p.id AND h.withdrawn_at IS NULL
				LIMIT {channelLimit}) h))) AS item
	FROM student_contact k JOIN person p ON p.district_id = k.district_id AND p.id = k.person_id
	WHERE k.district_id = {district} AND k.student_id = s.id AND k.withdrawn_at IS NULL
	LIMIT {limit}) x)`

const characteristicsSQL = `(SELECT coalesce(json_agg(x.item ORDER BY x.starts_on DESC, x.id), '[]') FROM (
	SELECT k.id, k.starts_on, json_build_object('kind', k.kind, 'startsOn', k.starts_on, 'endsOn', k.ends_on,
		'detail', nullif(k.detail, '')) AS item
	FROM student_characteristic k
	WHERE k.district_id = {district} AND k.student_id = s.id AND k.withdrawn_at IS NULL AND {theirs}
	LIMIT {limit}) x)`

// contactLogSQL is one contact l as JSON, with the values of besideContact.
var contactLogSQL = `json_build_object('id', ` + relay.SQL(relay.ContactLog, "l.id") + `, 'occurredAt', l.occurred_at,
	'method', l.method, 'outcome', l.outcome, 'summary', l.summary, 'positive', l.positive, 'withWhom', {withWhom}, 'author', {author})`

var contactAuthorSQL = `(SELECT json_build_object('id', ` + relay.SQL(relay.Staff, "a.id") + `, 'displayName', ` + DisplayName("a") + `, 'kind', 'STAFF')
	FROM staff a WHERE a.district_id = l.district_id AND a.id = l.staff_id)`

var contactLogsSQL = `json_build_object(
	'total', {total},
	'rows', (SELECT coalesce(json_agg(x.item), '[]') FROM (
		SELECT json_build_object('keys', json_build_array(l.occurred_at::text, l.id::text), 'node', ` + contactLogSQL + `) AS item
		FROM contact_log l
		WHERE l.district_id = {district} AND l.student_id = s.id {after}
		ORDER BY {order}
		LIMIT {limit}) x))`

// noteSQL is one note n as JSON, with what it says now.
var noteSQL = `json_build_object('id', ` + relay.SQL(relay.Note, "n.id") + `, 'visibility', n.visibility, 'writtenAt', n.written_at,
	'body', v.body, 'revision', v.revision, 'revisedAt', v.written_at,
	'author', (SELECT json_build_object('id', ` + relay.SQL(relay.Staff, "a.id") + `, 'displayName', ` + DisplayName("a") + `, 'kind', 'STAFF')
		FROM staff a WHERE a.district_id = n.district_id AND a.id = n.staff_id))`

// lastRevision joins what the note n says now.
const lastRevision = `JOIN LATERAL (SELECT r.body, r.revision, r.written_at FROM note_revision r
	WHERE r.district_id = n.district_id AND r.note_id = n.id ORDER BY r.revision DESC LIMIT 1) v ON true`

var notesSQL = `json_build_object(
	'total', {total},
	'rows', (SELECT coalesce(json_agg(x.item), '[]') FROM (
		SELECT json_build_object('keys', json_build_array(n.written_at::text, n.id::text), 'node', ` + noteSQL + `) AS item
		FROM note n ` + lastRevision + `
		WHERE n.district_id = {district} AND n.student_id = s.id AND {theirs} {after}
		ORDER BY {order}
		LIMIT {limit}) x))`

const noteTotalSQL = `(SELECT count(*) FROM note n WHERE n.district_id = {district} AND n.student_id = s.id AND {theirs})`

var withWhomSQL = `(SELECT ` + DisplayName("p") + ` FROM person p WHERE p.district_id = l.district_id AND p.id = l.person_id)`

const contactLogTotalSQL = `(SELECT count(*) FROM contact_log t WHERE t.district_id = {district} AND t.student_id = s.id)`
