"""The command line: one file a command; parses words, calls, prints; decides nothing."""
