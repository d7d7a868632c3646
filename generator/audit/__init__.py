"""The roster audited: everything that can be held against something else is, past all waivers, all findings at once.

What a check says of rosters, keys, prints and statistics, and beyond it: every signature, every glyph, the print
ledger against the PDFs, the results the roster was computed from, an older version, published heads.
"""
