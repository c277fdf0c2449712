package main

import (
	"encoding/hex"

	"github.com/google/uuid"
)

// variables are what an operation is given.
type variables = map[string]any

// method and outcome are those of every contact that is logged.
const (
	method  = "PHONE"
	outcome = "REACHED"
)

// studentID is a student's id as Holdfast gives it.
func studentID(id uuid.UUID) string { return "stu_" + hex.EncodeToString(id[:]) }

func holdfastVariables(operation string, q question) variables {
	switch operation {
	case studentPage:
		return variables{"id": studentID(q.id)}
	case studentList:
		return variables{
			"first": pageSize, "filter": variables{"chronicallyAbsent": true, "gradeLevels": q.grades},
			"orderBy": variables{"field": "ABSENT_DAYS", "direction": "DESC"},
		}
	default:
		return variables{"input": variables{
			"studentId": studentID(q.id), "occurredAt": q.at, "method": method, "outcome": outcome, "summary": summary, "idempotencyKey": q.key,
		}}
	}
}

func postgraphileVariables(operation string, q question) variables {
	switch operation {
	case studentPage:
		return variables{"district": q.district.id, "id": q.id, "year": q.district.year}
	case studentList:
		return variables{"first": pageSize, "grades": q.grades, "year": q.district.year}
	default:
		return variables{"input": handwrittenInput(operation, q)}
	}
}

func handwrittenInput(operation string, q question) variables {
	switch operation {
	case studentPage:
		return variables{"id": q.id}
	case studentList:
		return variables{"first": pageSize, "gradeLevels": q.grades}
	default:
		return variables{"studentId": q.id, "occurredAt": q.at, "method": method, "outcome": outcome, "summary": summary, "idempotencyKey": q.key}
	}
}
