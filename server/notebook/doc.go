// Package notebook is the file of a notebook, .kqlnb: read, written, and put into other forms; a Jupyter notebook with cells of KQL is
// read too. It runs nothing and knows no editor: start at file.go.
package notebook
