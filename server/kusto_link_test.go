package server

import (
	"bytes"
	"compress/gzip"
	"encoding/base64"
	"errors"
	"io"
	"net/url"
	"strings"
	"testing"
)

// A link opens the page that the cluster's cloud has, and its query is the text, byte for byte.
func TestDeepLink(t *testing.T) {
	text := "StormEvents // ünïcode 🌪\n| where State == \"TEXAS\" and x > 1+2/3\n| take 5"
	for cluster, want := range map[string]string{
		"https://help.kusto.windows.net":                           "https://dataexplorer.azure.com/clusters/help/databases/my%20db?query=",
		"https://HELP.westeurope.kusto.windows.net/":               "https://dataexplorer.azure.com/clusters/help.westeurope/databases/my%20db?query=",
		"https://trd-1.z0.kusto.fabric.microsoft.com":              "https://dataexplorer.azure.com/clusters/trd-1.z0.kusto.fabric.microsoft.com/databases/my%20db?query=",
		"https://pool.ws.kusto.azuresynapse.net":                   "https://dataexplorer.azure.com/clusters/pool.ws.kusto.azuresynapse.net/databases/my%20db?query=",
		"https://gov.usgovvirginia.kusto.usgovcloudapi.net":        "https://dataexplorer.azure.us/clusters/gov.usgovvirginia.kusto.usgovcloudapi.net/databases/my%20db?query=",
		"https://c.chinaeast2.kusto.chinacloudapi.cn":              "https://dataexplorer.azure.cn/clusters/c.chinaeast2.kusto.chinacloudapi.cn/databases/my%20db?query=",
		"https://ade.loganalytics.io/" + workspace:                 "https://portal.azure.com/#blade/Microsoft_Azure_Monitoring_Logs/LogsBlade/resourceId/%2Fsubscriptions%2F",
		"https://adx.monitor.azure.us/" + workspace:                "https://portal.azure.us/#blade/Microsoft_Azure_Monitoring_Logs/LogsBlade/resourceId/%2Fsubscriptions%2F",
		"https://user:secret@help.kusto.windows.net/?token=hush#x": "https://dataexplorer.azure.com/clusters/help/databases/my%20db?query=",
	} {
		got, err := deepLink(cluster, "my db", text)
		if err != nil || !strings.HasPrefix(got, want) {
			t.Errorf("%s: %s, %v", cluster, got, err)
			continue
		}
		if strings.Contains(got, "secret") || strings.Contains(got, "hush") {
			t.Errorf("%s: the link has a secret: %s", cluster, got)
		}
		packed := got[strings.LastIndexAny(got, "=/")+1:]
		if i := strings.Index(got, "query="); i >= 0 {
			packed = got[i+len("query="):]
		}
		if back := unpacked(t, packed); back != text {
			t.Errorf("%s: the query is %q", cluster, back)
		}
	}
}

const workspace = "subscriptions/1/resourcegroups/rg/providers/microsoft.operationalinsights/workspaces/ws"

func unpacked(t *testing.T, packed string) string {
	t.Helper()
	text, err := url.QueryUnescape(packed)
	if err != nil {
		t.Fatal(err)
	}
	body, err := base64.StdEncoding.DecodeString(text)
	if err != nil {
		t.Fatalf("%s: %v", text, err)
	}
	r, err := gzip.NewReader(bytes.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	out, err := io.ReadAll(r)
	if err != nil {
		t.Fatal(err)
	}
	return string(out)
}

// What has no page, or no room, is refused with a way out.
func TestDeepLinkRefused(t *testing.T) {
	noise := make([]byte, 0, 20_000)
	for i, x := 0, uint32(1); i < 10_000; i++ {
		x = x*1664525 + 1013904223
		noise = append(noise, byte('a'+x>>24%26))
	}
	for cluster, want := range map[string]string{
		"embedded":                                    "the embedded engine has no web page",
		"https://kusto.example.com":                   "no web page is known for queries on kusto.example.com",
		"https://evil.com/x.kusto.windows.net":        "no web page is known",
		"https://kusto.windows.net.evil.com":          "no web page is known",
		"https://ade.loganalytics.io":                 "the connection names none",
		"https://ade.loganalytics.io/subscriptions/1": "the connection names none",
	} {
		got, err := deepLink(cluster, "db", "T")
		var f *Failure
		if !errors.As(err, &f) || !strings.Contains(f.Message, want) || f.Hint == "" {
			t.Errorf("%s: %s, %v", cluster, got, err)
		}
	}
	if got, err := deepLink("https://help.kusto.windows.net", "db", string(noise)); err == nil || !strings.Contains(err.Error(), "over 8000") {
		t.Errorf("a long query: %d, %v", len(got), err)
	}
}
