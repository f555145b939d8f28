"""Proximal quasi-Newton steps on the active coefficients, for L1 penalties and many coefficients.

The loss is replaced by a quadratic whose curvature is

    B = B0 - Q M^-1 Q',    Q = [B0 S, Y],

the BFGS matrix of the last steps S and changes of gradient Y in its compact form, on top of a
metric B0 of one feature matrix per class, or of the diagonal where there are too many columns. The
exact penalty is kept. Coordinate descent minimizes the sum over the coefficients that are not zero
or want to leave zero; then the others are asked again. All of this needs no pass over the rows; a
step costs one, because along it the logits are linear.

Source: Scheinberg and Tang, *Practical inexact proximal quasi-Newton method with global complexity
analysis*; Byrd, Nocedal and Schnabel, *Representations of quasi-Newton matrices and their use in
limited memory methods*.
"""

from __future__ import annotations

from collections import deque
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ._coordinate_sweeps import sweep_for
from ._elastic import ElasticProblem
from ._source import Point

Array = NDArray[Any]
import os
MAX_PAIRS = int(os.environ.get("PAIRS", 50))
PAIR_BYTES = 1 << 28
ETA = float(os.environ.get("ETA", 1e-3))
SW = int(os.environ.get("SW", 200))
REB = eval(os.environ.get("REB", "(0, 3, 8, 18, 40, 80, 160, 320)"))


class BlockMetric:
    def __init__(self, problem, rng):
        from ._class_blocks import ClassBlockPreconditioner
        from ._problem import Problem
        self.maker = ClassBlockPreconditioner(Problem(problem.source, problem.ridge), rng)

    def rebuild(self, point):
        self.blocks = np.array(list(self.maker._blocks(point)))
        d = np.einsum("kjj->kj", self.blocks)
        d += 1e-6 * d.mean(axis=1, keepdims=True)

    def diagonal(self):
        return np.einsum("kjj->kj", self.blocks)

    def times(self, D):
        return np.matmul(self.blocks, D[:, :, None])[..., 0]

    def part(self, active):
        """blocks flat, first, width, place for the active coords (bool (K,p))"""
        flat, first, width, place = [], [], [], []
        n = off = 0
        for k in range(len(active)):
            idx = np.flatnonzero(active[k])
            m = len(idx)
            flat.append(self.blocks[k][np.ix_(idx, idx)].ravel())
            first.append(np.full(m, n)); width.append(np.full(m, m))
            place.append(off + m * np.arange(m))
            n += m; off += m * m
        return tuple(np.concatenate(a) for a in (flat, first, width, place))


class DiagonalMetric:
    def __init__(self, problem, rng):
        pass

    def rebuild(self, point):
        d = point.hessian_diagonal()
        self.d = d + 1e-9 * d.mean()

    def diagonal(self):
        return self.d

    def times(self, D):
        return self.d * D

    def part(self, active):
        flat = self.d[active]
        n = np.arange(len(flat))
        return flat, n, np.ones_like(n), n


class ProximalQuasiNewton:
    def __init__(self, problem: ElasticProblem, rng) -> None:
        self.problem = problem
        K, p = problem.source.n_classes, len(problem.ridge)
        blocks = p <= 4000 and 8.0 * K * p * p <= 5e8
        self.metric = BlockMetric(problem, rng) if blocks else DiagonalMetric(problem, rng)
        room = max(4, min(MAX_PAIRS, int(PAIR_BYTES / (16.0 * K * p))))
        self.pairs = deque(maxlen=room)
        self.last = None
        self.step = 0
        self.sweeps = 0

    def __call__(self, point: Point, gradient: Array, /):
        theta = point.theta
        if self.last is not None:
            s, y = theta - self.last[0], gradient - self.last[1]
            sy = float(np.sum(s * y))
            if sy > 1e-300:
                self.pairs.append((s, y))
        self.last = theta.copy(), gradient.copy()
        if self.step in REB:
            self.metric.rebuild(point)
            self.scale = 1.0
        self.step += 1
        target = self.minimizer(theta, gradient)
        move = target - theta
        problem = self.problem
        start = problem.penalty_of(theta)
        promised = float(np.sum(gradient * move)) + problem.penalty_of(target) - start
        noise = 1e-14 * abs(point.loss + start)
        if promised > noise or not move.any():
            return None
        ray, t = point.ray(move), 1.0
        for _ in range(40):
            change = ray.slope(t)[0] - point.loss + problem.penalty_of(theta + t * move) - start
            if change <= 1e-3 * t * promised + noise:
                return ray.point(t)
            t *= 0.5
        return None

    def minimizer(self, theta, gradient):
        problem = self.problem
        K, p = theta.shape
        ridge = np.broadcast_to(problem.ridge, theta.shape)
        lasso = np.broadcast_to(problem.lasso, theta.shape)
        sigma = 1.0
        if self.pairs:
            S = [s for s, _ in self.pairs]
            Y = [y for _, y in self.pairs]
            BS = [self.metric.times(s) for s in S]
            sigma = float(np.sum(S[-1] * Y[-1]) / np.sum(S[-1] * BS[-1]))
            sigma = min(max(sigma, 0.3), 3.0)
            m = len(S)
            Sm = np.array([s.ravel() for s in S]); Ym = np.array([y.ravel() for y in Y])
            BSm = sigma * np.array([b.ravel() for b in BS])
            SY = Sm @ Ym.T
            SBS = Sm @ BSm.T
            L = np.tril(SY, -1)
            M = np.block([[SBS, L], [L.T, -np.diag(np.diagonal(SY))]])
            Q = np.concatenate([BSm, Ym]).T  # D, 2m
            T = Q @ np.linalg.pinv(M, hermitian=True, rcond=1e-14)
        else:
            Q = T = np.zeros((K * p, 0))
        diag = sigma * self.metric.diagonal()
        low_diag = np.einsum("ij,ij->i", Q, T).reshape(K, p)
        curvature = np.maximum(diag - low_diag, 1e-8 * diag) + ridge
        active = (theta != 0) | (lasso == 0) | (np.abs(gradient + ridge * theta) > lasso)
        v = theta.copy()
        for round_ in range(6):
            flat = active.ravel()
            blocks, first, width, place = self.metric.part(active)
            delta = v - theta
            slope_all = gradient + sigma * self.metric.times(delta)
            low = T.T @ delta.ravel()
            va, sa = v[active], slope_all[active]
            Qa, Ta = np.ascontiguousarray(Q[flat]), np.ascontiguousarray(T[flat])
            sw = sweep_for(len(va))
            total = 0.0
            for _ in range(SW):
                fallen = sw(va, sa, low, curvature[active], ridge[active], lasso[active],
                            sigma * blocks, first, width, place, Qa, Ta)
                total += fallen
                self.sweeps += 1
                if fallen <= ETA * total:
                    break
            v[active] = va
            delta = v - theta
            slope_all = gradient + sigma * self.metric.times(delta) - (Q @ (T.T @ delta.ravel())).reshape(K, p)
            new = ~active & (np.abs(slope_all) > lasso * (1 + 1e-9)) & (diag > 0)
            if not new.any():
                break
            active = active | new
        return v
