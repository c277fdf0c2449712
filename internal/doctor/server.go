package doctor

import (
	"context"
	"fmt"
	"slices"
	"time"
)

// oldestVersion is the oldest server that Holdfast's SQL runs on, as
// server_version_num has it.
const oldestVersion = 150000

func checkVersion(ctx context.Context, p *patient) ([]Finding, error) {
	var number int
	var name string
	err := row(ctx, p.someone(), []any{&number, &name}, "SELECT current_setting('server_version_num')::int, current_setting('server_version')")
	if err != nil {
		return nil, err
	}
	if number < oldestVersion {
		return []Finding{fail("PostgreSQL "+name+" is too old", "move the database to PostgreSQL 15 or newer, with pg_upgrade or a dump")}, nil
	}
	return []Finding{ok("PostgreSQL " + name)}, nil
}

// checkDurability: without these a power failure leaves a broken database.
func checkDurability(ctx context.Context, p *patient) ([]Finding, error) {
	var findings []Finding
	for _, setting := range []string{"fsync", "full_page_writes"} {
		value, err := p.setting(ctx, setting)
		if err != nil {
			return findings, err
		}
		if value != "on" {
			findings = append(findings, fail(setting+" is "+value+": a power failure may break the database", "ALTER SYSTEM SET "+setting+" = on, and reload"))
		}
	}
	return orOK(findings, "what was committed survives a power failure"), nil
}

func checkChecksums(ctx context.Context, p *patient) ([]Finding, error) {
	value, err := p.setting(ctx, "data_checksums")
	if err != nil {
		return nil, err
	}
	if value != "on" {
		return []Finding{warn("data checksums are off: a disk that corrupts pages goes unnoticed", "stop the server and run pg_checksums --enable")}, nil
	}
	return []Finding{ok("data checksums are on")}, nil
}

func (p *patient) setting(ctx context.Context, name string) (string, error) {
	var value string
	err := row(ctx, p.someone(), []any{&value}, "SELECT current_setting($1)", name)
	return value, err
}

// logRule is a setting that decides what the server's log takes, with the values
// that keep records of children out of it.
type logRule struct {
	setting string
	safe    []string
	leaks   string
	mend    string
}

// silent are the levels at which the log takes no error of a statement: the text of
// one quotes the value that was refused.
var silent = []string{"log", "fatal", "panic"}

var logRules = []logRule{
	{"log_min_messages", silent, "the text of an error quotes the value that was refused", "log"},
	{"log_error_verbosity", []string{"terse"}, "the detail of an error quotes the row", "terse"},
	{"log_min_error_statement", silent, "the statement of an error is logged", "panic"},
	{"log_statement", []string{"none", "ddl"}, "statements are logged with their values", "none"},
	{"log_min_duration_statement", []string{"-1"}, "slow statements are logged with their values", "-1"},
	{"log_min_duration_sample", []string{"-1"}, "some slow statements are logged with their values", "-1"},
	{"log_transaction_sample_rate", []string{"0"}, "some transactions are logged with their values", "0"},
	{"log_parameter_max_length_on_error", []string{"0"}, "the values of a failed statement are logged", "0"},
}

// checkServerLog asks under each login, since a setting may be a login's own.
func checkServerLog(ctx context.Context, p *patient) ([]Finding, error) {
	var findings []Finding
	said := map[string]bool{}
	for _, login := range p.opened() {
		for _, rule := range logRules {
			var value string
			if err := row(ctx, login.db, []any{&value}, "SELECT current_setting($1)", rule.setting); err != nil {
				return findings, err
			}
			if slices.Contains(rule.safe, value) || said[rule.setting+value] {
				continue
			}
			said[rule.setting+value] = true
			findings = append(findings, fail(fmt.Sprintf("%s is %s under the %s's login: %s", rule.setting, value, login.name, rule.leaks),
				fmt.Sprintf("as a superuser: ALTER DATABASE … SET %s = '%s', and see whether the login has a setting of its own", rule.setting, rule.mend)))
		}
	}
	return orOK(findings, "it takes no statement, no value and no error's text"), nil
}

// drift is how far two clocks may be apart: tokens and days go by them.
const drift = 2 * time.Second

// checkClock takes the database's clock for the middle of the question.
func checkClock(ctx context.Context, p *patient) ([]Finding, error) {
	asked := p.Now()
	var there time.Time
	if err := row(ctx, p.someone(), []any{&there}, "SELECT clock_timestamp()"); err != nil {
		return nil, err
	}
	answered := p.Now()
	here := asked.Add(answered.Sub(asked) / 2)
	apart := there.Sub(here).Abs()
	if apart > drift+answered.Sub(asked)/2 {
		return []Finding{warn(fmt.Sprintf("this machine and the database are %s apart", apart.Round(time.Second)),
			"keep both by NTP: days and tokens go by the clock")}, nil
	}
	return []Finding{ok("this machine and the database agree")}, nil
}
