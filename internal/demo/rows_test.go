package demo_test

import (
	"bytes"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/holdfast-edu/holdfast/internal/demo"
)

// lastDay is the as-of day of most tests: near the end of a school year.
var lastDay = time.Date(2026, time.May, 20, 0, 0, 0, 0, time.UTC)

// some are a few districts, as a test is about them.
func some(districts, students int) demo.Options {
	return demo.Options{Districts: districts, Students: students, Days: 180, Seed: 1, AsOf: lastDay}
}

func printed(t *testing.T, options demo.Options) string {
	t.Helper()
	var out bytes.Buffer
	if err := demo.Print(t.Context(), &out, options); err != nil {
		t.Fatal(err)
	}
	return out.String()
}

// table is the printed rows of a table, by column.
type table struct {
	columns []string
	rows    []string // as printed
}

// each calls the function with every row, by column; the map is used again.
func (t table) each(do func(row map[string]string)) {
	row := make(map[string]string, len(t.columns))
	for _, line := range t.rows {
		for i, value := range strings.Split(line, "\t") {
			row[t.columns[i]] = value
		}
		do(row)
	}
}

const null = `\N`

// tablesOf takes the COPY text apart.
func tablesOf(t *testing.T, text string) map[string]table {
	t.Helper()
	tables := map[string]table{}
	var name string
	for line := range strings.Lines(text) {
		line = strings.TrimSuffix(line, "\n")
		switch {
		case strings.HasPrefix(line, "COPY "):
			head, columns, _ := strings.Cut(strings.TrimSuffix(strings.TrimPrefix(line, "COPY "), ") FROM stdin;"), " (")
			name = head
			one := tables[name]
			one.columns = strings.Split(columns, ", ")
			tables[name] = one
		case line == `\.`:
			name = ""
		case name == "":
			t.Fatalf("a line outside any table: %q", line)
		default:
			one := tables[name]
			one.rows = append(one.rows, line)
			tables[name] = one
		}
	}
	return tables
}

func TestTheSameOptionsPrintTheSameBytes(t *testing.T) {
	t.Parallel()
	first := printed(t, some(2, 400))
	if second := printed(t, some(2, 400)); first != second {
		t.Error("the same options printed other bytes the second time")
	}
	for name, change := range map[string]func(*demo.Options){
		"seed":  func(o *demo.Options) { o.Seed++ },
		"as-of": func(o *demo.Options) { o.AsOf = o.AsOf.AddDate(0, 0, 1) },
	} {
		other := some(2, 400)
		change(&other)
		ids := map[string]bool{}
		tablesOf(t, first)["student"].each(func(row map[string]string) { ids[row["id"]] = true })
		tablesOf(t, printed(t, other))["student"].each(func(row map[string]string) {
			if ids[row["id"]] {
				t.Errorf("another %s gave a student the same id %s", name, row["id"])
			}
		})
	}
}

// A district does not depend on how many there are, so that a small demo is the
// beginning of a large one.
func TestMoreDistrictsBeginWithTheSame(t *testing.T) {
	t.Parallel()
	one, two := tablesOf(t, printed(t, some(1, 300))), tablesOf(t, printed(t, some(2, 300)))
	for name, table := range one {
		if !slices.Equal(table.rows, two[name].rows[:len(table.rows)]) {
			t.Errorf("%s: the first district's rows differ when there is a second", name)
		}
	}
}

func TestIDsAreUUIDsOfVersion7AndUnique(t *testing.T) {
	t.Parallel()
	seen := map[string]bool{}
	for name, table := range tablesOf(t, printed(t, some(2, 300))) {
		table.each(func(row map[string]string) {
			id, has := row["id"]
			if !has {
				return
			}
			if seen[id] {
				t.Errorf("%s: the id %s was given twice", name, id)
			}
			if id[14] != '7' || !strings.ContainsRune("89ab", rune(id[19])) {
				t.Errorf("%s: the id %s is no UUIDv7", name, id)
			}
			seen[id] = true
		})
	}
}

func TestOptionsThatCannotBeTaken(t *testing.T) {
	t.Parallel()
	for _, change := range []func(*demo.Options){
		func(o *demo.Options) { o.Districts = 0 },
		func(o *demo.Options) { o.Students = 5 },
		func(o *demo.Options) { o.Days = 366 },
		func(o *demo.Options) { o.AsOf = time.Time{} },
	} {
		options := some(1, 100)
		change(&options)
		if err := options.Check(); err == nil {
			t.Errorf("%+v was taken", options)
		}
	}
}

func TestEveryDayOfAYearCanBeTheLast(t *testing.T) {
	t.Parallel()
	for month := range 12 {
		options := some(1, 60)
		options.AsOf = time.Date(2025, time.July, 3, 0, 0, 0, 0, time.UTC).AddDate(0, month, 0)
		last := options.AsOf.Format(time.DateOnly)
		for name, table := range tablesOf(t, printed(t, options)) {
			table.each(func(row map[string]string) {
				for _, column := range []string{
					"exit_date", "known_through", "recorded_on", "occurred_at", "occurred_on", "taken_on", "given_on", "earned_on", "held_on",
				} {
					if day := row[column]; day != null && day > last+" 23:59:59" {
						t.Errorf("as of %s: %s.%s is %s", last, name, column, day)
					}
				}
				for _, column := range []string{"starts_on", "ends_on"} {
					if day := row[column]; strings.HasPrefix(name, "plan") && day != null && day > last {
						t.Errorf("as of %s: %s.%s is %s", last, name, column, day)
					}
				}
				if name == "attendance_event" && row["on_date"] > last {
					t.Errorf("as of %s: an event on %s", last, row["on_date"])
				}
			})
		}
	}
}

func TestDefaultAsOf(t *testing.T) {
	t.Parallel()
	for today, want := range map[string]string{
		"2026-07-01": "2026-06-10", "2026-09-30": "2026-06-10", "2026-10-01": "2026-10-01", "2026-03-05": "2026-03-05",
	} {
		day, err := time.Parse(time.DateOnly, today)
		if err != nil {
			t.Fatal(err)
		}
		if got := demo.DefaultAsOf(day).Format(time.DateOnly); got != want {
			t.Errorf("on %s: %s, not %s", today, got, want)
		}
	}
}
