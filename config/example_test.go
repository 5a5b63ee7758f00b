package config

import (
	"fmt"
	"os"
	"strings"
	"testing"

	"github.com/BurntSushi/toml"
)

// TestExamples: every example of docs/config.example.toml loads without a word, and reads back as it was written.
func TestExamples(t *testing.T) {
	body, err := os.ReadFile("../docs/config.example.toml")
	if err != nil {
		t.Fatal(err)
	}
	examples := strings.Split(string(body), "\n# --- ")[1:]
	if len(examples) < 20 {
		t.Fatalf("%d examples only", len(examples))
	}
	modes := map[string]bool{}
	for _, e := range examples {
		title, text, _ := strings.Cut(e, "\n")
		t.Run(title, func(t *testing.T) {
			s, warnings, err := Parse("config.toml", text)
			if err != nil || len(warnings) > 0 {
				t.Fatalf("%v %v", warnings, err)
			}
			if s.ModelProvider != "" {
				if _, _, err := s.Chosen(); err != nil {
					t.Error(err)
				}
			}
			for _, b := range s.authBlocks() {
				modes[b.Mode] = true
			}
			readsBack(t, text, s)
		})
	}
	for _, mode := range authModes {
		if !modes[mode] && mode != "workload_identity" {
			t.Errorf("no example has mode %s", mode)
		}
	}
}

// readsBack compares each value of the text with what was decoded.
func readsBack(t *testing.T, text string, s Settings) {
	t.Helper()
	var raw map[string]any
	if _, err := toml.Decode(text, &raw); err != nil {
		t.Fatal(err)
	}
	expect := func(what string, got, want any) {
		t.Helper()
		if fmt.Sprint(got) != fmt.Sprint(want) {
			t.Errorf("%s is %v, want %v", what, got, want)
		}
	}
	if v, ok := raw["model"]; ok {
		expect("model", s.Model, v)
	}
	block, ok := raw["azure_auth"].(map[string]any)
	if !ok {
		return
	}
	for key, got := range map[string]any{
		"mode": s.AzureAuth.Mode, "tenant_id": s.AzureAuth.TenantID, "client_id": s.AzureAuth.ClientID, "client_secret": s.AzureAuth.ClientSecret.Reveal(),
		"certificate_path": s.AzureAuth.CertificatePath, "certificate_password": s.AzureAuth.CertificatePassword.Reveal(), "authority": s.AzureAuth.Authority,
		"storage": s.AzureAuth.Storage, "subscription": s.AzureAuth.Subscription, "ca_file": s.AzureAuth.CAFile,
		"send_certificate_chain": s.AzureAuth.SendChain, "trusted_hosts": s.AzureAuth.TrustedHosts,
	} {
		if v, ok := block[key]; ok {
			expect(key, got, v)
		}
	}
}
