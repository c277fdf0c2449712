package relay

import (
	"encoding/hex"
	"encoding/json"
	"fmt"
	"io"
	"strconv"
	"strings"

	"github.com/google/uuid"
)

// Prefix says what an id names; it stands before the id's underscore.
type Prefix string

// The prefixes of the API's objects.
const (
	District    Prefix = "dst"
	Region      Prefix = "reg"
	School      Prefix = "sch"
	Staff       Prefix = "stf"
	Operator    Prefix = "opr"
	Student     Prefix = "stu"
	Enrollment  Prefix = "enr"
	Contact     Prefix = "con"
	Person      Prefix = "per"
	RiskFlag    Prefix = "flg"
	ContactLog  Prefix = "log"
	ImportRun   Prefix = "run"
	Quarantined Prefix = "qrw"
	Job         Prefix = "job"
	Assignment  Prefix = "asg"
	Note        Prefix = "not"
	Grant       Prefix = "ntk"
	Agency      Prefix = "agc"
	AgencyStaff Prefix = "ags"
	Analyst     Prefix = "ana"
	Service     Prefix = "svc"
	RoleHeld    Prefix = "rol"
	Other       Prefix = "obj" // what the audit log names and the API does not show
	hexUUIDSize        = 2 * len(uuid.UUID{})
)

// ID is an object's id as clients know it: a prefix for its kind and its UUID.
type ID struct {
	Prefix Prefix
	UUID   uuid.UUID
}

// NewID makes the id of an object.
func NewID(prefix Prefix, id uuid.UUID) ID { return ID{prefix, id} }

// String writes the id as clients see it.
func (id ID) String() string { return string(id.Prefix) + "_" + hex.EncodeToString(id.UUID[:]) }

// SQL gives the expression that writes the id of a uuid expression as clients see
// it, for objects that the database assembles.
func SQL(prefix Prefix, uuidExpression string) string {
	return "'" + string(prefix) + "_' || replace(" + uuidExpression + "::text, '-', '')"
}

// ParseID reads an id that a client sent. It tells only whether the text has the
// form of an id, not whether it names anything.
func ParseID(text string) (ID, error) {
	prefix, digits, found := strings.Cut(text, "_")
	raw, err := hex.DecodeString(digits)
	if !found || len(digits) != hexUUIDSize || err != nil {
		return ID{}, &InputError{fmt.Sprintf("an id as this API gave it was expected, such as stu_ and %d hexadecimal digits", hexUUIDSize)}
	}
	return ID{Prefix(prefix), uuid.UUID(raw)}, nil
}

// MarshalGQL writes the id into a response.
func (id ID) MarshalGQL(w io.Writer) { _, _ = io.WriteString(w, strconv.Quote(id.String())) }

// UnmarshalGQL reads the id from an argument.
func (id *ID) UnmarshalGQL(value any) error {
	text, ok := value.(string)
	if !ok {
		return &InputError{"an id is a string"}
	}
	parsed, err := ParseID(text)
	*id = parsed
	return err
}

// UnmarshalJSON reads an id that SQL wrote.
func (id *ID) UnmarshalJSON(data []byte) error {
	var text string
	if err := json.Unmarshal(data, &text); err != nil {
		return err
	}
	parsed, err := ParseID(text)
	*id = parsed
	return err
}
