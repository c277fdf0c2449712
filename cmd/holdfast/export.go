package main

import (
	"archive/zip"
	"context"
	"errors"
	"fmt"
	"io"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/google/uuid"
	"github.com/spf13/cobra"

	"github.com/holdfast-edu/holdfast/internal/access"
	"github.com/holdfast-edu/holdfast/internal/ledger"
	"github.com/holdfast-edu/holdfast/internal/postgres"
	"github.com/holdfast-edu/holdfast/internal/roster/export"
	"github.com/holdfast-edu/holdfast/internal/roster/load"
)

// exportOptions are the words of an export command.
type exportOptions struct {
	district, party, interest, basis, purpose string
}

const exportHelp = `Writes the district's roster of the current school year as OneRoster 1.2, into a new
folder, or a new ZIP archive when PATH ends in .zip: organizations, sessions,
courses, classes, students, their contacts, staff, enrollments and demographics.

What leaves is a disclosure (34 CFR 99.32): for each student it is written down who
receives it, for what, and what allows it. When that cannot be written, nothing is
exported. Whoever may not be contacted is left out.`

func newExport(s *settings) *cobra.Command {
	parent := &cobra.Command{
		Use: "export", Short: "write a district's data for others, and record the disclosure", Args: exactly("oneroster"),
		RunE: func(_ *cobra.Command, args []string) error {
			return usageError{fmt.Errorf("there is no export %s: use oneroster", args[0])}
		},
	}
	var o exportOptions
	command := &cobra.Command{
		Use: "oneroster PATH", Short: "write a district's roster as OneRoster 1.2", Long: exportHelp, Args: exactly("PATH"),
		RunE: func(cmd *cobra.Command, args []string) error { return runExport(cmd.Context(), s, o, args[0]) },
	}
	flags := command.Flags()
	flags.StringVar(&o.district, "district", "", "the district's code, such as 255901 (needed)")
	flags.StringVar(&o.party, "party", "", "who receives it, such as the name of a company or agency (needed)")
	flags.StringVar(&o.interest, "interest", "", "the party's legitimate interest in it (needed)")
	flags.StringVar(&o.basis, "basis", "", "what allows it: "+strings.Join(bases(), ", ")+" (needed)")
	flags.StringVar(&o.purpose, "purpose", "", "what it is for (needed)")
	parent.AddCommand(command)
	return parent
}

// bases are what can allow the disclosure of a whole roster: a consent is one
// student's.
func bases() []string {
	return []string{
		string(ledger.SchoolOfficial), string(ledger.Study), string(ledger.Audit), string(ledger.LegalOrder), string(ledger.Emergency), string(ledger.ChildWelfare),
	}
}

// check tells which word is missing.
func (o exportOptions) check() error {
	for _, flag := range []struct{ name, value string }{
		{"district", o.district},
		{"party", o.party},
		{"interest", o.interest},
		{"basis", o.basis},
		{"purpose", o.purpose},
	} {
		if strings.TrimSpace(flag.value) == "" {
			return usageError{fmt.Errorf("--%s is missing: see holdfast export oneroster --help", flag.name)}
		}
	}
	if !slices.Contains(bases(), o.basis) {
		return usageError{fmt.Errorf("--basis is %q: write one of %s", o.basis, strings.Join(bases(), ", "))}
	}
	return nil
}

func runExport(ctx context.Context, s *settings, o exportOptions, path string) error {
	if err := o.check(); err != nil {
		return err
	}
	if _, err := os.Lstat(path); !errors.Is(err, os.ErrNotExist) {
		return usageError{fmt.Errorf("%s exists already: name a new folder or .zip", path)}
	}
	db, err := openDatabase(ctx, s)
	if err != nil {
		return err
	}
	defer db.close()
	by, err := introduce(ctx, db)
	if err != nil {
		return err
	}
	application, err := db.application(ctx)
	if err != nil {
		return err
	}
	district, err := load.FindDistrict(ctx, application, o.district)
	if errors.Is(err, load.ErrUnknownDistrict) {
		return usageError{err}
	}
	if err != nil {
		return err
	}
	return exportDistrict(ctx, application, district, o, by, path)
}

