"""A numba type for one number of each of eight models: one vector register, one operation.

``load(array, i)`` and ``store(array, i, value)`` move the row ``array[i]`` of a C-contiguous
`row x lane` array; ``+``, ``-``, ``*``, ``/`` and ``sqrt`` act on all lanes at once, ``fill(x)``
puts one number into all of them. Comparisons (``less``, ``at_most``) return an integer with one bit
per lane, by which ``blend`` chooses. LLVM splits the register where the processor's are narrower.
Needs numba; nothing is checked, as in any compiled kernel.
"""

from __future__ import annotations

import operator
from collections.abc import Callable
from typing import Any, TypeAlias

from llvmlite import ir
from numba import extending
from numba.core import cgutils, types
from numba.core.imputils import lower_builtin
from numba.core.typing.templates import AbstractTemplate, infer_global, signature
from numba.extending import models, register_model

from skimpy_renaissance.sparse.compiling import LANES

__all__ = [
    "Register",
    "absolute",
    "at_most",
    "blend",
    "fill",
    "less",
    "load",
    "maximum",
    "root_exponent",
    "sqrt",
    "store",
]

Register: TypeAlias = Any  # eight numbers, one per lane
_FLAGS = ("contract",)  # a * b + c may be rounded once
intrinsic: Any = extending.intrinsic  # changes the signature: no type can follow
_VECTOR = ir.VectorType(ir.DoubleType(), LANES)


class _Lanes(types.Type):
    def __init__(self) -> None:
        super().__init__(name=f"lanes{LANES}")


_LANES = _Lanes()


@register_model(_Lanes)
class _LanesModel(models.PrimitiveModel):
    def __init__(self, dmm: Any, fe_type: Any) -> None:
        super().__init__(dmm, fe_type, _VECTOR)


def _arithmetic(symbol: Callable[[Any, Any], Any], instruction: str) -> None:
    @infer_global(symbol)
    class _OnLanes(AbstractTemplate):
        def generic(self, args: tuple[Any, ...], kws: dict[str, Any]) -> Any:  # noqa: ARG002
            if args == (_LANES, _LANES):
                return signature(_LANES, _LANES, _LANES)
            return None

    @lower_builtin(symbol, _LANES, _LANES)
    def _lower(_context: Any, builder: Any, _signature: Any, args: tuple[Any, Any]) -> Any:
        return getattr(builder, instruction)(*args, flags=_FLAGS)


for _symbol, _instruction in (
    (operator.add, "fadd"),
    (operator.iadd, "fadd"),
    (operator.sub, "fsub"),
    (operator.isub, "fsub"),
    (operator.mul, "fmul"),
    (operator.truediv, "fdiv"),
):
    _arithmetic(_symbol, _instruction)


def _pointer(context: Any, builder: Any, kind: Any, array: Any, row: Any) -> Any:
    struct = context.make_array(kind)(context, builder, array)
    first = builder.mul(row, ir.Constant(row.type, LANES))
    return builder.bitcast(
        cgutils.gep_inbounds(builder, struct.data, first), ir.PointerType(_VECTOR)
    )


@intrinsic
def load(_typing: Any, array: Any, row: Any) -> Any:
    """Return a row of a `row x lane` array."""

    def generate(context: Any, builder: Any, sig: Any, args: tuple[Any, ...]) -> Any:
        return builder.load(_pointer(context, builder, sig.args[0], *args), align=8)

    return _LANES(array, types.intp), generate


@intrinsic
def store(_typing: Any, array: Any, row: Any, value: Any) -> Any:
    """Overwrite a row of a `row x lane` array."""

    def generate(context: Any, builder: Any, sig: Any, args: tuple[Any, ...]) -> Any:
        builder.store(args[2], _pointer(context, builder, sig.args[0], *args[:2]), align=8)
        return context.get_dummy_value()

    return types.void(array, types.intp, _LANES), generate


