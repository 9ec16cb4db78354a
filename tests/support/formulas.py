"""Formulas as models write them."""

from __future__ import annotations

IN_LINE = (
    r"\(a^2 + b^2 = c^2\)", r"$E = mc^2$", r"$x_1, x_2, \ldots, x_n$", r"\(\frac{1}{2}\)", r"$\tfrac{3}{4}$",
    r"\(\sqrt{2} \approx 1.414\)", r"$\sqrt[3]{27} = 3$", r"$\alpha, \beta, \Gamma, \Omega$", r"\(\pi r^2\)",
    r"$90^\circ$", r"\(5 \times 10^{-3}\,\text{m}\)", r"$\vec{v} = \hat{x} + \bar{y} + \dot{z} + \tilde{w}$",
    r"$f(x) = \sin x + \log_2 n$", r"\(\lim_{x \to 0} \frac{\sin x}{x} = 1\)", r"$a \leq b \neq c \geq d$",
    r"$A \subseteq B \cup C \cap D$", r"$\forall x \in \mathbb{R}, \exists y$",
    r"\(\lfloor x \rfloor + \lceil y \rceil\)",
    r"$p=25.6\$$", r"\(\binom{n}{k}\)", r"$|x| + \|v\|$", r"$x \to \infty$", r"\(a \equiv b \pmod{n}\)",
    r"$\overline{AB} \parallel \overline{CD}$", r"$\mathcal{O}(n \log n)$", r"\(\nabla \cdot \mathbf{E}\)",
    r"$P(A \mid B)$", r"$\Rightarrow$", r"\(x' + f''(x)\)", r"$100\%$", r"$\text{if } x > 0$",
    r"\(\mathrm{H_2O}\)", r"$\operatorname{softmax}(z)_i$", r"\(\dfrac{a+b}{c}\)",
)  # fmt: skip

OF_THEIR_OWN = (
    r"\[ x = \frac{-b \pm \sqrt{b^2 - 4ac}}{2a} \]",
    r"$$\sum_{i=1}^{n} i = \frac{n(n+1)}{2}$$",
    r"\[\int_0^\infty e^{-x^2}\,dx = \frac{\sqrt{\pi}}{2}\]",
    r"$$\prod_{k=1}^{n} k = n!$$",
    r"\[ \oint_C \mathbf{F} \cdot d\mathbf{r} = \iint_S (\nabla \times \mathbf{F}) \cdot d\mathbf{S} \]",
    r"\[ A = \begin{pmatrix} a & b \\ c & d \end{pmatrix} \]",
    r"$$\begin{bmatrix} 1 & 0 & 0 \\ 0 & 1 & 0 \\ 0 & 0 & 1 \end{bmatrix}$$",
    r"\[ \det \begin{vmatrix} a & b \\ c & d \end{vmatrix} = ad - bc \]",
    r"\[ f(x) = \begin{cases} x^2 & \text{if } x \geq 0 \\ -x & \text{otherwise} \end{cases} \]",
    "\\[\n\\begin{aligned}\n2x + 3 &= 7 \\\\\n2x &= 4 \\\\\nx &= 2\n\\end{aligned}\n\\]",
    "\\begin{align*}\na &= b + c \\\\\n  &= d\n\\end{align*}",
    r"\begin{equation} F = G \frac{m_1 m_2}{r^2} \label{eq:f} \end{equation}",
    "$$\n\\begin{gather}\nx + y = 1 \\\\\nx - y = 0\n\\end{gather}\n$$",
    r"\[ \boxed{x = 42} \]",
    r"$$\boxed{\frac{1}{2}}$$",
    r"\[ \left( \frac{a}{b} \right)^2 + \left[ \sum_i x_i \right] + \left\{ y \right\} \]",
    r"\[ a_0 + \cfrac{1}{a_1 + \cfrac{1}{a_2 + \cfrac{1}{a_3 + \cfrac{1}{a_4}}}} \]",
    r"\[ \frac{\frac{a}{b}}{\frac{c}{d}} = \frac{ad}{bc} \]",
    r"$$\frac{\partial^2 u}{\partial t^2} = c^2 \nabla^2 u$$",
    r"\[ \underbrace{1 + 2 + \cdots + n}_{n \text{ terms}} \]",
    r"\[ \overset{!}{=} \quad \underset{x}{\arg\min}\; f(x) \]",
    r"\[ e^{i\pi} + 1 = 0 \tag{1} \]",
    r"$$\lim_{n \to \infty} \left(1 + \frac{1}{n}\right)^n = e$$",
    r"\[ H(X) = -\sum_{x \in \mathcal{X}} p(x) \log_2 p(x) \]",
    r"\[ \text{Area} = \text{length} \times \text{width} = 5\,\text{cm} \times 3\,\text{cm} = 15\,\text{cm}^2 \]",
    r"\[ x \implies y \iff z \]",
    r"\[ \left. \frac{df}{dx} \right|_{x=0} \]",
    r"\[ \mathbb{E}[X] = \int_{-\infty}^{\infty} x f(x)\, \mathrm{d}x \]",
    r"\[ \sigma = \sqrt{\frac{1}{N} \sum_{i=1}^N (x_i - \mu)^2} \]",
    r"\[ \cancel{x} + \mathbf{A}^{-1} \mathbf{A}^\top \]",
)

NOT_DRAWN = (
    r"\(\unknowncommand{x}\)", r"$\frac{a}$", r"\(\left( x\)", r"$x_{$", r"\(\text{面积} = a\)", r"\(\)",
    r"\[ \left[ \begin{array}{cc|c} 1 & 2 & 3 \end{array} \right] \]",
    r"\[ \begin{array}{c} a \\ \hline b \end{array} \]",
    r"\[ \begin{tikzpicture} \draw (0,0); \end{tikzpicture} \]", r"\[ \begin{pmatrix} a & b \]", r"$\ref{eq:f}$",
)  # fmt: skip
"""Not known to the library, cut off, with letters that its font has not, or with lines that it leaves out."""
