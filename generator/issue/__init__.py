"""From results to the roster: who passed, the events that say so, and writing them whole or not at all.

Pure but for `switch`, the one writer; time, keys and chance come in as arguments.
"""
