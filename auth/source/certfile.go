package source

import (
	"bytes"
	"crypto"
	"crypto/rsa"
	"crypto/x509"
	"encoding/pem"
	"errors"
	"io/fs"
	"os"
	"time"

	"calypso/auth"

	"github.com/youmark/pkcs8"
	"software.sslmate.com/src/go-pkcs12"
)

// This file reads certificates: PEM with its key plain, in PKCS#1, PKCS#8 or encrypted in either way, and PFX of every age. Errors
// name the file and the cause, never what is in it.

const longestCertificate = 1 << 20

// LoadCertificate reads a file with a certificate, its chain and its RSA key. The leaf comes first.
func LoadCertificate(path string, password auth.Secret) ([]*x509.Certificate, crypto.PrivateKey, error) {
	info, err := os.Stat(path)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return nil, nil, badCertificate(path, "the file doesn't exist; check certificate_path")
	case err != nil:
		return nil, nil, badCertificate(path, "the file can't be read; check its permissions")
	case info.IsDir():
		return nil, nil, badCertificate(path, "it is a folder; name the file")
	case info.Size() > longestCertificate:
		return nil, nil, badCertificate(path, "the file is too large for a certificate")
	}
	data, err := os.ReadFile(path)
	if err != nil {
		return nil, nil, badCertificate(path, "the file can't be read; check its permissions")
	}
	certs, key, why := parseInTime(data, password.Reveal())
	if why != "" {
		return nil, nil, badCertificate(path, why)
	}
	return certs, key, nil
}

func badCertificate(path, why string) error {
	return &auth.Error{Kind: auth.Misconfigured, Cause: auth.CauseCertificate, Msg: "certificate " + path + ": " + why}
}

// parseLimit is ample for any password-based key; a file can ask for years of them.
const parseLimit = 10 * time.Second

func parseInTime(data []byte, password string) ([]*x509.Certificate, crypto.PrivateKey, string) {
	type parsed struct {
		certs []*x509.Certificate
		key   crypto.PrivateKey
		why   string
	}
	done := make(chan parsed, 1)
	go func() {
		certs, key, why := parseCertificate(data, password)
		done <- parsed{certs, key, why}
	}()
	timer := time.NewTimer(parseLimit)
	defer timer.Stop()
	select {
	case p := <-done:
		return p.certs, p.key, p.why
	case <-timer.C:
		return nil, nil, "its encryption asks for more work than is sensible; encrypt it anew"
	}
}

// parseCertificate reads either form; why is the cause of a failure, "" for none.
func parseCertificate(data []byte, password string) (certs []*x509.Certificate, key crypto.PrivateKey, why string) {
	data = bytes.TrimPrefix(data, []byte("\xef\xbb\xbf"))
	if bytes.Contains(data, []byte("-----BEGIN")) {
		certs, key, why = parsePEM(data, password)
	} else {
		certs, key, why = parsePFX(data, password)
	}
	if why != "" {
		return nil, nil, why
	}
	return ordered(certs, key)
}

func parsePFX(data []byte, password string) ([]*x509.Certificate, crypto.PrivateKey, string) {
	key, leaf, chain, err := pkcs12.DecodeChain(data, password)
	switch {
	case err == nil:
		return append([]*x509.Certificate{leaf}, chain...), key, ""
	case errors.Is(err, pkcs12.ErrIncorrectPassword), errors.Is(err, pkcs12.ErrDecryption):
		if password == "" {
			return nil, nil, "it needs a password; set AZURE_CLIENT_CERTIFICATE_PASSWORD, or certificate_password"
		}
		return nil, nil, "the password is wrong; check certificate_password"
	}
	return nil, nil, "it is neither PEM nor a PFX that can be read, or it holds several keys"
}

func parsePEM(data []byte, password string) (certs []*x509.Certificate, key crypto.PrivateKey, why string) {
	for {
		var block *pem.Block
		if block, data = pem.Decode(data); block == nil {
			break
		}
		switch block.Type {
		case "CERTIFICATE":
			cert, err := x509.ParseCertificate(block.Bytes)
			if err != nil {
				return nil, nil, "a certificate in it is damaged"
			}
			certs = append(certs, cert)
		case "PRIVATE KEY", "ENCRYPTED PRIVATE KEY", "RSA PRIVATE KEY", "EC PRIVATE KEY":
			if key != nil {
				return nil, nil, "it holds several private keys; keep the one of the certificate"
			}
			if key, why = privateKey(block, password); why != "" {
				return nil, nil, why
			}
		}
	}
	switch {
	case len(certs) == 0:
		return nil, nil, "it holds no certificate; put certificate and key into one file"
	case key == nil:
		return nil, nil, "it holds no private key; put certificate and key into one file"
	}
	return certs, key, ""
}

// privateKey reads one key. Bytes that aren't what their label says are a wrong password where there is one.
func privateKey(block *pem.Block, password string) (crypto.PrivateKey, string) {
	der := block.Bytes
	encrypted := block.Type == "ENCRYPTED PRIVATE KEY"
	//lint:ignore SA1019 the old form is still what openssl writes with -traditional
	if x509.IsEncryptedPEMBlock(block) {
		encrypted = true
	}
	if encrypted && password == "" {
		return nil, "its key needs a password; set AZURE_CLIENT_CERTIFICATE_PASSWORD, or certificate_password"
	}
	var key any
	var err error
	switch {
	case block.Type == "ENCRYPTED PRIVATE KEY":
		key, _, err = pkcs8.ParsePrivateKey(der, []byte(password))
	case encrypted:
		//lint:ignore SA1019 see above
		if der, err = x509.DecryptPEMBlock(block, []byte(password)); err == nil {
			key, err = anyKey(der)
		}
	default:
		key, err = anyKey(der)
	}
	switch {
	case err != nil && encrypted:
		return nil, "the password is wrong, or its key is encrypted in a way that isn't known; check certificate_password"
	case err != nil:
		return nil, "its private key is damaged"
	}
	return key, ""
}

func anyKey(der []byte) (any, error) {
	if key, err := x509.ParsePKCS8PrivateKey(der); err == nil {
		return key, nil
	}
	if key, err := x509.ParseECPrivateKey(der); err == nil {
		return key, nil
	}
	return x509.ParsePKCS1PrivateKey(der)
}

// ordered puts the key's certificate first.
func ordered(certs []*x509.Certificate, key crypto.PrivateKey) ([]*x509.Certificate, crypto.PrivateKey, string) {
	private, isRSA := key.(*rsa.PrivateKey)
	if !isRSA {
		return nil, nil, "its key isn't RSA, and Entra takes RSA only; make one with an RSA key"
	}
	for i, cert := range certs {
		if private.PublicKey.Equal(cert.PublicKey) {
			certs[0], certs[i] = certs[i], certs[0]
			return certs, private, ""
		}
	}
	return nil, nil, "its private key belongs to none of its certificates"
}
