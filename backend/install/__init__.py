"""Renders, packs and serves this installation's browser extension, and says how to install it.

The sources in `extension/` know no server. `rendering.py` binds them to one: the origin, the
public key and the version go into the manifest, and nothing else of it changes. `signing.py` keeps
the key pair that gives the extension the same id for as long as the data folder lives; two
installations never share one, so that both can be loaded side by side. `packing.py` makes the zip
(the same bytes each time), the signed CRX with its update feed for managed browsers, and the
unpacked folder in the data folder. `api.py` serves all of it, without a sign-in, together with the
page that a person follows.
"""

from backend.install.api import install_routes
from backend.install.packing import unpack_extension

__all__ = ["install_routes", "unpack_extension"]
