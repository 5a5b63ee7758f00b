package main

import (
	"context"
	"fmt"
	"os"

	"github.com/spf13/cobra"

	"calypso/engine"
	"calypso/engine/rest"
	"calypso/engine/source"
)

// serving is what calypso serve serves.
type serving struct {
	data  string   // a folder whose files are tables, only read
	db    string   // a folder in which databases are kept
	files []string // folders whose files queries and .ingest may read
}

func serveCommand() *cobra.Command {
	var listen string
	var what serving
	cmd := &cobra.Command{
		Use:   "serve [--listen ADDR] [--db DIR] [--data DIR] [--files DIR]",
		Short: "serve the embedded engine with Kusto's REST protocol",
		Long: `Serves the embedded engine with Kusto's own REST protocol, for any Kusto client, until it is interrupted. It listens on loopback
addresses only and asks for no sign-in. Port 0 takes a free port; the address is printed on standard output.

With --db the databases that commands make and fill are kept in DIR, a folder of its own, and are there again at the next start; what a
command that was answered did is never lost, however the process ends. Without it they are in memory and end with the process. The files
of --data are tables that are only read: in the database Files beside --db, else in the only one.

Exit code 0 after an interrupt; 1 when serving failed; 2: wrong use, a port in use, a folder that can't be read.`,
		Example: "  calypso serve --listen 127.0.0.1:8080 --db ./db --files ./incoming",
		Args:    cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			log, err := newLog("warn", cmd.ErrOrStderr())
			if err != nil {
				return err
			}
			if err := what.check(); err != nil {
				return err
			}
			e, err := what.open(cmd.Context())
			if err != nil {
				return err
			}
			defer e.Close()
			l, err := rest.Listen(listen)
			if err != nil {
				return err
			}
			fmt.Fprintf(cmd.OutOrStdout(), "Calypso's embedded Kusto listens on %s (databases: %v; %s). Press Ctrl+C to stop.\n",
				rest.URL(l), e.Databases(), what.keeps())
			if err := rest.New(e, rest.Options{Log: log}).Serve(cmd.Context(), l); err != nil {
				return failed(err)
			}
			return nil
		},
	}
	cmd.Flags().StringVar(&listen, "listen", "127.0.0.1:8080", "loopback `ADDR`ess to listen on, as 127.0.0.1:8080")
	cmd.Flags().StringVar(&what.db, "db", "", "`DIR` in which databases are kept; made when it isn't there")
	cmd.Flags().StringVar(&what.data, "data", "", "`DIR` whose files are tables, in place of the samples")
	cmd.Flags().StringArrayVar(&what.files, "files", nil, "`DIR` whose files .ingest and externaldata may read; may be repeated")
	return cmd
}

// keeps tells what becomes of what commands make.
func (s serving) keeps() string {
	if s.db != "" {
		return "kept in " + s.db
	}
	return "what commands make is in memory and ends with the process; --db DIR keeps it"
}

// check finds folders of --files that aren't there: nobody else looks at them before a command names a file.
func (s serving) check() error {
	for _, dir := range s.files {
		info, err := os.Stat(dir)
		switch {
		case err != nil:
			return fmt.Errorf("--files: %w", unread(err))
		case !info.IsDir():
			return fmt.Errorf("--files: %s is a file; give the folder that it is in", dir)
		}
	}
	return nil
}

// filesDatabase holds the tables of --data beside the databases of --db.
const filesDatabase = "Files"

func (s serving) open(ctx context.Context) (*engine.Engine, error) {
	if s.db == "" {
		return openEngine(ctx, s.data, "", s.files...)
	}
	folders := s.files
	if s.data != "" {
		folders = append(folders, s.data)
	}
	e, err := engine.Open(engine.Options{Dir: s.db, ExternalFolders: folders})
	if err != nil {
		return nil, err
	}
	if s.data == "" {
		return e, nil
	}
	if e.Schema(filesDatabase) != nil {
		e.Close()
		return nil, fmt.Errorf("the folder %s has a database named %s, which is where --data puts its tables; serve it without --data", s.db, filesDatabase)
	}
	if err := loadFolder(ctx, e, filesDatabase, s.data); err != nil {
		e.Close()
		return nil, err
	}
	return e, nil
}

// loadFolder makes the files of a folder tables of a database that commands can't change. Of the files only the start is read; the rest
// when a query first uses them. A broken file spoils only its own table.
func loadFolder(ctx context.Context, e *engine.Engine, database, dir string) error {
	folder, err := source.OpenDir(dir, source.Options{})
	if err != nil {
		return err
	}
	tables, err := folder.Tables(ctx)
	if err != nil {
		return err
	}
	if err := e.Load(database, tables...); err != nil {
		return err
	}
	return e.Protect(database, "is made of the files in "+dir+", which are only read; calypso serve --db DIR keeps tables of your own")
}
