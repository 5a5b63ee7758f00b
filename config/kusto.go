package config

import (
	"maps"
	"slices"

	"calypso/auth"
)

// Kusto says where queries run unless something else is said, which other clusters are at hand, and how much a query may take.
type Kusto struct {
	// ClusterURL is a cluster's address, as https://help.kusto.windows.net; "" means the embedded engine.
	ClusterURL string `toml:"cluster_url"`
	// Database is the database to start with; "" means the cluster's own default.
	Database string `toml:"database"`
	// TenantID is the cluster's tenant, where it isn't the identity's own.
	TenantID string `toml:"tenant_id"`
	// AllowedDatabases are more databases of the cluster that the agent may read.
	AllowedDatabases []string `toml:"allowed_databases"`
	// AzureAuth is the identity for clusters; nil means the general one.
	AzureAuth *AzureAuth `toml:"azure_auth"`
	// Clusters are more clusters, by names of the person's own.
	Clusters map[string]Cluster `toml:"clusters"`

	// TimeoutS is how many seconds the agent's queries may run; 0 means 60.
	TimeoutS int `toml:"timeout_s"`
	// MaxRows is how many rows of them are fetched; 0 means 10,000.
	MaxRows int64 `toml:"max_rows"`
}

// Cluster is one more cluster; its keys mean what those of Kusto do.
type Cluster struct {
	ClusterURL       string     `toml:"cluster_url"`
	Database         string     `toml:"database"`
	TenantID         string     `toml:"tenant_id"`
	AllowedDatabases []string   `toml:"allowed_databases"`
	AzureAuth        *AzureAuth `toml:"azure_auth"`
}

// Default is the cluster of the table itself.
func (k Kusto) Default() Cluster {
	return Cluster{k.ClusterURL, k.Database, k.TenantID, k.AllowedDatabases, k.AzureAuth}
}

func (k Kusto) check() error {
	if k.TimeoutS < 0 || k.TimeoutS > 3600 {
		return wrong("kusto.timeout_s", "%d seconds can't be; write 1 to 3600", k.TimeoutS)
	}
	if k.MaxRows < 0 {
		return wrong("kusto.max_rows", "%d rows can't be; write a number above 0", k.MaxRows)
	}
	if err := k.Default().check("kusto."); err != nil {
		return err
	}
	for _, name := range slices.Sorted(maps.Keys(k.Clusters)) {
		key := "kusto.clusters." + name + "."
		if k.Clusters[name].ClusterURL == "" {
			return wrong(key+"cluster_url", `the cluster has no address; write cluster_url = "https://help.kusto.windows.net"`)
		}
		if err := k.Clusters[name].check(key); err != nil {
			return err
		}
	}
	return nil
}

func (c Cluster) check(prefix string) error {
	if err := CheckURL(c.ClusterURL); err != nil {
		return wrong(prefix+"cluster_url", "%v", err)
	}
	if err := auth.CheckTenant(c.TenantID); err != nil {
		return wrong(prefix+"tenant_id", "%v", err)
	}
	return nil
}
