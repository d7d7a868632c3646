"""Write tests/verify/cases.json anew, for review: python -m tests.verify."""

from tests.verify.cases import FILE, made

FILE.write_bytes(made())
