package fakeentra

import (
	"errors"
	"html"
	"io"
	"net/http"
	"net/url"
	"regexp"
)

// This file is as much of a browser as the code flow needs: it follows a redirect, or sends the form that the page sends by itself.

var (
	formAction = regexp.MustCompile(`action="([^"]*)"`)
	formField  = regexp.MustCompile(`name="([^"]*)" value="([^"]*)"`)
)

func (s *Server) browse(u *url.URL) error {
	client := s.Client()
	defer client.CloseIdleConnections()
	page, err := client.Get(u.String())
	if err != nil {
		return err
	}
	defer page.Body.Close()
	if to := page.Header.Get("Location"); to != "" {
		back, err := client.Get(to)
		if err != nil {
			return err
		}
		return back.Body.Close()
	}
	text, err := io.ReadAll(io.LimitReader(page.Body, 1<<20))
	if err != nil {
		return err
	}
	action := formAction.FindSubmatch(text)
	if page.StatusCode != http.StatusOK || action == nil {
		return errors.New("the page has no form to send back")
	}
	fields := url.Values{}
	for _, f := range formField.FindAllSubmatch(text, -1) {
		fields.Set(html.UnescapeString(string(f[1])), html.UnescapeString(string(f[2])))
	}
	back, err := client.PostForm(html.UnescapeString(string(action[1])), fields)
	if err != nil {
		return err
	}
	return back.Body.Close()
}
