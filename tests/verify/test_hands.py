r"""One derivation as many hands write it: the right row passes, the wrong one is found.

``[[right||wrong]]`` marks the place of a slip.
"""

from __future__ import annotations

import re

import pytest

from gory import proofread

MARK = re.compile(r"\[\[(.*?)\|\|(.*?)\]\]", re.DOTALL)
HANDS = {
    "a bullet before a second derivative": """
Let q_c = e^(z_c)/(sum_m e^(z_m)) and L = -sum_c t_c ln q_c.

- dL/dz_j = q_j - t_j   (since the labels are one-hot)
- d^2L/(dz_j dz_c) = [[dq_j/dz_c||-dq_j/dz_c]]   (rearrange)
""",
    "targets written out": r"""
Let $L = -(t_1 \log y_1 + t_2 \log y_2 + t_3 \log y_3)$ with $y_k = e^{z_k}/\sum_l e^{z_l}$.
Recall that the labels are one-hot.
$$ \partial L/\partial z_1 = y_1 (t_1 + t_2 + t_3) - t_1 = y_1 - [[t_1||t_2]] $$
""",
    "smoothed targets": r"""
Let $p_i = e^{z_i}/\sum_k e^{z_k}$ and $q_k = (1 - \epsilon) y_k + \epsilon/K$. Let
$L = -\sum_{k=1}^K q_k \log p_k$. Since the targets sum to one,
$$ \partial L/\partial z_i = p_i - [[q_i||y_i]] . $$
""",
    "smoothed by a fraction": r"""
Let $p_i = e^{z_i}/\sum_k e^{z_k}$ and $q_k = (1 - \alpha) y_k + \frac{\alpha}{K}$. The
cross-entropy is $L = -\sum_k q_k \log p_k$ and
$$ \frac{\partial L}{\partial z_i} = p_i \sum_k q_k - q_i = p_i [[-||+]] q_i $$
""",
    "a reason of four words": """
Let v = (1/D) Σ_k (φ_k - μ)^2 and μ = (1/D) Σ_k φ_k.

∂v/∂φ_l = 2 [[(φ_l - μ)||φ_l]] / D   (by the chain rule)
""",
    "a reason in a column": """
Let p_k = e^(z_k) / Σ_j e^(z_j).
∂p_k/∂z_m = p_k (δ_km [[-||+]] p_m)     by the quotient rule for fractions
""",
    "blocks of plain text": """
Let s[m] = Σ_f W_{m,f} x[f] and E = Σ_m s[m].

```
∂E/∂W_{m,j} = (∂E/∂s[m]) [[||2]] x[j]   (by the chain rule)
```
""",
    "a conditional distribution": r"""
Let $q(a \mid x)$ be the output of the network. Put $L = -\sum_a q(a \mid x) \ln q(a \mid x)$.
$$ -q(c \mid x) (\ln q(c \mid x) + 1) + q(c \mid x) \sum_a q(a \mid x) (\ln q(a \mid x) + 1)
= -q(c \mid x) ( \ln q(c \mid x) [[+||-]] L ) $$
""",
    "a bar behind a Greek name": r"""
Let $\sigma(m \mid x) = \dfrac{e^{s_m}}{\sum_k e^{s_k}}$. Then
$$ \dfrac{\partial \sigma(i \mid x)}{\partial s_k}
= \sigma(i \mid x) (\delta_{ik} [[-||+]] \sigma(k \mid x)) $$
""",
    "derivatives as subscripts": r"""
Let $J = \frac12 (h - y)^2$, $h = \sigma(a)$ and $a = \sum_j w_j x_j$. Then
$$ J_{w_j} = J_h h_a a_{w_j} = (h - y) h (1 [[-||+]] h) x_j $$
""",
    "second derivatives as subscripts": r"""
Let $f = x^2 y$. Then $f_x = 2 x y$, $f_{xy} = 2 x$ and $f_{xx} = [[2 y||2 x]]$.
""",
    "an inner product with embeddings": r"""
Let $z \in \mathbb{R}^d$ be the embedding of the anchor and $c_1, \ldots, c_N$ those of the
candidates. The similarity is $s_j = z^\top c_j / \tau$ and
$\ell = -s_1 + \log \sum_j e^{s_j}$, where $p_j = e^{s_j} / \sum_k e^{s_k}$. Then
$$ \nabla_z \ell = \frac{1}{\tau} (\sum_j p_j c_j [[-||+]] c_1) $$
""",
    "layers by number": r"""
We minimise $L$. With $Z_1 = X W_1 + b_1$, $H = \max(0, Z_1)$ and $S = H W_2 + b_2$ we have
$\frac{\partial L}{\partial W_2} = H^T \frac{\partial L}{\partial S}$ and
$$ \frac{\partial L}{\partial W_1} = [[X^T||X]] \frac{\partial L}{\partial Z_1} . $$
""",
    "nabla twice, and a design matrix": r"""
With $y_n = \sigma(\mathbf{w}^T \phi_n)$ and $E(\mathbf{w}) = -\sum_n (t_n \ln y_n
+ (1 - t_n) \ln (1 - y_n))$ we have
$$ \nabla E(\mathbf{w}) = \sum_n (y_n - t_n) \phi_n = \Phi^T (\mathbf{y} - \mathbf{t}) , $$
$$ \nabla \nabla E(\mathbf{w}) = \sum_n y_n (1 [[-||+]] y_n) \phi_n \phi_n^T . $$
""",
    "an unknown function on the way": r"""
Let $h_\theta(x) = \frac{1}{1 + e^{-\theta^T x}}$ and $\ell(\theta) = \sum_{i=1}^m y^{(i)} \log
h_\theta(x^{(i)}) + (1 - y^{(i)}) \log (1 - h_\theta(x^{(i)}))$. Then
$$ \frac{\partial \ell}{\partial \theta_j}
= \sum_i (y^{(i)} [[-||+]] h_\theta(x^{(i)})) x_j^{(i)} $$
""",
    "a reason in brackets": r"""
Let $q = \sigma(a)$.
$$ \frac{dq}{da} = q (1 [[-||+]] q) \qquad [\text{chain rule}] $$
$$ \frac{dq}{da} = q (1 - q) \quad (\text{cancel}) $$
""",
    "a reason and no new row": r"""
Let $p = \sigma(a)$.
$$
\frac{dp}{da} = p (1 - p) \quad \text{(rule)}
= p [[-||+]] p^2
$$
""",
    "a sum in a reason": r"""
Let $p_j = \frac{e^{z_j}}{\sum_k e^{z_k}}$ and $L = -\sum_j t_j \log p_j$.
\begin{dmath*}
\frac{\partial L}{\partial z_i} = p_i [[-||+]] t_i \text{, since $\sum_{j=1}^{N} t_j = 1$}
\end{dmath*}
""",
    "an indicator at the end": r"""
Let $p_j = \frac{e^{z_j}}{\sum_m e^{z_m}}$.
$$ \frac{\partial p_k}{\partial z_l} = - p_k p_l [[+||-]] p_k \mathbf{1}(k = l) $$
""",
    "items that go on": r"""
Let $p = \sigma(a)$.
\begin{itemize}
\item $\frac{dp}{da} = p (1 - p)$
\item $= p [[-||+]] p^2$
\end{itemize}
""",
    "rows of a table that go on": r"""
| step | row | why |
|--|--|--|
| 1 | $\frac{d h}{d z} = \sigma'(z)$ with $h = \sigma(z)$ | chain rule |
| 2 | $= h (1 [[-||+]] h)$ | |
""",
    "plain TeX": r"""
Let $p_i = {e^{z_i} \over \sum_k e^{z_k}}$.
Then ${\partial p_i \over \partial z_j} = p_i (\delta_{ij} [[-||+]] p_j)$.
""",
    "conditions under a sum": r"""
Let $p_i = \frac{e^{z_i}}{\sum_k e^{z_k}}$. Then
$$ 1 - p_m = \sum_{\substack{k=1 \\ k \ne m}}^{M} p_k , $$
$$ 1 - p_m = [[\sum_{k : k \ne m}||\sum_k]] p_k . $$
""",
    "indices in square brackets": r"""
Let $\hat{p}[k] = \frac{\exp(v[k])}{\sum_l \exp(v[l])}$ and $L = -\sum_k y[k] \log \hat p[k]$ with
$\sum_k y[k] = 1$. Then
$$ \frac{\partial L}{\partial v[j]} = \hat p[j] [[-||+]] y[j] $$
""",
    "an expectation in square brackets": r"""
$E[x] = \sum_i p_i x_i$ and $E[y] = \sum_i p_i y_i$. Then
$$ E[x] + E[y] = \sum_i p_i (x_i [[+||-]] y_i) $$
""",
    "a numerator that is one": r"""
Let $\sigma(x) = \frac{1}{1+e^{-x}}$. With $u = 1$, $u' = 0$, $v = 1 + e^{-x}$,
$v' = [[-||]] e^{-x}$ the quotient rule gives
$$ \sigma'(x) = \frac{u' v - u v'}{v^2} = \frac{e^{-x}}{(1+e^{-x})^2} $$
""",
    "up to one constant": r"""
Let $\log p(x) = -\frac{1}{2\sigma^2}(x-\mu)^2 + \text{const}$. Then
$$ \frac{\partial \log p}{\partial \mu} = \frac{1}{\sigma^2} (x [[-||+]] \mu) $$
""",
    "a function by another name": r"""
Let $h_j = \phi(a_j)$ with $\phi = \tanh$ and $a_j = \sum_i w_{ji} x_i$. Then
$$ \frac{\partial h_j}{\partial a_j} = \phi'(a_j) = 1 [[-||+]] h_j^2 $$
""",
    "a bracket behind the last term": """
Let p_k = e^(z_k)/sum_j e^(z_j).

dp_k/dz_l = -p_k [[p_l||p_k]] + p_k [k=l]
dp_k/dz_k = p_k (1 - p_k)
""",
    "a case behind a product": """
Let p_k = e^(z_k)/sum_j e^(z_j).

dp_k/dz_l = p_k (1 [[-||+]] p_k) [k = l]
""",
    "a bullet before a bracket": """
Let S = f^3.

- (∂S/∂f)(f/S) = [[3||2]]
""",
    "a word on the left of a row": r"""
Let $\text{loss} = -\ln \sigma(\eta)$. Then
\begin{align}
\text{loss} &= \ln(1 + e^{[[-\eta||\eta]]})
\end{align}
""",
    "columns of alignat": r"""
Let $a = 3 x$.
\begin{alignat*}{2}
\frac{d a}{d x} &= [[3||6]]
\end{alignat*}
""",
}


