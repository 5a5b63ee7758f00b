package main

import (
	"context"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/spf13/cobra"
	"go.uber.org/zap"

	"calypso/account"
	"calypso/auth"
	"calypso/auth/store"
	"calypso/config"
	"calypso/identity"
)

// identities are those of a command. ui shows prompts, nil where nobody can be asked; prefer is how mode default prompts.
func identities(cmd *cobra.Command, settings config.Settings, ui auth.UI, prefer string) *identity.Identities {
	say := func(message string) {
		if cmd.Name() != "login" || !strings.HasPrefix(message, store.SessionOnly) { // login warns before it asks
			fmt.Fprintln(cmd.ErrOrStderr(), "calypso: "+message)
		}
	}
	ids := identity.New(identity.Options{
		Settings: settings, Getenv: os.Getenv, Folder: sessionFolder(), UI: ui, Prefer: prefer, Say: say,
	})
	ids.Recall()
	return ids
}

// editorAccounts are those of a language server; who can't be asked is told of calypso login.
func editorAccounts(settings config.Settings, log *zap.Logger) *account.Accounts {
	return account.New(identity.Options{
		Settings: settings, Getenv: os.Getenv, Folder: sessionFolder(), Log: log, Say: func(message string) { log.Info(message) },
	})
}

// sessionFolder is where people's sign-ins rest, sealed; "" when the machine has no place for it.
func sessionFolder() string {
	dir, err := os.UserConfigDir()
	if err != nil {
		return ""
	}
	return filepath.Join(dir, "calypso", "sessions")
}

// prompts shows how to sign in, on standard error.
type prompts struct{ to io.Writer }

// Show tells the person what to do.
func (p prompts) Show(_ context.Context, what auth.Prompt) error {
	why := ""
	if what.Reason != "" {
		why = " " + what.Reason
	}
	if what.Flow == auth.FlowBrowser {
		fmt.Fprintf(p.to, "To sign in%s, open this page in a browser on this machine:\n  %s\n", why, what.URL)
		return nil
	}
	fmt.Fprintf(p.to, "To sign in%s, open %s and enter the code %s", why, what.URL, what.UserCode)
	if !what.Expires.IsZero() {
		fmt.Fprintf(p.to, " (until %s)", what.Expires.Local().Format(time.TimeOnly))
	}
	fmt.Fprintln(p.to)
	return nil
}

// Hide has nothing to take away: what was printed stays.
func (prompts) Hide(error) {}

// askingOn gives the prompts of a command that a person started at a terminal; nil in scripts, where nobody would see them.
func askingOn(cmd *cobra.Command) auth.UI {
	if to := person(cmd); to != nil {
		return prompts{to}
	}
	return nil
}

// person gives where the person reads who types at standard input: standard error, or the terminal itself where that goes to a file.
// nil when nobody is there.
func person(cmd *cobra.Command) io.Writer {
	switch {
	case !terminal(cmd.InOrStdin()):
		return nil
	case terminal(cmd.ErrOrStderr()):
		return cmd.ErrOrStderr()
	}
	tty, err := os.OpenFile("/dev/tty", os.O_WRONLY, 0) // open until the command ends
	if err != nil {
		return nil
	}
	return tty
}

// terminal tells whether a person is at the other end.
func terminal(stream any) bool {
	f, ok := stream.(*os.File)
	if !ok {
		return false
	}
	info, err := f.Stat()
	if err != nil || info.Mode()&os.ModeCharDevice == 0 {
		return false
	}
	null, err := os.Stat(os.DevNull) // is a character device too
	return err != nil || !os.SameFile(info, null)
}
