package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/holdfast-edu/holdfast/internal/doctor"
	"github.com/holdfast-edu/holdfast/internal/identity"
)

func newDoctor(s *settings) *cobra.Command {
	var machine bool
	var issuer string
	command := &cobra.Command{
		Use: "doctor", Short: "say what is wrong with this installation, and how to mend it", Args: exactly(),
		Long: "Looks at settings, files, the server, the schema, the walls, the issuers and what stands still, one line each, and changes nothing.\n" +
			"Exit status 1 when something fails; a warning can wait.",
		RunE: func(cmd *cobra.Command, _ []string) error {
			return examine(cmd.Context(), s.installation(issuer), machine, os.Stdout)
		},
	}
	command.Flags().BoolVar(&machine, "json", false, "print JSON")
	command.Flags().StringVar(&issuer, "oidc-issuer", "", "the OIDC issuer that the server is given, to ask whether it answers")
	return command
}

func examine(ctx context.Context, installation doctor.Installation, machine bool, out io.Writer) error {
	report := doctor.Examine(ctx, installation)
	if err := ctx.Err(); err != nil {
		return fmt.Errorf("the doctor was stopped: %w", err)
	}
	write := writeReport
	if machine {
		write = writeReportJSON
	}
	if err := write(out, report); err != nil {
		return fmt.Errorf("write the report: %w", err)
	}
	if failed := report.Count(doctor.Fail); failed > 0 {
		return fmt.Errorf("%d thing(s) to mend: see the lines that say FAIL", failed)
	}
	return nil
}

// installation is what the doctor looks at, by the settings. It makes nothing that
// is missing.
func (s *settings) installation(issuer string) doctor.Installation {
	var problems []error
	if err := s.check(); err != nil {
		problems = append(problems, err)
	}
	if s.databaseURL == "" && s.directURL != "" {
		problems = append(problems, errors.New("--database-direct-url goes with --database-url"))
	}
	// With a database of one's own a missing key is an error; without, asking for
	// it would make one.
	var secret []byte
	if s.databaseURL != "" || s.secretIsThere() {
		var err error
		if secret, err = s.secret(); err != nil {
			problems = append(problems, err)
		}
	}
	if issuer != "" && identity.CheckURL(issuer) != nil {
		problems, issuer = append(problems, fmt.Errorf("--oidc-issuer: %w", identity.ErrURL)), ""
	}
	owner := s.ownerURL
	if s.directURL != "" {
		owner = s.directURL
	}
	return doctor.Installation{
		Settings: problems, Secret: secret, DataDir: s.dataDir, BinDir: s.postgresBinDir,
		KeyFiles: []doctor.KeyFile{{Name: "secret-key", Bytes: minSecret}, {Name: "development-issuer.pem", Bytes: 1}},
		Embedded: s.databaseURL == "", Database: databaseName,
		Logins:            doctor.Logins{Application: s.databaseURL, Owner: owner, Partner: s.partnerURL, Region: s.regionURL},
		TransactionPooler: s.pooler == "transaction", Issuer: issuer,
		Now: time.Now, FreeSpace: doctor.FreeSpace,
	}
}

// writeReport writes a line for each finding.
func writeReport(out io.Writer, report doctor.Report) error {
	width := 0
	for _, finding := range report.Findings {
		width = max(width, len(finding.Check))
	}
	for _, finding := range report.Findings {
		status := string(finding.Status)
		if finding.Status == doctor.Fail {
			status = strings.ToUpper(status)
		}
		line := fmt.Sprintf("%-4s  %-*s  %s", status, width, finding.Check, finding.Found)
		if finding.Remedy != "" {
			line += " → " + finding.Remedy
		}
		if _, err := fmt.Fprintln(out, line); err != nil {
			return err
		}
	}
	return nil
}

func writeReportJSON(out io.Writer, report doctor.Report) error {
	encoder := json.NewEncoder(out)
	encoder.SetIndent("", "  ")
	encoder.SetEscapeHTML(false)
	return encoder.Encode(struct {
		doctor.Report

		Failed int `json:"failed"`
		Warned int `json:"warned"`
	}{report, report.Count(doctor.Fail), report.Count(doctor.Warn)})
}
