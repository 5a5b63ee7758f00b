package account_test

import (
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"calypso/auth"
	"calypso/internal/fakeentra"
	"calypso/internal/golden"
	"calypso/server/protocol"
)

// The rows of the table of failures that want a cluster or a saved sign-in. They come the whole way: from a request of an editor to its
// answer.

const table = "../auth/testdata/failures.txtar"

// answers makes the cluster answer every query so.
func answers(reply *fakeentra.Reply) func(*fakeentra.Knobs) {
	return func(k *fakeentra.Knobs) {
		k.Fault = func(c fakeentra.Call) *fakeentra.Reply {
			if c.Path != "/v2/rest/query" {
				return nil
			}
			return reply
		}
	}
}

var refusals = []struct {
	name    string
	cluster string
	knobs   func(*fakeentra.Knobs)
}{
	{"untrusted host", "https://kusto.contoso.example", func(*fakeentra.Knobs) {}},
	{"401 again", cluster, answers(&fakeentra.Reply{Status: http.StatusUnauthorized})},
	{"401 again, and the cluster is in another tenant", cluster, func(k *fakeentra.Knobs) {
		k.Tenants = map[string]string{"help.kusto.windows.net": "44444444-4444-4444-4444-444444444444"}
	}},
	{"403", cluster, answers(&fakeentra.Reply{Status: http.StatusForbidden, Body: `{"error":{"code":"Forbidden","message":"Caller is not authorized"}}`})},
}

func TestFailures(t *testing.T) {
	golden.Run(t, table, func(t *testing.T, c *golden.Case) {
		var b strings.Builder
		for _, r := range refusals {
			d := newDesk(t, auth.ModeDeviceCode)
			d.settings.AzureAuth.Storage = "file" // for the second editor too
			d.settings.Kusto.ClusterURL = r.cluster
			d.onPrompt = approving
			fake.Set(r.knobs)
			e := d.open(all).fails(protocol.MethodQueryRun, query)
			plain := d.open(`{"kusto":{"version":1}}`).fails(protocol.MethodQueryRun, query)
			fmt.Fprintf(&b, "%s: %s\n  %s", r.name, e.Data.Kind, e.Message)
			for _, a := range e.Data.Actions {
				fmt.Fprintf(&b, " [%s]", a)
			}
			fmt.Fprintf(&b, "\n  $ %s\n", strings.TrimSuffix(plain.Message+"; "+plain.Data.Hint, "; "))
		}
		c.Want(t, "kusto", b.String())
		c.Want(t, "store", saved(t))
	})
}

