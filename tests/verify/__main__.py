"""Write tests/verify/cases.json anew, for review: python -m tests.verify.

With the path of 1EdTech's schema (ob_v3p0_achievementcredential_schema.json, which is not ours to keep) the credentials
of the demo's roster are held to it instead, and what it finds is printed.
"""

import sys
from pathlib import Path

from tests.verify.cases import FILE, made
from tests.verify.conformance import findings

if len(sys.argv) > 1:
    found = list(findings(Path(sys.argv[1])))
    print("\n".join(found) or "no findings")  # noqa: T201
    sys.exit(bool(found))
FILE.write_bytes(made())
