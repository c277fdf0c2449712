package edfi_test

import (
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"github.com/holdfast-edu/holdfast/internal/roster"
	"github.com/holdfast-edu/holdfast/internal/roster/edfi"
)

// disciplineFile is a file of incidents, what students did in them, and what was done
// about that. Its elements point to each other by number, and some to nothing.
type disciplineFile struct {
	incidents int
	behaviors []int // the incident of each
	actions   []int // the behavior that each answers
}

func drawDiscipline(t *rapid.T) disciplineFile {
	const most = 4
	target := rapid.IntRange(0, most) // which may be one that is not there
	return disciplineFile{
		incidents: rapid.IntRange(0, most).Draw(t, "incidents"),
		behaviors: rapid.SliceOfN(target, 0, most).Draw(t, "behaviors"),
		actions:   rapid.SliceOfN(target, 0, most).Draw(t, "actions"),
	}
}

// elements writes the elements, each in one line.
func (d disciplineFile) elements() []string {
	var lines []string
	for i := range d.incidents {
		lines = append(lines, fmt.Sprintf(`<DisciplineIncident id="I%d"><IncidentIdentifier>%d</IncidentIdentifier>`+
			`<IncidentDate>2021-10-18</IncidentDate>%s</DisciplineIncident>`, i, i, ofSchool))
	}
	for i, incident := range d.behaviors {
		lines = append(lines, fmt.Sprintf(`<%s id="B%d">%s<DisciplineIncidentReference ref="I%d"/>`+
			`<Behavior>x#Other</Behavior></%s>`, offender, i, ofStudent, incident, offender))
	}
	for i, behavior := range d.actions {
		lines = append(lines, fmt.Sprintf(`<DisciplineAction><DisciplineActionIdentifier>%d</DisciplineActionIdentifier>`+
			`<Discipline>x#Other</Discipline><DisciplineDate>2021-10-19</DisciplineDate>%s<%sReference ref="B%d"/></DisciplineAction>`,
			i, ofStudent, offender, behavior))
	}
	return lines
}

// leads says to which incident each behavior and each answer leads; what leads
// nowhere is only counted.
func (d disciplineFile) leads() (behaviors, answers map[string]int, lost int) {
	behaviors, answers = map[string]int{}, map[string]int{}
	for _, incident := range d.behaviors {
		if incident < d.incidents {
			behaviors[strconv.Itoa(incident)]++
		} else {
			lost++
		}
	}
	for action, behavior := range d.actions {
		if behavior < len(d.behaviors) && d.behaviors[behavior] < d.incidents {
			answers[fmt.Sprintf("%d answers %d", action, d.behaviors[behavior])]++
		} else {
			lost++
		}
	}
	return behaviors, answers, lost
}

// TestOrderDoesNotMatter puts elements that point to each other, over up to two
// steps, into any order. Each leads where it points to or is an issue.
func TestOrderDoesNotMatter(t *testing.T) {
	t.Parallel()
	folder := t.TempDir()
	rapid.Check(t, func(t *rapid.T) {
		drawn := drawDiscipline(t)
		lines := rapid.Permutation(drawn.elements()).Draw(t, "order")
		content := interchange("StudentDiscipline", strings.Join(lines, "\n"))
		if err := os.WriteFile(filepath.Join(folder, "a.xml"), []byte(content), 0o600); err != nil {
			t.Fatal(err)
		}
		sink := &recorder{}
		if err := edfi.Read(t.Context(), os.DirFS(folder), sink, nil); err != nil {
			t.Fatal(err)
		}
		behaviors, answers := map[string]int{}, map[string]int{}
		for _, row := range sink.rows {
			switch row := row.(type) {
			case roster.Participation:
				behaviors[row.IncidentCode]++
			case roster.ActionIncident:
				answers[row.ActionCode+" answers "+row.IncidentCode]++
			}
		}
		wantBehaviors, wantAnswers, lost := drawn.leads()
		if difference := cmp.Diff([]any{wantBehaviors, wantAnswers, lost}, []any{behaviors, answers, len(sink.issues)}); difference != "" {
			t.Errorf("- expected, + read:\n%s\n%s", difference, content)
		}
	})
}
