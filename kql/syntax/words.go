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
	wBarchart
	wBestEffort
	wBetween
	wBin
	wBool
	wBoolean
	wBy
	wCard
	wColumnchart
	wConsume
	wContains
	wContainsCS
	wContainscs
	wXContextualDatatable
	wCount
	wDatabase
	wDataformat
	wDatascope
	wDatatable
	wDate
	wDatetime
	wDatetimePattern
	wDecimal
	wDeclare
	wDefault
	wDesc
	wDistinct
	wDouble
	wDynamic
	wEdges
	wEndswith
	wEndswithCs
	wEntityGroup
	wEvaluate
	wXExecuteAndCache
	wExtend
	wExternalData
	wExternaldata
	wFacet
	wFilter
	wFind
	wFirst
	wFloat
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
	wHas
	wHasAll
	wHasAny
	wHasCs
	wHasprefix
	wHasprefixCs
	wHassuffix
	wHassuffixCs
	wId
	wIn
	wInlineExternalTable
	wInt
	wInt16
	wInt32
	wInt64
	wInt8
	wInvoke
	wInCI
	wJoin
	wKind
	wLadderchart
	wLast
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
	wMvApply
	wMvExpand
	wMvapply
	wMvexpand
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
	wQueryParameters
	wRange
	wReal
	wReduce
	wRegex
	wRender
	wRestrict
	wSample
	wSampleDistinct
	wScan
	wScatterchart
	wSearch
	wSerialize
	wSet
	wSort
	wStackedareachart
	wStartswith
	wStartswithCs
	wStep
	wString
	wSummarize
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
	wUuid
	wView
	wWhere
	wWith
	wWithNodeId
	wWithSource
	wWithsource
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
// taken from the official grammars; words that only management commands use are plain names here.
var words = [wordCount]wordInfo{
	pLParen:                  {text: "("},
	pRParen:                  {text: ")"},
	pLBrack:                  {text: "["},
	pRBrack:                  {text: "]"},
	pLBrace:                  {text: "{"},
	pRBrace:                  {text: "}"},
	pBar:                     {text: "|"},
	pFeed:                    {text: "<|"},
	pPlus:                    {text: "+"},
	pMinus:                   {text: "-"},
	pStar:                    {text: "*"},
	pSlash:                   {text: "/"},
	pPercent:                 {text: "%"},
	pDot:                     {text: "."},
	pDotDot:                  {text: ".."},
	pLess:                    {text: "<"},
	pLessEq:                  {text: "<="},
	pGreater:                 {text: ">"},
	pGreaterEq:               {text: ">="},
	pAssign:                  {text: "="},
	pEq:                      {text: "=="},
	pNotEq:                   {text: "!="},
	pNotEqSQL:                {text: "<>"},
	pColon:                   {text: ":"},
	pSemi:                    {text: ";"},
	pComma:                   {text: ","},
	pEqTilde:                 {text: "=~"},
	pNotTilde:                {text: "!~"},
	pAt:                      {text: "@"},
	pQuestion:                {text: "?"},
	pArrow:                   {text: "=>"},
	wNotBetween:              {text: "!between"},
	wNotContains:             {text: "!contains"},
	wNotContainsCS:           {text: "!contains_cs"},
	wNotEndswith:             {text: "!endswith"},
	wNotEndswithCs:           {text: "!endswith_cs"},
	wNotHas:                  {text: "!has"},
	wNotHasCs:                {text: "!has_cs"},
	wNotHasprefix:            {text: "!hasprefix"},
	wNotHasprefixCs:          {text: "!hasprefix_cs"},
	wNotHassuffix:            {text: "!hassuffix"},
	wNotHassuffixCs:          {text: "!hassuffix_cs"},
	wNotIn:                   {text: "!in"},
	wNotInCI:                 {text: "!in~"},
	wNotStartswith:           {text: "!startswith"},
	wNotStartswithCs:         {text: "!startswith_cs"},
	wTrue:                    {text: "true"},
	wFalse:                   {text: "false"},
	wAccess:                  {"access", nameAnywhere},
	wAccumulate:              {"accumulate", nameDeclared},
	wAlias:                   {"alias", nameAnywhere},
	wAnd:                     {text: "and"},
	wAnomalychart:            {text: "anomalychart"},
	wAreachart:               {text: "areachart"},
	wAs:                      {"as", nameDeclared | operatorWord},
	wAsc:                     {text: "asc"},
	wAssertSchema:            {"assert-schema", operatorWord},
	wBarchart:                {text: "barchart"},
	wBestEffort:              {"best_effort", nameAnywhere},
	wBetween:                 {text: "between"},
	wBin:                     {"bin", nameAnywhere},
	wBool:                    {"bool", nameAnywhere | typeWord},
	wBoolean:                 {"boolean", typeWord},
	wBy:                      {"by", nameDeclared},
	wCard:                    {text: "card"},
	wColumnchart:             {text: "columnchart"},
	wConsume:                 {"consume", nameAnywhere | operatorWord},
	wContains:                {"contains", nameDeclared},
	wContainsCS:              {text: "contains_cs"},
	wContainscs:              {text: "containscs"},
	wXContextualDatatable:    {text: "__contextual_datatable"},
	wCount:                   {"count", nameAnywhere | operatorWord},
	wDatabase:                {"database", nameAnywhere},
	wDataformat:              {"dataformat", nameAnywhere},
	wDatascope:               {text: "datascope"},
	wDatatable:               {"datatable", nameDeclared},
	wDate:                    {"date", typeWord},
	wDatetime:                {"datetime", typeWord},
	wDatetimePattern:         {"datetime_pattern", nameAnywhere},
	wDecimal:                 {"decimal", typeWord},
	wDeclare:                 {"declare", nameAnywhere},
	wDefault:                 {"default", nameAnywhere},
	wDesc:                    {text: "desc"},
	wDistinct:                {"distinct", nameAnywhere | operatorWord},
	wDouble:                  {"double", typeWord},
	wDynamic:                 {"dynamic", typeWord},
	wEdges:                   {"edges", nameAnywhere},
	wEndswith:                {text: "endswith"},
	wEndswithCs:              {text: "endswith_cs"},
	wEntityGroup:             {"entity_group", nameAnywhere},
	wEvaluate:                {"evaluate", nameAnywhere | operatorWord},
	wXExecuteAndCache:        {"__executeAndCache", operatorWord},
	wExtend:                  {"extend", nameAnywhere | operatorWord},
	wExternalData:            {text: "external_data"},
	wExternaldata:            {"externaldata", nameDeclared},
	wFacet:                   {"facet", nameAnywhere | operatorWord},
	wFilter:                  {"filter", nameAnywhere | operatorWord},
	wFind:                    {"find", nameDeclared | operatorWord},
	wFirst:                   {text: "first"},
	wFloat:                   {"float", typeWordMore},
	wFork:                    {"fork", nameAnywhere | operatorWord},
	wFrom:                    {"from", nameAnywhere},
	wGetschema:               {"getschema", nameAnywhere | operatorWord},
	wGrannyAsc:               {text: "granny-asc"},
	wGrannyDesc:              {text: "granny-desc"},
	wGraph:                   {"graph", nameAnywhere},
	wGraphMarkComponents:     {"graph-mark-components", operatorWord},
	wGraphMatch:              {"graph-match", operatorWord},
	wGraphShortestPaths:      {"graph-shortest-paths", operatorWord},
	wGraphToTable:            {"graph-to-table", operatorWord},
	wGraphWhereEdges:         {"graph-where-edges", operatorWord},
	wGraphWhereNodes:         {"graph-where-nodes", operatorWord},
	wGuid:                    {"guid", nameAnywhere | typeWord},
	wHas:                     {"has", nameDeclared},
	wHasAll:                  {text: "has_all"},
	wHasAny:                  {text: "has_any"},
	wHasCs:                   {text: "has_cs"},
	wHasprefix:               {text: "hasprefix"},
	wHasprefixCs:             {text: "hasprefix_cs"},
	wHassuffix:               {text: "hassuffix"},
	wHassuffixCs:             {text: "hassuffix_cs"},
	wId:                      {"id", nameAnywhere},
	wIn:                      {"in", nameDeclared},
	wInlineExternalTable:     {"inline_external_table", nameAnywhere},
	wInt:                     {"int", typeWord},
	wInt16:                   {"int16", typeWordMore},
	wInt32:                   {"int32", typeWordMore},
	wInt64:                   {"int64", typeWord},
	wInt8:                    {"int8", typeWord},
	wInvoke:                  {"invoke", nameDeclared | operatorWord},
	wInCI:                    {text: "in~"},
	wJoin:                    {"join", nameAnywhere | operatorWord},
	wKind:                    {"kind", nameInPath},
	wLadderchart:             {text: "ladderchart"},
	wLast:                    {text: "last"},
	wLet:                     {"let", nameAnywhere},
	wLike:                    {text: "like"},
	wLikecs:                  {text: "likecs"},
	wLimit:                   {"limit", nameAnywhere | operatorWord},
	wLinechart:               {text: "linechart"},
	wLong:                    {"long", typeWord},
	wLookup:                  {"lookup", nameAnywhere | operatorWord},
	wMacroExpand:             {"macro-expand", operatorWord},
	wMakeGraph:               {"make-graph", operatorWord},
	wMakeSeries:              {"make-series", operatorWord},
	wMatches:                 {"matches", nameAnywhere},
	wMaterialize:             {"materialize", nameDeclared},
	wMaterializedViewCombine: {text: "materialized-view-combine"},
	wMvApply:                 {"mv-apply", operatorWord},
	wMvExpand:                {"mv-expand", operatorWord},
	wMvapply:                 {"mvapply", nameAnywhere | operatorWord},
	wMvexpand:                {"mvexpand", nameAnywhere | operatorWord},
	wNodes:                   {"nodes", nameAnywhere},
	wNooptimization:          {text: "nooptimization"},
	wNotcontains:             {text: "notcontains"},
	wNotcontainscs:           {text: "notcontainscs"},
	wNotlike:                 {text: "notlike"},
	wNotlikecs:               {text: "notlikecs"},
	wNull:                    {"null", nameAnywhere},
	wNulls:                   {"nulls", nameAnywhere},
	wOf:                      {"of", nameDeclared},
	wOn:                      {"on", nameAnywhere},
	wOptional:                {"optional", nameAnywhere},
	wOr:                      {text: "or"},
	wOrder:                   {"order", nameAnywhere | operatorWord},
	wOthers:                  {text: "others"},
	wOutput:                  {"output", nameAnywhere},
	wPack:                    {"pack", nameAnywhere},
	wParse:                   {"parse", nameAnywhere | operatorWord},
	wParseKv:                 {"parse-kv", operatorWord},
	wParseWhere:              {"parse-where", operatorWord},
	wPartition:               {"partition", nameAnywhere | operatorWord},
	wXPartitionby:            {"__partitionby", nameAnywhere | operatorWord},
	wPartitionedBy:           {text: "partitioned-by"},
	wPathformat:              {text: "pathformat"},
	wPattern:                 {"pattern", nameAnywhere},
	wPiechart:                {text: "piechart"},
	wPivotchart:              {text: "pivotchart"},
	wPrint:                   {"print", nameDeclared | operatorWord},
	wProject:                 {"project", operatorWord},
	wProjectAway:             {"project-away", operatorWord},
	wProjectByNames:          {"project-by-names", operatorWord},
	wProjectKeep:             {"project-keep", operatorWord},
	wProjectRename:           {"project-rename", operatorWord},
	wProjectReorder:          {"project-reorder", operatorWord},
	wProjectSmart:            {text: "project-smart"},
	wXProjectAway:            {text: "__projectAway"},
	wQueryParameters:         {"query_parameters", nameAnywhere},
	wRange:                   {"range", nameAnywhere | operatorWord},
	wReal:                    {"real", typeWord},
	wReduce:                  {"reduce", nameAnywhere | operatorWord},
	wRegex:                   {"regex", nameAnywhere},
	wRender:                  {"render", nameAnywhere | operatorWord},
	wRestrict:                {"restrict", nameAnywhere},
	wSample:                  {"sample", nameDeclared | operatorWord},
	wSampleDistinct:          {"sample-distinct", nameDeclared | operatorWord},
	wScan:                    {"scan", nameAnywhere | operatorWord},
	wScatterchart:            {text: "scatterchart"},
	wSearch:                  {"search", nameDeclared | operatorWord},
	wSerialize:               {"serialize", nameAnywhere | operatorWord},
	wSet:                     {"set", nameDeclared},
	wSort:                    {"sort", nameAnywhere | operatorWord},
	wStackedareachart:        {text: "stackedareachart"},
	wStartswith:              {text: "startswith"},
	wStartswithCs:            {text: "startswith_cs"},
	wStep:                    {"step", nameAnywhere},
	wString:                  {"string", typeWord},
	wSummarize:               {"summarize", nameAnywhere | operatorWord},
	wTake:                    {"take", nameAnywhere | operatorWord},
	wTime:                    {"time", typeWord},
	wTimechart:               {text: "timechart"},
	wTimeline:                {text: "timeline"},
	wTimepivot:               {text: "timepivot"},
	wTimespan:                {"timespan", typeWord},
	wTitle:                   {"title", nameDeclared},
	wTo:                      {"to", nameDeclared},
	wTop:                     {"top", nameAnywhere | operatorWord},
	wTopHitters:              {"top-hitters", nameDeclared | operatorWord},
	wTopNested:               {"top-nested", nameDeclared | operatorWord},
	wToscalar:                {"toscalar", nameDeclared},
	wTotable:                 {"totable", nameDeclared},
	wTreemap:                 {text: "treemap"},
	wTypeof:                  {"typeof", nameAnywhere},
	wUint:                    {"uint", typeWordMore},
	wUint16:                  {"uint16", typeWordMore},
	wUint32:                  {"uint32", typeWordMore},
	wUint64:                  {"uint64", typeWordMore},
	wUint8:                   {"uint8", typeWordMore},
	wUlong:                   {"ulong", typeWordMore},
	wUnion:                   {"union", operatorWord},
	wUniqueid:                {"uniqueid", typeWord},
	wUuid:                    {"uuid", nameAnywhere | typeWord},
	wView:                    {"view", nameAnywhere},
	wWhere:                   {"where", nameDeclared | operatorWord},
	wWith:                    {"with", nameAnywhere},
	wWithNodeId:              {"with_node_id", nameAnywhere},
	wWithSource:              {"with_source", nameInPath},
	wWithsource:              {"withsource", nameInPath},
}
