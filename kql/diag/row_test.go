package diag_test

import (
	"regexp"
	"strings"
	"testing"

	"calypso/kql/diag"
	"calypso/kql/text"
)

// TestRows holds the table to its own rules; that examples give their codes is tested where the codes are reported.
func TestRows(t *testing.T) {
	code := regexp.MustCompile(`^CAL[1-9]\d{3}$`)
	slug := regexp.MustCompile(`^[a-z]+(-[a-z0-9]+)*$`)
	official := regexp.MustCompile(`^KS\d{3}$`)
	slugs := map[string]diag.Code{}
	for _, row := range diag.Rows() {
		if !code.MatchString(string(row.Code)) {
			t.Errorf("%s: a code is CAL and four digits", row.Code)
		}
		if !slug.MatchString(row.Slug) || slugs[row.Slug] != "" {
			t.Errorf("%s: slug %q is malformed or taken by %s", row.Code, row.Slug, slugs[row.Slug])
		}
		slugs[row.Slug] = row.Code
		if row.Severity < diag.Error || row.Severity > diag.Hint {
			t.Errorf("%s: severity %d", row.Code, row.Severity)
		}
		if row.Message == "" || strings.HasSuffix(row.Message, ".") {
			t.Errorf("%s: message %q is empty or ends with a full stop", row.Code, row.Message)
		}
		for _, ks := range row.Official {
			if !official.MatchString(ks) {
				t.Errorf("%s: official code %q", row.Code, ks)
			}
		}
		if (row.Bad == "" || row.Good == "") && !strings.HasPrefix(string(row.Code), "CAL9") {
			t.Errorf("%s: wants an example that gives it and one that doesn't", row.Code)
		}
	}
}

func TestNew(t *testing.T) {
	d := diag.New(diag.Expected, text.Span{Start: 1, End: 2}, "a name")
	if d.Message != "expected a name" || d.Official != "KS006" || d.Severity != diag.Error {
		t.Errorf("got %+v", d)
	}
}
