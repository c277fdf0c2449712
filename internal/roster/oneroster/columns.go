package oneroster

import (
	"strings"

	"github.com/holdfast-edu/holdfast/internal/roster"
)

// layout is a file of the specification.
type layout struct {
	columns string // those of 1.1 and 1.2, in the order of 1.2
	needed  string // those without which a row says nothing
	// blank is the row that stands for one that is too broken to be read.
	blank func(roster.Origin) any
}

func (l layout) names() []string { return strings.Split(l.columns, ",") }

// column gives how the specification writes the name of a column.
func (l layout) column(name string) (string, bool) {
	for _, column := range l.names() {
		if name != "" && strings.EqualFold(column, name) {
			return column, true
		}
	}
	return "", false
}

// The files that are read. Source of the columns: 1EdTech OneRoster CSV tables 1.1
// and CSV binding 1.2.
var layouts = map[string]layout{
	manifestFile: {columns: "propertyName,value", needed: "propertyName,value", blank: func(roster.Origin) any { return nil }},
	orgsFile: {
		columns: "sourcedId,status,dateLastModified,name,type,identifier,parentSourcedId",
		needed:  "sourcedId,name,type",
		blank:   func(at roster.Origin) any { return roster.School{Origin: at} },
	},
	sessionsFile: {
		columns: "sourcedId,status,dateLastModified,title,type,startDate,endDate,parentSourcedId,schoolYear",
		needed:  "sourcedId,title,type,startDate,endDate",
		blank:   func(at roster.Origin) any { return roster.Term{Origin: at} },
	},
	coursesFile: {
		columns: "sourcedId,status,dateLastModified,schoolYearSourcedId,title,courseCode,grades,orgSourcedId,subjects,subjectCodes",
		needed:  "sourcedId,title",
		blank:   func(at roster.Origin) any { return roster.Course{Origin: at} },
	},
	classesFile: {
		columns: "sourcedId,status,dateLastModified,title,grades,courseSourcedId,classCode,classType,location,schoolSourcedId,termSourcedIds," +
			"subjects,subjectCodes,periods",
		needed: "sourcedId,courseSourcedId,schoolSourcedId,termSourcedIds",
		blank:  func(at roster.Origin) any { return roster.Section{Origin: at} },
	},
	usersFile: {
		columns: "sourcedId,status,dateLastModified,enabledUser,username,userIds,givenName,familyName,middleName,identifier,email,sms,phone," +
			"agentSourcedIds,grades,password,userMasterIdentifier,resourceSourcedIds,preferredGivenName,preferredMiddleName,preferredFamilyName," +
			"primaryOrgSourcedId,pronouns,orgSourcedIds,role",
		needed: "sourcedId,givenName,familyName",
		blank:  func(at roster.Origin) any { return roster.Student{Origin: at} },
	},
	rolesFile: {
		columns: "sourcedId,status,dateLastModified,userSourcedId,roleType,role,beginDate,endDate,orgSourcedId,userProfileSourcedId",
		needed:  "userSourcedId,role,orgSourcedId",
		blank:   func(at roster.Origin) any { return roster.Enrollment{Origin: at} },
	},
	enrollmentsFile: {
		columns: "sourcedId,status,dateLastModified,classSourcedId,schoolSourcedId,userSourcedId,role,primary,beginDate,endDate",
		needed:  "sourcedId,classSourcedId,userSourcedId,role",
		blank:   func(at roster.Origin) any { return roster.Seat{Origin: at} },
	},
	demographicsFile: {
		columns: "sourcedId,status,dateLastModified,birthDate,sex,americanIndianOrAlaskaNative,asian,blackOrAfricanAmerican," +
			"nativeHawaiianOrOtherPacificIslander,white,demographicRaceTwoOrMoreRaces,hispanicOrLatinoEthnicity,countryOfBirthCode," +
			"stateOfBirthAbbreviation,cityOfBirth,publicSchoolResidenceStatus",
		needed: "sourcedId",
		blank:  func(at roster.Origin) any { return roster.Demographics{Origin: at} },
	},
	categoriesFile: {
		columns: "sourcedId,status,dateLastModified,title,weight",
		needed:  "sourcedId,title",
		blank:   func(at roster.Origin) any { return roster.Grade{Origin: at} },
	},
	lineItemsFile: {
		columns: "sourcedId,status,dateLastModified,title,description,assignDate,dueDate,classSourcedId,categorySourcedId," +
			"academicSessionSourcedId,resultValueMin,resultValueMax,schoolSourcedId,gradingPeriodSourcedId",
		needed: "sourcedId,title,classSourcedId",
		blank:  func(at roster.Origin) any { return roster.Grade{Origin: at} },
	},
	resultsFile: {
		columns: "sourcedId,status,dateLastModified,lineItemSourcedId,studentSourcedId,scoreStatus,score,scoreDate,comment,textScore," +
			"classSourcedId,inProgress,incomplete,late,missing",
		needed: "sourcedId,lineItemSourcedId,studentSourcedId",
		blank:  func(at roster.Origin) any { return roster.Grade{Origin: at} },
	},
}

// The files, by the names that the manifest has for them.
const (
	manifestFile     = "manifest"
	orgsFile         = "orgs"
	sessionsFile     = "academicSessions"
	coursesFile      = "courses"
	classesFile      = "classes"
	usersFile        = "users"
	rolesFile        = "roles"
	enrollmentsFile  = "enrollments"
	demographicsFile = "demographics"
	categoriesFile   = "categories"
	lineItemsFile    = "lineItems"
	resultsFile      = "results"
)

// passedOver are the files that the model has no place for: their rows are counted.
var passedOver = []string{
	"classResources", "courseResources", "lineItemLearningObjectiveIds", "lineItemScoreScales", "resources", "resultLearningObjectiveIds",
	"resultScoreScales", "scoreScales", "userProfiles", "userResources",
}

// formerNames are what version 1.0 and drafts called columns.
var formerNames = map[string]string{
	"agents": "agentsourcedids", "userid": "userids", "terms": "termsourcedids", "termsourcedid": "termsourcedids",
	"preferredfirstname": "preferredgivenname", "preferredlastname": "preferredfamilyname",
}
