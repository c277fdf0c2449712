package demo_test

import (
	"maps"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"
)

// copied gives the row to keep.
func copied(row map[string]string) map[string]string { return maps.Clone(row) }

// schoolDays are the days of instruction of the only calendar that matters: all schools
// of a district have the same.
func schoolDays(tables map[string]table) []string {
	days := map[string]bool{}
	tables["calendar_date"].each(func(row map[string]string) {
		if row["instructional"] == "t" {
			days[row["on_date"]] = true
		}
	})
	return slices.Sorted(maps.Keys(days))
}

func TestFewStudentsHaveIncidents(t *testing.T) {
	t.Parallel()
	tables := tablesOf(t, printed(t, some(2, 5_000)))
	incidents, parts := map[string]map[string]bool{}, map[string]int{}
	took := map[string]bool{}
	tables["discipline_participation"].each(func(row map[string]string) {
		parts[row["participation"]]++
		key := row["student_id"] + row["incident_id"]
		if row["participation"] != "PERPETRATOR" {
			if took[key] {
				t.Errorf("%s has two parts in an incident", row["student_id"])
			}
			took[key] = true
			return
		}
		if incidents[row["student_id"]] == nil {
			incidents[row["student_id"]] = map[string]bool{}
		}
		incidents[row["student_id"]][row["incident_id"]] = true
	})
	many := map[int]int{}
	for _, of := range incidents {
		for _, line := range []int{4, 6} {
			if len(of) >= line {
				many[line]++
			}
		}
	}
	between(t, "students with an incident", len(incidents), 10_000, 0.03, 0.08)
	between(t, "of them, four incidents", many[4], len(incidents), 0.10, 0.40)
	between(t, "of them, six incidents", many[6], len(incidents), 0.03, 0.20)
	for _, part := range []string{"VICTIM", "WITNESS", "REPORTER"} {
		between(t, part, parts[part], parts["PERPETRATOR"], 0.02, 0.5)
	}
	kinds := map[string]int{}
	tables["discipline_action"].each(func(row map[string]string) { kinds[row["kind"]]++ })
	want := []string{"COMMUNITY_SERVICE", "EXPULSION", "IN_SCHOOL_SUSPENSION", "NONE", "OTHER", "OUT_OF_SCHOOL_SUSPENSION", "REMOVAL_FROM_CLASSROOM"}
	if got := slices.Sorted(maps.Keys(kinds)); !slices.Equal(got, want) {
		t.Errorf("what was done: %v", kinds)
	}
}

// A suspension is one fact told twice: the days of instruction after the action are
// those in attendance, as far as the student was enrolled and attendance is known.
func TestSuspensionsAreThoseOfAttendance(t *testing.T) {
	t.Parallel()
	tables := tablesOf(t, printed(t, some(1, 5_000)))
	days := schoolDays(tables)
	events := map[string]string{}
	tables["attendance_event"].each(func(row map[string]string) {
		if strings.HasSuffix(row["category"], "_SUSPENSION") {
			events[row["student_id"]+row["on_date"]] = row["category"]
		}
	})
	ended, known := map[string]string{}, map[string]string{}
	tables["attendance_completeness"].each(func(row map[string]string) { known[row["school_id"]] = row["known_through"] })
	tables["student_school_association"].each(func(row map[string]string) {
		last := known[row["school_id"]]
		if row["exit_date"] != null && row["exit_date"] < last {
			last = row["exit_date"]
		}
		ended[row["student_id"]+row["school_id"]] = last
	})
	served, answered := 0, map[string]bool{}
	tables["discipline_action_incident"].each(func(row map[string]string) { answered[row["action_id"]] = true })
	tables["discipline_action"].each(func(row map[string]string) {
		if !answered[row["id"]] {
			t.Errorf("an action answers no incident: %v", row)
		}
		if row["days"] == null {
			return
		}
		length, err := strconv.Atoi(row["days"])
		if err != nil {
			t.Fatal(err)
		}
		at, _ := slices.BinarySearch(days, row["taken_on"])
		for i := range length / 10_000 {
			if at+1+i >= len(days) || days[at+1+i] > ended[row["student_id"]+row["school_id"]] {
				break
			}
			key := row["student_id"] + days[at+1+i]
			if events[key] != row["kind"] && len(events[key]) > 0 {
				t.Errorf("%s on %s where attendance has %s", row["kind"], days[at+1+i], events[key])
			}
			if events[key] == row["kind"] {
				delete(events, key)
				served++
			}
		}
	})
	if len(events) > 0 || served == 0 {
		t.Errorf("%d days of suspension are in attendance alone, %d in both", len(events), served)
	}
}

