"""Asking one host politely and safely: requests, answers, robots.txt, and which addresses may be asked for."""
