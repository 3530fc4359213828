"""Pages with one odd feature each, and what is right on them."""
