package demo

import "time"

// holidays are the federal holidays, and the days on which staff learn.
var holidays = []struct {
	event string
	in    func(year int) time.Time
}{
	{"Labor Day", func(y int) time.Time { return nth(y-1, time.September, time.Monday, 1) }},
	{"Staff development day", func(y int) time.Time { return nth(y-1, time.October, time.Friday, 1) }},
	{"Indigenous Peoples' Day", func(y int) time.Time { return nth(y-1, time.October, time.Monday, 2) }},
	{"Veterans Day", func(y int) time.Time { return observed(date(y-1, time.November, 11)) }},
	{"New Year's Day", func(y int) time.Time { return observed(date(y, time.January, 1)) }},
	{"Martin Luther King Jr. Day", func(y int) time.Time { return nth(y, time.January, time.Monday, third) }},
	{"Presidents' Day", func(y int) time.Time { return nth(y, time.February, time.Monday, third) }},
	{"Staff development day", func(y int) time.Time { return nth(y, time.April, time.Friday, third) }},
	{"Memorial Day", func(y int) time.Time { return onOrAfter(y, time.May, 25, time.Monday) }},
	{"Juneteenth", func(y int) time.Time { return observed(date(y, time.June, 19)) }},
}
