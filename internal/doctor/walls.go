package doctor

import (
	"context"
	"fmt"
	"strings"

	"github.com/holdfast-edu/holdfast/internal/postgres"
)

// remedies say what to do about a fault of the catalog. None mends by hand what a
// migration made: what took it away may have taken more.
var remedies = map[postgres.CatalogRule]string{
	postgres.RuleScope: "find out who made or dropped it; a view or a copy of a student's table goes round the walls: drop it, or move it to another database",
	postgres.RuleWall: "as the owner: ALTER TABLE … ENABLE and FORCE ROW LEVEL SECURITY, drop the policies that are not the program's, and make own_district" +
		" as the migrations do; then find out who changed it and what was read meanwhile",
	postgres.RulePartition: "as the owner: REVOKE ALL on the partition from everybody else; it is reached through its parent",
	postgres.RuleKeys:      "as the owner: drop the index, or make it anew with district_id first: it tells a district of another's rows",
	postgres.RuleTriggers:  "as the owner: drop the trigger; the program has none",
	postgres.RuleColumns:   "as the owner: drop the column; what tells of a student belongs to a district's table",
	postgres.RuleFunctions: "as the owner: ALTER FUNCTION … SET search_path = pg_catalog, public, pg_temp and REVOKE ALL … FROM PUBLIC, or drop it when it is not the program's",
}

// byRule makes a check of one of the rules that the program's own tests hold the
// migrations to. The catalog is walked once.
func byRule(rule postgres.CatalogRule, fine string) func(context.Context, *patient) ([]Finding, error) {
	return func(ctx context.Context, p *patient) ([]Finding, error) {
		if !p.walked {
			faults, err := postgres.CatalogFaults(ctx, p.someone(), postgres.TableScopes())
			if err != nil {
				return nil, err
			}
			p.faults, p.walked = faults, true
		}
		var findings []Finding
		for _, fault := range p.faults {
			if fault.Rule == rule {
				findings = append(findings, fail(fault.String(), remedies[rule]))
			}
		}
		return orOK(findings, fine), nil
	}
}

// scopeFunction is what current_district(), current_region() and current_agency()
// say: the setting, or NULL, which equals none.
const scopeFunction = "SELECT nullif(current_setting('holdfast.%s_id', true), '')::uuid"

func checkScopeFunction(ctx context.Context, p *patient) ([]Finding, error) {
	var findings []Finding
	for _, of := range []string{"district", "region", "agency"} {
		found, err := words(ctx, p.someone(), `SELECT concat_ws(' ', l.lanname, p.provolatile, p.prosecdef, p.proconfig::text) || '|' || p.prosrc
			FROM pg_proc p JOIN pg_language l ON l.oid = p.prolang WHERE p.oid = to_regprocedure('public.current_' || $1 || '()')`, of)
		if err != nil {
			return findings, err
		}
		const remedy = "as the owner: CREATE OR REPLACE it as the migrations do; every policy goes by it"
		if len(found) == 0 {
			findings = append(findings, fail("current_"+of+"() is missing", remedy))
			continue
		}
		nature, body, _ := strings.Cut(found[0], "|")
		if nature != "sql s f" || strings.Join(strings.Fields(body), " ") != fmt.Sprintf(scopeFunction, of) {
			findings = append(findings, fail("current_"+of+"() is not the program's", remedy))
		}
	}
	return orOK(findings, "current_district(), current_region() and current_agency() read the transaction's setting and nothing else"), nil
}
