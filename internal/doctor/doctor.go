package doctor

import (
	"context"
	"strings"
	"time"

	"github.com/holdfast-edu/holdfast/internal/postgres"
)

// check is one thing to look at. look gives a line for each thing that is wrong,
// and a single one when nothing is; none when the check is not about this
// installation.
type check struct {
	name  string
	needs need
	look  func(ctx context.Context, p *patient) ([]Finding, error)
}

// need is what must be there before a check can be made.
type need int

const (
	nothing       need = iota
	embeddedOnly       // the embedded server's superuser
	anyLogin           // a login that gets in
	appLogin           // the application's login, and this program's schema
	ownerLogin         // the owner's login, and this program's schema
	bothLogins         // both, and this program's schema
	currentSchema      // a login that gets in, and this program's schema
)

// checks is every check, in the order in which a person would mend things.
var checks = []check{
	{"settings", nothing, checkSettings},
	{"database URLs", nothing, checkURLs},
	{"data directory", nothing, checkDataDir},
	{"key files", nothing, checkKeyFiles},
	{"free space", nothing, checkDataDirSpace},
	{"embedded server", nothing, joinEmbedded},
	{"embedded users", embeddedOnly, checkUsers},
	{"database space", embeddedOnly, checkDatabaseSpace},
	{"logins", nothing, openLogins},
	{"one database", anyLogin, checkOneDatabase},
	{"server version", anyLogin, checkVersion},
	{"durability", anyLogin, checkDurability},
	{"checksums", anyLogin, checkChecksums},
	{"server log", anyLogin, checkServerLog},
	{"clock", anyLogin, checkClock},
	{"schema", anyLogin, checkSchema},
	{"powers", anyLogin, checkPowers},
	{"scope function", currentSchema, checkScopeFunction},
	{"tables", currentSchema, byRule(postgres.RuleScope, "each is the program's own and none is missing")},
	{"row-level security", currentSchema, byRule(postgres.RuleWall, "forced, by its own policy, on every table of a district, region or agency and each partition")},
	{"partition grants", currentSchema, byRule(postgres.RulePartition, "partitions are reached through their parent alone")},
	{"keys", currentSchema, byRule(postgres.RuleKeys, "keys and unique indexes begin with the district")},
	{"triggers", currentSchema, byRule(postgres.RuleTriggers, "no table of a district has one")},
	{"columns", currentSchema, byRule(postgres.RuleColumns, "no table without a district tells of a student")},
	{"owner's functions", currentSchema, byRule(postgres.RuleFunctions, "those that run with their owner's rights are pinned and granted by name")},
	{"application's grants", currentSchema, checkApplicationGrants},
	{"partners' grants", currentSchema, checkPartnerGrants},
	{"probe without a scope", appLogin, probeWithoutScope},
	{"probe with a scope", bothLogins, probeWithScope},
	{"issuers' bounds", currentSchema, checkIssuerBounds},
	{"issuers", currentSchema, checkIssuers},
	{"audit partitions", currentSchema, checkAuditPartitions},
	{"time zones", ownerLogin, checkTimeZones},
	{"policies", ownerLogin, checkPolicies},
	{"attendance partitions", ownerLogin, checkAttendancePartitions},
	{"seals", ownerLogin, checkSeals},
	{"imports", ownerLogin, checkImports},
	{"attendance known", ownerLogin, checkAttendanceKnown},
}

// patience bounds a check; a cluster that has to recover takes its time.
const patience = 2 * time.Minute

// Examine makes every check and gives what was found. It joins or starts the
// embedded server and leaves it again.
func Examine(ctx context.Context, installation Installation) Report {
	p := &patient{Installation: installation}
	defer p.close()
	var report Report
	var reasons []*unmade
	left := map[*unmade][]string{}
	for _, c := range checks {
		why := p.missing(c.needs)
		switch {
		case why == nil:
			report.Findings = append(report.Findings, p.examine(ctx, c)...)
		case why != notOurs:
			if left[why] == nil {
				reasons = append(reasons, why)
			}
			left[why] = append(left[why], c.name)
		}
	}
	for _, why := range reasons {
		line := warn(why.why+", so these were not looked at: "+strings.Join(left[why], ", "), why.remedy)
		line.Check = "left out"
		report.Findings = append(report.Findings, line)
	}
	return report
}

func (p *patient) examine(ctx context.Context, c check) []Finding {
	bounded, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	findings, err := c.look(bounded, p)
	if err != nil {
		findings = append(findings, fail("it could not be looked at: "+reason(err), "mend what is above first, then run the doctor again"))
	}
	for i := range findings {
		findings[i].Check = c.name
	}
	return findings
}
