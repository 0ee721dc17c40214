"""Style sheets lose the rules that no page can use, and no other."""

import re

import pytest

from literate.weave.styles import lighten, used

WORDS = {"card", "title", "shown-later"}


def test_a_rule_stays_for_whom_it_can_hold():
    kept = {
        ".card .title{a:b}": ".card .title{a:b}",
        ".card,.toast{a:b}": ".card{a:b}",
        ".toast{a:b}": "",
        "#title:not(.toast){a:b}": "#title:not(.toast){a:b}",
        ":is(.toast,.card) p{a:b}": ":is(.toast,.card) p{a:b}",
        "a[href*='.toast,x']{a:b}": "a[href*='.toast,x']{a:b}",
        "p{a:b}": "p{a:b}",
        "@media (min-width: 9px){.toast{a:b}.card{a:b}}": "@media (min-width: 9px){.card{a:b}}",
        "@media print{.toast{a:b}}": "",
        "@keyframes x{from{a:b}to{a:c}}": "@keyframes x{from{a:b}to{a:c}}",
        "@charset 'x';p{a:b}": "@charset 'x';\np{a:b}",
        "/*! MIT, {x} */.card{a:b}/* .toast { */": "/*! MIT, {x} */\n.card{a:b}",
    }
    assert {sheet: used(sheet, WORDS) for sheet in kept} == kept


@pytest.fixture
def site(tmp_path):
    """A page with two style sheets, of which one imports a third, and what a script adds."""
    files = {
        "book/page.html": "<head>{}</head><p class='card'></p>",
        "_static/page.js": "e.classList.add('shown-later')",
        "_static/styles/theme.css": '@import "../basic.css";\n.card{a:url(x.svg)}.never{a:b}',
        "_static/basic.css": "p{a:b}",
        "_static/book.css": ".shown-later{a:url('fonts/y.woff2')}.never{a:url(data:z)}",
    }
    links = "".join(f'<link href="../_static/{name}" rel="stylesheet">\n'
                    for name in ("styles/theme.css?v=1", "book.css"))  # fmt: skip
    for name, text in files.items():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(text.replace("{}", links), "utf-8")
    lighten(tmp_path)
    return tmp_path


def test_a_page_loads_one_sheet_with_all_that_it_can_use(site):
    page = (site / "book/page.html").read_text("utf-8")
    (name,) = re.findall(r'<link href="../_static/(all[^"]*)" rel="stylesheet">', page)
    assert page.count("<link") == 1
    assert (site / "_static" / name).read_text("utf-8").split("\n") == [
        "p{a:b}", "", '.card{a:url("styles/x.svg")}', '.shown-later{a:url("fonts/y.woff2")}',
    ]  # fmt: skip
