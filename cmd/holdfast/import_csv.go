package main

import (
	"context"
	"errors"
	"io/fs"
	"os"

	"github.com/spf13/cobra"

	"github.com/holdfast-edu/holdfast/internal/roster"
	"github.com/holdfast-edu/holdfast/internal/roster/load"
	"github.com/holdfast-edu/holdfast/internal/roster/sheet"
)

// printsTemplates has the command print templates, beside loading files.
func printsTemplates(command *cobra.Command) {
	var template, explain bool
	wantsPath, imports := command.Args, command.RunE
	command.Long = `A file's name says what it holds: attendance.csv, attendance-2025-10-01.csv.
"--template" lists the kinds, "--template attendance" prints the header of one, and
"--template attendance --explain" what each column is; docs/csv.md says all of it.

` + command.Long
	command.Args = func(cmd *cobra.Command, args []string) error {
		if template && len(args) == 0 {
			return nil
		}
		return wantsPath(cmd, args)
	}
	command.RunE = func(cmd *cobra.Command, args []string) error {
		if template || explain {
			return printTemplate(args, template, explain)
		}
		return imports(cmd, args)
	}
	command.Flags().BoolVar(&template, "template", false, "print the template of the kind that follows, or list the kinds")
	command.Flags().BoolVar(&explain, "explain", false, "with --template: print what each column is instead")
}

func csvSource(files fs.FS, _ importOptions) (load.Source, error) {
	return load.Source{Name: "Holdfast CSV", Read: func(ctx context.Context, sink roster.Sink, progress func(done, total int64)) error {
		return sheet.Read(ctx, files, sink, progress)
	}}, nil
}

// printTemplate prints the kinds, or the header or the columns of one.
func printTemplate(args []string, template, explain bool) error {
	if !template {
		return usageError{errors.New("--explain goes with --template: holdfast import csv --template attendance --explain")}
	}
	if len(args) == 0 {
		return sheet.Kinds(os.Stdout)
	}
	of, err := sheet.Named(args[0])
	switch {
	case err != nil:
		return usageError{err}
	case explain:
		return sheet.Explain(os.Stdout, of)
	}
	return sheet.Template(os.Stdout, of)
}
