package cache

// The form of one file.

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"net/url"
	"strings"
	"time"

	"calypso/kql/symbol"
	"calypso/kusto/schemafile"
)

// version is the form's; a file of another one is put aside.
const version = 1

// kind is in every file, so that no other JSON is taken for one.
const kind = "calypso schema cache"

// maxHeader bounds the first line: 10,000 databases with long names.
const maxHeader = 4 << 20

// Key names an entry. Database "" is the cluster's list of databases.
type Key struct {
	Cluster  string // scheme, host and path in lower case
	Database string // as asked for
}

// KeyOf makes the key of a database of the cluster at an address. What an address may carry besides the place is left out.
func KeyOf(address, database string) Key {
	place := strings.TrimSpace(address)
	if u, err := url.Parse(place); err == nil {
		u.User, u.RawQuery, u.Fragment, u.ForceQuery = nil, "", "", false
		place = u.String()
	} else {
		place = symbol.ClusterHost(place)
	}
	return Key{Cluster: strings.TrimRight(strings.ToLower(place), "/"), Database: database}
}

// Entry is what was known of a database, or of a cluster's list of databases, at one time.
type Entry struct {
	Key
	Fetched   time.Time
	Databases []string         // of a list: the names, the default one first
	Schema    *symbol.Database // of a database; nil in a list
	Sum       string           // of what the schema says: equal sums, equal schemas
}

// header is a file's first line.
type header struct {
	Kind      string    `json:"kind"`
	Version   int       `json:"version"`
	Cluster   string    `json:"cluster"`
	Database  string    `json:"database"`
	Fetched   time.Time `json:"fetched"`
	Databases []string  `json:"databases,omitempty"`
	Bytes     int       `json:"bytes"` // of what follows
	Sum       string    `json:"sum"`   // SHA-256 of what follows
}

// Sum tells schemas apart: two databases that would be kept alike have the same one.
func Sum(d *symbol.Database) string {
	return sumOf(bodyOf(d))
}

func sumOf(body []byte) string {
	sum := sha256.Sum256(body)
	return hex.EncodeToString(sum[:])
}

func bodyOf(d *symbol.Database) []byte {
	if d == nil {
		return nil
	}
	return schemafile.Encode("", "", []*symbol.Database{d})
}

// encode gives the bytes of an entry's file.
func encode(e *Entry) ([]byte, error) {
	body := bodyOf(e.Schema)
	line, err := json.Marshal(header{
		Kind: kind, Version: version, Cluster: e.Cluster, Database: e.Database, Fetched: e.Fetched.UTC(),
		Databases: e.Databases, Bytes: len(body), Sum: sumOf(body),
	})
	if err != nil {
		return nil, err
	}
	return append(append(line, '\n'), body...), nil
}

// parseHeader reads the first line of a file of ours.
func parseHeader(line []byte) (header, error) {
	var h header
	err := json.Unmarshal(line, &h)
	switch {
	case err != nil:
		return h, fmt.Errorf("its first line can't be read: %w", err)
	case h.Kind != kind:
		return h, errors.New("it is no schema cache file")
	case h.Version != version:
		return h, fmt.Errorf("it has the version %d, and only %d is known", h.Version, version)
	}
	return h, nil
}

// check tells whether the file is what was looked for.
func (h header) check(key Key) error {
	if h.Cluster != key.Cluster || !strings.EqualFold(h.Database, key.Database) {
		return errors.New("it is about another database")
	}
	return nil
}

// decode reads a file's bytes.
func decode(data []byte, key Key) (*Entry, error) {
	end := bytes.IndexByte(data, '\n')
	if end < 0 || end > maxHeader {
		return nil, errors.New("it has no first line")
	}
	h, err := parseHeader(data[:end])
	if err == nil {
		err = h.check(key)
	}
	if err != nil {
		return nil, err
	}
	body := data[end+1:]
	switch {
	case len(body) != h.Bytes:
		return nil, fmt.Errorf("it has %d bytes after its first line in place of %d", len(body), h.Bytes)
	case sumOf(body) != h.Sum:
		return nil, errors.New("its sum is wrong: it was changed or damaged")
	}
	e := &Entry{Key: key, Fetched: h.Fetched, Databases: h.Databases, Sum: h.Sum}
	if key.Database == "" {
		return e, nil
	}
	schema, err := symbol.ParseFile(body)
	if err != nil {
		return nil, err
	}
	if len(schema.Cluster.Databases) != 1 {
		return nil, fmt.Errorf("it has %d databases in place of one", len(schema.Cluster.Databases))
	}
	e.Schema = schema.Cluster.Databases[0]
	return e, nil
}
