// Package httpauth puts tokens on requests: each host gets the token that is meant for it, and no other host gets any. A 401 is
// answered once, with a fresh token or with the claims that the challenge asks for.
//
// It doesn't know which host is whose: the Lookup that is handed in does. It keeps no token. Redirects are never followed with one.
//
// Start at Transport.
package httpauth
