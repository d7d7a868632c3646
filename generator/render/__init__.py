"""Views to pages: plain Markdown in which everything that came from data is inert."""
