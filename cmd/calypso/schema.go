package main

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"

	"calypso/config"
	"calypso/kql/symbol"
	"calypso/kusto/cache"
)

// maxSchemaFile bounds a schema file; the largest known real one has 60 MB.
const maxSchemaFile = 512 << 20

// readSchema reads a schema file; "" gives a schema under which no name is an error.
func readSchema(path string) (*symbol.Schema, error) {
	if path == "" {
		return &symbol.Schema{}, nil
	}
	info, err := os.Stat(path)
	if err != nil {
		return nil, fmt.Errorf("read schema file: %w; 'calypso schema pull' writes one", unread(err))
	}
	if info.IsDir() {
		return nil, fmt.Errorf("read schema file: %s is a folder; give --schema the path of a JSON file", path)
	}
	body, err := readUpTo(path, maxSchemaFile)
	if err != nil {
		return nil, fmt.Errorf("read schema file: %w; give --schema the path of a JSON file", err)
	}
	if len(bytes.TrimSpace(body)) == 0 {
		return nil, fmt.Errorf("read schema file: %s is empty; 'calypso schema pull' writes one", path)
	}
	schema, err := symbol.ParseFile(body)
	if err != nil {
		return nil, fmt.Errorf("read schema file: %s: %w; 'calypso schema pull' writes such files", path, err)
	}
	return schema, nil
}

// schemaCache is where schemas of clusters are kept between two starts; nil when that is turned off, or the machine has no place for it.
func schemaCache(settings config.Settings) *cache.Folder {
	dir, err := os.UserCacheDir()
	if err != nil || !settings.Schema.Cached() {
		return nil
	}
	return &cache.Folder{Dir: filepath.Join(dir, "calypso", "schema")}
}