// exportDistrict writes beside the path, and gives the export its name when the
// disclosure is recorded.
func exportDistrict(ctx context.Context, db *postgres.DB, district load.District, o exportOptions, by access.Principal, path string) error {
	today, err := district.Today(time.Now())
	if err != nil {
		return err
	}
	into, err := newTarget(path)
	if err != nil {
		return err
	}
	defer into.discard()
	by.DistrictID = access.ID(district.ID)
	did, err := export.OneRoster(ctx, db, export.Options{
		District: district.ID, Today: today, Create: into.create,
		Disclose: func(ctx context.Context, tx *postgres.Tx, students []uuid.UUID) error {
			if err := into.close(); err != nil {
				return err
			}
			return ledger.DiscloseAll(ctx, tx, o.disclosure(by), students)
		},
	})
	if err != nil {
		return exportFailed(err)
	}
	if err := into.keep(); err != nil {
		return fmt.Errorf("the disclosure is recorded, and the export could not be given its name: %w", err)
	}
	fmt.Printf("%s (%s): school year %d, %d students disclosed to %s\n", district.Name, o.district, did.SchoolYear, did.Students, o.party)
	for _, file := range slices.Sorted(maps.Keys(did.Rows)) {
		fmt.Printf("%9d %s.csv\n", did.Rows[file], file)
	}
	if did.NoContact > 0 {
		fmt.Printf("%d contacts who may not be contacted were left out\n", did.NoContact)
	}
	return nil
}

// exportFailed says of an export what load says of an import that failed.
func exportFailed(err error) error {
	if load.Stopped(err) {
		return err
	}
	return errors.New("nothing was exported: " + strings.NewReplacer("; nothing was loaded", "", "import again", "export again").Replace(load.Explain(err)))
}

// disclosure is what is written down of each student.
func (o exportOptions) disclosure(by access.Principal) ledger.Disclosure {
	return ledger.Disclosure{
		Party: o.party, Interest: o.interest, Basis: ledger.Basis(o.basis), Purpose: o.purpose, By: by,
		Classes: access.Of(access.Directory, access.Demographic, access.Contact, access.Enrollment, access.Academic),
		Items: []string{
			"name", "localId", "stateId", "gradeLevel", "birthDate", "sex", "raceEthnicity", "contacts", "enrollments", "sections",
		},
	}
}

// target is where an export is written until it is whole: beside the path, under a
// name of its own.
type target struct {
	path, partial string
	file          *os.File    // of an archive
	archive       *zip.Writer // nil: a folder
}

func newTarget(path string) (*target, error) {
	t := &target{path: path, partial: path + ".partial"}
	var err error
	if strings.EqualFold(filepath.Ext(path), ".zip") {
		t.file, err = os.OpenFile(t.partial, os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o600)
		t.archive = zip.NewWriter(t.file)
	} else {
		err = os.Mkdir(t.partial, 0o700)
	}
	if err != nil {
		return nil, usageError{fmt.Errorf("the export cannot be written: %w", err)}
	}
	return t, nil
}

// create makes a file of the export.
func (t *target) create(name string) (io.WriteCloser, error) {
	if t.archive == nil {
		return os.OpenFile(filepath.Join(t.partial, name), os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o600) //nolint:gosec // the path is the caller's choice
	}
	entry, err := t.archive.CreateHeader(&zip.FileHeader{Name: name, Method: zip.Deflate, Modified: time.Now()})
	return entryOf{entry}, err
}

// entryOf is a file of an archive, which ends where the next begins.
type entryOf struct{ io.Writer }

func (entryOf) Close() error { return nil }

// close ends what is written.
func (t *target) close() error {
	if t.archive == nil {
		return nil
	}
	if err := t.archive.Close(); err != nil {
		return err
	}
	if err := t.file.Sync(); err != nil {
		return err
	}
	return t.file.Close()
}

// keep gives the export its name.
func (t *target) keep() error { return os.Rename(t.partial, t.path) }

// discard takes away what was not kept.
func (t *target) discard() {
	if t.file != nil {
		_ = t.file.Close()
	}
	_ = os.RemoveAll(t.partial)
}
