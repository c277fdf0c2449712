package reach

import (
	"strconv"

	"github.com/holdfast-edu/holdfast/internal/access"
)

// Mask is what a reader may see of one row: the classes readable in whole in the
// low sixteen bits, those readable item by item in the next, those writable above,
// and at the top which of the reader's narrower spans hold the row.
type Mask uint64

const (
	needToKnowShift = 16
	writeShift      = 32
	spanShift       = 48
	spanBits        = 15 // the sign stays free; spans beyond share the last one
)

// spanMark is the bit that says that the reader's span of that place holds the row.
func spanMark(place int) Mask { return 1 << (spanShift + min(place, spanBits-1)) }

// Giving gives the marks of the reader's narrower spans that show something of the
// classes.
func Giving(reader access.Reader, classes access.Classes) Mask {
	var marks Mask
	for i, span := range reader.Spans {
		if (span.Rights.Read|span.Rights.NeedToKnow)&classes != 0 {
			marks |= spanMark(i)
		}
	}
	return marks
}

// GivenBy gives the reader's spans that show something of the classes of the row:
// why it is shown.
func (m Mask) GivenBy(reader access.Reader, classes access.Classes) []access.Span {
	var spans []access.Span
	for i, span := range reader.Spans {
		holds := span.Reach == access.WholeDistrict || m&spanMark(i) != 0
		if holds && (span.Rights.Read|span.Rights.NeedToKnow)&classes != 0 {
			spans = append(spans, span)
		}
	}
	return spans
}

// MaskOf packs rights into a mask.
func MaskOf(rights access.Rights) Mask {
	return Mask(rights.Read) | Mask(rights.NeedToKnow)<<needToKnowShift | Mask(rights.Write)<<writeShift
}

// Reads tells whether the class may be read in whole.
func (m Mask) Reads(class access.Class) bool {
	return m&MaskOf(access.Rights{Read: access.Of(class)}) != 0
}

// Readable gives the classes that may be read in whole.
func (m Mask) Readable() access.Classes { return access.Classes(m) } //nolint:gosec // the low sixteen bits are meant

// Writes tells whether the class may be written.
func (m Mask) Writes(class access.Class) bool {
	return m&MaskOf(access.Rights{Write: access.Of(class)}) != 0
}

// NeedsToKnow tells whether the class may be read item by item only.
func (m Mask) NeedsToKnow(class access.Class) bool {
	return !m.Reads(class) && m&MaskOf(access.Rights{NeedToKnow: access.Of(class)}) != 0
}

// Possible gives everything that the reader may see of any student at all: a
// class that is not in it is not even selected.
func Possible(reader access.Reader) Mask {
	var mask Mask
	for _, span := range reader.Spans {
		mask |= MaskOf(span.Rights)
	}
	return mask
}

// Certain gives what the reader may see of every student of the district.
func Certain(reader access.Reader) Mask {
	var mask Mask
	for _, span := range reader.Spans {
		if span.Reach == access.WholeDistrict {
			mask |= MaskOf(span.Rights)
		}
	}
	return mask
}

// Mask writes the mask of a row of the table student under the alias: what is
// certain, and what each narrower span adds where the student is within it.
func (s *Statement) Mask(alias string) *Statement {
	certain := Certain(s.reader)
	s.Text("(" + strconv.FormatUint(uint64(certain), 10))
	for i, span := range s.reader.Spans {
		bits := MaskOf(span.Rights)
		if span.Reach == access.WholeDistrict || bits&^certain == 0 {
			continue
		}
		bits |= spanMark(i)
		s.Text(" | CASE WHEN ")
		s.writer().span(span, alias+".id", alias+".district_id")
		s.Text(" THEN " + strconv.FormatUint(uint64(bits), 10) + " ELSE 0 END")
	}
	return s.Text(")")
}

// IfReads writes the expression where the mask column reads the class, and NULL
// elsewhere; where the class is certain the expression alone, where it is
// impossible NULL alone, so that a denied column is not even selected.
func (s *Statement) IfReads(maskColumn string, class access.Class, expression func()) *Statement {
	bit := MaskOf(access.Rights{Read: access.Of(class)})
	return s.ifBits(maskColumn, bit, expression)
}

func (s *Statement) ifBits(maskColumn string, bit Mask, expression func()) *Statement {
	switch {
	case Possible(s.reader)&bit == 0:
		return s.Text("NULL")
	case Certain(s.reader)&bit != 0:
		expression()
		return s
	}
	s.Text("CASE WHEN " + maskColumn + " & " + strconv.FormatUint(uint64(bit), 10) + " <> 0 THEN ")
	expression()
	return s.Text(" END")
}
