// Package source has the ways to sign in, a file each: device code, browser, VS Code's account, managed identity, client secret,
// client certificate, the CLIs, the environment, workload identity, and the chain that tries them in turn. People go through MSAL,
// machines through azidentity.
//
// It shares nothing between calls and asks nobody twice: that is auth.Broker's work. It keeps no file: sessions rest in the
// cache.ExportReplace that is handed in.
//
// Start at New, which makes the auth.Source of a Config.
package source
