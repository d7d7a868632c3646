"""How certificates stand, as one signed list; and the answer to whoever asks about one.

Bytes, text and records in, values out: nothing here reads or writes a file or asks the clock.
"""
