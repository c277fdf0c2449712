package main

import (
	"context"
	"fmt"
	"io/fs"

	"github.com/spf13/pflag"

	"github.com/holdfast-edu/holdfast/internal/policy"
	"github.com/holdfast-edu/holdfast/internal/roster"
	"github.com/holdfast-edu/holdfast/internal/roster/load"
	"github.com/holdfast-edu/holdfast/internal/roster/oneroster"
)

func oneRosterFlags(flags *pflag.FlagSet, o *importOptions) {
	flags.StringVar(&o.codeFrom, "code-from", string(oneroster.CodesOfIdentifiers), "what users and organizations are known by, from the first import on: "+
		"identifier, as other sources have it, or sourcedId, for deltas that leave out whom they name")
}

// oneRosterSource reads OneRoster. Its end dates are the first days out by the
// specification, and are read as such whatever the district's policy says of others.
func oneRosterSource(files fs.FS, o importOptions) (load.Source, error) {
	codes := oneroster.Codes(o.codeFrom)
	if codes != oneroster.CodesOfIdentifiers && codes != oneroster.CodesOfSourcedIDs {
		return load.Source{}, usageError{fmt.Errorf("--code-from is %q: write %s or %s", o.codeFrom, oneroster.CodesOfIdentifiers, oneroster.CodesOfSourcedIDs)}
	}
	return load.Source{
		Name: "OneRoster CSV", ExitDate: policy.LastDayEnrolled,
		Read: func(ctx context.Context, sink roster.Sink, progress func(done, total int64)) error {
			return oneroster.Read(ctx, files, oneroster.Options{District: o.district, Codes: codes}, sink, progress)
		},
	}, nil
}
