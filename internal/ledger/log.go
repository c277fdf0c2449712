package ledger

// The logs, as a seal names them.
const (
	accessLog     = "ACCESS"
	auditLog      = "AUDIT"
	disclosureLog = "DISCLOSURE"
)

// The digest of a line x of each log: SHA-256 over all its columns, as one JSON list,
// which tells a text from its neighbor and null from nothing. PostgreSQL works it out,
// so that no line leaves the database to be sealed or checked.
const (
	accessDigest = `pg_catalog.sha256(convert_to(jsonb_build_array('ACCESS', x.district_id, (extract(epoch FROM x.at) * 1000000)::bigint, x.id,
		x.principal_kind, x.principal_id, x.operation, x.data_classes, x.records, x.because, x.student_ids)::text, 'UTF8'))`
	auditDigest = `pg_catalog.sha256(convert_to(jsonb_build_array('AUDIT', x.district_id, (extract(epoch FROM x.at) * 1000000)::bigint, x.id,
		x.principal_kind, x.principal_id, x.operation, x.subject, x.subject_id, x.before, x.after, x.reason)::text, 'UTF8'))`
	disclosureDigest = `pg_catalog.sha256(convert_to(jsonb_build_array('DISCLOSURE', x.district_id, (extract(epoch FROM x.at) * 1000000)::bigint, x.id,
		x.student_id, x.party, x.interest, x.basis, x.consent_id, x.data_classes, x.items, x.purpose, x.redisclosure_notice,
		x.principal_kind, x.principal_id)::text, 'UTF8'))`
)

// The lines of each log without a seal, from a moment on, oldest first.
const (
	unsealedAudit = `SELECT x.at, x.id, ` + auditDigest + ` FROM audit_log x
	WHERE x.district_id = $1 AND x.at >= $2
		AND NOT EXISTS (SELECT FROM seal s WHERE s.district_id = $1 AND s.log = 'AUDIT' AND s.at = x.at AND s.id = x.id)
	ORDER BY x.at, x.id LIMIT $3`
	unsealedDisclosures = `SELECT x.at, x.id, ` + disclosureDigest + ` FROM disclosure x
	WHERE x.district_id = $1 AND x.at >= $2
		AND NOT EXISTS (SELECT FROM seal s WHERE s.district_id = $1 AND s.log = 'DISCLOSURE' AND s.at = x.at AND s.id = x.id)
	ORDER BY x.at, x.id LIMIT $3`
	unsealedAccess = `SELECT x.at, x.id, ` + accessDigest + ` FROM access_log x
	WHERE x.district_id = $1 AND x.at >= $2
		AND NOT EXISTS (SELECT FROM seal s WHERE s.district_id = $1 AND s.log = 'ACCESS' AND s.at = x.at AND s.id = x.id)
	ORDER BY x.at, x.id LIMIT $3`
)

// swept are the logs that the sealer looks through. The access log is not among
// them: its lines are sealed as they are written, so one without a seal was put in.
var swept = []struct{ log, unsealed string }{
	{auditLog, unsealedAudit},
	{disclosureLog, unsealedDisclosures},
}
