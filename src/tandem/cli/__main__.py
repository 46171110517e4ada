"""`python -m tandem.cli`: the same as `tandem`, for child processes."""

from tandem.cli.main import main

main()
