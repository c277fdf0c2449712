package document

import (
	"fmt"
	"strings"
	"testing"

	"github.com/vektah/gqlparser/v2"
	"github.com/vektah/gqlparser/v2/ast"

	"github.com/holdfast-edu/holdfast/graph/generated"
)

func apiSchema() *ast.Schema { return generated.NewExecutableSchema(generated.Config{}).Schema() }

func load(t testing.TB, text string) *ast.Schema {
	t.Helper()
	schema, err := gqlparser.LoadSchema(&ast.Source{Input: text})
	if err != nil {
		t.Fatal(err)
	}
	return schema
}

// studentPage is the operation that is asked most, as the contract has it.
const studentPage = `query StudentPage($id: ID!) {
  node(id: $id) {
    __typename
    ... on Student {
      id localId stateId displayName gradeLevel birthDate languages
      school { id name }
      enrollments { id school { name } entryDate entryType exitDate exitType gradeLevel }
      contacts { id relation livesWith educationRights person { id displayName language bestWayToReach lastConfirmedOn channels { kind value optedOut } } }
      characteristics { kind startsOn endsOn detail }
      attendance { measured enrolledDays absentDays excusedDays unexcusedDays suspendedDays tardies attendanceRate chronicallyAbsent currentStreak knownThrough }
      risk { level asOf policyVersion notMeasured flags { id domain severity rule figure threshold numerator denominator since status explanation } }
      primaryAdvocate { displayName }
      contactLogs(first: 5) { nodes { id occurredAt method outcome withWhom summary } }
    }
  }
}`

// studentList is the list of the contract.
const studentList = `query StudentList($filter: StudentFilter, $first: Int = 50, $after: String, $orderBy: StudentOrder) {
  district { students(first: $first, after: $after, filter: $filter, orderBy: $orderBy) {
    totalCount pageInfo { hasNextPage hasPreviousPage startCursor endCursor }
    edges { cursor node { id localId displayName gradeLevel school { id name }
      attendance { enrolledDays absentDays attendanceRate chronicallyAbsent } risk { level } } } } }
}`

// nested writes a selection within itself so many times.
func nested(times int, open, within string) string {
	return strings.Repeat(open+" { ", times) + within + strings.Repeat(" }", times)
}

// doubling writes fragments of which each spreads the next one twice: the last one
// stands in the document two to the power of n times.
func doubling(n int, on, within string) string {
	var out strings.Builder
	for i := range n {
		fmt.Fprintf(&out, " fragment F%d on %s { ...F%d ...F%d }", i, on, i+1, i+1)
	}
	fmt.Fprintf(&out, " fragment F%d on %s { %s }", n, on, within)
	return out.String()
}
