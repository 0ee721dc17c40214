"""Numbers in prose that cells compute: `{n}`, a role that shows one."""

from __future__ import annotations

from pathlib import Path

from docutils import nodes
from sphinx.util import logging
from sphinx.util.docutils import SphinxRole

from literate.read.error import BookError
from literate.read.numbers import number

logger = logging.getLogger(__name__)


class Number(SphinxRole):
    """{n}`loss:.4f`, what the cell above has made of it (see `read.numbers`)."""

    def run(self) -> tuple[list[nodes.Node], list[nodes.system_message]]:
        try:
            told = number(Path(self.env.srcdir), Path(f"{self.env.docname}.md"), self.text)
        except BookError as error:
            logger.error("%s", error, location=self.get_location())
            return [], []
        return [nodes.Text(told)], []
