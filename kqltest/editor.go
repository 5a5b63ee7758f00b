// What an editor shows of a test file that is open: where its cases begin, what is wrong with it, and one case run by its line.

package kqltest

import (
	"context"
	"fmt"
)

// Marks lists where the cases of a file begin, in their order.
func (f *File) Marks() []Place {
	marks := make([]Place, len(f.Cases))
	for i, c := range f.Cases {
		marks[i] = Place{f.Path, c.Line, 0}
	}
	return marks
}

// Faults lists all mistakes of a file, those in its cases too.
func (f *File) Faults() []*Mistake {
	all := append([]*Mistake(nil), f.Mistakes...)
	for _, c := range f.Cases {
		all = append(all, c.mistakes...)
	}
	return all
}

// RunAt runs the case that begins on a line.
func (r *Runner) RunAt(ctx context.Context, f *File, line int) (*Result, error) {
	if len(f.Mistakes) > 0 {
		return r.RunParsed(ctx, f)[0], nil
	}
	for _, c := range f.Cases {
		if c.Line == line {
			one := *f
			one.Cases = []*Case{c}
			return r.RunParsed(ctx, &one)[0], nil
		}
	}
	return nil, fmt.Errorf("no case begins on line %d of %s; ask for the file's lenses again", line, f.Path)
}
