// treepath(): the paths into a bag, as its documentation's three examples show them: what holds others before what it holds, in the order
// of the bag, and the elements of an array under one index, 0. Of other values than bags nothing is shown: refused.

package fn

import (
	"strings"

	"calypso/kusto/value"
)

var treepathFamily = []scalar{simple("treepath", value.Dynamic, fallible(value.Dynamic, treepath), value.Dynamic)}

func treepath(d value.Dyn) (value.Dyn, bool, error) {
	const name, deepest = "treepath", 1000 // characters of a path
	if d.Kind() != value.DynBag {
		return value.Dyn{}, false, &NotBuilt{Name: name, Detail: "a value that is no bag"}
	}
	var paths []string
	seen := map[string]bool{}
	var walk func(of value.Dyn, path string) error
	walk = func(of value.Dyn, path string) error {
		if len(path) > deepest {
			return &NotBuilt{Name: name, Detail: "so deep a value"}
		}
		if path != "" && !seen[path] {
			seen[path] = true
			paths = append(paths, path)
		}
		switch of.Kind() {
		case value.DynArray:
			for _, item := range of.Items() {
				if err := walk(item, path+"[0]"); err != nil {
					return err
				}
			}
		case value.DynBag:
			for i, key := range of.Keys() {
				if strings.ContainsAny(key, `'\`) {
					return &NotBuilt{Name: name, Detail: "a key with a quote or a backslash"}
				}
				if err := walk(of.Items()[i], path+"['"+key+"']"); err != nil {
					return err
				}
			}
		}
		return nil
	}
	if err := walk(d, ""); err != nil {
		return value.Dyn{}, false, err
	}
	return stringArray(paths), true, nil
}
