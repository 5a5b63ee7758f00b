// The list of families, one table each.

package fn

var scalarFamilies = func() [][]scalar {
	return [][]scalar{
		arithmeticFamily, compareFamily, convertFamily, logicFamily, stringFamily, termFamily, regexFamily, mathsFamily,
		datetimeFamily, formatFamily, dynamicFamily, arrayFamily,
		encodeFamily, ipFamily, parseFamily, seriesFamily, decomposeFamily,
		firstOfTupleFamily, contextFamily, zoneFamily, geoFamily, cellFamily, hexCellFamily, lineFamily, polygonFamily, wktFamily, relateFamily, bufferFamily,
		unitFamily, punycodeFamily, betaFamily, pathFamily, treepathFamily,
	}
}

var aggregateFamilies = func() [][]aggregate {
	return [][]aggregate{basicAggregates, rowAggregates, collectAggregates, spreadAggregates, schemaAggregates}
}
