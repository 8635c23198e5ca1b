# The generated models import their `Unset` from here when a type checker reads
# them through this folder. The facade gives None for what is absent, so here
# "unset" is None: `date | None | Unset` becomes `date | None`, for each optional
# property that the spec has or will have.
from typing import TypeAlias

Unset: TypeAlias = None
UNSET: None
