package doctor

import (
	"context"
	"fmt"
	"strings"

	"github.com/holdfast-edu/holdfast/internal/postgres"
)

// power is something a login may not have, since it passes by the walls.
type power struct {
	query  string // gives nothing, or what else is to be named
	what   string
	remedy string
}

var powers = []power{
	{
		"SELECT '' FROM pg_roles WHERE rolname = current_user AND rolsuper",
		"is a superuser", "ALTER ROLE … NOSUPERUSER, or connect as another",
	},
	{
		"SELECT '' FROM pg_roles WHERE rolname = current_user AND rolbypassrls",
		"passes by row-level security (BYPASSRLS)", "ALTER ROLE … NOBYPASSRLS",
	},
	{
		"SELECT '' FROM pg_roles WHERE rolname = current_user AND rolcreaterole",
		"may make roles (CREATEROLE)", "ALTER ROLE … NOCREATEROLE",
	},
	{
		"SELECT '' FROM pg_roles WHERE rolname = current_user AND rolcreatedb",
		"may make databases (CREATEDB)", "ALTER ROLE … NOCREATEDB",
	},
	{
		"SELECT '' FROM pg_roles WHERE rolname = current_user AND rolreplication",
		"may copy the whole server (REPLICATION)", "ALTER ROLE … NOREPLICATION",
	},
	{
		`SELECT DISTINCT c.relname::text FROM pg_class c JOIN pg_roles r ON r.oid = c.relowner
			WHERE r.rolname = current_user AND c.relnamespace = 'public'::regnamespace AND c.relkind IN ('r', 'p', 'v', 'm')`,
		"owns", "connect as a login that owns nothing; ALTER TABLE … OWNER TO the owner's",
	},
	{
		// Of a superuser every membership is true, and has been said.
		`SELECT m.rolname::text FROM pg_roles m, pg_roles me
			WHERE me.rolname = current_user AND NOT me.rolsuper AND m.oid <> me.oid AND pg_has_role(me.oid, m.oid, 'MEMBER')
				AND (m.rolsuper OR m.rolbypassrls OR m.rolcreaterole OR m.rolcreatedb OR m.rolreplication
					OR m.rolname IN ('pg_read_server_files', 'pg_write_server_files', 'pg_execute_server_program', 'pg_database_owner')
					OR EXISTS (SELECT FROM pg_database d WHERE d.datname = current_database() AND d.datdba = m.oid)
					OR EXISTS (SELECT FROM pg_class c WHERE c.relowner = m.oid AND c.relnamespace = 'public'::regnamespace))
			ORDER BY 1`,
		"may become", "REVOKE that role from it: who may become it passes by the walls",
	},
	{
		`SELECT '' FROM pg_roles r WHERE r.rolname = current_user AND NOT r.rolsuper AND to_regnamespace('public') IS NOT NULL
			AND has_schema_privilege('public', 'CREATE')`,
		"may make tables and functions in the schema public", "REVOKE CREATE ON SCHEMA public FROM it and from PUBLIC",
	},
}

// checkPowers: the logins that serve are neither owner nor superuser, nor may
// they become one.
func checkPowers(ctx context.Context, p *patient) ([]Finding, error) {
	var findings []Finding
	for _, login := range p.opened() {
		if login.name == "owner" {
			continue
		}
		for _, one := range powers {
			held, err := words(ctx, login.db, one.query)
			if err != nil {
				return findings, err
			}
			if len(held) > 0 {
				findings = append(findings, fail(strings.TrimSpace("the "+login.name+"'s login "+one.what+" "+few(held)), one.remedy))
			}
		}
	}
	return orOK(findings, "the logins that serve are neither owner nor superuser, and cannot become one"), nil
}

// few names the first of many.
func few(names []string) string {
	const most = 5
	if len(names) > most {
		return fmt.Sprintf("%s and %d more", strings.Join(names[:most], ", "), len(names)-most)
	}
	return strings.Join(names, ", ")
}

