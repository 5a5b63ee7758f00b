package server

import (
	"fmt"
	"strconv"
	"strings"
	"sync"

	"calypso/kql/text"
	"calypso/server/protocol"
)

// The side bar's trees. The client has one tree for all views; what they hold is listed here, a level at a time. What a view is
// searched for is kept here too, so that a command can set it.

// treeView is one tree.
type treeView struct {
	// roots and children list a level: all of it, filtered; paging is done for them. node is never "" in children.
	list func(c *call, node, filter string) ([]protocol.UITreeNode, error)
	// dropped is what happens when nodes are dropped on another, whose id is "" for the free space; nil where nothing is dragged.
	dropped func(c *call, onto string, nodes []string) error
	// found says what a search of the view shows; nil for a view that only says what was searched for.
	found func(c *call, filter string) string
	// rename and remove are what F2 and Delete do.
	rename, remove func(c *call, p *protocol.UICommandParams) error
}

// treeViews are all, by the id of protocol.Views.
func treeViews() map[string]treeView {
	return map[string]treeView{
		connectionsView: {
			list: connectionsTree, dropped: connectionsDropped, found: (*call).found, rename: connectionsRenamed, remove: connectionsRemoved,
		},
		historyView: {list: historyTree, remove: historyDelete},
		scratchView: {list: scratchTree, rename: scratchRename, remove: scratchRemove},
	}
}

// filters are what views are searched for.
type filters struct {
	mu sync.Mutex // guards of
	of map[string]string
}

func (f *filters) read(view string) string {
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.of[view]
}

func (f *filters) set(view, text string) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.of == nil {
		f.of = map[string]string{}
	}
	f.of[view] = text
}

// uiTree is ui/tree.
func uiTree(c *call, p *protocol.UITreeParams) (any, error) {
	view, ok := c.views[p.View]
	if !ok {
		return nil, badParams("there is no view %q", p.View)
	}
	filter := c.filters.read(p.View)
	nodes, err := view.list(c, p.Node, filter)
	if err != nil {
		return nil, err
	}
	out, err := treePage(nodes, p.Cursor, p.Count)
	if p.Node == "" && filter != "" {
		out.Message = "Only what contains “" + filter + "” is shown."
		if view.found != nil {
			out.Message = view.found(c, filter)
		}
	}
	return out, err
}

// mostAgain is how many nodes are listed again at once.
const mostAgain = 5000

// treePage cuts a level to what one answer may hold; the cursor is how many were given before, and shown are listed again.
func treePage(nodes []protocol.UITreeNode, cursor string, shown int) (protocol.UITreeResult, error) {
	start := 0
	if cursor != "" {
		n, err := strconv.Atoi(cursor)
		if err != nil || n < 0 {
			return protocol.UITreeResult{}, badParams("params.cursor is no cursor")
		}
		start = min(n, len(nodes))
	}
	out := protocol.UITreeResult{Nodes: nodes[start:]}
	if size := max(protocol.TreeNodes, min(shown, mostAgain)); len(out.Nodes) > size {
		out.Nodes, out.Next = out.Nodes[:size], strconv.Itoa(start+size)
		out.More = fmt.Sprintf("Load more: %s of %s are shown", text.Number(int64(start+size)), text.Number(int64(len(nodes))))
	}
	if out.Nodes == nil {
		out.Nodes = []protocol.UITreeNode{}
	}
	for i := range out.Nodes {
		if n := &out.Nodes[i]; n.Spoken == "" {
			n.Spoken = joined(append([]string{n.Label}, strings.Split(n.Description, " · ")...), ", ")
		}
	}
	return out, nil
}

// treeChanged has a part of a view asked for again; without a node all of it.
func (s *Server) treeChanged(view, node string) {
	if s.can.UI {
		s.tell(protocol.MethodUITreeChanged, protocol.UITreeChanged{View: view, Node: node})
	}
}

// search asks what a view is to be searched for; nothing shows all again.
func (s *Server) search(c *call, view, title string) error {
	text, err := s.input(c, protocol.UIInputParams{
		Title: title, Prompt: "Only what contains this is shown; nothing shows all", Value: s.filters.read(view),
	}, nil)
	if err != nil {
		return err
	}
	s.filters.set(view, strings.TrimSpace(text))
	s.treeChanged(view, "")
	return nil
}

// treeKey carries out what a key does in the view whose nodes are selected; of gives it.
func treeKey(of func(treeView) func(*call, *protocol.UICommandParams) error) func(*call, *protocol.UICommandParams) error {
	return func(c *call, p *protocol.UICommandParams) error {
		if len(p.Nodes) == 0 {
			return nil
		}
		if act := of(c.views[p.Nodes[0].View]); act != nil {
			return act(c, p)
		}
		return nil
	}
}

// treeDropped is protocol.CommandDropped.
func treeDropped(c *call, p *protocol.UICommandParams) error {
	if len(p.Nodes) < 2 {
		return nil // onto itself
	}
	onto := p.Nodes[0]
	view, ok := c.views[onto.View]
	if !ok || view.dropped == nil {
		return badParams("nothing can be dropped on the view %q", onto.View)
	}
	return view.dropped(c, onto.ID, nodesOf(&protocol.UICommandParams{Nodes: p.Nodes[1:]}, onto.View))
}
