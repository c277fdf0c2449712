package api_test

import (
	"fmt"
	"strings"

	"github.com/google/uuid"

	"github.com/holdfast-edu/holdfast/internal/relay"
	"github.com/holdfast-edu/holdfast/test/permissions"
)

// evidence asks for the rows behind the flags of the students of the places, of every
// domain: they are shown exactly where the flag is, and the others are flags that never
// were.
func (p *onePart) evidence() {
	p.t.Helper()
	for _, place := range p.places {
		asked := &batch{variables: vars{}}
		ask := func(alias, id string) {
			flag := asked.variable(alias, "ID!", id)
			fmt.Fprintf(&asked.body, " %s: flagEvidence(flagId: %s) { flag { id } rows { kind } }", alias, flag)
		}
		for _, line := range p.flagLines() {
			domain := strings.TrimPrefix(line.Subject, flagsOf)
			if id := p.flagOf(place, domain); id != "" {
				ask(domain, id)
			}
		}
		ask("nobody", relay.NewID(relay.RiskFlag, uuid.New()).String())
		p.evidenceAt(place, asked.ask("query", p.as).fine())
	}
}

func (p *onePart) flagLines() []permissions.Line {
	var lines []permissions.Line
	for _, line := range p.of(permissions.Reading) {
		if strings.HasPrefix(line.Subject, flagsOf) {
			lines = append(lines, line)
		}
	}
	return lines
}

// flagOf gives the id of the flag of a domain of the place's student; empty: there is
// none.
func (p *onePart) flagOf(place, domain string) string {
	found := p.texts(p.t, `SELECT f.id FROM risk_flag f JOIN student s ON s.district_id = f.district_id AND s.id = f.student_id
		WHERE f.district_id = $1 AND f.domain = $2 AND s.local_id = $3`, domain, localIDOf(ownOf(place)))
	if len(found) == 0 {
		return ""
	}
	return relay.NewID(relay.RiskFlag, uuid.MustParse(found[0])).String()
}

// evidenceAt holds what was told of a place to the cases of the flags.
func (p *onePart) evidenceAt(place string, got *answer) {
	p.t.Helper()
	if got.at("nobody") != nil || len(got.redactions()) > 0 {
		p.t.Errorf("%s: evidence of nothing: %s", place, got.body)
	}
	for _, line := range p.flagLines() {
		alias, want := strings.TrimPrefix(line.Subject, flagsOf), line.Answers[place] == permissions.Shown
		if rows := got.at(alias + ".rows"); (rows != nil) != want || want != (text(got.Data, alias+".flag.id") != "") {
			p.t.Errorf("%s: the rows behind %s: expected %s, and they are %v", place, line.Subject, line.Answers[place], got.at(alias))
		}
	}
}
