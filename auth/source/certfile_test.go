package source

import (
	"crypto"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/rsa"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"math/big"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"calypso/auth"
	"calypso/internal/fakeentra"

	"github.com/youmark/pkcs8"
	"software.sslmate.com/src/go-pkcs12"
)

// pair is a key with its certificate; two are enough for all tests.
type pair struct {
	key  *rsa.PrivateKey
	cert *x509.Certificate
}

var pairs = sync.OnceValues(func() (pair, pair) { return newPair(1), newPair(2) })

func newPair(serial int64) pair {
	key, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		panic(err)
	}
	return pair{key, certOf(serial, key)}
}

func certOf(serial int64, key crypto.Signer) *x509.Certificate {
	template := &x509.Certificate{SerialNumber: big.NewInt(serial), Subject: pkix.Name{CommonName: "app"}, NotBefore: time.Now().Add(-time.Hour), NotAfter: time.Now().Add(time.Hour)}
	der, err := x509.CreateCertificate(rand.Reader, template, template, key.Public(), key)
	if err != nil {
		panic(err)
	}
	cert, err := x509.ParseCertificate(der)
	if err != nil {
		panic(err)
	}
	return cert
}

func pemOf(kind string, der []byte) string {
	return string(pem.EncodeToMemory(&pem.Block{Type: kind, Bytes: der}))
}

const certPassword = "FAKEPASS"

// forms are all that a file may look like.
func forms() map[string][]byte {
	p, other := pairs()
	cert := pemOf("CERTIFICATE", p.cert.Raw)
	pkcs1 := x509.MarshalPKCS1PrivateKey(p.key)
	plain8 := must(x509.MarshalPKCS8PrivateKey(p.key))
	sealed8 := must(pkcs8.MarshalPrivateKey(p.key, []byte(certPassword), nil))
	//lint:ignore SA1019 the old form
	old := must(x509.EncryptPEMBlock(rand.Reader, "RSA PRIVATE KEY", pkcs1, []byte(certPassword), x509.PEMCipherAES256))
	chain := []*x509.Certificate{other.cert}
	return map[string][]byte{
		"pem pkcs1":            []byte(pemOf("RSA PRIVATE KEY", pkcs1) + cert),
		"pem pkcs8":            []byte(cert + pemOf("PRIVATE KEY", plain8)),
		"pem with mark":        []byte("\xef\xbb\xbf" + cert + pemOf("PRIVATE KEY", plain8)),
		"pem with bag":         []byte("Bag Attributes\n    friendlyName: app\n" + cert + "Key Attributes: <No Attributes>\n" + pemOf("PRIVATE KEY", plain8)),
		"pem chain, leaf last": []byte(pemOf("CERTIFICATE", other.cert.Raw) + cert + pemOf("PRIVATE KEY", plain8)),
		"pem sealed pkcs8":     []byte(cert + pemOf("ENCRYPTED PRIVATE KEY", sealed8)),
		"pem sealed old":       append([]byte(cert), pem.EncodeToMemory(old)...),
		"pfx rc2":              must(pkcs12.LegacyRC2.Encode(p.key, p.cert, chain, certPassword)),
		"pfx des":              must(pkcs12.LegacyDES.Encode(p.key, p.cert, chain, certPassword)),
		"pfx modern":           must(pkcs12.Modern2023.Encode(p.key, p.cert, chain, certPassword)),
		"pfx without":          must(pkcs12.Passwordless.Encode(p.key, p.cert, chain, "")),
		"pfx empty":            must(pkcs12.Modern2023.Encode(p.key, p.cert, nil, "")),
	}
}

func must[T any](v T, err error) T {
	if err != nil {
		panic(err)
	}
	return v
}

func TestEveryFormOfCertificate(t *testing.T) {
	p, _ := pairs()
	for name, data := range forms() {
		t.Run(name, func(t *testing.T) {
			path := filepath.Join(t.TempDir(), "app")
			if err := os.WriteFile(path, data, 0o600); err != nil {
				t.Fatal(err)
			}
			password := auth.NewSecret(certPassword)
			if name == "pfx empty" || name == "pfx without" {
				password = auth.Secret{}
			}
			certs, key, err := LoadCertificate(path, password)
			if err != nil || !certs[0].Equal(p.cert) || !p.key.Equal(key) {
				t.Fatalf("%v", err)
			}
			s := newSite(t)
			s.Set(func(k *fakeentra.Knobs) {
				k.Apps = map[string]fakeentra.App{appID: {Certs: []*x509.Certificate{p.cert}}}
			})
			b := s.broker(t, Config{
				Mode: auth.ModeCertificate, TenantID: fakeentra.Tenant, ClientID: appID, CertificatePath: path, CertificatePassword: password, SendChain: name == "pfx modern",
			})
			want(t, b, vaults, false)
		})
	}
}

