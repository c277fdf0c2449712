package permissions

import (
	"fmt"
	"strings"
	"unicode/utf8"
)

// Golden gives the golden file of a reader: a line a thing, a column a place.
func (m *Matrix) Golden(reader string) string {
	one := m.Readers[reader]
	file := &strings.Builder{}
	fmt.Fprintf(file, "# %s: reach %s", reader, one.Reach)
	if one.Link != "" {
		fmt.Fprintf(file, ", link %s", one.Link)
	}
	fmt.Fprintf(file, ". Made by go test ./test/permissions -update from the files beside: read what changed.\n")
	lines := m.Expand(reader)
	first := 0
	for _, line := range lines {
		first = max(first, len(line.Action)+1+len(line.Subject))
	}
	columns := m.columns()
	for i := range 3 {
		cells := make([]string, len(columns))
		for c, column := range columns {
			if words := strings.Fields(m.Places[c]); i < len(words) {
				cells[c] = words[i]
				if i == 2 {
					cells[c] = strings.Join(words[2:], " ")
				}
			}
			cells[c] = pad(cells[c], column)
		}
		file.WriteString(strings.TrimRight(pad("#", first)+" "+strings.Join(cells, " "), " ") + "\n")
	}
	for _, line := range lines {
		cells := make([]string, len(columns))
		for c, column := range columns {
			cells[c] = pad(line.Answers[m.Places[c]], column)
		}
		file.WriteString(strings.TrimRight(pad(line.Action+" "+line.Subject, first)+" "+strings.Join(cells, " "), " ") + "\n")
	}
	return file.String()
}

// columns gives the widths of the places' columns.
func (m *Matrix) columns() []int {
	widths := make([]int, len(m.Places))
	for i, place := range m.Places {
		widths[i] = len(Shown)
		for w, word := range strings.Fields(place) {
			if w == 2 {
				word = strings.Join(strings.Fields(place)[2:], " ")
			}
			widths[i] = max(widths[i], len(word))
			if w == 2 {
				break
			}
		}
	}
	return widths
}

func pad(text string, width int) string {
	return text + strings.Repeat(" ", max(0, width-utf8.RuneCountInString(text)))
}

// GoldenName gives the name of a reader's golden file.
func GoldenName(reader string) string {
	return strings.ReplaceAll(reader, " ", "_") + ".txt"
}
