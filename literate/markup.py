"""How HTML is written, on pages, on slides and on paper alike."""

from bs4.dammit import EntitySubstitution
from bs4.formatter import HTMLFormatter

HTML = HTMLFormatter(EntitySubstitution.substitute_xml, void_element_close_prefix="")
"""How a page is written: `<br>` without a slash, and no more entities than needed."""
