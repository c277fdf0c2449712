package sheet_test

import (
	"bytes"
	"flag"
	"fmt"
	"os"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/holdfast-edu/holdfast/internal/roster/form"
	"github.com/holdfast-edu/holdfast/internal/roster/sheet"
)

var update = flag.Bool("update", false, "write docs/csv.md anew")

const page = "../../../docs/csv.md"

// TestThePageIsOfTheForms: docs/csv.md says what the forms do.
func TestThePageIsOfTheForms(t *testing.T) {
	t.Parallel()
	want := pageOf(t)
	if *update {
		if err := os.WriteFile(page, []byte(want), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	got, err := os.ReadFile(page)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(want, string(got)); diff != "" {
		t.Errorf("docs/csv.md is stale (- the forms, + the page): run go test ./internal/roster/sheet -update\n%s", diff)
	}
}

func pageOf(t *testing.T) string {
	t.Helper()
	head, err := os.ReadFile("testdata/docs/head.md")
	if err != nil {
		t.Fatal(err)
	}
	page := bytes.NewBuffer(head)
	for _, f := range form.Forms() {
		fmt.Fprintf(page, "\n### %s.csv\n%s\n\n| column | needed | written | is |\n|---|---|---|---|\n", f.File, f.About)
		for _, field := range f.Fields {
			needed := ""
			if field.Needed {
				needed = "yes"
			}
			fmt.Fprintf(page, "| `%s` | %s | %s | %s |\n", field.Name, needed, written(field), field.About)
		}
	}
	return page.String()
}

// written says how a value is written.
func written(field form.Field) string {
	switch field.Type {
	case form.Day:
		return "day"
	case form.Whole:
		return "whole number"
	case form.Parts:
		return "number"
	case form.YesNo:
		return "yes or no"
	case form.List:
		return "list"
	case form.Word:
		return strings.Join(field.Words, ", ")
	case form.Text:
	}
	return "text"
}

// TestTemplates can be loaded as they are, and hold nothing then.
func TestTemplates(t *testing.T) {
	t.Parallel()
	for _, f := range form.Forms() {
		var template, table bytes.Buffer
		found, err := sheet.Named(f.File)
		if err != nil || found.Kind != f.Kind {
			t.Errorf("%s: %v", f.File, err)
		}
		if err := sheet.Template(&template, f); err != nil {
			t.Error(err)
		}
		sink := &recorder{}
		if err := sheet.Read(t.Context(), oneFile(f.File+".csv", template.Bytes()), sink, nil); err != nil {
			t.Error(err)
		}
		if diff := cmp.Diff([]string{f.File + ".csv:1 tolerated: the file has a header and no row"}, sink.lines); diff != "" {
			t.Errorf("- want, + got:\n%s", diff)
		}
		if err := sheet.Explain(&table, f); err != nil {
			t.Error(err)
		}
		for _, field := range f.Fields {
			if !strings.Contains(table.String(), field.Name+" ") || !strings.Contains(table.String(), field.About) {
				t.Errorf("the table of %s does not say what %s is:\n%s", f.File, field.Name, table.String())
			}
		}
	}
}

// TestKinds lists them; another is refused with the list.
func TestKinds(t *testing.T) {
	t.Parallel()
	var list bytes.Buffer
	if err := sheet.Kinds(&list); err != nil {
		t.Fatal(err)
	}
	if lines := strings.Count(list.String(), "\n"); lines != len(form.Forms()) || !strings.HasPrefix(list.String(), "schools ") {
		t.Errorf("%d lines:\n%s", lines, list.String())
	}
	if _, err := sheet.Named("pupils"); err == nil || !strings.Contains(err.Error(), `"pupils"`) || !strings.Contains(err.Error(), "attendance") {
		t.Errorf("it said %v", err)
	}
}
