package syntax

// word tells what a punctuation or keyword token says, so that the parser compares numbers instead of texts. Names that are no
// keyword have word 0, and so have numbers and strings.
type word uint16

// The words.
const (
	pNone            word = iota
	pLParen               // (
	pRParen               // )
	pLBrack               // [
	pRBrack               // ]
	pLBrace               // {
	pRBrace               // }
	pBar                  // |
	pFeed                 // <|
	pPlus                 // +
	pMinus                // -
	pStar                 // *
	pSlash                // /
	pPercent              // %
	pDot                  // .
	pDotDot               // ..
	pLess                 // <
	pLessEq               // <=
	pGreater              // >
	pGreaterEq            // >=
	pAssign               // =
	pEq                   // ==
	pNotEq                // !=
	pNotEqSQL             // <>
	pColon                // :
	pSemi                 // ;
	pComma                // ,
	pEqTilde              // =~
	pNotTilde             // !~
	pAt                   // @
	pQuestion             // ?
	pArrow                // =>
	wNotBetween           // !between
	wNotContains          // !contains
	wNotContainsCS        // !contains_cs
	wNotEndswith          // !endswith
	wNotEndswithCs        // !endswith_cs
	wNotHas               // !has
	wNotHasCs             // !has_cs
	wNotHasprefix         // !hasprefix
	wNotHasprefixCs       // !hasprefix_cs
	wNotHassuffix         // !hassuffix
	wNotHassuffixCs       // !hassuffix_cs
	wNotIn                // !in
	wNotInCI              // !in~
	wNotStartswith        // !startswith
	wNotStartswithCs      // !startswith_cs
	wTrue                 // true, True, TRUE
	wFalse                // false, False, FALSE
	wAccess
	wAccumulate
	wAlias
	wAnd
	wAnomalychart
	wAreachart
	wAs
	wAsc
	wAssertSchema
	wBagexpansion
	wBarchart
	wBestEffort
	wBetween
	wBin
	wBinLegacy
	wBool
	wBoolean
	wBy
	wByte
	wCachingpolicy
	wCallout
	wCancel
	wCard
	wChar
	wColumnchart
	wConsume
	wContains
	wContainsCS
	wContainscs
	wXContextualDatatable
	wCount
	wXCrossCluster
	wXCrossDB
	wCycles
	wDatabase
	wDataexport
	wDataformat
	wDatascope
	wDatatable
	wDate
	wDatetime
	wDatetimePattern
	wDecimal
	wDeclare
	wDecodeblocks
	wDefault
	wDesc
	wDistinct
	wDouble
	wDynamic
	wEarliest
	wEdges
	wEncodingpolicy
	wEndswith
	wEndswithCs
	wEntityGroup
	wEvaluate
	wXExecuteAndCache
	wExpandoutput
	wExtend
	wExtentTagsRetention
	wExternalData
	wExternaldata
	wFacet
	wFilter
	wFind
	wFirst
	wFlags
	wFloat
	wForceRemote
	wFork
	wFrom
	wGetschema
	wGrannyAsc
	wGrannyDesc
	wGraph
	wGraphMarkComponents
	wGraphMatch
	wGraphShortestPaths
	wGraphToTable
	wGraphWhereEdges
	wGraphWhereNodes
	wGuid
	wHarddelete
	wHardretention
	wHas
	wHasAll
	wHasAny
	wHasCs
	wHasprefix
	wHasprefixCs
	wHassuffix
	wHassuffixCs
	wHotcache
	wId
	wXId
	wIn
	wInlineExternalTable
	wInt
	wInt16
	wInt32
	wInt64
	wInt8
	wInvoke
	wInCI
	wXIsFuzzy
	wIsfuzzy
	wJoin
	wJournal
	wKind
	wLadderchart
	wLast
	wLatest
	wLet
	wLike
	wLikecs
	wLimit
	wLinechart
	wLong
	wLookup
	wMacroExpand
	wMakeGraph
	wMakeSeries
	wMatches
	wMaterialize
	wMaterializedViewCombine
	wMdm
	wMissing
	wMvApply
	wMvExpand
	wMvapply
	wMvexpand
	wXNoWithSource
	wNodes
	wNooptimization
	wNotcontains
	wNotcontainscs
	wNotlike
	wNotlikecs
	wNull
	wNulls
	wOf
	wOn
	wOptional
	wOr
	wOrder
	wOthers
	wOutput
	wPack
	wXPackedColumn
	wParse
	wParseKv
	wParseWhere
	wPartition
	wXPartitionby
	wPartitionedBy
	wPathformat
	wPattern
	wPiechart
	wPivotchart
	wPrint
	wProject
	wProjectAway
	wProjectByNames
	wProjectKeep
	wProjectRename
	wProjectReorder
	wProjectSmart
	wXProjectAway
	wQueries
	wQueryParameters
	wQueryResults
	wRange
	wReal
	wReduce
	wRegex
	wRelaxed
	wRender
	wRestrict
	wRestrictedViewAccess
	wRowLevelSecurity
	wRowstore
	wRowstoreReferences
	wRowstoreSealinfo
	wRowstorepolicy
	wRowstores
	wSample
	wSampleDistinct
	wScan
	wScatterchart
	wSeal
	wSeals
	wSearch
	wSerialize
	wSet
	wShards
	wSimple
	wSoftdelete
	wSoftretention
	wSort
	wXSourceColumnIndex
	wSql
	wStackedareachart
	wStartswith
	wStartswithCs
	wStatistics
	wStep
	wStoredqueryresultcontainers
	wString
	wSummarize
	wTablepurge
	wTake
	wTime
	wTimechart
	wTimeline
	wTimepivot
	wTimespan
	wTitle
	wTo
	wTop
	wTopHitters
	wTopNested
	wToscalar
	wTotable
	wTreemap
	wTypeof
	wUint
	wUint16
	wUint32
	wUint64
	wUint8
	wUlong
	wUnion
	wUniqueid
	wUnrestrictedviewers
	wUuid
	wVerbose
	wView
	wViewers
	wViews
	wWhere
	wWith
	wWithItemindex
	wWithMatchId
	wWithNodeId
	wWithSource
	wWithStepName
	wWithsource
	wWriteaheadlog
	wordCount
)

