"""The look of the report: for light and dark screens, paper, and wide tables on small ones."""

from typing import Final

POLICY: Final = "default-src 'none'; style-src 'unsafe-inline'"
"""What a browser may load for the page: nothing."""

STYLE: Final = """
:root { color-scheme: light dark; --ground: #fff; --text: #1b1f24; --soft: #5c6670; --line: #d5dae0;
  --up: #1860b8; --down: #b34700; --level: #6b7580; }
@media (prefers-color-scheme: dark) {
  :root { --ground: #14171a; --text: #e7eaee; --soft: #a2abb5; --line: #363d45;
    --up: #7db5f5; --down: #f5a262; --level: #98a2ad; }
}
* { box-sizing: border-box; }
body { margin: 0 auto; padding: 1.5rem; max-width: 76rem; background: var(--ground); color: var(--text);
  font: 16px/1.5 system-ui, sans-serif; }
h1 { font-size: 1.6rem; margin: 0 0 .25rem; } h2 { font-size: 1.2rem; margin: 2.5rem 0 .5rem; }
p { margin: .25rem 0; color: var(--soft); }
.pair { display: grid; grid-template-columns: minmax(0, 1fr); gap: 1.5rem; align-items: start; }
@media (min-width: 64rem) { .pair { grid-template-columns: minmax(0, 1.1fr) minmax(0, 1fr); } }
.scroll { overflow-x: auto; } .scroll + .scroll { margin-top: 1rem; }
table { border-collapse: collapse; font-variant-numeric: tabular-nums; font-size: .875rem; }
caption { text-align: left; color: var(--soft); padding-bottom: .25rem; }
th, td { padding: .25rem .6rem; border-bottom: 1px solid var(--line); text-align: right; white-space: nowrap; }
th[scope=row], thead th:first-child { text-align: left; } thead th { vertical-align: bottom; white-space: normal; }
svg { width: 100%; height: auto; font-size: 12px; } svg text { fill: var(--text); } svg tspan { fill: var(--soft); }
.ribbon { fill: var(--level); fill-opacity: .35; } .ribbon:hover { fill-opacity: .75; }
.ribbon.up { fill: var(--up); } .ribbon.down { fill: var(--down); }
.axis { fill: none; stroke: var(--line); }
td .up { color: var(--up); } td .down { color: var(--down); } .no { color: var(--line); }
.said { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); }
.key { list-style: none; display: flex; flex-wrap: wrap; gap: .25rem 1rem; padding: 0; margin: .5rem 0;
  font-size: .875rem; } .key i { display: inline-block; width: .8rem; height: .8rem; margin-right: .35rem; }
@media print { body { max-width: none; } .pair { display: block; } }
"""
