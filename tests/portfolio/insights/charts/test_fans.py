from portfolio.insights.charts import fans


def months(count=18, n=20):
    rows = []
    for place in range(count):
        mean = min(n, 0.8 * place)
        bands = {
            "p10": max(0, mean - 3),
            "p25": max(0, mean - 1),
            "p50": mean,
            "p75": mean + 1,
            "p90": mean + 3,
        }
        year, month = divmod(10 + place, 12)
        rows.append({"on": f"{2026 + year}-{month + 1:02}-20", "mean": mean, **bands})
    return rows


def numbers(path):
    return [tuple(map(float, pair.split())) for pair in path.strip("MZ").split("L")]


def test_it_shows_a_year_in_two_drawings():
    rows = fans.rows(months())
    assert len(rows) == 13
    assert rows[-1]["on"].isoformat() == "2027-11-20"
    assert [drawn.size.name for drawn in fans.fans(rows)] == ["wide", "narrow"]


def test_the_line_lies_inside_its_bands_and_the_bands_inside_the_drawing():
    for drawn in fans.fans(fans.rows(months())):
        middle, outer, inner = (numbers(path) for path in (drawn.middle, drawn.outer, drawn.inner))
        half = len(middle)
        for place, (x, y) in enumerate(middle):
            ceiling, floor = outer[place], outer[2 * half - 1 - place]
            assert ceiling[0] == floor[0] == x
            assert ceiling[1] <= inner[place][1] <= y <= inner[2 * half - 1 - place][1] <= floor[1]
        assert min(y for _, y in outer) >= fans.TOP
        assert max(y for _, y in outer) <= drawn.size.height - fans.BOTTOM
        assert max(x for x, _ in outer) == drawn.right


def test_the_axis_starts_at_zero_and_reaches_the_highest_band():
    drawn = fans.fans(fans.rows(months()))[0]
    assert drawn.levels[0].text == "0"
    assert int(drawn.levels[-1].text) >= 9.6 + 3


def test_the_ends_are_named_and_never_on_top_of_each_other():
    flat = [
        {**row, "mean": 0, "p10": 0, "p25": 0, "p50": 0, "p75": 0, "p90": 0} for row in fans.rows(months())
    ]
    for rows in (fans.rows(months()), flat):
        for drawn in fans.fans(rows):
            ends = [mark for mark in drawn.marks if mark.kind != "tick"]
            assert [mark.text.split(" ", 1)[1] for mark in ends] == [
                "(1 in 10 above)",
                "expected",
                "(1 in 10 below)",
            ]
            assert ends[0].y + fans.APART <= ends[1].y <= ends[2].y - fans.APART


def test_a_new_year_is_named_once():
    drawn = fans.fans(fans.rows(months()))[0]
    assert [mark.text for mark in drawn.marks if mark.kind == "tick"] == [
        "Today",
        "Feb 2027",
        "May",
        "Aug",
        "Nov",
    ]


def test_a_what_if_is_a_line_of_its_own():
    rows = fans.rows(months())
    assert fans.fans(rows)[0].alternative == ""
    drawn = fans.fans(rows, [row["mean"] / 2 for row in rows])[0]
    assert all(
        there[1] >= here[1]
        for here, there in zip(numbers(drawn.middle), numbers(drawn.alternative), strict=True)
    )


def test_nothing_is_drawn_of_one_month():
    assert fans.fans(fans.rows(months(1))) == ()
