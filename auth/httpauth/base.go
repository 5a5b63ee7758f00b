package httpauth

import (
	"crypto/tls"
	"crypto/x509"
	"errors"
	"net/http"
	"time"
)

// Base makes the transport below all others: the system's certificate authorities, those of ca (PEM, the content of ca_file, for
// proxies that inspect TLS; nil for none), the environment's proxy.
func Base(ca []byte) (*http.Transport, error) {
	pool, err := x509.SystemCertPool()
	if err != nil {
		pool = x509.NewCertPool() // Windows has none to give, and verifies by itself then
	}
	t := &http.Transport{
		Proxy: http.ProxyFromEnvironment, ForceAttemptHTTP2: true, MaxIdleConnsPerHost: 8, IdleConnTimeout: 90 * time.Second,
		TLSHandshakeTimeout: 15 * time.Second, ExpectContinueTimeout: time.Second, TLSClientConfig: &tls.Config{MinVersion: tls.VersionTLS12},
	}
	if len(ca) == 0 {
		return t, nil
	}
	if !pool.AppendCertsFromPEM(ca) {
		return nil, errors.New("ca_file holds no certificate in PEM; export the proxy's as Base64")
	}
	t.TLSClientConfig.RootCAs = pool
	return t, nil
}
