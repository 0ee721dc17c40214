"""Show the site that lies beside this file, without a network: python3 show.py

A browser does not run Python on a page that it opened as a file, but on one that is served it does.
This needs nothing but Python, no rights, and may lie on a stick that cannot be written.
"""

import functools
import http.server
import os
import sys
import webbrowser

HERE = os.path.dirname(os.path.abspath(__file__))
FIRST = "book/index.html"


class Handler(http.server.SimpleHTTPRequestHandler):
    """Serves the files, with the types that a browser insists on, whatever the machine says."""

    extensions_map = {  # noqa: RUF012 (as the class that it overrides has it)
        **http.server.SimpleHTTPRequestHandler.extensions_map,
        ".js": "text/javascript",
        ".mjs": "text/javascript",
        ".css": "text/css",
        ".svg": "image/svg+xml",
        ".wasm": "application/wasm",
    }

    def log_message(self, format: str, *arguments: object) -> None:
        """Say nothing of each request."""


def main() -> None:
    """Serve to this machine alone, at a port that is free, until Ctrl-C."""
    handler = functools.partial(Handler, directory=HERE)
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        address = f"http://127.0.0.1:{server.server_address[1]}/{FIRST}"
        print(f"The book is at {address} as long as this runs; Ctrl-C ends it.", flush=True)
        if "--quiet" not in sys.argv:
            webbrowser.open(address)
        try:
            server.serve_forever()
        except KeyboardInterrupt:
            print()


if __name__ == "__main__":
    main()
