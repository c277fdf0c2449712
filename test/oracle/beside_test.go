package oracle_test

import (
	"fmt"
	"net/http"
	"testing"

	"github.com/holdfast-edu/holdfast/internal/identity"
	"github.com/holdfast-edu/holdfast/test/oracle/model"
)

// beside makes up who asks and is not on the district's staff: machine clients with
// classes named, a front-end server without any, somebody of the region, somebody of an
// agency, and an operator.
func (m *maker) beside() {
	m.d.Region = m.id()
	for i := range 4 {
		client := m.other("SERVICE", i)
		if client.Named = (model.Rights{}); i > 0 {
			m.name(client)
		}
	}
	for i, kind := range []string{"REGIONAL", "PARTNER", "OPERATOR"} {
		m.other(kind, i).Home = m.id()
	}
}

func (m *maker) other(kind string, i int) *model.Staff {
	subject := fmt.Sprintf("%s %s %d", m.d.Code, kind, i)
	s := &model.Staff{ID: m.id(), Subject: subject, Name: subject, Engagement: "EMPLOYEE", Kind: kind}
	m.d.Beside = append(m.d.Beside, s)
	return s
}

// name names whichever classes for a machine client; what is more than a data steward's
// comes to nothing.
func (m *maker) name(client *model.Staff) {
	client.Named = model.Rights{}
	for _, class := range model.Classes {
		if m.often(60) {
			client.Named[class] = one(m, []model.Cell{model.Read, model.Write})
		}
	}
}

// besideOf writes those who are not on the district's staff.
func (w *world) besideOf(d *model.District) []rows {
	var tables []rows
	for _, s := range d.Beside {
		own := row{"issuer": identity.DevIssuerName, "subject": s.Subject, "kind": s.Kind, "person_id": s.ID}
		switch s.Kind {
		case "SERVICE":
			own["district_id"] = d.ID
		case "REGIONAL":
			own["region_id"] = d.Region
		case "PARTNER":
			own["agency_id"] = s.Home
			tables = append(tables, rows{"agency", "id", []row{{"id": s.Home, "local_id": s.Subject, "name": s.Subject}}})
		}
		tables = append(tables, besideRow(d, s), rows{"identity", "issuer, subject, person_id", []row{own}})
	}
	return tables
}

// besideRow is the row of one of them.
func besideRow(d *model.District, s *model.Staff) rows {
	own := row{"id": s.ID, "display_name": s.Name}
	if s.Kind != "OPERATOR" { // whose row cannot be withdrawn
		own["local_id"], own["withdrawn_at"] = s.Subject, gone(s.Withdrawn)
	}
	switch s.Kind {
	case "SERVICE":
		own["district_id"], own["read_classes"], own["write_classes"] = d.ID, named(s, model.Read), named(s, model.Write)
		return rows{"service_client", ownKey, []row{own}}
	case "REGIONAL":
		own["region_id"] = d.Region
		return rows{"regional_analyst", "region_id, id", []row{own}}
	case "PARTNER":
		own["agency_id"] = s.Home
		return rows{"agency_staff", "agency_id, id", []row{own}}
	}
	return rows{"operator", "id", []row{own}}
}

// named are the classes that were named for a machine client to read, or to write.
func named(s *model.Staff, to model.Cell) []model.Class {
	classes := []model.Class{}
	for _, class := range model.Classes {
		if s.Named[class] == to {
			classes = append(classes, class)
		}
	}
	return classes
}

// clientChanges: somebody who is not on the staff is gone, or is back; or a machine client
// has other classes.
func (h *history) clientChanges(*model.Student) {
	s := one(h.maker, h.d.Beside)
	switch {
	case s.Kind == "SERVICE" && h.often(60):
		h.name(s)
	case s.Kind != "OPERATOR":
		s.Withdrawn = !s.Withdrawn
	}
	h.w.put(besideRow(h.d, s))
	h.happened = append(h.happened, fmt.Sprintf("%s %s: %v withdrawn %v", h.on, s.Subject, s.Named, s.Withdrawn))
}

// besideAsks lets one of them ask about everybody, for a list, and for changes.
func (h *history) besideAsks() {
	s := one(h.maker, h.d.Beside)
	h.checks += h.w.compare(h.t, h.d, s, h.w.everybody(h.maker))
	h.logsAContact(s, one(h.maker, h.d.Students))
	switch {
	case s.Withdrawn:
	case s.Kind == "SERVICE":
		h.w.checkList(h.t, h.maker, s, randomQuery(h.maker))
	default:
		h.w.noDistrict(h.t, s)
	}
}

// noDistrict checks that there is no district, and so no list, for the reader.
func (w *world) noDistrict(t testing.TB, s *model.Staff) {
	t.Helper()
	got := w.ask(s, `{ district { id students(first: 1) { totalCount } } }`, nil)
	if got.status != http.StatusOK || len(got.Errors) > 0 || at(got.Data, "district") != nil {
		t.Errorf("%s sees a district: %s", s.Subject, got.body)
	}
}
