"""The health of an archive: rules on runs, and what `status` says of them."""
