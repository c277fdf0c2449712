package main

import (
	"fmt"
	"io"
	"os"

	"github.com/schollz/progressbar/v3"
	"golang.org/x/term"

	"github.com/holdfast-edu/holdfast/internal/roster/load"
)

// progress shows how far a load has come: a bar on a terminal, and a line a phase
// elsewhere.
type progress struct {
	out   *os.File
	phase string
	bar   *progressbar.ProgressBar
}

func newProgress(out *os.File) *progress { return &progress{out: out} }

// tell takes how far it has come.
func (p *progress) tell(at load.Progress) {
	if at.Phase != p.phase {
		p.begin(at)
	}
	if p.bar != nil {
		_ = p.bar.Set64(at.Done)
	}
}

func (p *progress) begin(at load.Progress) {
	p.end()
	p.phase = at.Phase
	if !term.IsTerminal(int(p.out.Fd())) {
		fmt.Fprintln(p.out, at.Phase, "…")
		return
	}
	p.bar = progressbar.NewOptions64(at.Total, progressbar.OptionSetWriter(io.Writer(p.out)), progressbar.OptionSetDescription(at.Phase),
		progressbar.OptionShowBytes(at.Phase == "reading"), progressbar.OptionClearOnFinish())
}

func (p *progress) end() {
	if p.bar != nil {
		_ = p.bar.Finish()
		p.bar = nil
	}
}
