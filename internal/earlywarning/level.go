package earlywarning

import "github.com/holdfast-edu/holdfast/internal/policy"

// Level is how far off track a student is.
type Level string

// The levels.
const (
	OnTrack         Level = "ON_TRACK"
	EarlyWarning    Level = "EARLY_WARNING"
	LevelAtRisk     Level = "AT_RISK"
	Critical        Level = "CRITICAL"
	LevelUnmeasured Level = "NOT_MEASURED"
)

// levels are the levels in the order of their gravity; the database has the words.
var levels = []Level{LevelUnmeasured, OnTrack, EarlyWarning, LevelAtRisk, Critical}

// Judgement is what the rules say of a student in a school year.
type Judgement struct {
	Level       Level
	NotMeasured []Domain // those with a rule, of which nothing is known
	Findings    []Finding
	Figures     []Judged // of each rule of the year, in their order
	AsOf        Day
}

// Judged is a figure that was held against its rule, with the last day that it looks at.
type Judged struct {
	Figure

	AsOf Day
}

// judgeRules runs the rules over a student's indicators, window by window.
func (y *Year) judgeRules(r *Record, ytd Indicators, scratch *counting) Judgement {
	found := Judgement{AsOf: ytd.AsOf}
	measured, ruled := map[Domain]bool{}, map[Domain]bool{}
	for _, rule := range y.rules {
		lines := y.indicators.Rules[rule.name]
		indicators := ytd
		if lines.Window != policy.YearToDate {
			indicators = y.indicatorsOf(r, lines.Window, scratch)
		}
		figure := rule.figure(indicators)
		found.Figures = append(found.Figures, Judged{figure, rule.asOf(indicators)})
		ruled[rule.domain] = true
		measured[rule.domain] = measured[rule.domain] || figure.Measured
		if grave, line := verdict(rule.name, lines, figure); grave != "" {
			found.Findings = append(found.Findings, Finding{
				Domain: string(rule.domain), Rule: rule.name, Grave: grave, Part: figure.Part, Whole: figure.Whole, Line: line,
				On: rule.asOf(indicators), AsOf: rule.asOf(indicators).String(), PolicyVersion: y.Version,
			})
		}
	}
	for _, domain := range Domains() {
		if ruled[domain] && !measured[domain] {
			found.NotMeasured = append(found.NotMeasured, domain)
		}
	}
	found.Level = levelOf(found.Findings, measured)
	return found
}

// levelOf draws the level: critical when at risk in two or more domains, overage not
// counted. Age and supports alone measure nobody: without attendance, behavior and
// course performance there is no level, unless a rule has found something.
func levelOf(findings []Finding, measured map[Domain]bool) Level {
	atRisk, level := map[Domain]bool{}, OnTrack
	if !measured[Attendance] && !measured[Behavior] && !measured[CoursePerformance] {
		level = LevelUnmeasured
	}
	for _, finding := range findings {
		if finding.Grave == AtRisk && Domain(finding.Domain) != Overage {
			atRisk[Domain(finding.Domain)] = true
		}
		switch {
		case finding.Grave == AtRisk:
			level = LevelAtRisk
		case level != LevelAtRisk:
			level = EarlyWarning
		}
	}
	if len(atRisk) > 1 {
		return Critical
	}
	return level
}
