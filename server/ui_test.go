package server

import (
	"slices"
	"testing"

	"calypso/server/protocol"
)

// The client forwards what the protocol lists, and the server carries out all of it and nothing else.
func TestCommandsAreCarriedOut(t *testing.T) {
	var names []string
	for _, c := range uiCommands() {
		names = append(names, c.name)
		if c.without == "" {
			t.Errorf("%s: it isn't said how the same is done in an editor that can't ask", c.name)
		}
	}
	listed := protocol.Commands()
	slices.Sort(names)
	slices.Sort(listed)
	if !slices.Equal(names, listed) {
		t.Errorf("carried out: %v\nlisted:      %v", names, listed)
	}
	if len(slices.Compact(names)) != len(listed) {
		t.Errorf("a command has two names: %v", listed)
	}
	views := treeViews()
	for _, v := range protocol.Views() {
		if views[v].list == nil {
			t.Errorf("nobody lists the view %q", v)
		}
	}
	if len(views) != len(protocol.Views()) {
		t.Errorf("views %v are listed, protocol has %v", views, protocol.Views())
	}
}
