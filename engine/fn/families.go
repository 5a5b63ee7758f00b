// The list of families, one table each.

package fn

var scalarFamilies = func() [][]scalar {
	return [][]scalar{
		arithmeticFamily, compareFamily, convertFamily, logicFamily, stringFamily, termFamily, regexFamily,
	}
}

var aggregateFamilies = func() [][]aggregate { return [][]aggregate{} }

var windowFamily []window
