package command

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"calypso/engine/store"
	reader "calypso/kql/command"
)

// Workload groups: kept and shown. Requests aren't parted into groups here, so that their limits have no effect.

// workloadKey is what a group's policy is kept by.
const workloadKey = "workload_group/"

func (c *call) workloadName() (reader.Ident, error) {
	for _, label := range []string{"WorkloadGroupName", "WorkloadGroup"} {
		if len(c.names(0, label)) > 0 {
			return c.only(0, label)
		}
	}
	return reader.Ident{}, &fault{offset: c.Span.End, message: "the command lacks a name", syntax: true}
}

// putWorkloadGroup answers .create-or-alter and .alter-merge workload_group.
func putWorkloadGroup(c *call) (*result, error) {
	name, err := c.workloadName()
	if err != nil {
		return nil, err
	}
	given, err := c.values("WorkloadGroup")
	if err != nil {
		return nil, err
	}
	o, err := parseObject(strings.Join(given, ""), false)
	if err != nil || o == nil {
		return nil, c.badPolicy("the workload group's JSON can't be read: %v", err)
	}
	if c.verb() == "alter-merge" {
		if o, err = o.over(c.engine.Cluster().Policies[workloadKey+name.Text], false); err != nil {
			return nil, c.badPolicy("%v", err)
		}
	}
	if err := c.engine.ChangeCluster(func(s store.Settings) store.Settings { return s.With(workloadKey+name.Text, o.String()) }); err != nil {
		return nil, err
	}
	return c.workloadGroups(name.Text)
}

func dropWorkloadGroup(c *call) (*result, error) {
	name, err := c.workloadName()
	if err != nil {
		return nil, err
	}
	if name.Text == "default" || name.Text == "internal" {
		return nil, &fault{offset: name.Span.Start, message: fmt.Sprintf("workload group '%s' is built in and can't be dropped", name.Text)}
	}
	if c.engine.Cluster().Policies[workloadKey+name.Text] == "" {
		return nil, notFound("workload group", name, ".show workload_groups")
	}
	if err := c.engine.ChangeCluster(func(s store.Settings) store.Settings { return s.With(workloadKey+name.Text, "") }); err != nil {
		return nil, err
	}
	return c.workloadGroups()
}

func showWorkloadGroups(c *call) (*result, error) {
	if c.row.Name == "ShowWorkloadGroups" {
		return c.workloadGroups()
	}
	name, err := c.workloadName()
	if err != nil {
		return nil, err
	}
	return c.workloadGroups(name.Text)
}

// workloadGroups lists groups that were set, all where none is named.
func (c *call) workloadGroups(names ...string) (*result, error) {
	policies := c.engine.Cluster().Policies
	var rows []record
	for _, key := range slices.Sorted(maps.Keys(policies)) {
		name, ok := strings.CutPrefix(key, workloadKey)
		if ok && (len(names) == 0 || slices.Contains(names, name)) {
			rows = append(rows, record{"WorkloadGroupName": name, "WorkloadGroup": policies[key]})
		}
	}
	return c.table(rows...)
}
