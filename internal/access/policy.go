package access

import (
	"bytes"
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"
)

// Policy is what a district's policy makes of the table of roles: it narrows
// cells, and lets advocates from outside have more of their role's own. The zero
// Policy leaves the table as it is.
type Policy struct {
	// Roles gives a role's cells another mark, by role and class: R, N or - where
	// the table has more.
	Roles map[Role]map[string]string `json:"roles,omitempty"`
	// OutsideAdvocates are the classes that contractors and volunteers have beside
	// those they start with, up to their role's own cells.
	OutsideAdvocates []string `json:"outsideAdvocates,omitempty"`

	// Unreadable is why it cannot be read; then it leaves nothing to anybody.
	Unreadable string `json:"-"`
}

// UnmarshalJSON reads a policy. One that cannot be read is no error yet: it
// leaves nothing to anybody, and Check tells why.
func (p *Policy) UnmarshalJSON(data []byte) error {
	type plain Policy
	read := plain{}
	decoder := json.NewDecoder(bytes.NewReader(data))
	decoder.DisallowUnknownFields()
	if err := decoder.Decode(&read); err != nil {
		read = plain{Unreadable: err.Error()}
	}
	*p = Policy(read)
	return nil
}

// marks are the marks of a cell, each giving more than those before it.
const marks = "-NRW"

// Check refuses a policy that cannot be read, names what there is not, or would
// widen a cell.
func (p Policy) Check() error {
	if p.Unreadable != "" {
		return fmt.Errorf("access cannot be read: %s", p.Unreadable) //nolint:err113 // it goes into the document's error
	}
	for _, role := range slices.Sorted(maps.Keys(p.Roles)) {
		rule, known := rules[role]
		if !known {
			return fmt.Errorf("access.roles names the role %q, which there is not", role)
		}
		for _, name := range slices.Sorted(maps.Keys(p.Roles[role])) {
			if err := checkCell(role, rule.Rights, name, p.Roles[role][name]); err != nil {
				return err
			}
		}
	}
	for _, name := range p.OutsideAdvocates {
		if _, known := ParseClass(name); !known {
			return fmt.Errorf("access.outsideAdvocates names the class %q, which there is not", name)
		}
	}
	return nil
}

func checkCell(role Role, own Rights, name, mark string) error {
	class, known := ParseClass(name)
	if !known {
		return fmt.Errorf("access.roles.%s names the class %q, which there is not", role, name)
	}
	stands := own.mark(class)
	switch at := strings.Index(marks, mark); {
	case len(mark) != 1 || at < 0:
		return fmt.Errorf("access.roles.%s.%s has the mark %q: use W, R, N or -", role, name, mark)
	case at > strings.Index(marks, stands):
		return fmt.Errorf("access.roles.%s.%s has the mark %s where the table of roles has %s: a policy may narrow a cell, never widen it", role, name, mark, stands)
	}
	return nil
}

// mark gives the class's cell as the table writes it.
func (r Rights) mark(class Class) string {
	switch {
	case r.Write.Has(class):
		return "W"
	case r.Read.Has(class):
		return "R"
	case r.NeedToKnow.Has(class):
		return "N"
	}
	return "-"
}

// narrow gives what the policy leaves of a role's rights. A mark that would widen
// changes nothing; one that there is not leaves nothing.
func (p Policy) narrow(role Role, own Rights) Rights {
	if p.Unreadable != "" {
		return Rights{}
	}
	for name, mark := range p.Roles[role] {
		class, known := ParseClass(name)
		if !known || (len(mark) == 1 && strings.Index(marks, mark) >= strings.Index(marks, own.mark(class))) {
			continue
		}
		own = own.reduced(Of(class), mark)
	}
	return own
}

// reduced gives the rights with the cell of a class as the mark says.
func (r Rights) reduced(cell Classes, mark string) Rights {
	r.Write &^= cell
	if mark == "R" {
		return r
	}
	r.Read &^= cell
	r.NeedToKnow &^= cell
	if mark == "N" {
		r.NeedToKnow |= cell
	}
	return r
}

// outside gives the classes that advocates from outside have in addition.
func (p Policy) outside() Classes {
	var set Classes
	for _, name := range p.OutsideAdvocates {
		if class, known := ParseClass(name); known {
			set |= Of(class)
		}
	}
	return set
}