func TestBadCertificates(t *testing.T) {
	p, other := pairs()
	all := forms()
	ec := must(ecdsa.GenerateKey(elliptic.P256(), rand.Reader))
	ecDER := must(x509.MarshalECPrivateKey(ec))
	cert := pemOf("CERTIFICATE", p.cert.Raw)
	key := pemOf("RSA PRIVATE KEY", x509.MarshalPKCS1PrivateKey(p.key))
	for name, c := range map[string]struct {
		data     []byte
		password string
		want     string
	}{
		"no password":    {all["pem sealed pkcs8"], "", "its key needs a password"},
		"wrong password": {all["pem sealed pkcs8"], "FAKEPASS2", "the password is wrong"},
		"old, wrong":     {all["pem sealed old"], "FAKEPASS2", "the password is wrong"},
		"pfx, none":      {all["pfx modern"], "", "it needs a password"},
		"pfx, wrong":     {all["pfx des"], "FAKEPASS2", "the password is wrong"},
		"ec":             {[]byte(pemOf("CERTIFICATE", certOf(3, ec).Raw) + pemOf("EC PRIVATE KEY", ecDER)), "", "its key isn't RSA"},
		"two keys":       {[]byte(cert + key + key), "", "several private keys"},
		"key of another": {[]byte(pemOf("CERTIFICATE", other.cert.Raw) + key), "", "belongs to none"},
		"no key":         {[]byte(cert), "", "no private key"},
		"no certificate": {[]byte(key), "", "no certificate"},
		"damaged":        {[]byte(pemOf("CERTIFICATE", []byte("FAKE-x")) + key), "", "damaged"},
		"damaged key":    {[]byte(cert + pemOf("PRIVATE KEY", []byte("FAKE-x"))), "", "damaged"},
		"text":           {[]byte("FAKE-nothing"), "", "neither PEM nor a PFX"},
		"empty":          {nil, "", "neither PEM nor a PFX"},
		"missing":        {[]byte("-"), "", "doesn't exist"},
	} {
		path := filepath.Join(t.TempDir(), "app.pem")
		if name != "missing" {
			if err := os.WriteFile(path, c.data, 0o600); err != nil {
				t.Fatal(err)
			}
		}
		_, _, err := LoadCertificate(path, auth.NewSecret(c.password))
		if err == nil || !strings.Contains(err.Error(), c.want) || !strings.Contains(err.Error(), path) || strings.Contains(err.Error(), "FAKE") {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// A renewed certificate is used without a restart.
func TestCertificateIsReadAgain(t *testing.T) {
	first, second := pairs()
	path := filepath.Join(t.TempDir(), "app.pem")
	write := func(p pair, at time.Time) {
		text := pemOf("CERTIFICATE", p.cert.Raw) + pemOf("RSA PRIVATE KEY", x509.MarshalPKCS1PrivateKey(p.key))
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		if err := os.Chtimes(path, at, at); err != nil {
			t.Fatal(err)
		}
	}
	s := newSite(t)
	allow := func(p pair) {
		s.Set(func(k *fakeentra.Knobs) {
			k.Apps = map[string]fakeentra.App{appID: {Certs: []*x509.Certificate{p.cert}}}
		})
	}
	write(first, time.Unix(1e9, 0))
	allow(first)
	b := s.broker(t, Config{Mode: auth.ModeCertificate, TenantID: fakeentra.Tenant, ClientID: appID, CertificatePath: path})
	want(t, b, vaults, false)
	write(second, time.Unix(1.1e9, 0))
	allow(second)
	want(t, b, kustoA, false)
}

func FuzzCertificate(f *testing.F) {
	for _, data := range forms() {
		f.Add(data, certPassword)
	}
	f.Fuzz(func(t *testing.T, data []byte, password string) {
		certs, key, why := parseInTime(data, password)
		if why == "" && (len(certs) == 0 || key == nil) {
			t.Error("neither a certificate nor a reason")
		}
	})
}
