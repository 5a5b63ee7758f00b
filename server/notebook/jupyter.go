package notebook

import (
	"encoding/json"
	"errors"
	"fmt"
	"regexp"
	"strings"
)

// A Jupyter notebook (.ipynb, nbformat 4) becomes one of ours: Azure Data Studio's with a Kusto kernel, and those of other kernels whose
// cells ask Kusto by a magic line, %%kql. A cell in another language can't run here: it becomes Markdown that shows its code.

// jupyterLines is a text of theirs: the lines keep their ends.
type jupyterLines string

func (l *jupyterLines) UnmarshalJSON(b []byte) error {
	var list []string
	if err := json.Unmarshal(b, &list); err == nil {
		*l = jupyterLines(strings.Join(list, ""))
		return nil
	}
	var one string
	if err := json.Unmarshal(b, &one); err != nil {
		return errors.New("a source is a list of lines")
	}
	*l = jupyterLines(one)
	return nil
}

var (
	kusto = regexp.MustCompile(`(?i)^(kql|kusto|csl)\b`)
	// The magic takes a connection or options; they go, since where a notebook's queries run is said once.
	magic = regexp.MustCompile(`(?i)^\s*%%(kql|kusto)\b[^\n]*(\n|$)`)
)

func readJupyter(fields map[string]json.RawMessage) (File, error) {
	var form struct {
		Metadata struct {
			Calypso jupyterPlace `json:"calypso"`
			Kernel  struct {
				Name     string `json:"name"`
				Language string `json:"language"`
			} `json:"kernelspec"`
			Language struct {
				Name string `json:"name"`
			} `json:"language_info"`
		}
		Cells []struct {
			Type     string `json:"cell_type"`
			Metadata struct {
				Language string `json:"language"`
				VSCode   struct {
					Language string `json:"languageId"`
				} `json:"vscode"`
			} `json:"metadata"`
			Source jupyterLines `json:"source"`
		}
	}
	for name, into := range map[string]any{"metadata": &form.Metadata, "cells": &form.Cells} {
		if raw, ok := fields[name]; ok {
			if err := json.Unmarshal(raw, into); err != nil {
				return File{}, fmt.Errorf("%q of the Jupyter notebook isn't of the form it should be: %s", name, plainly(err))
			}
		}
	}
	if form.Cells == nil {
		return File{}, errors.New("the Jupyter notebook has no cells: only nbformat 4 is read")
	}
	kernel := form.Metadata.Kernel
	own := kernel.Language
	for _, name := range []string{form.Metadata.Language.Name, kernel.Name} {
		if own == "" {
			own = name
		}
	}
	f := File{Cluster: form.Metadata.Calypso.Cluster, Database: form.Metadata.Calypso.Database}
	for _, c := range form.Cells {
		language := own
		if c.Metadata.Language != "" {
			language = c.Metadata.Language
		}
		if c.Metadata.VSCode.Language != "" {
			language = c.Metadata.VSCode.Language
		}
		f.Cells = append(f.Cells, jupyterCell(c.Type, language, strings.ReplaceAll(string(c.Source), "\r\n", "\n")))
	}
	return f, nil
}

func jupyterCell(kind, language, src string) Cell {
	at := magic.FindStringIndex(src)
	switch {
	case kind == "markdown":
		return Cell{Kind: Markdown, Text: src}
	case kind == "code" && at != nil:
		return Cell{Kind: KQL, Text: src[at[1]:]}
	case kind == "code" && kusto.MatchString(language):
		return Cell{Kind: KQL, Text: src}
	case kind == "code":
		return Cell{Kind: Markdown, Text: fenced(language, src)}
	}
	return Cell{Kind: Markdown, Text: fenced("", src)}
}
