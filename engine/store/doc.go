// Package store keeps the tables that commands make: in memory, or in a folder that survives the process. It knows columns, rows and
// stored functions; what a command means and who may give it is the caller's matter.
//
// A folder holds manifest.json, which is the whole state, and segments/, immutable Parquet files that the manifest names. A change
// writes its rows to new files, brings them to disk, and then puts a new manifest in the old one's place by rename: whoever reads the
// folder at any moment, even after the machine lost its power, sees the state before a change or after it. What no manifest names is
// swept when the folder is opened. A lock keeps a second process out.
//
// Start at Open, then Store.Save; Table is what queries read.
package store
