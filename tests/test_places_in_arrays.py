"""Places in texts of arrays: what an error points at, which part an entry came from, and where the rows end.

In a text of these tests « and » stand round what the error is to point at.
"""

from __future__ import annotations

import pytest

from gradcli.errors import GradcliError, Source
from gradcli.files.array_data import ArrayText, index_text
from gradcli.files.array_text import read_array
from gradcli.files.delimited_arrays import read_delimited
from gradcli.files.json_objects import object_spans
from gradcli.files.pasted_arrays import unwrapped

MISSING, ALIKE = "a number is missing here", "a number beside a list of numbers"
ONE_LENGTH, BLANKS = "all rows of an array are of one length", "blanks separate the entries here"
OWN = "a row in brackets of its own has no ; in it"
TWO, NO_COMMA = "these may be two entries or a difference", "a comma is missing here"


def is_number(text: str) -> bool:
    return text in ("e", "pi") or text.strip().replace(".", "").replace("/", "").isdigit()


def bare(marked: str) -> str:
    return marked.replace("«", "").replace("»", "")


def pointed_at(marked: str, error: GradcliError) -> str:
    """Return the text with marks round what an error points at."""
    assert error.span is not None
    text, (start, end) = bare(marked), error.span
    return f"{text[:start]}«{text[start:end]}»{text[end:]}"


@pytest.mark.parametrize(("marked", "message"), [
    ("[[1, 2], [«3»]]", "row 1 has 1 number, row 0 has 2"), ("[[1,2],[3,4],[«5»]]", "row 2 has 1 number, row 0 has 2"),
    ("[1,2;«3»]", "row 1 has 1 number, row 0 has 2"), ("1 2;3 4; «5 6 7» ;", "row 2 has 3 numbers, row 0 has 2"),
    ("[[[1,1,1],[1,2,3]],[[«1,2»],[3,4]]]", "row [1,0] has 2 numbers, row [0,0] has 3"),
    ("[[[1,2]],[[«3,4»],[5,6]]]", "part 1 has 2 rows, part 0 has 1"),
    ("[[[1,2],[3,4]],[[«5,6»]]]", "part 1 has 1 row, part 0 has 2"),
    ("[[[[1]]],[[[«1»]],[[2]]]]", "part 1 has 2 parts, part 0 has 1"),
    ("[[[[1],[2]]],[[[1],[3]]],[[[«2»]]]]", "part 2 has 1 row, part 0 has 2"),
    ("[[1,2]]«]»", "] closes nothing"), ("[1,2] «+ [3,4]»", "an array ends before this"),
    ("[[1],[2]] «x»", "an array ends before this"), ("  [1,2]  «3» ", "an array ends before this"),
    ("[1]«[2]»", "an array ends before this"), ("[1, «[»2]]", ALIKE), ("[[1]«, 2»]", ALIKE), ("[[1],[2]«, 3» ]", ALIKE),
    ("[[[[«[»1]]]]]", "an array has at most four axes"), ("«[»[1,2],[3,4]", "[ is not closed"),
    ("«[» 1, 2", "[ is not closed"), ("[1, «[»2", ALIKE), ("«[»[1,2],[[3]]]", "lists of different depth"),
    ("«[»]", "this array is empty"), ("[«[»]]", "this array is empty"), ("[« »]", "this array is empty"),
    ("[1,«,»2]", MISSING), ("[1,2,«,»]", MISSING), ("[«,»]", MISSING), ("[«,»1]", MISSING),
    ("[1 «...» 2]", "numbers are left out here"), ("[1, «…»]", "numbers are left out here"),
    (r"[1 «\ldots» 2]", "numbers are left out here"), (r"[1, «\dots», 2]", "numbers are left out here"),
    ("[«(1,2)», 3]", "a list in parentheses"), ("[1 «+» 2]", BLANKS), ("[«a*» b]", BLANKS), ("[1 «*b»]", BLANKS),
    ("[3 1 «-» 2]", BLANKS), ("[«1 -2», 3]", TWO), ("[3, «a -b»]", TWO), ("[«1 2», 3]", NO_COMMA),
    ("[«1 2» , 3 4]", NO_COMMA), ("[1,«2\n3»,4]", NO_COMMA), ("[[1«;»2],[3;4]]", OWN), ("[[1,2«;»3,4]]", OWN),
    ("[[1 2];[3 «;» 4]]", OWN), ("[[[1],[2«;»]],[[3],[4]]]", OWN), ("[[1«;»]]", OWN),
])  # fmt: skip
def test_what_an_error_points_at(marked: str, message: str) -> None:
    with pytest.raises(GradcliError) as caught:
        read_array(Source("x", bare(marked)))
    assert (caught.value.message, pointed_at(marked, caught.value)) == (message, marked)
    assert caught.value.hint


