"""Scalar functions compiled by numba to NumPy ufuncs whose loops are kept on disk.

numba keeps the compiled scalar function but compiles the loop around it anew in every process: 40 ms a rule, two
seconds for a week of them. Here the loop is kept as numba keeps those of generalised ufuncs: beside the source, and
for as long as the source is unchanged. Where a version of numba cannot do that, the loop is compiled as ever.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from numba.core.caching import make_library_cache
from numba.core.compiler_lock import global_compiler_lock
from numba.np.numpy_support import as_dtype
from numba.np.ufunc._internal import _DUFunc
from numba.np.ufunc.dufunc import DUFunc
from numba.np.ufunc.wrappers import build_ufunc_wrapper

KeptLoops = make_library_cache("contagion-loop")


class Ufunc(DUFunc):  # type: ignore[misc]
    """A ufunc that compiles for new types when it meets them, or takes what an earlier process compiled."""

    _dispatcher: Any
    _keepalive: Any
    _lower_me: Any
    _add_loop: Any

    # past numba's check for foreign arrays, which costs more than a small loop
    __call__ = _DUFunc.__call__

    @global_compiler_lock
    def _compile_for_argtys(self, argtys: Any, return_type: Any = None) -> Any:
        try:
            return self._kept(argtys)
        except (AttributeError, TypeError):  # a numba with another inside
            return super()._compile_for_argtys(argtys, return_type)  # type: ignore[misc]

    def _kept(self, argtys: Any) -> Any:
        scalar = self._dispatcher.compile(argtys, **self.targetoptions)
        types, name = scalar.signature, scalar.fndesc.llvm_func_name
        kept = KeptLoops(self._dispatcher.py_func)
        loop = kept.load_overload(types, scalar.target_context)
        if loop is None or not loop.get_pointer_to_function(f"__ufunc__.{name}"):  # none, or of another scalar function
            loop = build_ufunc_wrapper(scalar.library, scalar.target_context, name, types, False, scalar).library
            loop.enable_object_caching()
            loop.get_pointer_to_function(f"__ufunc__.{name}")
            kept.save_overload(types, loop)
        pointer = int(loop.get_pointer_to_function(f"__ufunc__.{name}"))
        if not pointer:
            raise AttributeError(f"the loop of {name} has another name")
        self._add_loop(pointer, [as_dtype(one).num for one in (*types.args, types.return_type)])
        self._keepalive.append((pointer, loop, scalar.library, scalar.environment))
        self._lower_me.libs.append(scalar.library)
        return scalar


def ufunc(plain: Callable[..., Any], signature: str = "") -> Ufunc:
    """The ufunc of a scalar function: of this signature alone, or of whatever types it meets."""
    made = Ufunc(plain, cache=True, targetoptions={"nopython": True})
    if signature:
        made.add(signature)
        made.disable_compile()
    return made
