"""`python -m harbincrawl`."""

from harbincrawl.cli.main import main

main()
