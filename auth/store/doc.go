// Package store keeps a person's session on disk: one file, sealed with AES-256-GCM, and its key with somebody who guards keys. Where
// nobody does, the session stays in memory, and the reason is said; nothing falls back to a plain file on its own.
//
// It doesn't know what is in a session: that is MSAL's. Beside it is the plain file that other programs share, which is read and
// written only with the person's consent.
//
// Start at Open.
package store
