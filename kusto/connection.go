package kusto

import (
	"net"
	"net/url"
	"strings"
)

// Connection says where queries go.
type Connection struct {
	URL      string // scheme and host, without a path
	Database string // "" means the cluster's default
}

// ParseConnection reads an address as people write it: "https://help.kusto.windows.net/Samples", "help.kusto.windows.net", "help",
// "http://localhost:8080". A path is the database. Plain http is for this machine only: tokens and rows would travel in clear.
func ParseConnection(address string) (Connection, error) {
	text := strings.TrimSpace(address)
	wrong := func(why string) (Connection, error) {
		return Connection{}, &Failure{Kind: BadAddress, Message: "cluster address " + quote(address) + " " + why}
	}
	if text == "" {
		return wrong("is empty; write it as https://help.kusto.windows.net")
	}
	if !strings.Contains(text, "://") {
		scheme := "https://"
		host, _, _ := strings.Cut(text, "/")
		if name, _, err := net.SplitHostPort(host); err == nil {
			host = name
		}
		switch {
		case local(host):
			scheme = "http://"
		case !strings.Contains(host, ":") && strings.Count(host, ".") < 2 && host == strings.TrimSuffix(host, ".com"):
			text = strings.Replace(text, host, host+".kusto.windows.net", 1) // help, or help.westeurope
		}
		text = scheme + text
	}
	u, err := url.Parse(text)
	switch {
	case err != nil || u.Host == "" || u.Hostname() == "":
		return wrong("is no URL; write it as https://help.kusto.windows.net")
	case u.User != nil:
		return wrong("has a user name in it; leave it out and sign in instead")
	case u.Scheme != "http" && u.Scheme != "https":
		return wrong("has the scheme " + quote(u.Scheme) + "; use https")
	case u.Scheme == "http" && !local(u.Hostname()):
		return wrong("is plain http to another machine; use https")
	}
	database := strings.Trim(u.Path, "/")
	if strings.Contains(database, "/") {
		return wrong("has a path of several parts; give the cluster's address, as https://help.kusto.windows.net")
	}
	return Connection{URL: u.Scheme + "://" + strings.ToLower(u.Host), Database: database}, nil
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