// worth is what the latest mark of a course is worth.
func worth(t *testing.T, row map[string]string) (points int, counts bool) {
	t.Helper()
	if row["letter"] != "" {
		points, counts = map[byte]int{'A': 4, 'B': 3, 'C': 2, 'D': 1, 'F': 0}[row["letter"][0]], strings.ContainsAny(row["letter"][:1], "ABCDF")
		return points, counts
	}
	number, err := strconv.Atoi(row["numeric"])
	if err != nil {
		t.Fatal(err)
	}
	return min(max(number/100_000-5, 0), 4), true
}

// latestMarks are the latest marks by student and course, the more final of a day.
func latestMarks(tables map[string]table) map[[2]string]map[string]string {
	order := []string{"PROGRESS", "GRADING_PERIOD", "SEMESTER", "FINAL"}
	latest := map[[2]string]map[string]string{}
	tables["grade"].each(func(row map[string]string) {
		key := [2]string{row["student_id"], row["course_id"]}
		one, there := latest[key]
		if !there || row["given_on"] > one["given_on"] ||
			row["given_on"] == one["given_on"] && slices.Index(order, row["kind"]) > slices.Index(order, one["kind"]) {
			latest[key] = copied(row)
		}
	})
	return latest
}

func TestMarksArePlausible(t *testing.T) {
	t.Parallel()
	for _, asOf := range []string{"2025-11-07", "2026-02-10", "2026-06-12"} {
		options := some(3, 2_000)
		options.AsOf, _ = time.Parse(time.DateOnly, asOf)
		tables := tablesOf(t, printed(t, options))
		core := map[string]bool{}
		tables["course"].each(func(row map[string]string) { core[row["id"]] = row["core_subject"] != null })
		points, courses := map[string]int{}, map[string]int{}
		worst, letters, numbers := map[string]int{}, 0, 0
		marks := map[int]int{}
		for key, row := range latestMarks(tables) {
			got, counts := worth(t, row)
			if !counts {
				continue
			}
			if row["letter"] == "" {
				numbers++
			} else {
				letters++
			}
			points[key[0]] += got
			courses[key[0]]++
			if core[key[1]] {
				marks[got]++
				before, there := worst[key[0]]
				if !there || got < before {
					worst[key[0]] = got
				}
			}
		}
		all := marks[0] + marks[1] + marks[2] + marks[3] + marks[4]
		between(t, asOf+" core marks that are F", marks[0], all, 0.01, 0.08)
		between(t, asOf+" core marks that are D", marks[1], all, 0.05, 0.16)
		between(t, asOf+" core marks that are A", marks[4], all, 0.20, 0.45)
		failing, low, best := 0, 0, 0
		for student, n := range courses {
			if worst[student] == 0 {
				failing++
			}
			if points[student] <= 2*n {
				low++
			}
			if 2*points[student] >= 7*n {
				best++
			}
		}
		between(t, asOf+" students with an F", failing, len(courses), 0.03, 0.18)
		between(t, asOf+" averages of 2.0 or less", low, len(courses), 0.08, 0.25)
		between(t, asOf+" averages of 3.5 or more", best, len(courses), 0.15, 0.45)
		if letters == 0 || numbers == 0 {
			t.Errorf("%d letters and %d numbers: there is one kind of district alone", letters, numbers)
		}
	}
}

