"""Lines of Markdown from which the property tests put answers together."""

from __future__ import annotations

from hypothesis import strategies as st

LINES = st.sampled_from(
    [
        "", "", "word and more", "**bold** and `code`", "# Title", "---", "===", "- item", "- [x] done", "  - nested",
        "* star", "1. one", "2. two", "7) seven", "   indented", "    code", "\ttab", "> quote", "> - quoted item", ">",
        "```python", "```", "~~~", "  ```", "    ```", "def f():", "| a | b |", "|---|:-:|", "| 1 | 2 |", "a | b",
        "- | a | b |", "  |---|---|", "  | 1 | 2 |", "> | a | b |", "> |---|---|", "10. ten", "> ```", "> code", "1) x",
        "-", "+", "1.", "- ```", "  more", "![x](y.png)", "[l](http://a.b/c)", "[r]: http://x.y", "https://q.r/s?t=1.",
        "\\[", "\\]", "$$", "a_1 = b_1", "- c", "\\[ x_1 \\]", "$$ y_2 $$", "word \\(a_b\\) and $c_d$ for $5",
        "  \\[", "> \\[",
        "<b>html</b>", "/* open", "close */", '"""', "x" * 300, "word " * 90, "- " + "long " * 900, "long words " * 420,
    ]
)  # fmt: skip
