"""Benchmarks against other tools, run by hand with `make bench`; nothing here is a test."""
