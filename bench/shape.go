package main

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"
)

// errAnswer is an answer with errors in it, or of another form.
var errAnswer = errors.New("not the answer that was asked for")

func shapeHoldfast(operation string, body []byte) (any, error) {
	var answer struct {
		Data   map[string]any `json:"data"`
		Errors []any          `json:"errors"`
	}
	if err := json.Unmarshal(body, &answer); err != nil {
		return nil, fmt.Errorf("read the answer: %w", err)
	}
	if len(answer.Errors) > 0 {
		return nil, fmt.Errorf("%w: %v", errAnswer, answer.Errors)
	}
	return shaped(operation, answer.Data), nil
}

func shapeHandwritten(operation string, body []byte) (any, error) {
	var answer map[string]any
	if err := json.Unmarshal(body, &answer); err != nil {
		return nil, fmt.Errorf("%w: %s", errAnswer, body)
	}
	return shaped(operation, answer), nil
}

// shaped makes answers comparable: bare ids, moments in UTC, a cursor that is
// there or not, and in their own order the lists that promise none.
func shaped(operation string, data map[string]any) any {
	made := alike("", data)
	if operation == logContact {
		delete(contactOf(made), "id") // each peer makes its own
	}
	return made
}

// contactOf gives the contact in the answer of LogContact; nil when it is none.
func contactOf(answer any) map[string]any {
	fields, _ := answer.(map[string]any)
	payload, _ := fields["logContact"].(map[string]any)
	contact, _ := payload["contactLog"].(map[string]any)
	return contact
}

// unordered are the lists that are compared as sets.
var unordered = []string{"channels", "characteristics", "contacts", "enrollments", "flags"}

func alike(name string, value any) any {
	switch value := value.(type) {
	case map[string]any:
		for key, below := range value {
			value[key] = alike(key, below)
		}
	case []any:
		for i, below := range value {
			value[i] = alike("", below)
		}
		if slices.Contains(unordered, name) {
			slices.SortFunc(value, func(a, b any) int { return bytes.Compare(encode(a), encode(b)) })
		}
	case string:
		return comparableText(name, value)
	}
	return value
}

func comparableText(name, text string) any {
	switch name {
	case "id":
		return strings.ReplaceAll(text[strings.IndexByte(text, '_')+1:], "-", "")
	case "cursor", "startCursor", "endCursor":
		return text != ""
	case "occurredAt":
		if at, err := time.Parse(time.RFC3339Nano, text); err == nil {
			return at.UTC().Format(time.RFC3339Nano)
		}
	}
	return text
}
