package notebook

// pageHead is the page up to its first cell; the policy lets nothing in but the styles that stand in it, and pictures that do.
const pageHead = `<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'; img-src data:; base-uri 'none'; form-action 'none'">
<meta name="referrer" content="no-referrer">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>%s</title>
<style>
%s%s
</style>
</head>
<body>
<main>
`

// pageStyle is how it looks, by day and by night, on the screen and on paper. t0 to t13 are the types of kql/token.
const pageStyle = `:root{color-scheme:light dark}
body{margin:0;font:15px/1.5 system-ui,sans-serif;color:#1f1f1f;background:#fff}
main{max-width:60rem;margin:0 auto;padding:1.5rem 1rem}
section{margin:0 0 1.25rem}
h1,h2,h3,h4{line-height:1.25;margin:1em 0 .5em}
a{color:#0b57a4}
pre{margin:.5rem 0;padding:.6rem .8rem;overflow:auto;background:#f5f5f5;border-radius:4px}
code,pre{font:13px/1.5 ui-monospace,Menlo,Consolas,monospace}
pre.kql{border-left:3px solid #1a66c2}
.rows{overflow:auto;max-height:30rem;margin:.5rem 0}
table{border-collapse:collapse;font-size:13px}
th,td{padding:.15rem .6rem;border:1px solid #d4d4d4;text-align:left;vertical-align:top;white-space:pre-wrap}
th{background:#f0f0f0}
.number{text-align:right;font-variant-numeric:tabular-nums}
.about{margin:.25rem 0;font-size:13px;color:#5c5c5c}
figure{margin:.75rem 0}
.chart{display:block;width:100%;max-width:52rem;height:auto}
img{max-width:100%}
dl{display:flex;flex-wrap:wrap;gap:1.5rem;margin:0}
dt{font-size:13px;color:#5c5c5c}
dd{margin:0;font-size:1.8rem}
blockquote{margin:.5rem 0;padding-left:.8rem;border-left:3px solid #d4d4d4}
.t0{color:#2b6a2b}.t1,.t13{color:#1f3fbf}.t3{color:#a31515}.t4{color:#00664b}.t5{color:#6b4a00}.t6,.t7{color:#0b5c7a}.t8{color:#7a2b8c}.t9,.t10{color:#9c4000}.t11,.t12{color:#266b7d}
@media (prefers-color-scheme:dark){
body{color:#ddd;background:#1e1e1e}a{color:#6cb6ff}pre,th{background:#2a2a2a}th,td,blockquote{border-color:#454545}.about,dt{color:#a8a8a8}pre.kql{border-left-color:#5aa2f0}
.t0{color:#7cbf6b}.t1,.t13{color:#7aa8ff}.t3{color:#e2a184}.t4{color:#8fd6b5}.t5{color:#e0cf8a}.t6,.t7{color:#8fd3f0}.t8{color:#d9a0e6}.t9,.t10{color:#f0b07a}.t11,.t12{color:#86cbdc}
}
@media print{.rows{max-height:none}pre{white-space:pre-wrap}}
`
