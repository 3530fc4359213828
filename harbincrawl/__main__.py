"""`python -m harbincrawl`."""

from .cli.main import main

main()
