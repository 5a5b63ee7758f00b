package config

import (
	"encoding/json"
	"errors"
	"strings"
	"testing"
)

// What can't be counts as not set and is named as the editor names it; all else counts.
func TestSound(t *testing.T) {
	read := func(part []byte) error {
		if _, err := (Settings{}).WithEditor(part); err != nil {
			return err
		}
		var s struct {
			Query   struct{ Timeout int }
			Results struct{ Keep *bool }
			Lint    struct{ Rules map[string]string }
		}
		if err := json.Unmarshal(part, &s); err != nil {
			return err
		}
		if s.Query.Timeout == 7 && s.Results.Keep != nil {
			return errors.New("not both")
		}
		return nil
	}
	for _, c := range []struct{ in, want, err string }{
		{in: `null`, want: `null`},
		{in: `{"model":"m"}`, want: `{"model":"m"}`},
		{in: `[]`, err: "section calypso"},
		{
			in:   `{"agent":{"shareRows":"none","approval":"sometimes"},"query":{"timeout":"soon"},"results":{"keep":false},"model":"m","kusto":{"clusterUrl":"not an address","database":17}}`,
			want: `{"agent":{"shareRows":"none"},"model":"m","results":{"keep":false}}`,
			err:  "calypso.kusto.clusterUrl: |calypso.kusto.database: write a text in quotes|calypso.agent.approval: |calypso.query.timeout: write a whole number from 0 to 3600, without quotes",
		},
		{in: `{"results":{"keep":"no"},"lint":{"rules":"none"}}`, want: `{}`, err: `calypso.lint.rules: write an object|calypso.results.keep: choose true or false, without quotes`},
		{in: `{"query":5,"results":{"keep":false}}`, want: `{"results":{"keep":false}}`, err: "calypso.query: it is no setting; write calypso.query.timeout"},
		{in: `{"azureAuth":{"tenantId":"contoso.com","authority":"http://x"},"model":"m"}`, want: `{"model":"m"}`, err: "calypso.azureAuth.authority: "},
		{in: `{"query":{"timeout":7},"results":{"keep":true}}`, err: "not both"},
	} {
		got, err := Sound([]byte(c.in), read)
		if string(got) != c.want || (err == nil) != (c.err == "") {
			t.Errorf("%s: got %s, %v; want %s, %s", c.in, got, err, c.want, c.err)
			continue
		}
		if err != nil {
			lines, wanted := strings.Split(err.Error(), "\n"), strings.Split(c.err, "|")
			for i, line := range lines {
				if len(lines) != len(wanted) || !strings.Contains(line, wanted[i]) {
					t.Errorf("%s: got\n%v\nwant\n%s", c.in, err, c.err)
					break
				}
			}
		}
	}
}
