"""Results as people and programs read them on stdout."""
