package server

import (
	"context"
	"errors"
	"time"

	"calypso/server/protocol"
)

// connecting is how long a cluster may take to answer a test; cold ones take a while.
const connecting = 60 * time.Second

// connectionsList is kusto/connections/list.
func connectionsList(c *call) (any, error) {
	list := c.backend.List()
	if list == nil {
		list = []protocol.Connection{}
	}
	return protocol.ConnectionsListResult{Connections: list}, nil
}

// connectionsAdd is kusto/connections/add. The first connection becomes the default.
func connectionsAdd(c *call, p *protocol.ConnectionsAddParams) (any, error) {
	id, err := c.add(*p)
	if err != nil {
		return nil, err
	}
	return protocol.ConnectionsAddResult{ID: id}, nil
}

func (c *call) add(p protocol.ConnectionsAddParams) (id string, err error) {
	if id, err = c.backend.Add(c, p); err != nil {
		return "", err
	}
	c.connectionsChanged(protocol.ConnectionsChanged{IDs: []string{id}})
	if c.state.current().Default.Connection == "" {
		err = c.setDefault(c, Target{Connection: id, Database: p.Database})
	}
	return id, err
}

// connectionsRemove is kusto/connections/remove. Documents that used it fall back to the default.
func connectionsRemove(c *call, p *protocol.ConnectionsRemoveParams) (any, error) {
	if err := c.backend.Remove(c, p.ID); err != nil {
		return nil, err
	}
	c.forget(p.ID)
	c.connectionsChanged(protocol.ConnectionsChanged{IDs: []string{p.ID}})
	return nil, nil
}

// connectionsTest is kusto/connections/test. That the cluster refuses is a result, no error.
func connectionsTest(c *call, p *protocol.ConnectionsTestParams) (any, error) {
	if _, err := c.connection(p.ID); err != nil {
		return nil, err
	}
	begun := time.Now()
	databases, err := c.databases(p.ID)
	out := protocol.ConnectionsTestResult{OK: err == nil, Ms: time.Since(begun).Milliseconds(), Databases: databases}
	if out.Databases == nil {
		out.Databases = []string{}
	}
	if err != nil {
		if errors.Is(context.Cause(c), errCancelled) {
			return nil, err
		}
		out.Error = info(err, context.Cause(c))
	}
	return out, nil
}

// databases contacts a cluster, with the person signed in, and lists what it has.
func (c *call) databases(id string) ([]string, error) {
	ctx, err := c.signedIn(c, id)
	if err != nil {
		return nil, err
	}
	timed, stop := context.WithTimeout(ctx, connecting)
	defer stop()
	return c.backend.Test(timed, id)
}

// connection finds a saved connection by its id.
func (s *Server) connection(id string) (protocol.Connection, error) {
	for _, c := range s.backend.List() {
		if c.ID == id {
			return c, nil
		}
	}
	return protocol.Connection{}, failf(protocol.ErrorNotFound, "pick one of the list, or add it", "there is no connection %q", id)
}