// A mark is given at the end of a period in which the student had the seat.
func TestMarksBelongToSeatsAndPeriods(t *testing.T) {
	t.Parallel()
	tables := tablesOf(t, printed(t, some(1, 2_000)))
	seats := map[string][]map[string]string{}
	tables["student_section_association"].each(func(row map[string]string) {
		key := row["student_id"] + row["section_id"]
		seats[key] = append(seats[key], copied(row))
	})
	ends := map[string]bool{}
	tables["term"].each(func(row map[string]string) { ends[row["ends_on"]] = true })
	taught := map[string]string{}
	tables["section"].each(func(row map[string]string) { taught[row["id"]] = row["course_id"] })
	kinds := map[string]int{}
	tables["grade"].each(func(row map[string]string) {
		kinds[row["kind"]]++
		held := slices.ContainsFunc(seats[row["student_id"]+row["section_id"]], func(seat map[string]string) bool {
			return seat["starts_on"] <= row["given_on"] && (seat["ends_on"] == null || row["given_on"] <= seat["ends_on"])
		})
		if !held || taught[row["section_id"]] != row["course_id"] || !ends[row["given_on"]] && row["kind"] != "PROGRESS" {
			t.Errorf("a mark of no seat, course or period: %v", row)
		}
	})
	if kinds["PROGRESS"] == 0 || kinds["GRADING_PERIOD"] <= kinds["SEMESTER"] || kinds["SEMESTER"] == 0 {
		t.Errorf("marks by kind: %v", kinds)
	}
}

func TestCreditsArePlausible(t *testing.T) {
	t.Parallel()
	tables := tablesOf(t, printed(t, some(2, 3_000)))
	grades := map[string]int{}
	names := []string{"NINTH", "TENTH", "ELEVENTH", "TWELFTH"}
	tables["student"].each(func(row map[string]string) { grades[row["id"]] = slices.Index(names, row["grade_level"]) })
	attempted, earned, results, methods := 0, 0, map[string]int{}, map[string]int{}
	sums := map[string]int{}
	tables["course_transcript"].each(func(row map[string]string) {
		results[row["result"]]++
		methods[row["method"]]++
		tried, _ := strconv.Atoi(row["attempted"])
		got, _ := strconv.Atoi(row["earned"])
		attempted, earned = attempted+tried, earned+got
		sums[row["student_id"]] += got
		if grades[row["student_id"]] < 0 || got > tried || (row["result"] == "FAIL") != (got == 0) {
			t.Errorf("a credit that cannot be: %v", row)
		}
	})
	between(t, "credits earned", earned, attempted, 0.90, 0.99)
	between(t, "failed", results["FAIL"], results["FAIL"]+results["PASS"], 0.01, 0.08)
	between(t, "recovered", methods["CREDIT_RECOVERY"], results["FAIL"], 0.2, 0.7)
	if methods["TRANSFER"] == 0 {
		t.Error("nobody brought credits")
	}
	for student, grade := range grades {
		if most := (grade + 1) * 7 * 10_000; sums[student] > most {
			t.Errorf("a student of grade %d has %d credits", grade+9, sums[student]/10_000)
		}
	}
	needed := map[string]int{}
	tables["graduation_requirement"].each(func(row map[string]string) {
		credits, _ := strconv.Atoi(row["credits"])
		needed[row["district_id"]+row["cohort_year"]] += credits
	})
	if len(needed) != 8 {
		t.Errorf("the cohorts of two districts need %v", needed)
	}
	for cohort, credits := range needed {
		if credits > 4*5*10_000 {
			t.Errorf("the cohort %s needs %d credits, more than five courses a year give", cohort, credits/10_000)
		}
	}
}