@pytest.mark.parametrize(("text", "hint"), [
    ("[(1, 2)]", "write [1, 2]"), ("[1 -2, 3]", "write 1, -2, or leave no blanks"), ("[a  +b, 3]",
     "write a, +b, or leave no blanks"), ("[1 2 3, 4]", "write 1, 2, 3; or ; between rows"),
    (f"[({'1,' * 40})]", f"write [{'1,' * 28}1...]"),
])  # fmt: skip
def test_what_to_write_in_place(text: str, hint: str) -> None:
    with pytest.raises(GradcliError) as caught:
        read_array(Source("x", text))
    assert caught.value.hint == hint


@pytest.mark.parametrize(("text", "shape", "entries", "odd"), [
    ("[1;2;]", (2, 1), "1|2", []), ("[1 +2 3]", (3,), "1|+2|3", []), ("1;2;3", (3, 1), "1|2|3", []),
    ("[1 2\n3 4]", (2, 2), "1|2|3|4", []), ("[1 2\n\n3 4]", (2, 2), "1|2|3|4", []), ("1;;2", (2, 1), "1|2", []),
    ("[[1]\n[2]]", (2, 1), "1|2", []), ("[[1] [2]]", (2, 1), "1|2", []), ("[[1];[2]]", (2, 1), "1|2", []),
    ("[1,\n2,\n3]", (3,), "1|2|3", []), ("[[1,2]]", (1, 2), "1|2", []),
    ("[[[1,2],[3,4]]]", (1, 2, 2), "1|2|3|4", []), ("[[[[1],[2]]],[[[3],[4]]]]", (2, 1, 2, 1), "1|2|3|4", []),
    ("[[[1],[2],[3]],[[4],[5],[6]]]", (2, 3, 1), "1|2|3|4|5|6", []), ("[1, [", None, "", []),
    ("[True, false, 2]", (3,), "1|0|2", [0, 1]), ("[1e400, 2, 1E-400]", (3,), "1e400|2|1E-400", [0, 2]),
    ("[1e99, 2]", (2,), "1e99|2", []), ("[f(1) -2, 3]", (2,), "f(1) -2|3", [0]), ("[(1 2)]", (1,), "(1 2)", [0]),
    (r"[\frac{1}{2} 3]", (2,), r"\frac{1}{2}|3", [0]), ("[f(1, 2), g(3), 4]", (3,), "f(1, 2)|g(3)|4", [0, 1]),
    ("[1 a, 3]", (2,), "1 a|3", [0]), ("[[1, x], [1e400, 3]]", (2, 2), "1|x|1e400|3", [1, 2]),
    (f"[1, {'2' * 200}]", (2,), f"1|{'2' * 200}", []), (f"[1, {'2' * 201}]", (2,), f"1|{'2' * 201}", [1]),
    (f"[x, {'2' * 200}]", (2,), f"x|{'2' * 200}", [0]), (f"[x, {'2' * 201}]", (2,), f"x|{'2' * 201}", [0, 1]),
])  # fmt: skip
def test_what_an_array_holds(text: str, shape: tuple[int, ...] | None, entries: str, odd: list[int]) -> None:
    if shape is None:
        with pytest.raises(GradcliError):
            read_array(Source("x", text))
        return
    found = read_array(Source("x", text))
    assert found is not None
    assert (found.data.shape, list(found.data.entries), list(found.odd)) == (shape, entries.split("|"), odd)
    if "true" not in text.lower():
        assert stands(found) == entries.split("|")


