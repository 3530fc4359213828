"""Time from outside: seals are stamped by authorities (RFC 3161), and their tokens are checked."""