// saved is what is said of sign-ins that can't be kept, or can't be read.
func saved(t *testing.T) string {
	d := newDesk(t, auth.ModeDeviceCode)
	d.onPrompt = approving
	p := d.open(`{"kusto":{"version":1},"auth":{"prompt":true}}`) // a client that keeps no key, on a machine without keyring
	rows(t, p)
	text := "no keyring\n  " + message(t, p, "Kept for this session only") + "\n"

	d = newDesk(t, auth.ModeDeviceCode)
	d.onPrompt = approving
	rows(t, d.open(all))
	made := files(t, d.folder)
	d = newDesk(t, auth.ModeDeviceCode) // with a folder of its own: the window that made the file goes on reading, and would find the damage first
	d.onPrompt = approving
	for _, path := range made {
		if err := os.WriteFile(filepath.Join(d.folder, filepath.Base(path)), []byte("garbage"), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	p = d.open(all)
	rows(t, p) // asks anew
	text += "unreadable\n  " + strings.ReplaceAll(message(t, p, "be read"), d.folder+string(filepath.Separator), "") + "\n"
	if len(files(t, d.folder)) != 1 {
		t.Error("the new sign-in isn't kept")
	}
	return regexp.MustCompile(`session-[0-9a-f-]+\.bin`).ReplaceAllString(text, "session-….bin")
}

func files(t *testing.T, folder string) []string {
	t.Helper()
	paths, err := filepath.Glob(filepath.Join(folder, "session-*.bin"))
	if err != nil || len(paths) == 0 {
		t.Fatalf("nothing was kept in %s: %v", folder, err)
	}
	return paths
}

func message(t *testing.T, p *peer, part string) string {
	t.Helper()
	var m struct{ Message string }
	d := desk{t: t}
	d.read(p.until("window/showMessage", part), &m)
	return m.Message
}

// row is one of the design's table: what fails there, and the cases that show each of its sentences.
type row struct {
	mode, failure string
	sentences     []sentence
}

type sentence struct {
	says  string   // a regular expression over the case's lines
	cases []string // "section: name"
}

const cant = `Can't reach login\.microsoftonline\.com; will retry\.`

var designed = []row{
	{"user modes", "nobody signed in, 700082 70043 50173", []sentence{
		{`Sign in to Azure to query help\.kusto\.windows\.net\. \[Sign in\]`, []string{
			"device_code: nobody signed in", "device_code: session ended for want of use", "device_code: session ended by policy", "device_code: session revoked",
		}},
		{`\(status bar\)`, []string{"device_code: nobody signed in, background"}},
	}},
	{"user modes", "50076 …, claims", []sentence{{`Your organisation asks for extra verification for help\.kusto\.windows\.net.*\[Continue\]`, []string{"device_code: more is asked for"}}}},
	{"user modes", "65001 65004", []sentence{{`isn't approved for help\.kusto\.windows\.net in .*an administrator can approve it`, []string{"device_code: not approved", "browser: said no"}}}},
	{"device_code", "53003 53000 50097", []sentence{{`Sign-in with a code isn't allowed \(AADSTS5\d+\)\. \[VS Code account\] \[Browser\] \[az login\]`, []string{
		"device_code: blocked when the code is asked for", "device_code: blocked when the code was entered", "device_code: device not compliant", "device_code: device must be known",
	}}}},
	{"device_code", "declined / expired / 7000218", []sentence{
		{`Sign-in was cancelled\.`, []string{"device_code: said no"}},
		{`The code expired\. \[New code\]`, []string{"device_code: code expired, says the authority", "device_code: code expired, by the clock"}},
		{`no public client flows`, []string{"device_code: no public client flows"}},
	}},
	{"browser", "no browser, no callback", []sentence{{`Can't open a browser here\. \[VS Code account\] \[Code\]`, []string{"browser: no browser"}}}},
	{"vscode", "refused, no provider", []sentence{
		{`VS Code wasn't allowed to share your Microsoft account`, []string{"vscode: refused"}}, {`needs an editor that shares its Microsoft account`, []string{"vscode: no provider"}},
	}},
	{"any", "DNS, reset, 429, 5xx / unknown CA", []sentence{
		{cant, []string{"device_code: no name for the host", "device_code: connection cut", "device_code: 429, background", "device_code: 503", "client_secret: 503"}},
		{"A proxy inspects TLS; set `ca_file`", []string{"device_code: a proxy inspects TLS"}},
	}},
	{"managed_identity", "no IMDS / 400 / other", []sentence{
		{`No managed identity here`, []string{"managed_identity: no IMDS", "managed_identity: none of its own"}},
		{`isn't assigned`, []string{"managed_identity: not assigned"}},
		{`169\.254\.169\.254 isn't Azure`, []string{"managed_identity: a proxy answers", "managed_identity: a portal answers"}},
	}},
	{"client_secret", "7000215 7000222 / 700016 / 90002", []sentence{
		{`[Ss]ecret of the app 3+-.* is wrong or expired`, []string{"client_secret: wrong secret", "client_secret: expired secret"}},
		{`The app .* is unknown`, []string{"client_secret: unknown app"}},
		{`The tenant .* is unknown`, []string{"client_secret: unknown tenant"}},
	}},
	{"client_certificate", "missing, password, EC, keys, 700027", []sentence{
		{`app\.pfx: the file doesn't exist`, []string{"client_certificate: missing"}},
		{`app\.pfx: the password is wrong`, []string{"client_certificate: wrong password"}},
		{`app\.pfx: its key isn't RSA`, []string{"client_certificate: EC key"}},
		{`app\.pfx: it holds several private keys`, []string{"client_certificate: several keys"}},
		{`app\.pfx isn't one of the app`, []string{"client_certificate: not the app's"}},
	}},
	{"azure_cli", "absent / not logged in / 30 s", []sentence{
		{`Azure CLI isn't installed`, []string{"azure_cli: absent"}}, {`Run: az login`, []string{"azure_cli: not logged in", "azure_cli: its session ended"}}, {`az took over 30 s`, []string{"azure_cli: slow"}},
	}},
	{"azure_cli", "claims / not JSON", []sentence{{`Run: az login --claims-challenge`, []string{"azure_cli: more is asked for"}}, {`az answered something unexpected`, []string{"azure_cli: garbage"}}}},
	{"environment…; default", "variable missing; all links failed", []sentence{
		{`AZURE_TENANT_ID isn't set`, []string{"environment_credential: no tenant"}},
		{`AZURE_CLIENT_ID isn't set`, []string{"environment_credential: no app"}},
		{`AZURE_CLIENT_SECRET isn't set`, []string{"environment_credential: no credential"}},
		{`AZURE_PASSWORD isn't set`, []string{"environment_credential: no password"}},
		{`(?s)environment_credential: .*workload_identity: .*managed_identity: .*azure_cli: .*azd: .*azure_powershell: .*vscode: .*user session: `, []string{"default: all links fail"}},
	}},
	{"store", "no keyring / unreadable", []sentence{
		{`Kept for this session only: .*keyring.* storage`, []string{"store: no keyring"}}, {`Saved sign-in can't be read; please sign in again`, []string{"store: unreadable"}},
	}},
	{"Kusto", "untrusted host", []sentence{{`isn't a known Kusto endpoint; token not sent.* \[Trust host\]`, []string{"kusto: untrusted host"}}}},
	{"Kusto", "401 again, 403", []sentence{{`Signed in as ann@contoso\.example \(tenant 1.*\), but help\.kusto\.windows\.net refused it\..* \[Switch tenant\]`, []string{
		"kusto: 401 again", "kusto: 401 again, and the cluster is in another tenant", "kusto: 403",
	}}}},
}

// TestEveryRowHasACase holds that what a person reads is tested for each row of the design's table, and says what the row says.
func TestEveryRowHasACase(t *testing.T) {
	body, err := os.ReadFile(table)
	if err != nil {
		t.Fatal(err)
	}
	cases := casesOf(string(body))
	for _, r := range designed {
		for _, s := range r.sentences {
			says := regexp.MustCompile(s.says)
			for _, name := range s.cases {
				if text, known := cases[name]; !known || !says.MatchString(text) {
					t.Errorf("%s, %s: case %q has no %q: %q", r.mode, r.failure, name, s.says, text)
				}
			}
		}
	}
	page, err := os.ReadFile(shared("design/auth.md"))
	if err != nil {
		t.Skip("the design isn't here: whether its table has other rows isn't checked; set CALYPSO_SHARED")
	}
	_, page2, _ := strings.Cut(string(page), "| mode | failure | the user sees |")
	rows := 0
	for line := range strings.Lines(page2) {
		cells := strings.Split(strings.TrimSpace(line), "|")
		if len(cells) < 4 {
			if rows > 0 {
				break
			}
			continue
		}
		mode, failure := strings.TrimSpace(cells[1]), strings.TrimSpace(cells[2])
		if strings.HasPrefix(mode, "---") {
			continue
		}
		rows++
		if !slices.ContainsFunc(designed, func(r row) bool { return r.mode == mode && r.failure == failure }) {
			t.Errorf("the design's row %q, %q has no cases", mode, failure)
		}
	}
	if rows != len(designed) {
		t.Errorf("the design has %d rows, here are %d", rows, len(designed))
	}
}

// casesOf gives the lines of each case of the table, by "section: name".
func casesOf(text string) map[string]string {
	cases := map[string]string{}
	section, name := "", ""
	for line := range strings.Lines(text) {
		line = strings.TrimRight(line, "\n")
		switch head, isHead := strings.CutPrefix(line, "-- "); {
		case isHead:
			section, name = strings.TrimSuffix(head, " --"), ""
		case section == "":
		case strings.HasPrefix(line, " ") || !regexp.MustCompile(`^[^:]+(: [a-z_]+)?$`).MatchString(line): // more lines of a case
			cases[section+": "+name] += line + "\n"
		default:
			if i := strings.LastIndex(line, ": "); i >= 0 {
				line = line[:i]
			}
			name = line
			cases[section+": "+name] = ""
		}
	}
	return cases
}

func shared(path string) string {
	dir := os.Getenv("CALYPSO_SHARED")
	if dir == "" {
		dir = filepath.Join("..", "..", "shared")
	}
	return filepath.Join(dir, path)
}
