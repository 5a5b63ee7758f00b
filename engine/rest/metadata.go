package rest

import (
	"encoding/json"
	"net/http"
)

// metadata answers what clients ask before anything else, even without sign-in: where a person would sign in. The values are
// those of the public cloud, which clients check the URL against; nobody signs in here.
func (c *call) metadata() {
	if c.r.Method != http.MethodGet {
		c.w.WriteHeader(http.StatusMethodNotAllowed)
		return
	}
	c.w.Header().Set("Content-Type", "application/json")
	_ = json.NewEncoder(c.w).Encode(map[string]any{"AzureAD": map[string]any{
		"LoginEndpoint":          "https://login.microsoftonline.com",
		"LoginMfaRequired":       false,
		"KustoClientAppId":       "db662dc1-0cfe-4e1c-a843-19a68e65be58",
		"KustoClientRedirectUri": "https://microsoft/kustoclient",
		"KustoServiceResourceId": "https://kusto.kusto.windows.net",
		"FirstPartyAuthorityUrl": "https://login.microsoftonline.com/f8cdef31-a31e-4b4a-93e4-5f571e91255a",
	}})
}
