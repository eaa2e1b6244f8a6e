"""Interventions: one small file each, in a folder by what they act on; a file dropped in any of them is found by itself."""

import importlib
import pkgutil

for _found in pkgutil.walk_packages(__path__, f"{__name__}."):
    importlib.import_module(_found.name)
