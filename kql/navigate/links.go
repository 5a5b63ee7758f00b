package navigate

// This file finds the clusters that a text names, as addresses of the Azure Data Explorer web page.

import (
	"net/url"
	"sort"
	"strings"

	"calypso/kql/script"
	"calypso/kql/symbol"
	"calypso/kql/syntax"
	"calypso/kql/text"
)

// Link is a place in the document that leads to a web page.
type Link struct {
	Span text.Span
	URL  string
	Tip  string
}

// Links lists the clusters and databases that are named by cluster('…'), in order.
func Links(s *script.Script) []Link {
	var all []Link
	for b := range s.All() {
		tree := b.Bound.Tree
		visit := func(n syntax.Node) bool {
			switch n := n.(type) {
			case *syntax.Path:
				all = appendLink(all, b, n.X, databaseName(n.Selector))
			case syntax.Expr:
				all = appendLink(all, b, n, "")
			}
			return true
		}
		for _, st := range tree.Statements {
			syntax.Walk(st, visit)
		}
		if tree.Command != nil {
			syntax.Walk(tree.Command, visit)
		}
	}
	sort.SliceStable(all, func(i, j int) bool { return all[i].Span.Start < all[j].Span.Start })
	return unique(all)
}

// unique keeps the first link of each place: the one that names the database too.
func unique(all []Link) []Link {
	var list []Link
	for _, l := range all {
		if n := len(list); n > 0 && l.Span.Start < list[n-1].Span.End {
			continue
		}
		list = append(list, l)
	}
	return list
}

func appendLink(all []Link, b *script.Block, x syntax.Expr, database string) []Link {
	name, at, ok := literalArgument(x, "cluster")
	if !ok {
		return all
	}
	address, ok := webAddress(name, database)
	if !ok {
		return all
	}
	return append(all, Link{Span: b.Shift(at), URL: address, Tip: "Open the cluster in the Azure Data Explorer web page"})
}

func databaseName(x syntax.Expr) string {
	name, _, _ := literalArgument(x, "database")
	return name
}

// literalArgument gives the string of f('string') and its place.
func literalArgument(x syntax.Expr, f string) (string, text.Span, bool) {
	call, ok := x.(*syntax.Call)
	if !ok || call.Fun == nil || call.Fun.Text != f || len(call.Args) != 1 {
		return "", text.Span{}, false
	}
	l, ok := call.Args[0].(*syntax.Literal)
	if !ok || l.Kind != syntax.LitString || l.Text == "" {
		return "", text.Span{}, false
	}
	return l.Text, l.Span(), true
}

// webAddress gives the page of a cluster; an address with a path, as that of a Log Analytics workspace, is its own.
func webAddress(cluster, database string) (string, bool) {
	if rest, ok := strings.CutPrefix(cluster, "https://"); ok && strings.Contains(strings.TrimRight(rest, "/"), "/") {
		u, err := url.Parse(cluster)
		return cluster, err == nil && u.Host != ""
	}
	host := symbol.ClusterHost(cluster)
	if host == "" || strings.ContainsFunc(host, func(r rune) bool {
		return !(r == '.' || r == '-' || r == ':' || r >= 'a' && r <= 'z' || r >= '0' && r <= '9')
	}) {
		return "", false
	}
	address := "https://dataexplorer.azure.com/clusters/" + host
	if database != "" {
		address += "/databases/" + url.PathEscape(database)
	}
	return address, true
}
