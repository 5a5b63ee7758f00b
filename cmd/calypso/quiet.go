package main

// Debug output of libraries, and memory images of crashes, hold tokens. Calypso writes none.

import (
	"io"
	"log"
	"os"
	"strings"

	azlog "github.com/Azure/azure-sdk-for-go/sdk/azcore/log"
)

// quiet switches off what would write secrets past our log: AZURE_SDK_GO_LOGGING quotes answers of the authority, GODEBUG=http2debug
// writes headers and bodies by the standard library's logger, which nothing of ours uses, and a core file is the memory of the process.
func quiet() {
	azlog.SetListener(nil)
	if strings.Contains(os.Getenv("GODEBUG"), "http2debug") {
		log.SetOutput(io.Discard)
	}
	noCore()
}
