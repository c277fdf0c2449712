package access

var (
	// outsiders is what an advocate who is no employee starts with.
	outsiders = Of(Directory, Contact, Attendance, Casework)
	// ofLeavers is what an open dropout case keeps for the school left and the
	// case's owner.
	ofLeavers = Of(Directory, Contact, Enrollment, Casework)
	// finders also find students of their own schools, to receive a new one. A
	// counselor's reach is the own schools anyway.
	finders = map[Role]bool{Advocate: true, CaseManager: true}
)

// SpansOf gives the reaches that come with a role for somebody so engaged, each
// with its rights as the district's policy leaves them: the role's own, and the
// bridges. Whose schools they are is not said yet.
func (p Policy) SpansOf(role Role, engagement Engagement) []Span {
	rule := RuleOf(role)
	rights := p.narrow(role, rule.Rights)
	if role == Advocate && engagement != Employee {
		rights = rights.only(outsiders | p.outside())
	}
	spans := []Span{{Role: role, Reach: rule.Reach, Rights: rights}}
	switch {
	case rule.Reach == OwnSchools:
		spans = append(spans, Span{Role: role, Reach: OwnLeavers, Rights: rights.only(ofLeavers)})
	case finders[role]:
		spans = append(spans, Span{Role: role, Reach: OwnSchools, Rights: Rights{Read: rights.Read & Of(Directory)}})
	}
	return append(spans, Span{Role: role, Reach: OwnRecoveries, Rights: rights.only(ofLeavers)})
}
