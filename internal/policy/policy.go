// Package policy is a district's one document of numbers and lists that it may
// change. What the document leaves out is the default; every default names its
// source.
package policy

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/holdfast-edu/holdfast/internal/access"
)

// Document is a district's policy.
type Document struct {
	// Indicators is when a figure of a student is a warning.
	Indicators IndicatorPolicy `json:"indicators"`
	// AttendanceCodes maps the source's own attendance codes onto Holdfast's
	// categories. An unknown code is quarantined, never guessed.
	AttendanceCodes map[string]string `json:"attendanceCodes"`
	// ExitCodes maps the source's own leaver codes onto ExitWithdrawTypes.
	ExitCodes map[string]string `json:"exitCodes"`
	// EntryCodes maps the source's own entry codes onto EntryTypes.
	EntryCodes map[string]string `json:"entryCodes"`
	// ActionCodes maps the source's own words for disciplinary actions onto the kinds
	// of a DisciplineAction.
	ActionCodes map[string]string `json:"actionCodes,omitzero"`
	// ExitDate says what the source's exit date is.
	ExitDate ExitDateMeaning `json:"exitDate,omitzero"`
	// Imports bounds what an import may do without a word from a person.
	Imports ImportPolicy `json:"imports,omitzero"`
	// Access narrows who sees what; nothing of it widens a role.
	Access access.Policy `json:"access,omitzero"`
}

// ExitDateMeaning is what a source's exit date is.
type ExitDateMeaning string

// The meanings of an exit date. Holdfast keeps the last day enrolled.
const (
	LastDayEnrolled ExitDateMeaning = "LAST_DAY_ENROLLED"
	FirstDayOut     ExitDateMeaning = "FIRST_DAY_OUT"
)

// ImportPolicy bounds what an import may do without a word from a person.
type ImportPolicy struct {
	// MostEndedBasisPoints of the district's active enrollments may end by one import:
	// 500 by default, Holdfast's own.
	MostEndedBasisPoints int64 `json:"mostEndedBasisPoints"`
	// MostEndedOfSchoolBasisPoints of a school's: 2500 by default, Holdfast's own; a small
	// school could else be withdrawn whole within the district's share.
	MostEndedOfSchoolBasisPoints int64 `json:"mostEndedOfSchoolBasisPoints"`
}

// The defaults of ImportPolicy, with their sources there.
const (
	mostEndedBasisPoints         = 500
	mostEndedOfSchoolBasisPoints = 2500
)

// Default is the policy of a district that changed nothing. Its code maps know
// Ed-Fi's own descriptors.
func Default() Document {
	return Document{
		Indicators: defaultIndicators(),
		AttendanceCodes: map[string]string{
			"Excused Absence":          "EXCUSED_ABSENCE",
			"Unexcused Absence":        "UNEXCUSED_ABSENCE",
			"Out of school suspension": "OUT_OF_SCHOOL_SUSPENSION",
			"In school suspension":     "IN_SCHOOL_SUSPENSION",
			"Tardy":                    "TARDY",
			"Early departure":          "EARLY_DEPARTURE",
			"Partial":                  "PARTIAL",
			"In Attendance":            "PRESENT",
		},
		ExitDate: LastDayEnrolled,
		Imports:  ImportPolicy{MostEndedBasisPoints: mostEndedBasisPoints, MostEndedOfSchoolBasisPoints: mostEndedOfSchoolBasisPoints},
		ActionCodes: map[string]string{
			"Removal from Classroom":                             "REMOVAL_FROM_CLASSROOM",
			"In School Suspension":                               "IN_SCHOOL_SUSPENSION",
			"Out of School Suspension":                           "OUT_OF_SCHOOL_SUSPENSION",
			"Expulsion":                                          "EXPULSION",
			"Expulsion with Services":                            "EXPULSION",
			"No action for incident":                             "NONE",
			"Expulsion under Guns Free School Act":               "EXPULSION",
			"Expulsion under Guns Free School Act with Services": "EXPULSION",
			"Community Service":                                  "COMMUNITY_SERVICE",
			"Other":                                              "OTHER",
			"None":                                               "NONE",
		},
		EntryCodes: map[string]string{
			"Transfer":                "TRANSFER",
			"New to education system": "NEW_TO_EDUCATION_SYSTEM",
			"Next year school":        "NEXT_YEAR_SCHOOL",
			"Re-entry":                "RE_ENTRY",
			"Other":                   "OTHER",
		},
		ExitCodes: map[string]string{
			"Completed":                            "COMPLETED",
			"Died or is permanently incapacitated": "DIED",
			"Dropout":                              "DROPOUT",
			"Emigrated":                            "EMIGRATED",
			"End of school year":                   "END_OF_SCHOOL_YEAR",
			"Expelled":                             "EXPELLED",
			"Graduated":                            "GRADUATED",
			"Incarcerated":                         "INCARCERATED",
			"Invalid enrollment":                   "INVALID_ENROLLMENT",
			"No show":                              "NO_SHOW",
			"Reached maximum age":                  "REACHED_MAXIMUM_AGE",
			"Transferred":                          "TRANSFERRED",
			"Withdrawn":                            "WITHDRAWN",
			"Other":                                "OTHER",
			"Unknown":                              "UNKNOWN",
		},
	}
}