def stands(found: ArrayText) -> list[str]:
    """Return the texts at the places of the entries."""
    return [found.source.text[slice(*found.span(k))] for k in range(len(found.data.entries))]


@pytest.mark.parametrize("text", ["x=1;2", "3", "x*y", "(1;2", "a;b=c", "", "1 2 3"])
def test_what_is_no_array(text: str) -> None:
    assert text == "(1;2" or read_array(Source("x", text)) is None


ONES = "1 " * 33 + "1"  # 67 columns


def test_lines_that_numpy_had_to_break() -> None:
    """A line is broken where the next number and a blank or bracket do not fit in 70 columns more."""
    rows = read_array(Source("x", f"[{ONES}\n{ONES}]"))
    assert rows is not None
    assert rows.data.shape == (2, 34)
    vector = read_array(Source("x", f"[{ONES}\n11 1]"))
    assert vector is not None
    assert vector.data.shape == (36,)
    with pytest.raises(GradcliError, match="these lines may be one vector or the rows of a matrix") as caught:
        read_array(Source("x", f"[{ONES}\n11{ONES[1:]}]"))
    assert caught.value.span == (1, 137)
    short = read_array(Source("x", f"[{ONES}\n\n{ONES}]"))
    assert short is not None
    assert short.data.shape == (2, 34)


@pytest.mark.parametrize(("marked", "message"), [
    ("1,2\n«3,4,5»\n", "line 2 has 3 numbers, line 1 has 2"), ("1,2\n3,«oh» \n", ""),
    ("1,«,»2\n", "this cell is empty"),
    ("1,2,«\n»3,4,\n", "this cell is empty"), ("«1,5»;2,5\n", "a number with a comma"),
    ("«,»a,b\n0,1,2\n", "the first column has no name: it may count the rows, and be no numbers of the array"),
    ("«e,pi»\n1,2\n", "this line may be a header or constants"),
    ("«a,b»\n\n# c\n", "there are no numbers below the header"),
    ("a b\n1 2\n«3»\n", "line 3 has 1 number, line 2 has 2"),
    ("a;b\n\n1;2\n«3;4;5»\n", "line 4 has 3 numbers, line 3 has 2"),
])  # fmt: skip
def test_what_an_error_in_rows_points_at(marked: str, message: str) -> None:
    if not message:
        found = read_delimited(Source("f", bare(marked)), None, None, is_number)
        assert (list(found.odd), stands(found)[3]) == ([3], "oh")
        return
    with pytest.raises(GradcliError) as caught:
        read_delimited(Source("f", bare(marked)), None, None, is_number)
    assert (caught.value.message, pointed_at(marked, caught.value)) == (message, marked)


@pytest.mark.parametrize(("marked", "column", "message", "hint"), [
    ("«a,b»\n1,2\n", "c", "there is no column c", "the columns are a, b"),
    ("«price,b»\n1,2\n", "prise", "there is no column prise", "did you mean price?"),
    ("«a,a»\n1,2\n", "a", "there are 2 columns a", "rename one"),
    ("«1,2»\n", "a", "there is no column a: the first line is no header",
     "leave out what follows the colon to read all columns"),
    ("a,b\n«3»\n", "b", "line 2 has 1 cell, and the column is number 2", "all rows are of one length"),
    (f"«{','.join('abcdefgh')}»\n{'1,' * 7}1\n", "zz", "there is no column zz",
     "the columns are a, b, c, d, e, f, g, h"),
    (f"«{','.join('abcdefghi')}»\n{'1,' * 8}1\n", "zz", "there is no column zz",
     "the columns are a, b, c, d, e, f, g, h, ..."),
])  # fmt: skip
def test_columns_that_are_not_there(marked: str, column: str, message: str, hint: str) -> None:
    with pytest.raises(GradcliError) as caught:
        read_delimited(Source("f", bare(marked)), None, column, is_number)
    assert (caught.value.message, pointed_at(marked, caught.value), caught.value.hint) == (message, marked, hint)


