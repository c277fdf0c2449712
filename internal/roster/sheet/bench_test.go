package sheet_test

import (
	"context"
	"fmt"
	"strings"
	"testing"

	"github.com/holdfast-edu/holdfast/internal/roster"
	"github.com/holdfast-edu/holdfast/internal/roster/sheet"
)

// passing is a sink that keeps nothing.
type passing struct{}

func (passing) Put(context.Context, any) error                    { return nil }
func (passing) Reject(context.Context, any, []roster.Issue) error { return nil }
func (passing) Tolerate(context.Context, roster.Issue) error      { return nil }
func (passing) Cover(roster.Coverage) error                       { return nil }
func (passing) PassOver(string) error                             { return nil }

// BenchmarkRead reads 100,000 lines of attendance.
func BenchmarkRead(b *testing.B) {
	var file strings.Builder
	file.WriteString("studentId,schoolId,schoolYear,date,code,reason,duration,minutes\n")
	for student := range 100_000 {
		_, _ = fmt.Fprintf(&file, "%d,11,,2025-09-02,Unexcused Absence,\"no bus, again\",0.5,\n", student)
	}
	folder := oneFile("attendance.csv", []byte(file.String()))
	b.SetBytes(int64(file.Len()))
	b.ReportAllocs()
	for b.Loop() {
		if err := sheet.Read(b.Context(), folder, passing{}, nil); err != nil {
			b.Fatal(err)
		}
	}
}
