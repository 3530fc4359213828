"""Furniture that no list of words knows: kinds of it, and what adds them to pages by the structure of the HTML."""
