package fakeentra

import (
	"fmt"
	"os"
	"path/filepath"
	"time"
)

// Az is how a fake az behaves.
type Az string

// The ways.
const (
	AzWorks       Az = "works"
	AzNotLoggedIn Az = "not logged in"
	AzGarbage     Az = "garbage"
	AzSlow        Az = "slow"    // never ends by itself
	AzExpired     Az = "expired" // the account's session has ended
)

// InstallAz writes an az into a folder, for PATH. It logs its arguments into az.log beside it, and its token is good for every resource.
func (s *Server) InstallAz(folder string, how Az) error {
	answer := fmt.Sprintf(`{"accessToken":"%s","expires_on":%d,"expiresOn":"2099-01-01 00:00:00.000000","subscription":"s","tenant":"%s","tokenType":"Bearer"}`,
		s.Issue("*"), time.Now().Add(time.Hour).Unix(), Tenant)
	body := map[Az]string{
		AzWorks:       "cat <<'END'\n" + answer + "\nEND\n",
		AzNotLoggedIn: "echo \"ERROR: Please run 'az login' to setup account.\" >&2; exit 1\n",
		AzGarbage:     "echo 'WARNING: FAKE-AT-garbage this is no JSON'\n",
		AzSlow:        "exec sleep 600\n",
		AzExpired:     "echo 'ERROR: AADSTS70043: The refresh token has expired. Trace ID: 0 Interactive authentication is needed. Please run: az login' >&2; exit 1\n",
	}[how]
	script := "#!/bin/sh\necho \"$@\" >> '" + filepath.Join(folder, "az.log") + "'\n" + body
	if err := os.WriteFile(filepath.Join(folder, "az"), []byte(script), 0o700); err != nil {
		return fmt.Errorf("write a fake az: %w", err)
	}
	return nil
}
