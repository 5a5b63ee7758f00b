package server

import (
	"bytes"
	"compress/gzip"
	"encoding/base64"
	"net/url"
	"strings"

	"calypso/server/protocol"
)

// Links that open a query in the web page of its cluster. A link has the cluster's address, the database and the text, nothing else; the
// page asks whoever opens it to sign in. Form and pages: Azure's documentation of UI deep links, and of sharing queries of Log Analytics.

// linkLimit is how long a link may be: browsers and mail programs cut longer ones.
const linkLimit = 8000

// link is kusto/link.
func link(c *call, p *protocol.LinkParams) (any, error) {
	address, err := c.linkTo(p)
	if err != nil {
		return nil, err
	}
	return protocol.LinkResult{URL: address}, nil
}

func (c *call) linkTo(p *protocol.LinkParams) (string, error) {
	w, err := c.work(&protocol.QueryRunParams{URI: p.URI, Range: p.Range, Text: p.Text, Connection: p.Connection, Database: p.Database})
	if err != nil {
		return "", err
	}
	target := w.parts[0].target
	texts := make([]string, len(w.parts))
	for i, part := range w.parts {
		if part.target != target {
			return "", failf(protocol.ErrorUnsupported, "select the queries of one cluster", "a link opens one cluster, and the selection runs on several")
		}
		texts[i] = part.text
	}
	if target.Connection == "" {
		return "", failf(protocol.ErrorNotFound, "choose a connection", "the query has no connection")
	}
	known, err := c.connection(target.Connection)
	if err != nil {
		return "", err
	}
	return deepLink(known.URL, c.databaseOf(target), strings.Join(texts, "\n\n"))
}

// webPages are the pages by what a cluster's host ends with.
var webPages = []struct{ ending, page string }{
	{".kusto.windows.net", "https://dataexplorer.azure.com"},
	{".kustomfa.windows.net", "https://dataexplorer.azure.com"},
	{".kusto.azuresynapse.net", "https://dataexplorer.azure.com"},
	{".kusto.data.microsoft.com", "https://dataexplorer.azure.com"},
	{".kusto.fabric.microsoft.com", "https://dataexplorer.azure.com"},
	{".kusto.usgovcloudapi.net", "https://dataexplorer.azure.us"},
	{".kusto.chinacloudapi.cn", "https://dataexplorer.azure.cn"},
	{".kusto.azuresynapse.azure.cn", "https://dataexplorer.azure.cn"},
}

// portals are those of Azure Monitor's proxies, whose addresses have a resource as their path.
var portals = map[string]string{
	"ade.loganalytics.io":        "https://portal.azure.com",
	"ade.applicationinsights.io": "https://portal.azure.com",
	"adx.monitor.azure.com":      "https://portal.azure.com",
	"adx.monitor.azure.us":       "https://portal.azure.us",
	"adx.monitor.azure.cn":       "https://portal.azure.cn",
}

// deepLink makes the link of a query on a cluster.
func deepLink(cluster, database, text string) (string, error) {
	u, err := url.Parse(cluster)
	if cluster == "embedded" || err != nil || u.Host == "" {
		return "", failf(protocol.ErrorUnsupported, "run it on a cluster, or copy the query's text",
			"the embedded engine has no web page: its data is on this machine only")
	}
	host := strings.ToLower(u.Hostname())
	address := ""
	if portal := portals[host]; portal != "" {
		address, err = portalLink(portal, u.Path, text)
	} else {
		address, err = explorerLink(host, database, text)
	}
	if err == nil && len(address) > linkLimit {
		err = failf(protocol.ErrorTooLarge, "select a part of it, or keep it as a stored function",
			"the link would have %d characters, and over %d don't survive in browsers and mails", len(address), linkLimit)
	}
	if err != nil {
		return "", err
	}
	return address, nil
}

// explorerLink opens Azure Data Explorer's own page.
func explorerLink(host, database, text string) (string, error) {
	for _, w := range webPages {
		name, ok := strings.CutSuffix(host, w.ending)
		if !ok || name == "" {
			continue
		}
		if w.ending != ".kusto.windows.net" {
			name = host
		}
		address := w.page + "/clusters/" + url.PathEscape(name)
		if database != "" {
			address += "/databases/" + url.PathEscape(database)
		}
		return address + "?query=" + url.QueryEscape(packed(text)), nil
	}
	return "", failf(protocol.ErrorUnsupported, "copy the query's text instead", "no web page is known for queries on %s", host)
}

// portalLink opens the logs of a resource in Azure's portal.
func portalLink(portal, path, text string) (string, error) {
	resource := strings.Trim(path, "/")
	if parts := strings.Split(strings.ToLower(resource), "/"); len(parts) != 8 || parts[0] != "subscriptions" || parts[4] != "providers" {
		return "", failf(protocol.ErrorUnsupported, "connect to one workspace or application, as …/subscriptions/…/providers/…/workspaces/NAME",
			"the portal opens the logs of one resource, and the connection names none")
	}
	return portal + "/#blade/Microsoft_Azure_Monitoring_Logs/LogsBlade/resourceId/" + url.QueryEscape("/"+resource) +
		"/source/LogsBlade.AnalyticsShareLinkToQuery/q/" + url.QueryEscape(packed(text)), nil
}

// packed is a text as links carry it: UTF-8, gzip, base64.
func packed(text string) string {
	var out bytes.Buffer
	w, _ := gzip.NewWriterLevel(&out, gzip.BestCompression) // fails for a level that doesn't exist
	_, _ = w.Write([]byte(text))                            // a buffer takes everything
	_ = w.Close()
	return base64.StdEncoding.EncodeToString(out.Bytes())
}

// linkCommands are those of the palette.
func linkCommands() []uiCommand {
	return []uiCommand{
		{"copyLink", copyLink, "copy the text of the query"},
		{"openInWeb", openInWeb, "copy the text of the query"},
	}
}

// errNotInFront says what to do where a command needs a query and no document of ours is in front.
var errNotInFront = failf(protocol.ErrorQuery, "open a KQL file and put the caret into a query", "no query is in front")

func (c *call) linkOf(p *protocol.UICommandParams) (string, error) {
	if p.URI == "" {
		return "", errNotInFront
	}
	return c.linkTo(&protocol.LinkParams{URI: p.URI, Range: p.Range})
}

// copyLink puts the link of the query at the caret on the clipboard.
func copyLink(c *call, p *protocol.UICommandParams) error {
	address, err := c.linkOf(p)
	if err == nil {
		err = c.copyText(c, address)
	}
	if err == nil {
		c.inform("The link to the query is on the clipboard. Whoever opens it needs access to the cluster.")
	}
	return err
}

// openInWeb opens the query at the caret in the cluster's web page.
func openInWeb(c *call, p *protocol.UICommandParams) error {
	address, err := c.linkOf(p)
	if err != nil {
		return err
	}
	return c.askPerson(c, protocol.MethodUIBrowse, protocol.UIBrowseParams{URL: address}, nil)
}
