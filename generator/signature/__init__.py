"""What a certificate says in signed bytes, the keys that sign, and whether what somebody holds is genuine.

Bytes and text in, values out: nothing here reads or writes a file or asks the clock.
"""
