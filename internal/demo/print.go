package demo

import (
	"bufio"
	"context"
	"fmt"
	"io"
	"strings"
)

// Print writes the demo's rows as COPY text, in blocks by table, parents before
// their children: exactly the rows that Load loads, in the same order. It needs no
// database.
func Print(ctx context.Context, to io.Writer, options Options) error {
	if err := options.Check(); err != nil {
		return err
	}
	out := bufio.NewWriter(to)
	put := func(_ context.Context, b *batch) error { return b.print(out) }
	regions := &batch{}
	for number := 1; number <= regionOf(options.Districts); number++ {
		regions.rows[toRegion] = append(regions.rows[toRegion], regionRow(number))
	}
	if err := regions.print(out); err != nil {
		return err
	}
	for number := 1; number <= options.Districts; number++ {
		m, err := newMaker(options, number, put)
		if err != nil {
			return err
		}
		if err := m.run(ctx, number, options.Students); err != nil {
			return fmt.Errorf("print the district %s: %w", m.code, err)
		}
	}
	return out.Flush()
}

// print writes each table's rows as a COPY block of psql.
func (b *batch) print(out *bufio.Writer) error {
	for to, rows := range b.rows {
		if len(rows) == 0 {
			continue
		}
		_, _ = fmt.Fprintf(out, "COPY %s (%s) FROM stdin;\n", tables[to].name, strings.Join(tables[to].columns, ", "))
		for _, one := range rows {
			one.print(out)
		}
		if _, err := out.WriteString("\\.\n"); err != nil {
			return fmt.Errorf("write the rows of %s: %w", tables[to].name, err)
		}
	}
	return nil
}

// escapes are how COPY writes what would end a value or a row.
var escapes = strings.NewReplacer("\\", `\\`, "\t", `\t`, "\n", `\n`, "\r", `\r`)

func (r row) print(out *bufio.Writer) {
	for i, value := range r {
		if i > 0 {
			_ = out.WriteByte('\t')
		}
		text, said := value.(string)
		if !said {
			text = `\N`
		} else if strings.ContainsAny(text, "\\\t\n\r") {
			text = escapes.Replace(text)
		}
		_, _ = out.WriteString(text)
	}
	_ = out.WriteByte('\n')
}
