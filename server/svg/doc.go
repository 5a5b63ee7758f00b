// Package svg draws a chart as SVG text, for pages in which no program runs: an exported notebook. The views of the editor draw the same
// charts by a library of their own; here are the same shapes, axes and order of colours, still and without controls.
//
// It decides nothing about the data (server/chart did), reads no files, and asks for nothing: no fonts, links or scripts stand in what it
// writes. Start at Draw; scale.go has the axes' ticks, plane.go where things stand, marks.go what is drawn there, parts.go pies and treemaps.
package svg
