"""The only `import httpx`: its public names, for the rest of the package.

Following httpx to a successor with the same API is a change of this module.
"""

from httpx import *  # noqa: F403  # pyright: ignore[reportWildcardImportFromLibrary]  # all that httpx calls public
