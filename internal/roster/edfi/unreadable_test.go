package edfi_test

import (
	"errors"
	"os"
	"strings"
	"testing"

	"github.com/holdfast-edu/holdfast/internal/roster/edfi"
)

// unreadableFile is a file that ends the reading, and in what words.
type unreadableFile struct {
	content string
	line    int
	problem string
}

// TestUnreadableFiles ends at what is not an Ed-Fi interchange, is broken XML,
// or is meant to do harm.
func TestUnreadableFiles(t *testing.T) {
	t.Parallel()
	for _, tests := range []map[string]unreadableFile{otherFiles(), brokenFiles(), hostileFiles()} {
		for name, test := range tests {
			t.Run(name, func(t *testing.T) {
				t.Parallel()
				checkUnreadable(t, test)
			})
		}
	}
}

func checkUnreadable(t *testing.T, test unreadableFile) {
	t.Helper()
	err := edfi.Read(t.Context(), os.DirFS(folderOf(t, "input.xml", test.content)), &recorder{}, nil)
	file, is := errors.AsType[*edfi.FileError](err)
	if !is {
		t.Fatalf("got %v", err)
	}
	if file.File != "input.xml" || file.Line != test.line || file.Problem != test.problem || file.Hint == "" {
		t.Errorf("got %+v", file)
	}
	if message := err.Error(); strings.ContainsAny(message, "\n\r") || strings.Contains(message, "Zenobia") {
		t.Errorf("the message %q", message)
	}
}

func otherFiles() map[string]unreadableFile {
	const wanted = ", where an Interchange element in a namespace http://ed-fi.org/5.x.y was expected"
	return map[string]unreadableFile{
		"an empty file": {
			"",
			1, "the file holds no XML element" + wanted,
		},
		"only a comment": {
			"<!-- Zenobia -->",
			1, "the file holds no XML element" + wanted,
		},
		"a table": {
			"code,name\n1,Zenobia\n",
			1, "the file begins with text instead of XML" + wanted,
		},
		"another document": {
			"\n<html><body/></html>",
			2, `the root element is "html" in namespace ""` + wanted,
		},
		"an older standard": {
			`<InterchangeParent xmlns="http://ed-fi.org/4.0.0"/>`,
			1, `the root element is "InterchangeParent" in namespace "http://ed-fi.org/4.0.0"` + wanted,
		},
		"a namespace like Ed-Fi": {
			`<InterchangeStudent xmlns="http://ed-fi.org/5.2.x"/>`,
			1, `the root element is "InterchangeStudent" in namespace "http://ed-fi.org/5.2.x"` + wanted,
		},
		"another encoding": {
			`<?xml version="1.0" encoding="ISO-8859-1"?>` + "\n<a/>",
			1, "the file declares an encoding other than UTF-8",
		},
		"UTF-16": {
			"\xff\xfe<\x00a\x00/\x00>\x00",
			1, "the text is not UTF-8",
		},
	}
}

func brokenFiles() map[string]unreadableFile {
	return map[string]unreadableFile{
		"an end that is missing": {
			`<InterchangeStudent xmlns="http://ed-fi.org/5.2.0">` + "\n<Student>\n",
			3, "the file ends in the middle of an element",
		},
		"a wrong end": {
			interchange("Student", "<Student><Name>Zenobia</Nom></Student>"),
			2, "an element is closed by another element's end tag",
		},
		"an end too many": {
			interchange("Student", "") + "</Student>",
			4, "an end tag closes no element",
		},
		"a second root": {
			interchange("Student", "") + "<Student/>",
			4, "something follows the end of the root element",
		},
		"text after the root": {
			strings.TrimSpace(interchange("Student", "")) + "Zenobia",
			3, "something follows the end of the root element",
		},
		"a bare ampersand": {
			interchange("Student", "<Student>Quill &Zenobia</Student>"),
			2, "an & does not begin an entity that XML knows",
		},
		"a character too low": {
			interchange("Student", "<Student>Zenobia\x01</Student>"),
			2, "the text holds a character that XML does not allow",
		},
		"Latin-1 said to be UTF8": {
			interchange("Student", "<Student>Zenobi\xe9</Student>"),
			2, "the text is not UTF-8",
		},
		"broken where ignored": {
			interchange("MasterSchedule", "<BellSchedule>\n<a></b></BellSchedule>"),
			3, "an element is closed by another element's end tag",
		},
	}
}

func hostileFiles() map[string]unreadableFile {
	return map[string]unreadableFile{
		"an entity of its own": {
			`<!DOCTYPE x [<!ENTITY z "Zenobia">]>` + interchange("Student", "<Student>&z;</Student>"),
			2, "an & does not begin an entity that XML knows",
		},
		"an outside entity": {
			`<!DOCTYPE x [<!ENTITY z SYSTEM "file:///etc/passwd">]>` + interchange("Student", "<Student>&z;</Student>"),
			2, "an & does not begin an entity that XML knows",
		},
		"too deep an element": {
			interchange("Student", strings.Repeat("<Student>", 65)),
			2, "elements are nested more than 64 deep",
		},
		"too large an element": {
			interchange("Student", "<Student>"+strings.Repeat("Zenobia ", 3<<20)+"</Student>"),
			2, "an element is larger than 16 MiB",
		},
		"too large a stranger": {
			interchange("Student", "<Other>"+strings.Repeat("<a>Zenobia</a>", 2<<20)+"</Other>"),
			2, "an element is larger than 16 MiB",
		},
	}
}
