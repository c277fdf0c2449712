package embedded

import (
	"fmt"
	"maps"
	"slices"
	"strings"
)

// port is part of the socket's file name. No network port is opened.
const port = "5432"

// accessRules is pg_hba.conf: everybody who gets to the socket is trusted, and
// only the server's user and root get there.
const accessRules = `# Written by Holdfast at every start of the server.
# The directory of the socket is closed to other users: that is the lock.
local all all trust
`

// defaultSettings suit a development machine and a small production server.
// Options.Settings overrides them.
func defaultSettings() map[string]string {
	return map[string]string{
		"shared_buffers":  "256MB",
		"max_connections": "200",
		"max_wal_size":    "4GB",
		"jit":             "off",
		// Today's disks read anywhere alike; the planner's own guess of 4 has it scan
		// every district's rows where an index leads to one's.
		"random_page_cost": "1.1",
		// Many small requests at once want one core each.
		"max_parallel_workers_per_gather": "0",
		"timezone":                        "UTC",
		"log_timezone":                    "UTC",
		"lc_messages":                     "C",

		// SQL and the names of children must never reach the log. The text of
		// an ERROR or a WARNING quotes the value that was refused, so the log
		// takes LOG, FATAL and PANIC only; errors reach the client anyway.
		// "terse" leaves out the DETAIL of these, which quotes rows and SQL.
		"log_min_messages":                  "log",
		"log_min_error_statement":           "panic",
		"log_error_verbosity":               "terse",
		"log_statement":                     "none",
		"log_parameter_max_length":          "0",
		"log_parameter_max_length_on_error": "0",
		"log_checkpoints":                   "off",
	}
}

// settingsFile gives the content of postgresql.conf.
func (c *cluster) settingsFile(socketDir string) string {
	settings := defaultSettings()
	maps.Copy(settings, c.settings)

	// Who may connect and what the server's processes are called isn't a
	// matter of taste: these come last.
	maps.Copy(settings, map[string]string{
		"listen_addresses":        "",
		"port":                    port,
		"unix_socket_directories": socketDir,
		"unix_socket_permissions": "0700",
		"cluster_name":            c.name(),
		"logging_collector":       "off",
		"log_destination":         "stderr",
	})

	var text strings.Builder

	text.WriteString("# Written by Holdfast at every start of the server.\n" +
		"# To change a setting, use ALTER SYSTEM: it goes to postgresql.auto.conf.\n")

	for _, name := range slices.Sorted(maps.Keys(settings)) {
		fmt.Fprintf(&text, "%s = '%s'\n", name, quoteSetting(settings[name]))
	}

	return text.String()
}

func quoteSetting(value string) string {
	return strings.NewReplacer(`\`, `\\`, `'`, `''`, "\n", `\n`).Replace(value)
}
