"""Trees as values: equal where the same is written, and compared in no more time than needed."""

import pytest

from gory.notation import Add, Expr, Mul, Num, Ref, Sum, num, read_expression


def doubled(times: int) -> Expr:
    """A sum of two equal terms, each a sum of two equal terms, and so on."""
    found: Expr = Ref("x")
    for _ in range(times):
        found = Add((found, found))
    return found


def test_trees_made_apart_are_equal_and_have_one_hash() -> None:
    one, other = (read_expression("sum_k a[k] (b[k] + 2)^2") for _ in range(2))
    assert one is not other
    assert one == other
    assert len({one, other}) == 1


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (num(1), num(2)),
        (Ref("a"), Ref("b")),
        (Add((Ref("a"), Ref("b"))), Mul((Ref("a"), Ref("b")))),
        (Add((Ref("a"), Ref("b"))), Add((Ref("b"), Ref("a")))),
        (Num(num(1).value), "1"),
    ],
)
def test_what_is_written_otherwise_is_not_equal(one: Expr, other: object) -> None:
    assert one != other


def test_equal_trees_share_their_parts() -> None:
    one, other = (read_expression("sum_k a[k] b[k]") for _ in range(2))
    assert isinstance(one, Sum)
    assert isinstance(other, Sum)
    assert one == other
    assert one.body is other.body


def test_a_tree_that_holds_its_parts_often_is_compared_part_by_part() -> None:
    """A comparison that looked at every leaf would look at 2^60 of them."""
    assert doubled(60) == doubled(60)
    assert doubled(60) != doubled(59)
