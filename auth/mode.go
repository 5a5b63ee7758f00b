package auth

// The modes of sign-in, as settings name them.
const (
	ModeDeviceCode      = "device_code"
	ModeBrowser         = "browser"
	ModeVSCode          = "vscode"
	ModeManagedIdentity = "managed_identity"
	ModeClientSecret    = "client_secret"
	ModeCertificate     = "client_certificate"
	ModeAzureCLI        = "azure_cli"
	ModeEnvironment     = "environment_credential"
	ModeWorkload        = "workload_identity"
	ModeDefault         = "default"
)

// modes is in the order that settings document them.
var modes = []string{
	ModeDefault, ModeDeviceCode, ModeBrowser, ModeVSCode, ModeManagedIdentity, ModeClientSecret, ModeCertificate, ModeAzureCLI,
	ModeEnvironment, ModeWorkload,
}

// Modes lists every mode that a setting may name.
func Modes() []string { return append([]string(nil), modes...) }

// UserMode says whether a mode signs a person in, so that its session is worth keeping.
func UserMode(mode string) bool {
	return mode == ModeDeviceCode || mode == ModeBrowser || mode == ModeVSCode
}
