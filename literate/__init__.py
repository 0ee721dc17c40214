"""What turns the chapters into a package, tests and pages; README.md here shows the way."""
