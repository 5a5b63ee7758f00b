// Command cmd runs a model endpoint on loopback for the editor's tests and prints its base address.
package main

import (
	"fmt"
	"os"
	"os/signal"

	"calypso/internal/fakeopenai"
)

func main() {
	names := os.Args[1:]
	if len(names) == 0 {
		names = []string{"conversation"}
	}
	s, err := fakeopenai.New(names...)
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(2)
	}
	defer s.Close()
	fmt.Println(s.URL)
	stop := make(chan os.Signal, 1)
	signal.Notify(stop, os.Interrupt)
	<-stop
}
