"""The styles that a picture on its own carries: the rules of the page with their colours written out."""

import re
from functools import cache
from pathlib import Path

from django.contrib.staticfiles import finders

TOKEN = re.compile(r"--([\w-]+):\s*light-dark\((#[0-9a-f]{6}),\s*(#[0-9a-f]{6})\)")
USED = re.compile(r"var\(--([\w-]+)\)")
# Flat, without nesting, variables or layers: other programs than browsers draw these pictures too.
RULES = """
text{font-family:"Segoe UI",Inter,Roboto,"Noto Sans","Liberation Sans",Arial,sans-serif}
.paper{fill:var(--surface)}.quad{fill:none}.quad--quick_win{fill:var(--quad-quick)}
.quad--reconsider{fill:var(--quad-re)}.grid{stroke:var(--grid);fill:none}.frame{fill:none;stroke:var(--line-2)}
.midline{stroke:var(--line-2)}.loadline{stroke:var(--ink-2);stroke-width:1.25}
.plimsoll circle{fill:var(--surface);stroke:var(--ink-2);stroke-width:1.5}
.plimsoll path{stroke:var(--ink-2);stroke-width:1.5}.tick{fill:var(--ink-3);font-size:11px}
.axis{fill:var(--ink-2);font-size:12px;font-weight:500}.qname{fill:var(--ink);font-size:15px;font-weight:600}
.qsub{fill:var(--ink-3);font-size:12px;font-weight:400}.is-over{fill:var(--warn);font-weight:600}
.lbl{fill:var(--ink);font-size:12px;font-weight:500;paint-order:stroke;stroke:var(--surface);stroke-width:3px}
.lbl--pointed{display:none}.leader{stroke:var(--edge)}.unk{stroke:var(--ink-2);stroke-width:1.5;fill:none}
.dot{stroke-width:1.5}.gl-q{font-size:11px;font-weight:700;text-anchor:middle;fill:var(--ink-2)}
.b-on_track .dot{fill:var(--dot-good);stroke:var(--good-mark)}
.b-at_risk .dot{fill:var(--dot-warn);stroke:var(--warn-mark)}.b-at_risk .gl{fill:var(--warn)}
.b-off_track .dot{fill:var(--dot-bad);stroke:var(--bad-mark)}.b-off_track .gl{fill:var(--bad)}
.b-unknown .dot{fill:var(--surface);stroke:var(--none-mark);stroke-dasharray:3 2.5}
.gap circle{fill:var(--bad);stroke:var(--surface);stroke-width:1.5}
.gap text{fill:var(--surface);font-size:8.5px;font-weight:800;text-anchor:middle}
.halo{fill:none;stroke:var(--accent);stroke-width:2}
.trail path{fill:none;stroke:var(--none-mark);stroke-dasharray:2 2.5}.trail circle{fill:var(--none-mark)}
.trail.is-sel path{stroke:var(--accent);stroke-width:1.75;stroke-dasharray:none}
.trail.is-sel circle{fill:var(--accent)}
.cluster circle{fill:var(--accent-soft);stroke:var(--accent)}
.cluster text{fill:var(--accent);font-size:11px;font-weight:600;text-anchor:middle}
.hex path{stroke:var(--surface);stroke-width:1.25}
.hex text{font-size:10px;text-anchor:middle;fill:var(--ink-2)}
.hex .h1{fill:var(--heat-1);stroke:var(--line-2)}.hex .h2{fill:var(--heat-2)}.hex .h3{fill:var(--heat-3)}
.hex .h4{fill:var(--heat-4)}.hex .h5{fill:var(--heat-5)}.hex .hn2,.hex .hn3{fill:var(--ink)}
.hex .hn4,.hex .hn5{fill:var(--on-heat)}.head{fill:var(--ink);font-size:15px;font-weight:600}
.note{fill:var(--ink-3);font-size:12px}
"""
BIGGER = (
    ".matrix--big .lbl,.matrix--big .qsub,.matrix--big .axis{font-size:13.5px}"
    ".matrix--big .qname{font-size:18px}.matrix--big .tick{font-size:12px}"
)


def of(theme: str = "") -> str:
    """The rules in one theme; without one, in the light and, where the reader wants it, the dark one."""
    if theme:
        return _coloured(theme)
    return f"{_coloured('light')}@media (prefers-color-scheme: dark){{{_coloured('dark')}}}"


@cache
def tokens() -> dict[str, tuple[str, str]]:
    """The colours of the product by name: light, dark."""
    path = finders.find("css/base.css")
    if not isinstance(path, str):
        raise FileNotFoundError("css/base.css")
    found = TOKEN.findall(Path(path).read_text(encoding="utf-8"))
    return {name: (light, dark) for name, light, dark in found}


@cache
def _coloured(theme: str) -> str:
    at = 0 if theme == "light" else 1
    return USED.sub(lambda used: tokens()[used[1]][at], RULES + BIGGER).replace("\n", "")
