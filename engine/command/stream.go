package command

import (
	"context"

	"calypso/engine"
	"calypso/engine/exec"
	"calypso/kql/builtin"
	reader "calypso/kql/command"
	"calypso/kql/syntax"
)

// Streamed is data that a client sends to a table without a command.
type Streamed struct {
	Table   string
	Format  string // csv, json and the others of .ingest, in any case; "" means csv
	Mapping string // the name of an ingestion mapping of the table; "" for none
	Data    string
}

// Ingest takes rows that a client streams, as .ingest inline does: all of them are there when it comes back, or none. It answers as
// that command does. The request's text isn't looked at.
func Ingest(ctx context.Context, e *engine.Engine, r engine.Request, in Streamed) (*engine.Answer, error) {
	row := builtin.FindCommand("IngestInlineIntoTable")
	r.Text = ".ingest inline into table " + in.Table // what lists of commands show
	var answer *engine.Answer
	err := exec.Guard(func() error {
		return e.Track(ctx, r, row.Name, func(ctx context.Context, _ [16]byte) error {
			c := &call{Command: &reader.Command{}, ctx: ctx, engine: e, request: r, tree: syntax.Parse(""), row: row}
			c.env = env{schema: e.Schema(r.Database), version: version(), rows: rowsOf(e)}
			out, err := c.stream(in)
			if err != nil {
				return asError("", err)
			}
			t, err := memory(out)
			if err != nil {
				return err
			}
			answer, err = e.Query(context.WithoutCancel(ctx), c.piped(t))
			return err
		})
	})
	if err != nil {
		return nil, asError("", err)
	}
	return answer, nil
}

func (c *call) stream(in Streamed) (*result, error) {
	if err := c.writable(0); err != nil {
		return nil, err
	}
	to, err := c.target(reader.Ident{Text: in.Table})
	if err != nil {
		return nil, err
	}
	options := map[string]string{"format": in.Format}
	if in.Mapping != "" {
		options["ingestionmappingreference"] = in.Mapping
	}
	how, err := c.reading(options, to.old, "csv")
	if err != nil {
		return nil, err
	}
	return c.ingestText(to, reader.Part{}, in.Data, how)
}