@intrinsic
def fill(_typing: Any, number: Any) -> Any:
    """Return one number in all lanes."""

    def generate(_context: Any, builder: Any, _sig: Any, args: tuple[Any, ...]) -> Any:
        index = ir.IntType(32)
        one = builder.insert_element(ir.Constant(_VECTOR, ir.Undefined), args[0], index(0))
        mask = ir.Constant(ir.VectorType(index, LANES), [0] * LANES)
        return builder.shuffle_vector(one, ir.Constant(_VECTOR, ir.Undefined), mask)

    return _LANES(types.float64), generate


@intrinsic
def sqrt(_typing: Any, value: Any) -> Any:
    """Return the square root of each lane."""

    def generate(_context: Any, builder: Any, _sig: Any, args: tuple[Any, ...]) -> Any:
        name = f"llvm.sqrt.v{LANES}f64"
        function = cgutils.get_or_insert_function(
            builder.module, ir.FunctionType(_VECTOR, [_VECTOR]), name
        )
        return builder.call(function, args)

    return _LANES(value), generate


@intrinsic
def absolute(_typing: Any, value: Any) -> Any:
    """Return the absolute value of each lane."""

    def generate(_context: Any, builder: Any, _sig: Any, args: tuple[Any, ...]) -> Any:
        function = cgutils.get_or_insert_function(
            builder.module, ir.FunctionType(_VECTOR, [_VECTOR]), f"llvm.fabs.v{LANES}f64"
        )
        return builder.call(function, args)

    return _LANES(value), generate


@intrinsic
def maximum(_typing: Any, one: Any, other: Any) -> Any:
    """Return the larger number of each lane; ``other`` where one is NaN."""

    def generate(_context: Any, builder: Any, _sig: Any, args: tuple[Any, ...]) -> Any:
        return builder.select(builder.fcmp_ordered(">", *args), *args)

    return _LANES(one, other), generate


_BITS = ir.VectorType(ir.IntType(1), LANES)
_MASK, _INTEGER = ir.IntType(LANES), ir.IntType(64)


def _comparison(symbol: str) -> Any:
    def compare(_typing: Any, one: Any, other: Any) -> Any:
        def generate(_context: Any, builder: Any, _sig: Any, args: tuple[Any, ...]) -> Any:
            bits = builder.bitcast(builder.fcmp_ordered(symbol, *args), _MASK)
            return builder.zext(bits, _INTEGER)

        return types.int64(one, other), generate

    return intrinsic(compare)


at_most = _comparison("<=")  # bit l is set where one <= other in lane l; never for NaN
less = _comparison("<")


@intrinsic
def blend(_typing: Any, bits: Any, one: Any, other: Any) -> Any:
    """Return ``one`` in the lanes of ``bits``, ``other`` elsewhere."""

    def generate(_context: Any, builder: Any, _sig: Any, args: tuple[Any, ...]) -> Any:
        mask = builder.bitcast(builder.trunc(args[0], _MASK), _BITS)
        return builder.select(mask, args[1], args[2])

    return _LANES(types.int64, one, other), generate


@intrinsic
def root_exponent(_typing: Any, ratio: Any) -> Any:
    """Return the power of two nearest to the root of a positive normal number."""

    def generate(_context: Any, builder: Any, _sig: Any, args: tuple[Any, ...]) -> Any:
        integers = ir.VectorType(_INTEGER, LANES)

        def each(number: int) -> Any:
            return ir.Constant(integers, [number] * LANES)

        bits = builder.bitcast(
            args[0], integers
        )  # sign, 11 bits of exponent + 1023, 52 of fraction
        exponent = builder.sub(builder.lshr(bits, each(52)), each(1023))
        half = builder.ashr(builder.add(exponent, each(1)), each(1))
        return builder.bitcast(builder.shl(builder.add(half, each(1023)), each(52)), _VECTOR)

    return _LANES(ratio), generate