def versions(text: str) -> tuple[str, str]:
    return MARK.sub(r"\1", text), MARK.sub(r"\2", text)


@pytest.mark.parametrize("text", HANDS.values(), ids=HANDS)
def test_hands(text: str) -> None:
    right, wrong = (
        [line.verdict for line in proofread(one).lines if line.verdict != "given"]
        for one in versions(text)
    )
    assert right
    assert {*right} <= {"proved", "tested"}
    assert "refuted" in wrong


LOSSES = [
    r"-\sum_m t_m \cdot \ln p_m",
    r"-\sum_m t_m\; \ln(p_m)",
    r"-\sum_m \ln(p_m) t_m",
    r"-\sum_m \bigl(t_m \ln p_m\bigr)",
    r"\sum_m t_m (-\ln p_m)",
    r"\sum_m t_m \ln\frac{t_m}{p_m}",
]


@pytest.mark.parametrize("loss", LOSSES)
def test_targets_are_known_however_a_loss_is_typed(loss: str) -> None:
    text = (
        rf"Let $p_m = e^{{z_m}} / \sum_l e^{{z_l}}$ and $L = {loss}$. SAID"
        "\n"
        r"$$ \frac{\partial L}{\partial z_j} = p_j - t_j $$"
    )
    for said in ("Recall that the targets sum to one.", "Here the labels are one-hot."):
        assert [line.verdict for line in proofread(text.replace("SAID", said)).lines] == ["proved"]
    for said in ("", "The targets are not normalised."):
        assert [line.verdict for line in proofread(text.replace("SAID", said)).lines] == ["refuted"]


def test_weights_are_no_targets() -> None:
    text = r"""
The weighted cross-entropy is $L = -\sum_k w_k y_k \log p_k$ with $p_k = e^{z_k}/\sum_j e^{z_j}$ and
one-hot labels.
$$ \frac{\partial L}{\partial z_i} = p_i \sum_k w_k y_k - w_i y_i = p_i - w_i y_i $$
"""
    assert [line.verdict for line in proofread(text).lines] == ["proved", "refuted"]
