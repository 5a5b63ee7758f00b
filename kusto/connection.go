package kusto

import (
	"net"
	"net/url"
	"strconv"
	"strings"
	"unicode"
)

// Connection says where queries go.
type Connection struct {
	URL      string // scheme and host, without a path
	Database string // "" means the cluster's default
}

// ParseConnection reads an address as people write it: "https://help.kusto.windows.net/Samples", "help.kusto.windows.net", "help",
// "http://localhost:8080", or as the web UI's own address bar has it. A path is the database. Plain http is for this machine only: tokens
// and rows would travel in clear.
func ParseConnection(address string) (Connection, error) {
	text := strings.TrimSpace(address)
	wrong := func(why string) (Connection, error) {
		subject := "cluster address " + quote(address)
		if strings.Contains(address, "@") {
			subject = "the address" // it may hold a password
		}
		return Connection{}, &Failure{Kind: BadAddress, Message: subject + " " + why}
	}
	if text == "" {
		return wrong("is empty; write it as https://help.kusto.windows.net")
	}
	u, err := url.Parse(withScheme(text))
	switch {
	case err != nil || u.Host == "" || u.Hostname() == "":
		return wrong("is no URL; write it as https://help.kusto.windows.net")
	case u.User != nil:
		return wrong("has a user name in it; leave it out and sign in instead")
	case u.Scheme != "http" && u.Scheme != "https":
		return wrong("has the scheme " + quote(u.Scheme) + "; use https")
	case !isHost(u.Hostname()):
		return wrong("names " + quote(u.Hostname()) + ", which is no host; write it as https://help.kusto.windows.net")
	case !isPort(u.Port()):
		return wrong("has a port that can't be one; leave it out, or give one up to 65535")
	case u.Scheme == "http" && !local(u.Hostname()):
		return wrong("is plain http to another machine; use https")
	case webPage[strings.ToLower(u.Hostname())]:
		if where, ok := fromWebPage(u); ok {
			return where, nil
		}
		return wrong("is a web page; write the address of the cluster that it shows")
	case foreign(u):
		return wrong("is a Log Analytics workspace or an Application Insights app, which can't be a connection; connect to a cluster, and query it from " +
			"there by cluster('this address').database('its name')")
	case u.RawQuery != "" || u.Fragment != "":
		return wrong("goes on after the database; leave out what follows " + quote(strings.TrimRight(u.Host+u.Path, "/")))
	}
	database := strings.Trim(u.Path, "/")
	if strings.Contains(database, "/") {
		return wrong("has a path of several parts; give the cluster's address, as https://help.kusto.windows.net")
	}
	return Connection{URL: u.Scheme + "://" + hostOf(u), Database: database}, nil
}

// withScheme makes a URL of a name: this machine's is http, any other https, and a short one belongs to the public cloud.
func withScheme(text string) string {
	if strings.Contains(text, "://") {
		return text
	}
	scheme := "https://"
	host, _, _ := strings.Cut(text, "/")
	if name, _, err := net.SplitHostPort(host); err == nil {
		host = name
	}
	switch {
	case local(host):
		scheme = "http://"
	case isHost(host) && strings.Count(host, ".") < 2 && host == strings.TrimSuffix(host, ".com"):
		text = strings.Replace(text, host, host+".kusto.windows.net", 1) // help, or help.westeurope
	}
	return scheme + text
}

// hostOf is the host as all spellings of it are kept: in lower case, without the dot at its end and without the scheme's own port.
func hostOf(u *url.URL) string {
	host := strings.TrimSuffix(strings.ToLower(u.Hostname()), ".")
	if strings.Contains(host, ":") {
		host = "[" + host + "]"
	}
	if p := u.Port(); p != "" && p != map[string]string{"https": "443", "http": "80"}[u.Scheme] {
		host += ":" + p
	}
	return host
}

// isHost tells what can be a host's name or address: labels of letters, digits, - and _.
func isHost(name string) bool {
	if strings.Contains(name, ":") {
		return net.ParseIP(name) != nil
	}
	for label := range strings.SplitSeq(strings.TrimSuffix(name, "."), ".") {
		other := func(r rune) bool { return r != '-' && r != '_' && !unicode.IsLetter(r) && !unicode.IsDigit(r) }
		if label == "" || len(label) > 63 || strings.ContainsFunc(label, other) {
			return false
		}
	}
	return true
}

func isPort(text string) bool {
	n, err := strconv.Atoi(text)
	return text == "" || err == nil && n > 0 && n < 1<<16
}

// webPage are the hosts of the web UI, whose address bar people copy.
var webPage = map[string]bool{"dataexplorer.azure.com": true, "dataexplorer.azure.us": true, "dataexplorer.azure.cn": true}

// fromWebPage reads such an address: /clusters/NAME/databases/NAME.
func fromWebPage(u *url.URL) (Connection, bool) {
	parts := strings.Split(strings.Trim(u.Path, "/"), "/")
	if len(parts) < 2 || parts[0] != "clusters" {
		return Connection{}, false
	}
	where, err := ParseConnection(parts[1])
	if len(parts) > 3 && parts[2] == "databases" {
		where.Database = parts[3]
	}
	return where, err == nil
}

// foreign tells the addresses under which Azure Monitor answers queries of other clusters.
func foreign(u *url.URL) bool {
	host := strings.ToLower(u.Hostname())
	return strings.HasPrefix(host, "ade.") || host == "adx.monitor.azure.com" || strings.HasSuffix(host, ".loganalytics.io") ||
		strings.HasSuffix(host, ".applicationinsights.io")
}

// local tells whether a host is this machine.
func local(host string) bool {
	if strings.EqualFold(host, "localhost") {
		return true
	}
	ip := net.ParseIP(strings.Trim(host, "[]"))
	return ip != nil && ip.IsLoopback()
}

// Host is the cluster's name in cluster('…'), as help.kusto.windows.net.
func (c Connection) Host() string {
	_, host, _ := strings.Cut(c.URL, "://")
	return host
}

func quote(s string) string { return `"` + shorten(s) + `"` }

// shorten bounds a text that stands in a message.
func shorten(s string) string {
	if len(s) > 200 {
		s = strings.ToValidUTF8(s[:200], "") + "…"
	}
	return s
}
