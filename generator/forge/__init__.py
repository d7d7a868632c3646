"""GitHub beside the gate: what arrives from it is data to be held against a shape, what goes to it is text.

Calls go through `gh api`, which the runners bring: it holds the token, follows an artifact's redirect without
handing the token on, and works the same on a reviewer's machine after `gh auth login`.
"""
