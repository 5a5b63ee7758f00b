// Package support makes docs/kql-support.md: for each word of the language, whether it is bound, documented, and run by the embedded
// engine. What the page says of the engine is what happened when the word's documented example was run. Everything is in its test;
// `go test ./internal/support -update` writes the page.
package support
