// Package fakeentra is a sign-in authority on loopback that behaves as Microsoft Entra does where clients can tell: device codes, the
// code flow with PKCE, refresh tokens that serve every resource and outlive their use, secrets, certificates, federated tokens, claims
// challenges, policy refusals, and every way to break. Beside it are IMDS, App Service, a few resources that want its tokens, and an
// az for PATH.
//
// It isn't a security product: its tokens are signed by nobody, and everything secret in it carries a marker (FAKE-RT-, FAKESIG, …) that
// tests search for.
//
// Start at New. There are three ways in: URL as a custom authority; Client, which dials every host name to the fake, so that real names
// and allow-lists are tested; and ProxyURL, the same for other programs, with CA as the certificate to trust.
package fakeentra
