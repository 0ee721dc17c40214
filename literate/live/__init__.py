"""What runs on a page, in the reader's browser: the chapter's cells, and the answers to exercises.

The Python here runs in Pyodide, where nothing is installed: it imports the standard library, and of
ours only what is brought along (see `editions.live`). The scripts in `page` run beside it.
"""
