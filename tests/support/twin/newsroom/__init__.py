"""The invented news of a twin: what the articles are about, who writes them, what a reader should find."""
