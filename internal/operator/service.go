package operator

import (
	"context"
	"strings"

	"github.com/lib/pq"

	"github.com/holdfast-edu/holdfast/internal/access"
	"github.com/holdfast-edu/holdfast/internal/operation"
	"github.com/holdfast-edu/holdfast/internal/reach"
)

// NewServiceClient is a district's machine client that is to be made.
type NewServiceClient struct {
	District string // the district's code
	LocalID  string
	Name     string
	Read     []string // names of data classes
	Write    []string
}

// ServiceClient is a district's machine client, with the classes that it reads and
// writes of every student of the district.
type ServiceClient struct {
	*Principal

	Read  []string
	Write []string
}

// ServiceClientMade is what came of making a machine client.
type ServiceClientMade struct {
	Result

	ServiceClient *ServiceClient
}

// CreateServiceClient makes a machine client with the classes that it reads and
// writes: none for a front-end server, which passes its user's token on, and for
// nobody more than a data steward's.
func CreateServiceClient(ctx context.Context, op *operation.Operation, asked NewServiceClient) (ServiceClientMade, error) {
	if !op.Reader.May(access.Operate) {
		return ServiceClientMade{}, ErrForbidden
	}
	problems := trim(code("district", &asked.District), code("localId", &asked.LocalID), name("name", &asked.Name))
	if problems == nil {
		problems = asked.checkClasses()
	}
	if problems != nil {
		return ServiceClientMade{Result: Result{problems}}, nil
	}
	got, err := call(ctx, op, "create_service_client({who}, {id}, {of}, {code}, {name}, {read}, {write})", reach.Values{
		"of": asked.District, "code": asked.LocalID, "name": asked.Name, "read": pq.StringArray(asked.Read), "write": pq.StringArray(asked.Write),
	})
	principal, err := principalMade(got, err, access.Service, obstacles{
		stands: taken("machine client", asked.LocalID), missing: unknown("district", "district", asked.District),
	})
	done := ServiceClientMade{Result: principal.Result}
	if principal.Principal != nil {
		done.ServiceClient = &ServiceClient{principal.Principal, got.Object.Read, got.Object.Write}
	}
	return done, err
}

// checkClasses puts the classes in the table's order, each once, and gives what is
// wrong with the first that cannot be taken.
func (c *NewServiceClient) checkClasses() []*operation.Problem {
	most := access.RuleOf(access.DataSteward).Rights
	for _, cell := range []struct {
		field string
		names *[]string
		most  access.Classes
	}{{"read", &c.Read, most.Read}, {"write", &c.Write, most.Write}} {
		var set access.Classes
		for _, class := range *cell.names {
			known, ok := access.ParseClass(class)
			if !ok || !cell.most.Has(known) {
				return problem(operation.Invalid, cell.field, class+" is more than a data steward has: name some of "+
					strings.ReplaceAll(cell.most.String(), ",", ", "))
			}
			set |= access.Of(known)
		}
		*cell.names = namesOf(set)
	}
	return nil
}

func namesOf(set access.Classes) []string {
	names := []string{}
	for _, class := range set.List() {
		names = append(names, class.String())
	}
	return names
}