// wordFlags tell where a keyword may be a name, and what it starts.
type wordFlags uint8

const (
	nameAnywhere wordFlags = 1 << iota // may be any name
	nameDeclared                       // may be a name where one is declared, as in extend title = 1
	nameInPath                         // may be a name in an expression
	typeWord                           // names a scalar type
	typeWordMore                       // names a type that only casts and find take
	operatorWord                       // starts a tabular operator
)

// wordInfo is a keyword with its flags.
type wordInfo struct {
	text  string
	flags wordFlags
}

// words lists punctuation and keywords by their number. KQL's keywords are contextual: most may be names. Which may not is
// taken from the official library, whose list the engine shares: it refuses a column named missing or first.
var words = [wordCount]wordInfo{
	pLParen:                      {text: "("},
	pRParen:                      {text: ")"},
	pLBrack:                      {text: "["},
	pRBrack:                      {text: "]"},
	pLBrace:                      {text: "{"},
	pRBrace:                      {text: "}"},
	pBar:                         {text: "|"},
	pFeed:                        {text: "<|"},
	pPlus:                        {text: "+"},
	pMinus:                       {text: "-"},
	pStar:                        {text: "*"},
	pSlash:                       {text: "/"},
	pPercent:                     {text: "%"},
	pDot:                         {text: "."},
	pDotDot:                      {text: ".."},
	pLess:                        {text: "<"},
	pLessEq:                      {text: "<="},
	pGreater:                     {text: ">"},
	pGreaterEq:                   {text: ">="},
	pAssign:                      {text: "="},
	pEq:                          {text: "=="},
	pNotEq:                       {text: "!="},
	pNotEqSQL:                    {text: "<>"},
	pColon:                       {text: ":"},
	pSemi:                        {text: ";"},
	pComma:                       {text: ","},
	pEqTilde:                     {text: "=~"},
	pNotTilde:                    {text: "!~"},
	pAt:                          {text: "@"},
	pQuestion:                    {text: "?"},
	pArrow:                       {text: "=>"},
	wNotBetween:                  {text: "!between"},
	wNotContains:                 {text: "!contains"},
	wNotContainsCS:               {text: "!contains_cs"},
	wNotEndswith:                 {text: "!endswith"},
	wNotEndswithCs:               {text: "!endswith_cs"},
	wNotHas:                      {text: "!has"},
	wNotHasCs:                    {text: "!has_cs"},
	wNotHasprefix:                {text: "!hasprefix"},
	wNotHasprefixCs:              {text: "!hasprefix_cs"},
	wNotHassuffix:                {text: "!hassuffix"},
	wNotHassuffixCs:              {text: "!hassuffix_cs"},
	wNotIn:                       {text: "!in"},
	wNotInCI:                     {text: "!in~"},
	wNotStartswith:               {text: "!startswith"},
	wNotStartswithCs:             {text: "!startswith_cs"},
	wTrue:                        {text: "true"},
	wFalse:                       {text: "false"},
	wAccess:                      {"access", nameAnywhere},
	wAccumulate:                  {"accumulate", nameDeclared},
	wAlias:                       {"alias", nameAnywhere},
	wAnd:                         {text: "and"},
	wAnomalychart:                {text: "anomalychart"},
	wAreachart:                   {text: "areachart"},
	wAs:                          {"as", nameDeclared | operatorWord},
	wAsc:                         {text: "asc"},
	wAssertSchema:                {"assert-schema", operatorWord},
	wBagexpansion:                {text: "bagexpansion"},
	wBarchart:                    {text: "barchart"},
	wBestEffort:                  {"best_effort", nameAnywhere},
	wBetween:                     {text: "between"},
	wBin:                         {"bin", nameAnywhere},
	wBinLegacy:                   {text: "bin_legacy"},
	wBool:                        {"bool", nameAnywhere | typeWord},
	wBoolean:                     {"boolean", typeWord},
	wBy:                          {"by", nameDeclared},
	wByte:                        {text: "byte"},
	wCachingpolicy:               {text: "cachingpolicy"},
	wCallout:                     {text: "callout"},
	wCancel:                      {text: "cancel"},
	wCard:                        {text: "card"},
	wChar:                        {text: "char"},
	wColumnchart:                 {text: "columnchart"},
	wConsume:                     {"consume", nameAnywhere | operatorWord},
	wContains:                    {"contains", nameDeclared},
	wContainsCS:                  {text: "contains_cs"},
	wContainscs:                  {text: "containscs"},
	wXContextualDatatable:        {text: "__contextual_datatable"},
	wCount:                       {"count", nameAnywhere | operatorWord},
	wXCrossCluster:               {text: "__crossCluster"},
	wXCrossDB:                    {text: "__crossDB"},
	wCycles:                      {text: "cycles"},
	wDatabase:                    {"database", nameAnywhere},
	wDataexport:                  {text: "dataexport"},
	wDataformat:                  {"dataformat", nameAnywhere},
	wDatascope:                   {text: "datascope"},
	wDatatable:                   {"datatable", nameDeclared},
	wDate:                        {"date", typeWord},
	wDatetime:                    {"datetime", typeWord},
	wDatetimePattern:             {"datetime_pattern", nameAnywhere},
	wDecimal:                     {"decimal", typeWord},
	wDeclare:                     {"declare", nameAnywhere},
	wDecodeblocks:                {text: "decodeblocks"},
	wDefault:                     {"default", nameAnywhere},
	wDesc:                        {text: "desc"},
	wDistinct:                    {"distinct", nameAnywhere | operatorWord},
	wDouble:                      {"double", typeWord},
	wDynamic:                     {"dynamic", typeWord},
	wEarliest:                    {"earliest", nameDeclared},
	wEdges:                       {"edges", nameAnywhere},
	wEncodingpolicy:              {text: "encodingpolicy"},
	wEndswith:                    {text: "endswith"},
	wEndswithCs:                  {text: "endswith_cs"},
	wEntityGroup:                 {"entity_group", nameAnywhere},
	wEvaluate:                    {"evaluate", nameAnywhere | operatorWord},
	wXExecuteAndCache:            {"__executeAndCache", operatorWord},
	wExpandoutput:                {text: "expandoutput"},
	wExtend:                      {"extend", nameAnywhere | operatorWord},
	wExtentTagsRetention:         {text: "extent_tags_retention"},
	wExternalData:                {text: "external_data"},
	wExternaldata:                {"externaldata", nameDeclared},
	wFacet:                       {"facet", nameAnywhere | operatorWord},
	wFilter:                      {"filter", nameAnywhere | operatorWord},
	wFind:                        {"find", nameDeclared | operatorWord},
	wFirst:                       {text: "first"},
	wFlags:                       {text: "flags"},
	wFloat:                       {"float", typeWordMore},
	wForceRemote:                 {text: "force_remote"},
	wFork:                        {"fork", nameAnywhere | operatorWord},
	wFrom:                        {"from", nameAnywhere},
	wGetschema:                   {"getschema", nameAnywhere | operatorWord},
	wGrannyAsc:                   {text: "granny-asc"},
	wGrannyDesc:                  {text: "granny-desc"},
	wGraph:                       {"graph", nameAnywhere},
	wGraphMarkComponents:         {"graph-mark-components", operatorWord},
	wGraphMatch:                  {"graph-match", operatorWord},
	wGraphShortestPaths:          {"graph-shortest-paths", operatorWord},
	wGraphToTable:                {"graph-to-table", operatorWord},
	wGraphWhereEdges:             {"graph-where-edges", operatorWord},
	wGraphWhereNodes:             {"graph-where-nodes", operatorWord},
	wGuid:                        {"guid", nameAnywhere | typeWord},
	wHarddelete:                  {text: "harddelete"},
	wHardretention:               {text: "hardretention"},
	wHas:                         {"has", nameDeclared},
	wHasAll:                      {text: "has_all"},
	wHasAny:                      {text: "has_any"},
	wHasCs:                       {text: "has_cs"},
	wHasprefix:                   {text: "hasprefix"},
	wHasprefixCs:                 {text: "hasprefix_cs"},
	wHassuffix:                   {text: "hassuffix"},
	wHassuffixCs:                 {text: "hassuffix_cs"},
	wHotcache:                    {text: "hotcache"},
	wId:                          {"id", nameAnywhere},
	wXId:                         {text: "__id"},
	wIn:                          {"in", nameDeclared},
	wInlineExternalTable:         {"inline_external_table", nameAnywhere},
	wInt:                         {"int", typeWord},
	wInt16:                       {"int16", typeWordMore},
	wInt32:                       {"int32", typeWordMore},
	wInt64:                       {"int64", typeWord},
	wInt8:                        {"int8", typeWord},
	wInvoke:                      {"invoke", nameDeclared | operatorWord},
	wInCI:                        {text: "in~"},
	wXIsFuzzy:                    {text: "__isFuzzy"},
	wIsfuzzy:                     {text: "isfuzzy"},
	wJoin:                        {"join", nameAnywhere | operatorWord},
	wJournal:                     {text: "journal"},
	wKind:                        {"kind", nameInPath},
	wLadderchart:                 {text: "ladderchart"},
	wLast:                        {text: "last"},
	wLatest:                      {"latest", nameDeclared},
	wLet:                         {"let", nameAnywhere},
	wLike:                        {text: "like"},
	wLikecs:                      {text: "likecs"},
	wLimit:                       {"limit", nameAnywhere | operatorWord},
	wLinechart:                   {text: "linechart"},
	wLong:                        {"long", typeWord},
	wLookup:                      {"lookup", nameAnywhere | operatorWord},
	wMacroExpand:                 {"macro-expand", operatorWord},
	wMakeGraph:                   {"make-graph", operatorWord},
	wMakeSeries:                  {"make-series", operatorWord},
	wMatches:                     {"matches", nameAnywhere},
	wMaterialize:                 {"materialize", nameDeclared},
	wMaterializedViewCombine:     {text: "materialized-view-combine"},
	wMdm:                         {"mdm", nameDeclared},
	wMissing:                     {text: "missing"},
	wMvApply:                     {"mv-apply", operatorWord},
	wMvExpand:                    {"mv-expand", operatorWord},
	wMvapply:                     {"mvapply", nameAnywhere | operatorWord},
	wMvexpand:                    {"mvexpand", nameAnywhere | operatorWord},
	wXNoWithSource:               {text: "__noWithSource"},
	wNodes:                       {"nodes", nameAnywhere},
	wNooptimization:              {text: "nooptimization"},
	wNotcontains:                 {text: "notcontains"},
	wNotcontainscs:               {text: "notcontainscs"},
	wNotlike:                     {text: "notlike"},
	wNotlikecs:                   {text: "notlikecs"},
	wNull:                        {"null", nameAnywhere},
	wNulls:                       {"nulls", nameAnywhere},
	wOf:                          {"of", nameDeclared},
	wOn:                          {"on", nameAnywhere},
	wOptional:                    {"optional", nameAnywhere},
	wOr:                          {text: "or"},
	wOrder:                       {"order", nameAnywhere | operatorWord},
	wOthers:                      {text: "others"},
	wOutput:                      {"output", nameAnywhere},
	wPack:                        {"pack", nameAnywhere},
	wXPackedColumn:               {text: "__packedColumn"},
	wParse:                       {"parse", nameAnywhere | operatorWord},
	wParseKv:                     {"parse-kv", operatorWord},
	wParseWhere:                  {"parse-where", operatorWord},
	wPartition:                   {"partition", nameAnywhere | operatorWord},
	wXPartitionby:                {"__partitionby", nameAnywhere | operatorWord},
	wPartitionedBy:               {text: "partitioned-by"},
	wPathformat:                  {text: "pathformat"},
	wPattern:                     {"pattern", nameAnywhere},
	wPiechart:                    {text: "piechart"},
	wPivotchart:                  {text: "pivotchart"},
	wPrint:                       {"print", nameDeclared | operatorWord},
	wProject:                     {"project", operatorWord},
	wProjectAway:                 {"project-away", operatorWord},
	wProjectByNames:              {"project-by-names", operatorWord},
	wProjectKeep:                 {"project-keep", operatorWord},
	wProjectRename:               {"project-rename", operatorWord},
	wProjectReorder:              {"project-reorder", operatorWord},
	wProjectSmart:                {text: "project-smart"},
	wXProjectAway:                {text: "__projectAway"},
	wQueries:                     {text: "queries"},
	wQueryParameters:             {"query_parameters", nameAnywhere},
	wQueryResults:                {text: "query_results"},
	wRange:                       {"range", nameAnywhere | operatorWord},
	wReal:                        {"real", typeWord},
	wReduce:                      {"reduce", nameAnywhere | operatorWord},
	wRegex:                       {"regex", nameAnywhere},
	wRelaxed:                     {text: "relaxed"},
	wRender:                      {"render", nameAnywhere | operatorWord},
	wRestrict:                    {"restrict", nameAnywhere},
	wRestrictedViewAccess:        {text: "restricted_view_access"},
	wRowLevelSecurity:            {text: "row_level_security"},
	wRowstore:                    {text: "rowstore"},
	wRowstoreReferences:          {text: "rowstore_references"},
	wRowstoreSealinfo:            {text: "rowstore_sealinfo"},
	wRowstorepolicy:              {text: "rowstorepolicy"},
	wRowstores:                   {text: "rowstores"},
	wSample:                      {"sample", nameDeclared | operatorWord},
	wSampleDistinct:              {"sample-distinct", nameDeclared | operatorWord},
	wScan:                        {"scan", nameAnywhere | operatorWord},
	wScatterchart:                {text: "scatterchart"},
	wSeal:                        {text: "seal"},
	wSeals:                       {text: "seals"},
	wSearch:                      {"search", nameDeclared | operatorWord},
	wSerialize:                   {"serialize", nameAnywhere | operatorWord},
	wSet:                         {"set", nameDeclared},
	wShards:                      {text: "shards"},
	wSimple:                      {text: "simple"},
	wSoftdelete:                  {text: "softdelete"},
	wSoftretention:               {text: "softretention"},
	wSort:                        {"sort", nameAnywhere | operatorWord},
	wXSourceColumnIndex:          {text: "__sourceColumnIndex"},
	wSql:                         {"sql", nameDeclared},
	wStackedareachart:            {text: "stackedareachart"},
	wStartswith:                  {text: "startswith"},
	wStartswithCs:                {text: "startswith_cs"},
	wStatistics:                  {text: "statistics"},
	wStep:                        {"step", nameAnywhere},
	wStoredqueryresultcontainers: {text: "storedqueryresultcontainers"},
	wString:                      {"string", typeWord},
	wSummarize:                   {"summarize", nameAnywhere | operatorWord},
	wTablepurge:                  {text: "tablepurge"},
	wTake:                        {"take", nameAnywhere | operatorWord},
	wTime:                        {"time", typeWord},
	wTimechart:                   {text: "timechart"},
	wTimeline:                    {text: "timeline"},
	wTimepivot:                   {text: "timepivot"},
	wTimespan:                    {"timespan", typeWord},
	wTitle:                       {"title", nameDeclared},
	wTo:                          {"to", nameDeclared},
	wTop:                         {"top", nameAnywhere | operatorWord},
	wTopHitters:                  {"top-hitters", nameDeclared | operatorWord},
	wTopNested:                   {"top-nested", nameDeclared | operatorWord},
	wToscalar:                    {"toscalar", nameDeclared},
	wTotable:                     {"totable", nameDeclared},
	wTreemap:                     {text: "treemap"},
	wTypeof:                      {"typeof", nameAnywhere},
	wUint:                        {"uint", typeWordMore},
	wUint16:                      {"uint16", typeWordMore},
	wUint32:                      {"uint32", typeWordMore},
	wUint64:                      {"uint64", typeWordMore},
	wUint8:                       {"uint8", typeWordMore},
	wUlong:                       {"ulong", typeWordMore},
	wUnion:                       {"union", operatorWord},
	wUniqueid:                    {"uniqueid", typeWord},
	wUnrestrictedviewers:         {text: "unrestrictedviewers"},
	wUuid:                        {"uuid", nameAnywhere | typeWord},
	wVerbose:                     {"verbose", nameDeclared},
	wView:                        {"view", nameAnywhere},
	wViewers:                     {"viewers", nameDeclared},
	wViews:                       {text: "views"},
	wWhere:                       {"where", nameDeclared | operatorWord},
	wWith:                        {"with", nameAnywhere},
	wWithItemindex:               {text: "with_itemindex"},
	wWithMatchId:                 {text: "with_match_id"},
	wWithNodeId:                  {"with_node_id", nameAnywhere},
	wWithSource:                  {"with_source", nameInPath},
	wWithStepName:                {text: "with_step_name"},
	wWithsource:                  {"withsource", nameInPath},
	wWriteaheadlog:               {text: "writeaheadlog"},
}
