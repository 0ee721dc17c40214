"""`make links` tries the links to other sites. Here, the other site is on this machine."""

import http.server
import threading
from collections.abc import Iterator

import pytest


class Other(http.server.BaseHTTPRequestHandler):
    """A site with one page."""

    def do_GET(self) -> None:
        self.send_response(200 if self.path == "/there" else 404)
        self.end_headers()

    do_HEAD = do_GET

    def log_message(self, *args: object) -> None:
        pass


@pytest.fixture
def other() -> Iterator[str]:
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), Other) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()


def test_a_link_that_leads_nowhere_is_named_with_its_place(built_book, other):
    aside = (built_book.root / "book/aside.md").read_text("utf-8")
    built_book.write("book/aside.md", f"{aside}\n[A]({other}/there)\n")
    result = built_book.literate("links")
    assert result.status == 0 and "All 1 links to other sites lead somewhere" in result.text
    built_book.write("book/aside.md", f"{aside}\n[A]({other}/there) and [B]({other}/gone)\n")
    result = built_book.literate("links")
    result.tells("1 lead nowhere", built_book.line("book/aside.md", "[B]"), f"{other}/gone", "404")
    assert f"{other}/there" not in result.text


def test_a_link_in_a_part_that_a_page_includes(built_book, other):
    aside = (built_book.root / "book/aside.md").read_text("utf-8")
    built_book.write("book/aside.md", f"{aside}\n```{{include}} part.md\n```\n")
    built_book.write("book/part.md", f"[A]({other}/gone)\n")
    built_book.literate("links").tells("1 lead nowhere", "book/aside.md:", f"{other}/gone", "404")
