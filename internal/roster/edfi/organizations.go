package edfi

import (
	"context"
	"slices"

	"github.com/holdfast-edu/holdfast/internal/roster"
)

func organizationHandlers() handlers {
	return handlers{
		"Course":                 readCourse,
		"EducationServiceCenter": readRegion,
		"LocalEducationAgency":   readDistrict,
		"School":                 readSchool,
	}
}

// What other elements of the file name an organization by.
type (
	regionCode   string
	districtCode string
)

func readRegion(ctx context.Context, f *file, e *element) error {
	r := f.record("Region", e)
	region := roster.Region{
		Origin: r.origin,
		Code:   r.required("EducationServiceCenterId"),
		Name:   r.required("NameOfInstitution"),
	}
	f.remember(r, regionCode(region.Code))
	return f.put(ctx, r, region)
}

func readDistrict(ctx context.Context, f *file, e *element) error {
	r := f.record("District", e)
	district := roster.District{
		Origin:     r.origin,
		Code:       r.required("LocalEducationAgencyId"),
		Name:       r.required("NameOfInstitution"),
		State:      r.state(),
		RegionCode: r.text("EducationServiceCenterReference/EducationServiceCenterIdentity/EducationServiceCenterId"),
	}
	f.remember(r, districtCode(district.Code))
	return resolve(ctx, f, r, "EducationServiceCenterReference", func(ctx context.Context, region regionCode) error {
		if region != "" {
			district.RegionCode = string(region)
		}
		return f.put(ctx, r, district)
	})
}

// state gives the two letters of an organization's physical address, or of its
// first address when none is said to be physical.
func (r *record) state() string {
	state := r.code("Address/StateAbbreviation")
	for _, address := range r.element.all("Address") {
		if plain(codeValue(address.first("AddressType").text)) == "physical" {
			state = codeValue(address.first("StateAbbreviation").text)
			break
		}
	}
	isLetter := func(character byte) bool { return 'A' <= character && character <= 'Z' }
	if state != "" && (len(state) != 2 || !isLetter(state[0]) || !isLetter(state[1])) {
		r.reject("StateAbbreviation", state, "is not a state", "write states as two capital letters, such as TX")
	}
	return state
}

func readSchool(ctx context.Context, f *file, e *element) error {
	r := f.record("School", e)
	lowest, highest := r.gradeSpan()
	school := roster.School{
		Origin:       r.origin,
		Code:         r.required("SchoolId"),
		Name:         r.required("NameOfInstitution"),
		DistrictCode: r.text("LocalEducationAgencyReference/LocalEducationAgencyIdentity/LocalEducationAgencyId"),
		Level:        r.level(),
		LowestGrade:  lowest,
		HighestGrade: highest,
		Alternative:  plain(r.code("SchoolType")) == "alternative",
	}
	return resolve(ctx, f, r, "LocalEducationAgencyReference", func(ctx context.Context, district districtCode) error {
		if district != "" {
			school.DistrictCode = string(district)
		}
		return f.put(ctx, r, school)
	})
}

// level gives the level that all categories of a school agree on.
func (r *record) level() string {
	var levels []string
	for _, category := range r.codes("SchoolCategory") {
		levels = append(levels, or(r.words.levels, category, roster.LevelOther))
	}
	slices.Sort(levels)
	if levels = slices.Compact(levels); len(levels) != 1 {
		return roster.LevelOther
	}
	return levels[0]
}

// gradeSpan gives the lowest and the highest grade of a school, empty when it
// names none. Grades without a place in the order count only when there are no
// others.
func (r *record) gradeSpan() (lowest, highest string) {
	var taught []string
	for _, code := range r.codes("GradeLevel") {
		taught = append(taught, r.grade("GradeLevel", code))
	}
	for _, grade := range roster.Grades() {
		if !slices.Contains(taught, grade) || lowest != "" && !roster.Ordered(grade) {
			continue
		}
		if lowest == "" {
			lowest = grade
		}
		highest = grade
	}
	return lowest, highest
}
