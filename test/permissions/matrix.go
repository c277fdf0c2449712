// Package permissions is the permission matrix as data: compact, hand-written YAML
// that says who may see and change what, and its expansion into one answer for each
// reader, thing and place. It knows the design's words alone: nothing of the product
// is imported here, so that what the product decides cannot decide what is expected of
// it. test/api runs every case through HTTP.
package permissions

import (
	"embed"
	"fmt"
	"strings"

	"gopkg.in/yaml.v3"
)

//go:embed *.yaml
var files embed.FS

// The files of the matrix, in the order in which a reader best reads them.
var fileNames = []string{"roles.yaml", "places.yaml", "reads.yaml", "abc.yaml", "trend.yaml", "ranges.yaml", "worklists.yaml", "policy.yaml", "changes.yaml", "imports_replay.yaml"}

// Matrix is what the files say.
type Matrix struct {
	Classes []string           `yaml:"classes"`
	Table   map[string]Row     `yaml:"table"`
	Readers map[string]*Reader `yaml:"readers"`

	Places  Places              `yaml:"places"`
	Lists   map[string][]string `yaml:"lists"` // places that reaches have in common
	Reaches map[string]*Reach   `yaml:"reaches"`

	Fields  map[string]Needs    `yaml:"fields"`  // classes, by Type.field
	Figures map[string]string   `yaml:"figures"` // the class, by Type.field
	Allowed map[string][]string `yaml:"allowed"` // roles, by Type.field
	Asked   map[string][]string `yaml:"asked"`   // roles, by field of Query
	Open    []string            `yaml:"open"`
	With    map[string]string   `yaml:"with"`  // the case that a field is held to, by Type.field: it is shown exactly where that is
	Items   map[string][]string `yaml:"items"` // where there are items of the reader's own, by field that is read item by item

	Arguments   map[string]*Argument `yaml:"arguments"`
	TellNothing map[string]string    `yaml:"tellNothing"` // the reason, by argument
	Counts      []string             `yaml:"counts"`

	Changes map[string]*Change `yaml:"changes"`
}

// Row is a row of the table of roles: R, W, N or -, in the order of the classes.
type Row []string

// UnmarshalYAML reads the cells of one line.
func (r *Row) UnmarshalYAML(node *yaml.Node) error {
	*r = strings.Fields(node.Value)
	return nil
}

// Needs are the classes that a field needs: its own, or that of the field it lies in
// and its own.
type Needs []string

// UnmarshalYAML reads classes joined by a plus sign.
func (n *Needs) UnmarshalYAML(node *yaml.Node) error {
	*n = strings.Split(node.Value, " + ")
	return nil
}

// Places are the names of the places, in the order of the file.
type Places []string

// UnmarshalYAML reads the names and leaves what they stand for to people.
func (p *Places) UnmarshalYAML(node *yaml.Node) error {
	for i := 0; i < len(node.Content); i += 2 {
		*p = append(*p, node.Content[i].Value)
	}
	return nil
}

// Reader is somebody who asks.
type Reader struct {
	Kind       string `yaml:"kind"`  // of principal; empty: STAFF
	Holds      string `yaml:"holds"` // the role; empty: the reader's own name
	Row        string `yaml:"row"`   // of the table; empty: the role's
	Named      string `yaml:"named"` // the row that a machine client was made with; empty: the row
	Reach      string `yaml:"reach"`
	Link       string `yaml:"link"` // how they are tied to students; empty: not at all
	Engagement string `yaml:"engagement"`
	Signed     bool   `yaml:"signed"` // the agreement
}

// Reach is whom somebody reaches, by place.
type Reach struct {
	In         []string            `yaml:"in"`         // with the classes of the row
	Found      []string            `yaml:"found"`      // with those of the row "found"
	Within     map[string][]string `yaml:"within"`     // by the value of filter.within
	Whole      []string            `yaml:"whole"`      // schools, or the district, with all of their students
	WholeFound []string            `yaml:"wholeFound"` // the same, as found
	NoSchools  bool                `yaml:"noSchools"`  // schools do not exist
	Outside    bool                `yaml:"outside"`    // of no district: that does not exist either
}

// Argument is something that lists of students are narrowed or ordered by.
type Argument struct {
	Class Needs    `yaml:"class"` // one, or several joined by a plus sign
	NotAt []string `yaml:"notAt"` // whose student does not meet it; ALL: nobody's does
	By    []string `yaml:"by"`    // classes by one of which it is told of a student; empty: by its own
	Roles []string `yaml:"roles"` // for whom it is; empty: for everybody
}

// Change is what a mutation needs: a class to write, or one of the roles.
type Change struct {
	Write string   `yaml:"write"`
	Sees  []string `yaml:"sees"` // classes: to who does not read all of them, what it changes does not exist
	Roles []string `yaml:"roles"`
	Of    string   `yaml:"of"` // what it changes: a colleague, the district, the platform; empty: something of a student
}

// Read reads the matrix from its files.
func Read() (*Matrix, error) {
	read := &Matrix{}
	for _, name := range fileNames {
		file, err := files.Open(name)
		if err != nil {
			return nil, fmt.Errorf("opening %s: %w", name, err)
		}
		decoder := yaml.NewDecoder(file)
		decoder.KnownFields(true)
		if err := decoder.Decode(read); err != nil {
			return nil, fmt.Errorf("reading %s: %w", name, err)
		}
		if err := file.Close(); err != nil {
			return nil, fmt.Errorf("closing %s: %w", name, err)
		}
	}
	for name, one := range read.Readers {
		if one.Holds == "" {
			one.Holds = name
		}
		if one.Row == "" {
			one.Row = one.Holds
		}
		if one.Named == "" {
			one.Named = one.Row
		}
	}
	return read, nil
}
