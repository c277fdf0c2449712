package access

// Preview is who looks through a reader's eyes. The zero Preview is nobody.
type Preview struct {
	By         ID      // the one who looks
	NeedToKnow Classes // of which they see only items granted to them too, or that they wrote
}

// SeenBy gives the reader as somebody else previews it: what both may see, and
// nothing to write. Of the one who looks only what they may see of every student
// of the district counts, so that it is never more than what both may see.
func (r Reader) SeenBy(other Reader) Reader {
	var whole, items Classes
	for _, span := range other.Spans {
		if span.Reach == WholeDistrict {
			whole |= span.Rights.Read
			items |= span.Rights.NeedToKnow
		}
	}
	items &^= whole
	seen := Reader{Principal: r.Principal, Today: r.Today, Preview: Preview{By: other.Principal.PersonID, NeedToKnow: items}}
	for _, span := range r.Spans {
		sees := span.Rights.Read | span.Rights.NeedToKnow
		read := span.Rights.Read & whole
		span.Rights = Rights{Read: read, NeedToKnow: sees & (whole | items) &^ read}
		seen.Spans = append(seen.Spans, span)
	}
	return seen
}
