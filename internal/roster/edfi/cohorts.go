package edfi

import (
	"cmp"
	"context"
	"time"

	"github.com/holdfast-edu/holdfast/internal/roster"
)

// cohortHandlers leaves out which staff look after a cohort.
func cohortHandlers() handlers {
	return handlers{cohortElement: readCohort, "StudentCohortAssociation": readCohortMember}
}

// cohort is what is kept of a Cohort for its members. One that is no intervention
// has no domain.
type cohort struct{ title, domain string }

// readCohort reads a group of students who are given an intervention. It passes over
// the groups that are formed for anything else: a watch list is no help by itself.
func readCohort(ctx context.Context, f *file, e *element) error {
	r := f.record("MenuEntry", e)
	identity := r.supportIdentity("", cohortElement)
	own := cohort{
		title:  cmp.Or(r.text("CohortDescription"), identity.code),
		domain: f.words.cohorts[plain(r.code("CohortType"))],
	}
	f.remember(r, identity)
	if len(r.issues) == 0 {
		f.kept[identity] = own
	}
	if own.domain == "" {
		return f.sink.PassOver(e.name)
	}
	return f.put(ctx, r, roster.MenuEntry{
		Origin:    r.origin,
		Code:      identity.entryCode(),
		Title:     own.title,
		Domain:    own.domain,
		Intensity: roster.SupportBasic, // nothing of a cohort says that it is more
	})
}

// readCohortMember passes over members of cohorts that are no interventions, and of
// those that were not exported, which nobody can tell.
func readCohortMember(ctx context.Context, f *file, e *element) error {
	r := f.record("PlanItem", e)
	name := e.name
	item := roster.PlanItem{
		Origin:         r.origin,
		StudentCode:    r.required("StudentReference/StudentIdentity/StudentUniqueId"),
		BeginsOn:       r.requiredDate("BeginDate"),
		EndsOn:         r.date("EndDate"),
		PlannedMinutes: roster.NotSaid,
	}
	return f.support(ctx, r, cohortElement, func(ctx context.Context, identity supportIdentity) error {
		r.release()
		return expect(ctx, f, identity, func(ctx context.Context, of cohort, known bool) error {
			if of.domain == "" && (known || len(r.issues) == 0) {
				return f.sink.PassOver(name)
			}
			item.MenuCode, item.Title, item.Domain = identity.entryCode(), of.title, of.domain
			// A student may leave a cohort and come back to it.
			item.Code = join(identity.element, identity.organization, identity.code, item.BeginsOn.Format(time.DateOnly))
			return f.put(ctx, r, item)
		})
	})
}
