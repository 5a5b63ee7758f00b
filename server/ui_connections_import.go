package server

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"calypso/server/protocol"
	"calypso/wholefile"

	"go.lsp.dev/uri"
)

// Connections from a file, and into one.

// importBytes is the most that a file of connections may have.
const importBytes = 4 << 20

// importConnections reads a file that Kusto Explorer keeps, or that exportConnections wrote.
func importConnections(c *call, p *protocol.UICommandParams) error {
	from, err := c.file(c, protocol.UIFileParams{
		Kind: protocol.UIFileOpen, Title: "File of Kusto Explorer or of exported connections", Filters: map[string][]string{"Connections": {"xml", "json"}},
		Suggested: explorerFile(),
	})
	if err != nil {
		return err
	}
	body, err := readLocal(from, importBytes)
	if err != nil {
		return err
	}
	group, _ := groupOf(nodeOf(p, connectionsView))
	got, err := c.backend.Import(c, body, group)
	if err != nil {
		return err
	}
	if err := c.forgetPrivate(); err != nil {
		return err
	}
	c.connectionsChanged(protocol.ConnectionsChanged{IDs: []string{}})
	said := fmt.Sprintf("Imported %s.", countOf(len(got.Added), "connection"))
	if len(got.Added) == 0 {
		said = "Nothing was imported."
	}
	if len(got.Known) > 0 {
		said += " There already: " + listed(got.Known) + "."
	}
	if len(got.Skipped) > 0 {
		said += " Left out: " + listed(got.Skipped) + "."
	}
	c.inform(said)
	return nil
}

// listed names a few.
func listed(names []string) string {
	const few = 5
	if len(names) > few {
		return fmt.Sprintf("%s and %d more", strings.Join(names[:few], ", "), len(names)-few)
	}
	return strings.Join(names, ", ")
}

// explorerFile is where Kusto Explorer keeps its connections; "" where it doesn't run.
func explorerFile() string {
	dir := os.Getenv("LOCALAPPDATA")
	if dir == "" {
		return ""
	}
	path := filepath.Join(dir, "Kusto.Explorer", "UserConnections.xml")
	if _, err := os.Stat(path); err != nil {
		return ""
	}
	return string(uri.File(path))
}

// readLocal reads a file that the person chose.
func readLocal(from string, limit int64) ([]byte, error) {
	path, err := pathOf(from)
	if err != nil {
		return nil, err
	}
	info, err := os.Stat(path)
	if err == nil && info.Size() > limit {
		return nil, failf(protocol.ErrorTooLarge, "choose the file of connections", "the file has %d MB", info.Size()>>20)
	}
	var body []byte
	if err == nil {
		body, err = os.ReadFile(path)
	}
	if err != nil {
		return nil, fileFailure(path, err)
	}
	return body, nil
}

// exportConnections writes all connections into a file, or onto the clipboard as lines for config.toml.
func exportConnections(c *call, _ *protocol.UICommandParams) error {
	how, err := c.pickOne(c, protocol.UIPickParams{
		Title: "Export Kusto connections", Placeholder: "Addresses, names and groups; no secret is in them",
		Items: []protocol.UIPickItem{
			{ID: "json", Label: "Save as JSON", Detail: "To be imported by another", Icon: "json"},
			{ID: "toml", Label: "Copy as lines for config.toml", Detail: "For a team's settings, the command line, other editors", Icon: "copy"},
		},
	})
	if err != nil {
		return err
	}
	body, err := c.backend.Export(how)
	if err != nil {
		return err
	}
	if how == "toml" {
		if err := c.copyText(c, string(body)); err != nil {
			return err
		}
		c.inform("The connections are on the clipboard, as lines for config.toml.")
		return nil
	}
	to, err := c.file(c, protocol.UIFileParams{Kind: protocol.UIFileSave, Title: "Save connections", Filters: map[string][]string{"Connections": {"json"}}, Suggested: c.inWorkspace("connections.json")})
	if err != nil {
		return err
	}
	path, err := pathOf(to)
	if err != nil {
		return err
	}
	if err := wholefile.Write(path, body, 0o600); err != nil {
		return fileFailure(path, err)
	}
	c.inform("The connections are in " + path)
	return nil
}