// grantsHeld gives what of the privileges the role holds on tables, by whatever
// way: its own, a group's, or everybody's.
const grantsHeld = `SELECT c.relname || ' (' || string_agg(priv, ', ' ORDER BY priv) || ')'
	FROM pg_class c, unnest(string_to_array($2, ',')) priv
	WHERE c.relnamespace = 'public'::regnamespace AND c.relkind IN ('r', 'p', 'v', 'm', 'f')
		AND ($3 = '' OR c.relname = ANY (string_to_array($3, ',')))
		AND (has_table_privilege($1::name, c.oid, priv)
			OR (priv IN ('SELECT', 'INSERT', 'UPDATE', 'REFERENCES') AND has_any_column_privilege($1::name, c.oid, priv)))
		AND NOT EXISTS (SELECT FROM pg_depend d WHERE d.classid = 'pg_class'::regclass AND d.objid = c.oid AND d.deptype = 'e')
	GROUP BY c.relname ORDER BY c.relname`

// checkApplicationGrants: row-level security covers neither TRUNCATE nor foreign
// keys, and who is who is read by identify() alone.
func checkApplicationGrants(ctx context.Context, p *patient) ([]Finding, error) {
	role, err := p.roleOf(ctx, p.application, postgres.ApplicationLogin)
	if err != nil {
		return nil, err
	}
	var findings []Finding
	for _, rule := range []struct{ privileges, tables, why string }{
		{"TRUNCATE,REFERENCES,TRIGGER", "", "row-level security does not cover it"},
		{"SELECT,INSERT,UPDATE,DELETE", "identity,operator,regional_analyst,agency_staff", "identify() alone reads who is who"},
		{"SELECT,INSERT,UPDATE,DELETE", "agency,operator_log", "the operator's functions alone write it"},
		{"INSERT,UPDATE,DELETE", "region,district,service_client", "the operator's functions alone write it"},
	} {
		held, err := words(ctx, p.someone(), grantsHeld, role, rule.privileges, rule.tables)
		if err != nil {
			return findings, err
		}
		for _, grant := range held {
			findings = append(findings, fail("the application holds "+grant+": "+rule.why, "as the owner: REVOKE it from "+role+" and from PUBLIC"))
		}
	}
	return orOK(findings, "the application holds no privilege that goes round the walls"), nil
}

// roleOf is the role that the login is, or the one that the migrations grant to
// where the login did not get in.
func (p *patient) roleOf(ctx context.Context, login *postgres.DB, otherwise string) (string, error) {
	if login == nil {
		return otherwise, nil
	}
	var name string
	err := row(ctx, login, []any{&name}, "SELECT current_user")
	return name, err
}

// checkPartnerGrants: partners and regions hold no grant on any table and run no
// function of the owner's, until a migration gives them one.
func checkPartnerGrants(ctx context.Context, p *patient) ([]Finding, error) {
	var findings []Finding
	for _, login := range []struct {
		name string
		db   *postgres.DB
		role string
	}{{"partner", p.partner, postgres.PartnerLogin}, {"region", p.region, postgres.RegionLogin}} {
		role, err := p.roleOf(ctx, login.db, login.role)
		if err != nil {
			return findings, err
		}
		held, err := words(ctx, p.someone(), grantsHeld, role, "SELECT,INSERT,UPDATE,DELETE,TRUNCATE,REFERENCES,TRIGGER", "")
		if err != nil {
			return findings, err
		}
		run, err := words(ctx, p.someone(), `SELECT proname || '()' FROM pg_proc WHERE pronamespace = 'public'::regnamespace
			AND prosecdef AND has_function_privilege($1::name, oid, 'EXECUTE') ORDER BY 1`, role)
		if err != nil {
			return findings, err
		}
		for _, grant := range append(held, run...) {
			findings = append(findings, fail("the "+login.name+"'s login holds "+grant, "as the owner: REVOKE it from "+role+" and from PUBLIC"))
		}
	}
	return orOK(findings, "partners and regions hold no grant"), nil
}
