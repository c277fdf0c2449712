package document

import "testing"

// BenchmarkKnown is what a request for a kept document pays: to find it, its
// operation and its cost.
func BenchmarkKnown(b *testing.B) {
	variables := map[string]any{"first": int64(50)}
	for name, text := range map[string]string{"StudentPage": studentPage, "StudentList": studentList} {
		b.Run(name, func(b *testing.B) {
			reader := NewReader(apiSchema(), false)
			b.ReportAllocs()
			for b.Loop() {
				document, errs := reader.Read(text)
				if errs != nil {
					b.Fatal(errs)
				}
				operation, _ := document.Operation("")
				_ = operation.Cost(variables)
			}
		})
	}
}

// BenchmarkNew is what the first request for a document pays.
func BenchmarkNew(b *testing.B) {
	reader := NewReader(apiSchema(), false)
	b.ReportAllocs()
	for b.Loop() {
		if _, errs := reader.read(studentPage); errs != nil {
			b.Fatal(errs)
		}
	}
}