// Parse reads a document over the defaults and checks it.
func Parse(raw []byte) (Document, error) {
	document := Default()
	decoder := json.NewDecoder(bytes.NewReader(raw))
	decoder.DisallowUnknownFields()
	if err := decoder.Decode(&document); err != nil {
		return Document{}, fmt.Errorf("the district's policy document cannot be read: %w", err)
	}
	if err := document.Check(); err != nil {
		return Document{}, err
	}
	return document, nil
}

// Check refuses what no import, figure or reader could be held to.
func (d Document) Check() error {
	for _, codes := range []struct {
		name   string
		codes  map[string]string
		values []string
	}{
		{"attendanceCodes", d.AttendanceCodes, attendanceCategories},
		{"entryCodes", d.EntryCodes, entryTypes},
		{"exitCodes", d.ExitCodes, exitTypes},
		{"actionCodes", d.ActionCodes, actionKinds},
	} {
		if err := known(codes.name, codes.codes, codes.values); err != nil {
			return err
		}
	}
	if err := d.Indicators.check(); err != nil {
		return err
	}
	if d.ExitDate != LastDayEnrolled && d.ExitDate != FirstDayOut {
		return fmt.Errorf("the district's policy: exitDate is %q, which is neither %s nor %s", d.ExitDate, LastDayEnrolled, FirstDayOut)
	}
	for _, share := range []int64{d.Imports.MostEndedBasisPoints, d.Imports.MostEndedOfSchoolBasisPoints} {
		if share < 0 || share > 10_000 {
			return errors.New("the district's policy: imports takes shares from 0 to 10000 basis points")
		}
	}
	if err := d.Access.Check(); err != nil {
		return fmt.Errorf("the district's policy: %w", err)
	}
	return nil
}

// What the code maps may lead to.
var (
	attendanceCategories = []string{
		"EXCUSED_ABSENCE", "UNEXCUSED_ABSENCE", "OUT_OF_SCHOOL_SUSPENSION", "IN_SCHOOL_SUSPENSION", "TARDY", "EARLY_DEPARTURE", "PARTIAL", "PRESENT",
	}
	actionKinds = []string{
		"REMOVAL_FROM_CLASSROOM", "IN_SCHOOL_SUSPENSION", "OUT_OF_SCHOOL_SUSPENSION", "EXPULSION", "COMMUNITY_SERVICE", "OTHER", "NONE",
	}
	entryTypes = []string{"TRANSFER", "NEW_TO_EDUCATION_SYSTEM", "NEXT_YEAR_SCHOOL", "RE_ENTRY", "OTHER"}
	exitTypes  = []string{
		"COMPLETED", "DIED", "INCAPACITATED", "DROPOUT", "EMIGRATED", "END_OF_SCHOOL_YEAR", "ENROLLED_IN_DIPLOMA_PROGRAM", "EXPELLED", "GRADUATED",
		"INCARCERATED", "INVALID_ENROLLMENT", "REMOVED", "NO_SHOW", "REACHED_MAXIMUM_AGE", "TRANSFERRED", "WITHDRAWN", "OTHER", "UNKNOWN",
	}
)

// known refuses a code that leads to nothing.
func known(name string, codes map[string]string, values []string) error {
	for _, code := range slices.Sorted(maps.Keys(codes)) {
		if !slices.Contains(values, codes[code]) {
			return fmt.Errorf("the district's policy: %s maps %q to %q, which is none of %s", name, code, codes[code], strings.Join(values, ", "))
		}
	}
	return nil
}
