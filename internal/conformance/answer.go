package main

// This file holds what the oracle says about a query, as its README describes it.

import (
	"fmt"
	"path"
	"path/filepath"
	"strings"
)

// answer is the oracle's answer to one query; Error is set where the library itself failed.
type answer struct {
	ID          any
	Kind        string
	Error       string
	Syntax      []finding
	Diagnostics []finding
	Result      *struct {
		Kind    string
		Columns []column
		Open    bool
	}
	Positions []struct {
		Complete struct{ Items []offered }
	}
}

type finding struct {
	Code, Severity, Message string
	Start, End              int // bytes
}

type column struct{ Name, Type string }

// readAnswers reads the answers to one corpus under one schema: as many as there are queries, in the same order.
func readAnswers(dir, schema, corpus string, n int) ([]answer, error) {
	file := filepath.Join(dir, schema+"."+path.Base(corpus)+".jsonl")
	list, err := readLines[answer](file)
	if err != nil {
		return nil, fmt.Errorf("the oracle's answers: %w; npm run conformance makes them", err)
	}
	if len(list) != n {
		return nil, fmt.Errorf("%s: %d answers to %d queries; delete the file and run npm run conformance", file, len(list), n)
	}
	return list, nil
}

// errorsIn gives the errors of a list; warnings and hints aren't compared.
func errorsIn(list []finding) []finding {
	var errors []finding
	for _, f := range list {
		if f.Severity == "Error" {
			errors = append(errors, f)
		}
	}
	return errors
}

// columns writes the columns of the result, "" when the library has no table for it; open is marked with *.
func (a *answer) columns() string {
	if a.Result == nil || a.Result.Kind != "table" {
		return ""
	}
	var list []string
	for _, c := range a.Result.Columns {
		list = append(list, c.Name+":"+c.Type)
	}
	if a.Result.Open {
		list = append(list, "*")
	}
	return strings.Join(list, ", ")
}
