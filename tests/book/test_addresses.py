"""Links from elsewhere still arrive: a heading that got other words keeps its old address."""

import re

import yaml


def test_an_old_address_stands_above_its_heading(root):
    moved = yaml.safe_load((root / "tests/book/addresses.yml").read_text("utf-8"))
    lost = [
        f"book/{page}.md: write ({address})= above the heading that it led to"
        for page, addresses in moved.items()
        # A fork may have dropped the chapter.
        if (file := root / f"book/{page}.md").is_file()
        for address in addresses
        if not re.search(
            rf"^\({address}\)=\n(\(\S+\)=\n)*#+ ", file.read_text("utf-8"), re.MULTILINE
        )
    ]
    assert not lost, "\n".join(lost)