func TestAssessmentsArePlausible(t *testing.T) {
	t.Parallel()
	tables := tablesOf(t, printed(t, some(1, 3_000)))
	below := map[string]int{}
	tables["assessment_result"].each(func(row map[string]string) { below[row["below_level"]]++ })
	all := below["t"] + below["f"] + below[null]
	between(t, "below grade level", below["t"], all, 0.05, 0.25)
	between(t, "of no said level", below[null], all, 0.005, 0.05)
}

// A plan is that of a student with an advocate, its supports are on the district's
// menu, and its sessions are held while they run.
func TestPlansHangTogether(t *testing.T) {
	t.Parallel()
	tables := tablesOf(t, printed(t, some(1, 5_000)))
	cared := map[string]string{}
	tables["advocate_assignment"].each(func(row map[string]string) {
		if row["role"] == "PRIMARY" {
			cared[row["student_id"]] = row["starts_on"]
		}
	})
	menu, plans, items := map[string]map[string]string{}, map[string]map[string]string{}, map[string]map[string]string{}
	tables["support_menu_entry"].each(func(row map[string]string) { menu[row["id"]] = copied(row) })
	states := map[string]int{}
	tables["plan"].each(func(row map[string]string) {
		plans[row["id"]] = copied(row)
		states[row["status"]]++
		if begins, has := cared[row["student_id"]]; !has || row["starts_on"] < begins || (row["ends_on"] == null) != (row["status"] == "ACTIVE" || row["status"] == "DRAFT") {
			t.Errorf("a plan that cannot be: %v", row)
		}
	})
	between(t, "students with an advocate who have a plan", len(plans), len(cared), 0.6, 0.9)
	if len(states) != 4 {
		t.Errorf("plans by status: %v", states)
	}
	tables["plan_item"].each(func(row map[string]string) {
		items[row["id"]] = copied(row)
		of, on := plans[row["plan_id"]], menu[row["menu_entry_id"]]
		if of["student_id"] != row["student_id"] || on["title"] != row["title"] || on["domain"] != row["domain"] || row["starts_on"] < of["starts_on"] ||
			(row["ends_on"] == null) != (row["result"] == null) || (row["result"] == null) != (row["result_reason"] == "") {
			t.Errorf("a support that cannot be: %v", row)
		}
	})
	sessions, missed := 0, 0
	tables["session_log"].each(func(row map[string]string) {
		of := items[row["plan_item_id"]]
		sessions++
		if row["attended"] == "f" {
			missed++
		}
		if of["student_id"] != row["student_id"] || row["held_on"] <= of["starts_on"] || of["ends_on"] != null && row["held_on"] > of["ends_on"] {
			t.Errorf("a session that cannot be: %v of %v", row, of)
		}
	})
	between(t, "sessions that the student did not come to", missed, sessions, 0.05, 0.3)
}

// The terms of a year follow each other without a gap, whether a district has them
// for all schools or for each.
func TestTermsFollowEachOther(t *testing.T) {
	t.Parallel()
	tables := tablesOf(t, printed(t, some(6, 60)))
	byList := map[[4]string][]string{}
	bySchool := map[bool]int{}
	tables["term"].each(func(row map[string]string) {
		key := [4]string{row["district_id"], row["school_id"], row["kind"]}
		byList[key] = append(byList[key], row["starts_on"]+" "+row["ends_on"])
		bySchool[row["school_id"] != null]++
	})
	for key, list := range byList {
		if want := map[string]int{"SEMESTER": 2, "GRADING_PERIOD": 4}[key[2]]; len(list) != want {
			t.Errorf("%d terms of kind %s", len(list), key[2])
		}
		if !slices.IsSorted(list) {
			t.Errorf("the terms are out of their order: %v", list)
		}
		for i := 1; i < len(list); i++ {
			if _, before, _ := strings.Cut(list[i-1], " "); before >= list[i][:len(before)] {
				t.Errorf("two terms overlap: %v", list)
			}
		}
	}
	if bySchool[true] == 0 || bySchool[false] == 0 {
		t.Errorf("terms of schools and of all: %v", bySchool)
	}
}
