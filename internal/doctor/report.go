package doctor

// Status is how a check went.
type Status string

// The statuses. A warning can wait; a failure cannot.
const (
	OK   Status = "ok"
	Warn Status = "warn"
	Fail Status = "fail"
)

// Finding is one line of the report.
type Finding struct {
	Check  string `json:"check"` // the check's name
	Status Status `json:"status"`
	Found  string `json:"found"`            // what was looked at, and how it is
	Remedy string `json:"remedy,omitempty"` // what to do; empty when it is well
}

// Report is what the doctor found, in the order of the checks.
type Report struct {
	Findings []Finding `json:"findings"`
}

// Count is how many findings have the status.
func (r Report) Count(status Status) int {
	n := 0
	for _, finding := range r.Findings {
		if finding.Status == status {
			n++
		}
	}
	return n
}

func ok(found string) Finding           { return Finding{Status: OK, Found: found} }
func warn(found, remedy string) Finding { return Finding{Status: Warn, Found: found, Remedy: remedy} }

func fail(found, remedy string) Finding { return Finding{Status: Fail, Found: found, Remedy: remedy} }

// orOK gives what is wrong, or the one line that nothing is.
func orOK(findings []Finding, found string) []Finding {
	if len(findings) == 0 {
		return []Finding{ok(found)}
	}
	return findings
}
