package kusto

import "testing"

func TestParseConnection(t *testing.T) {
	for in, want := range map[string]string{
		"https://help.kusto.windows.net":          "https://help.kusto.windows.net ",
		"https://Help.kusto.windows.net/Samples/": "https://help.kusto.windows.net Samples",
		" help.kusto.windows.net ":                "https://help.kusto.windows.net ",
		"help":                                    "https://help.kusto.windows.net ",
		"help.westeurope/Samples":                 "https://help.westeurope.kusto.windows.net Samples",
		"http://localhost:8080":                   "http://localhost:8080 ",
		"localhost:8080/db":                       "http://localhost:8080 db",
		"127.0.0.1:1":                             "http://127.0.0.1:1 ",
		"http://[::1]:80":                         "http://[::1] ",
		"HTTPS://HELP.kusto.windows.net:443":      "https://help.kusto.windows.net ",
		"https://help.kusto.windows.net.":         "https://help.kusto.windows.net ",
		"https://help.kusto.windows.net:8443/db":  "https://help.kusto.windows.net:8443 db",
		"[::1]:8080":                              "http://[::1]:8080 ",
		"":                                        "error",
		"https://help.kusto.windows.net/S?x=1":    "error",
		"https://help.kusto.windows.net,":         "error",
		"https://help..kusto.windows.net":         "error",
		"https://help.kusto.windows.net:99999":    "error",
		"help, please":                            "error",
		"https://dataexplorer.azure.com":          "error",
		"https://dataexplorer.azure.com/clusters/help.kusto.windows.net/databases/My%20Db?query=H4s":                        "https://help.kusto.windows.net My Db",
		"https://dataexplorer.azure.com/clusters/help/databases/Samples":                                                    "https://help.kusto.windows.net Samples",
		"https://ade.loganalytics.io/subscriptions/1/resourcegroups/g/providers/microsoft.operationalinsights/workspaces/w": "error",
		"http://help.kusto.windows.net":    "error",
		"ftp://x.y.z":                      "error",
		"https://me:secret@help.kusto.net": "error",
		"https://":                         "error",
		"https://a.b.c/x/y":                "error",
		"https://a b":                      "error",
	} {
		c, err := ParseConnection(in)
		got := c.URL + " " + c.Database
		if err != nil {
			got = "error"
		}
		if got != want {
			t.Errorf("%q: got %q (%v), want %q", in, got, err, want)
		}
	}
}

func FuzzParseConnection(f *testing.F) {
	f.Add("help")
	f.Add("http://[::1]:80/x")
	f.Fuzz(func(t *testing.T, address string) {
		c, err := ParseConnection(address)
		if err != nil {
			return
		}
		again, err := ParseConnection(c.URL)
		if err != nil || again.URL != c.URL {
			t.Fatalf("%q gives %q, which gives %q (%v)", address, c.URL, again.URL, err)
		}
	})
}
