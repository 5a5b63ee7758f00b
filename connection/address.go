package connection

import (
	"errors"
	"strings"

	"calypso/config"
	"calypso/server/protocol"
)

// Address reads an address as a person enters it: see readAddress.
func (b *Book) Address(text string) (protocol.ConnectionsAddParams, error) { return readAddress(text) }

// readAddress reads a cluster's address in any form in which people have it, as a URL, a name, a connection string or the web UI's own, or
// that of a folder; an error says what is wrong with it and what to write. All spellings of an address give the same one.
func readAddress(address string) (protocol.ConnectionsAddParams, error) {
	address = strings.TrimSpace(address)
	if isFolder(address) {
		dir, err := folderOf(strings.TrimRight(address, "/"))
		return protocol.ConnectionsAddParams{URL: FolderAddress(dir)}, err // editors write the same folder in several ways
	}
	if strings.EqualFold(address, config.Embedded) {
		return protocol.ConnectionsAddParams{}, errors.New("the embedded engine is a connection already; write the address of a cluster")
	}
	return described{text: address}.connection()
}
