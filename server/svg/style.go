package svg

// Style has the colours, for a light ground and a dark one: it goes into the page, or into a picture that stands alone. Text on both has
// a contrast over 4.5, shapes over 3.
const Style = byDay + byNight

const byDay = `.chart{font:12px system-ui,sans-serif;color-scheme:light dark}` +
	`.chart text{fill:#333}.chart .title{font-size:14px;font-weight:600}.chart .on{fill:#fff;paint-order:stroke;stroke:#0008;stroke-width:2px}` +
	`.chart .axis{stroke:#767676;fill:none}.chart .grid{stroke:#e4e4e4;fill:none}` +
	`.chart .fill{fill:currentColor}.chart .line{stroke:currentColor;fill:none;stroke-width:1.8;stroke-linejoin:round}.chart .area{fill:currentColor;fill-opacity:.3}` +
	`.chart .edge{fill:currentColor;stroke:#fff}.chart .alert{color:#c50f1f}` +
	`.c0{color:#1a66c2}.c1{color:#b55300}.c2{color:#2b7d2b}.c3{color:#7a3fb0}.c4{color:#c1272d}.c5{color:#8a6d00}.c6{color:#007a87}.c7{color:#b0267a}.c8{color:#4a5fd0}.c9{color:#4f7a00}`

const byNight = `@media (prefers-color-scheme:dark){.chart text{fill:#ddd}.chart .on{fill:#111;stroke:#fff8}.chart .axis{stroke:#8a8a8a}.chart .grid{stroke:#3a3a3a}.chart .edge{stroke:#1e1e1e}.chart .alert{color:#ff6b6b}` +
	`.c0{color:#5aa2f0}.c1{color:#ef9a4c}.c2{color:#6cc06c}.c3{color:#b98ae6}.c4{color:#f07878}.c5{color:#d9b93b}.c6{color:#4cc3cf}.c7{color:#ea7fc0}.c8{color:#93a4ff}.c9{color:#a3cf4f}}`
