package main

import (
	"context"
	"fmt"
	"io"
	"os"
	"path/filepath"

	"github.com/spf13/cobra"
	"go.uber.org/zap"
	"go.uber.org/zap/zapcore"

	"calypso/assistant"
	"calypso/config"
	"calypso/connection"
	"calypso/engine"
	"calypso/history"
	"calypso/kql/diag"
	"calypso/server"
)

func lspCommand() *cobra.Command {
	var data, trace, level string
	cmd := &cobra.Command{
		Use:   "lsp [--stdio]",
		Short: "run the language server over stdio",
		Long: `Speaks the Language Server Protocol over stdio, for VS Code and any other editor. The log goes to stderr as JSON lines.
Exit code 0 after shutdown and exit; 1 when the client went away; 3 when its messages couldn't be read.`,
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			log, err := newLog(level, cmd.ErrOrStderr())
			if err != nil {
				return err
			}
			return serveLSP(cmd.Context(), cmd.InOrStdin(), cmd.OutOrStdout(), log, data, trace)
		},
	}
	cmd.Flags().StringVar(&data, "data", "", "`DIR` whose files are tables of the embedded engine, in place of the samples")
	cmd.Flags().StringVar(&trace, "trace", "", "write each message to `FILE`, without rows, query text and secrets")
	cmd.Flags().StringVar(&level, "log", "info", "debug, info, warn or error")
	cmd.Flags().Bool("stdio", true, "use stdio; the only way there is, taken because clients pass it")
	return cmd
}

func newLog(level string, w io.Writer) (*zap.Logger, error) {
	l, err := zapcore.ParseLevel(level)
	if err != nil {
		return nil, fmt.Errorf("unknown log level %q; choose debug, info, warn or error", level)
	}
	encoder := zap.NewProductionEncoderConfig()
	encoder.EncodeTime = zapcore.ISO8601TimeEncoder
	return zap.New(zapcore.NewCore(zapcore.NewJSONEncoder(encoder), zapcore.AddSync(w), l)), nil
}

func serveLSP(ctx context.Context, in io.Reader, out io.Writer, log *zap.Logger, data, trace string) error {
	defer func() { _ = log.Sync() }()
	// Standard output carries messages only: whatever prints by mistake must not end up there.
	os.Stdout = os.Stderr
	var faults []server.Fault
	settings, err := loadSettings(os.Stderr)
	if err != nil {
		log.Error("the configuration can't be read; going on without it", zap.Error(err))
		file, _ := config.Path(os.Getenv) // without a path there is nothing to open
		faults = append(faults, server.Fault{File: file, Message: fmt.Sprintf("config.toml counts for nothing now: %s, then run \"Calypso: Restart Server\".", err)})
	}
	for _, name := range unknownRules(settings.Lint) {
		log.Warn("lint.rules in config.toml names a rule that there isn't", zap.String("rule", name))
	}
	accounts := editorAccounts(settings, log)
	dial := dialer(ctx, data, accounts)
	book, err := connection.Open(connection.Options{
		Settings: settings, Dial: dial, File: connectionsFile(), Chosen: stateFile("documents.json"), EmbeddedDatabase: engine.DefaultDatabase,
		Cache: schemaCache(settings), Log: log,
	})
	if err != nil {
		log.Error("the saved connections can't be read; going on without them", zap.Error(err))
		faults = append(faults, server.Fault{File: connectionsFile(), Message: fmt.Sprintf("Your connections aren't here: %s, then run \"Calypso: Restart Server\".", err)})
	}
	accounts.Identities().Tenants(book.Tenant)
	over := &live{under: settings, now: settings, ids: accounts.Identities(), book: book, log: log}
	options := server.Options{
		Backend: book, Subscribe: book.Subscribe, Log: log, Version: version, Configure: over.configure(configuring(settings)), Accounts: accounts,
	}
	options.Agents = assistant.NewEditor(assistant.EditorOptions{
		Identities: accounts.Identities(), Getenv: os.Getenv, Dial: book.Cluster, Schemas: book, Version: version,
	})
	options.History = history.Open(stateFile("history.jsonl"), settings.History.Limit())
	options.Faults = faults
	options.ResultsFolder = stateFile("results")
	options.ScratchFolder = stateFile("scratch-pads")
	options.Fold = constants(foldTime)
	options.ParametersFile = besideConnections("parameters.json")
	options.Severity = func(path string) map[diag.Code]diag.Severity { return lintSeverities(settings.Lint.For(path)) }
	if trace != "" {
		file, err := os.OpenFile(trace, os.O_CREATE|os.O_APPEND|os.O_WRONLY, 0o600)
		if err != nil {
			return fmt.Errorf("open the trace file: %w", err)
		}
		defer file.Close()
		options.Trace = file
	}
	if code := server.New(options).Serve(ctx, in, out); code != exitFine {
		return &exit{code: code}
	}
	return nil
}

// stateFile is a file of what the program remembers of its use; "" when the machine has no place for it.
func stateFile(name string) string {
	folder := assistant.StateFolder(os.Getenv)
	if folder == "" {
		return ""
	}
	return filepath.Join(folder, name)
}

// connectionsFile is where added connections are kept; "" when the machine has no place for it.
func connectionsFile() string {
	dir, err := os.UserConfigDir()
	if err != nil {
		return ""
	}
	return filepath.Join(dir, "calypso", "connections.json")
}

// besideConnections is a file in the same folder, for what else is kept between two runs; "" likewise.
func besideConnections(name string) string {
	file := connectionsFile()
	if file == "" {
		return ""
	}
	return filepath.Join(filepath.Dir(file), name)
}