@pytest.mark.parametrize("text", [
    "1,2\n3,4\n", " 1 , 2 \n\n3,4", "1;2\n3;4", "1\t2\n 3\t4 ", "1 2\n3 4", "# c\na,b\n1,2\n#\n3,4", '"1",2\n3,"4"\n',
    "1,x\n3,4\n", "  1   2\n 3 4 \n",
])  # fmt: skip
def test_where_the_entries_of_rows_stand(text: str) -> None:
    found = read_delimited(Source("f", text), None, None, is_number)
    assert found.data.shape == (2, 2)
    assert stands(found) == list(found.data.entries)
    assert [entry for entry in found.data.entries if entry != "x"] == [c for c in text if c.isdigit()]


def test_cells_in_quotation_marks() -> None:
    text = 'a,"b ""c"", d", e \n"1" , 2,3\n4,"5", "6"\n'
    for column, entries in (("a", "14"), ('b "c", d', "25"), ("e", "36")):
        assert stands(read_delimited(Source("f", text), None, column, is_number)) == list(entries)


@pytest.mark.parametrize(("text", "blank", "kind"), [
    ("array([1, 2])", "      [1, 2] ", "array"), ("np.array([1, 2], dtype=float)", None, "array"),
    ("tensor(3.5, grad_fn=<A>)", "       3.5", "number"), ("tensor(3.5)", "       3.5", "number"),
    ("[np.float64(0.5), 2]", "[           0.5 , 2]", ""), ("['1', \"2\"]", "[ 1 ,  2 ]", ""),
    ("[1, ...\n2]", "[1,     2]", ""), ("1 & 2 \\\\ 3 & 4", "1 , 2 ;  3 , 4", "array"),
    ("1 & 2 \\\\[2pt] 3", "1 , 2 ;       3", "array"), ("x = 1", "x = 1", ""),
])  # fmt: skip
def test_a_wrapper_is_blanked_and_places_stay(text: str, blank: str | None, kind: str) -> None:
    found, what = unwrapped(Source("x", text))
    assert what == kind
    assert blank is None or found == blank
    if kind == "array":
        assert len(found) == len(text)


@pytest.mark.parametrize(("marked", "message"), [
    ("array([1, 2]«»", "( is not closed"), ("array(«[»1, 2", "[ is not closed"), ("tensor(3«»", "( is not closed"),
    ("array([1, 2]) «+ 1»", "this is no part of an array"), ("array([1, 2])«.T» ", "this is no part of an array"),
    ("tensor(3.5«) * 2»", "this is no part of an array"),
])  # fmt: skip
def test_what_an_error_in_a_wrapper_points_at(marked: str, message: str) -> None:
    with pytest.raises(GradcliError) as caught:
        read_array(Source("x", bare(marked)))
    assert caught.value.message == message
    assert caught.value.span is not None


def test_keys_and_values_of_an_object() -> None:
    text = ' { "a" : [1, {"b": 2}] ,\n"c\\u0041":3.50, "d": {} , "e":"}" } '
    found = [(text[slice(*key)], text[slice(*value)]) for key, value in object_spans(text)]
    assert found == [('"a"', '[1, {"b": 2}]'), ('"c\\u0041"', "3.50"), ('"d"', "{}"), ('"e"', '"}"')]
    assert object_spans(" { } ") == []


@pytest.mark.parametrize(("place", "shape", "text"), [
    (0, (3,), "[0]"), (2, (3,), "[2]"), (3, (2, 3), "[1,0]"), (5, (2, 3), "[1,2]"), (23, (2, 3, 4), "[1,2,3]"),
    (0, (), "[]"),
])  # fmt: skip
def test_the_index_of_a_place(place: int, shape: tuple[int, ...], text: str) -> None:
    assert index_text(place, shape) == text
