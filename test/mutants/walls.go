package main

import (
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"

	"github.com/holdfast-edu/holdfast/internal/postgres"
)

// databaseMutants switch the row-level security of one table off.
func databaseMutants() []mutant {
	scopes := postgres.TableScopes()
	var mutants []mutant
	for _, table := range slices.Sorted(maps.Keys(scopes)) {
		if scopes[table] != postgres.Shared && scopes[table] != postgres.System {
			mutants = append(mutants, mutant{
				wall: "database", name: table, sql: "ALTER TABLE " + table + " DISABLE ROW LEVEL SECURITY",
				tests: []suite{{pkg: "./internal/postgres", skip: "Catalog"}, {pkg: "./internal/postgres"}},
			})
		}
	}
	return mutants
}

const (
	rulesFile     = "internal/reach/tables.go"
	predicateFile = "internal/reach/predicate.go"

	operationsFile = "internal/access/operation.go"
	answersFile    = "internal/casework/flag.go"
)

// ruleLine is one table's rule of reach.
var ruleLine = regexp.MustCompile(`(?m)^\t"(\w+)":\s+\{kind: \w+.*\},$`)

// anyDistrictOfTable compares the district of one table's row with itself.
const anyDistrictOfTable = `
	if table == "TABLE" {
		w.WriteString(alias + "." + districtColumn(table))
	} else {
		w.district()
	}
`

// rowMutants open one table to every reader of the district, or for those that are
// open to all staff to every district.
func rowMutants() ([]mutant, error) {
	rules, err := os.ReadFile(rulesFile)
	if err != nil {
		return nil, err
	}
	predicate, err := os.ReadFile(predicateFile)
	if err != nil {
		return nil, err
	}
	lines := ruleLine.FindAllStringSubmatch(string(rules), -1)
	if len(lines) < 10 {
		return nil, fmt.Errorf("%s: found %d rules; the form of the table has changed", rulesFile, len(lines))
	}
	opened := strings.Replace(string(predicate), "\tswitch rule.kind {\n", "\tswitch rule.kind {\n\tcase 200:\n\t\tw.literal(true)\n", 1)
	anyDistrict := strings.Replace(string(predicate), "\tw.district()\n", anyDistrictOfTable, 1)
	tests := []suite{{pkg: "./internal/store"}, {pkg: "./internal/reach"}, {pkg: "./test/api"}}
	var mutants []mutant
	for _, line := range lines {
		table := line[1]
		if !strings.Contains(line[0], "kind: anyStaff") {
			mutants = append(mutants, mutant{
				wall: "row", name: table + ": open to the district",
				overlay: map[string]string{
					rulesFile:     strings.Replace(string(rules), line[0], fmt.Sprintf("\t%q: {kind: 200},", table), 1),
					predicateFile: opened,
				},
				tests: tests,
			})
		}
		mutants = append(mutants, mutant{
			wall: "row", name: table + ": of any district",
			overlay: map[string]string{predicateFile: strings.Replace(anyDistrict, "TABLE", table, 1)}, tests: tests,
		})
	}
	return mutants, nil
}

// allowed is where an operation says which roles it is for.
var allowed = regexp.MustCompile(`(?m)^\t(\w+):\s+\{(\w+(?:, \w+)*)\},$`)

// operationMutants let every role do one of the operations that some roles are for.
func operationMutants() ([]mutant, error) {
	return rewrite("operation", []string{operationsFile}, allowed, func(found []string) (name, text string) {
		return found[1] + " for every role", "\t" + found[1] + ": Roles(),"
	}, suite{pkg: "./test/api", run: "Permission"}, suite{pkg: "./test/api"})
}

// written is where a change says which class of the student's it writes.
var written = regexp.MustCompile(`\.Writable\("s", access\.(\w+)\)`)

// changeMutants let whoever sees the student answer a flag. Other changes are refused by
// the student's mask as well as by their statement, and are whole without either.
func changeMutants() ([]mutant, error) {
	return rewrite("change", []string{answersFile}, written, func(found []string) (name, text string) {
		return "without writing " + found[1], `.Seen("s", access.Directory)`
	}, suite{pkg: "./test/api", run: "Flag"}, suite{pkg: "./test/api", run: "Permission"})
}

// rewrite makes a mutant of each place of the files that the pattern finds.
func rewrite(wall string, files []string, pattern *regexp.Regexp, change func(found []string) (name, text string), tests ...suite) ([]mutant, error) {
	var mutants []mutant
	for _, file := range files {
		raw, err := os.ReadFile(file)
		if err != nil {
			return nil, err
		}
		source := string(raw)
		for _, at := range pattern.FindAllStringSubmatchIndex(source, -1) {
			name, text := change([]string{source[at[0]:at[1]], source[at[2]:at[3]]})
			line := 1 + strings.Count(source[:at[0]], "\n")
			mutants = append(mutants, mutant{
				wall: wall, name: fmt.Sprintf("%s:%d: %s", filepath.Base(file), line, name),
				overlay: map[string]string{file: source[:at[0]] + text + source[at[1]:]}, tests: tests,
			})
		}
	}
	if len(mutants) == 0 {
		return nil, fmt.Errorf("%s: nothing is found in %v; the form of the source has changed", wall, files)
	}
	return mutants, nil
}

// classOfField is where a field of the record says its class.
var classOfField = regexp.MustCompile(`(?m)^\t.*(?:(?:column|object|list|yearly)\(|class: +|": +)access\.[A-Z]\w+`)

// fieldMutants give one field of the record another class, one that more readers have.
func fieldMutants() ([]mutant, error) {
	files, err := filepath.Glob("internal/record/*.go")
	if err != nil {
		return nil, err
	}
	var mutants []mutant
	for _, file := range files {
		text, err := os.ReadFile(file)
		if err != nil {
			return nil, err
		}
		for _, found := range classOfField.FindAllIndex(text, -1) {
			line := string(text[found[0]:found[1]])
			at := strings.LastIndex(line, "access.")
			class := line[at+len("access."):]
			other := "Directory"
			if class == other {
				other = "Restricted"
			}
			mutants = append(mutants, mutant{
				wall:    "field",
				name:    fmt.Sprintf("%s: %s as %s", filepath.Base(file), strings.Join(strings.Fields(line), " "), other),
				overlay: map[string]string{file: string(text[:found[0]]) + line[:at] + "access." + other + string(text[found[1]:])},
				tests:   []suite{{pkg: "./test/api", run: "Schema|Permission|Redact"}, {pkg: "./test/api"}},
			})
		}
	}
	return mutants, nil
}
