"""A page is complete in itself and lets nothing else in."""

from __future__ import annotations

import base64
import hashlib
import re

import pytest
from tests.show._reading import Page, read

from gory.show import formula, page, tag


@pytest.fixture(scope="module")
def document() -> str:
    return page("Loss < 1 & falling", tag("h1", "A layer"), formula(r"\theta_k", plain="theta[k]"))


@pytest.fixture(scope="module")
def seen(document: str) -> Page:
    return read(document)


def test_it_is_one_balanced_document(document: str, seen: Page) -> None:
    assert document.startswith("<!doctype html>")
    assert seen.is_balanced
    assert [element.text for element in seen.named("title")] == ["Loss < 1 & falling"]
    assert seen.named("html")[0].attributes["lang"] == "en"


def test_nothing_is_fetched(document: str, seen: Page) -> None:
    assert not [e for e in seen.elements if {"src", "href", "srcset"} & set(e.attributes)]
    sources = re.findall(r"url\(([^)]*)\)", "".join(style.text for style in seen.named("style")))
    assert sources
    assert all(source.startswith("data:font/woff2;base64,") for source in sources)


def test_the_policy_admits_the_two_programs_of_the_page_and_no_other(seen: Page) -> None:
    policy = next(e for e in seen.named("meta") if "http-equiv" in e.attributes).attributes
    programs = [element.text for element in seen.named("script")]
    digests = [base64.b64encode(hashlib.sha256(p.encode()).digest()).decode() for p in programs]
    allowed = re.search(r"script-src ([^;]*)", policy["content"] or "")
    assert allowed is not None
    assert allowed[1].split() == [f"'sha256-{digest}'" for digest in digests]
    assert len(programs) == 2
    assert "default-src 'none'" in (policy["content"] or "")


def test_the_fonts_built_in_are_whole(seen: Page) -> None:
    style = seen.named("style")[0].text
    fonts = re.findall(r"data:font/woff2;base64,([^)]*)\)", style)
    assert len(fonts) == len(re.findall("@font-face", style))
    assert all(base64.b64decode(font).startswith(b"wOF2") for font in fonts)


def test_a_formula_without_a_program_is_read_in_the_paper_language(seen: Page) -> None:
    (place,) = seen.of_class("math")
    assert (place.text, place.attributes["data-tex"]) == ("theta[k]", r"\theta_k")
