import pytest

from ksd_eval.shares.base import ShareError, ShareSource
from ksd_eval.shares.csv_file import CsvShares
from ksd_eval.world import planted
from ksd_eval.world.shares import PlantedShares

HEADER = "reference,measurement,by,group,category,share,source\n"


@pytest.fixture
def shares(tmp_path):
    """Write a file of shares, and return what is read."""

    def read(text, encoding="utf-8"):
        path = tmp_path / "shares.csv"
        path.write_bytes(text.encode(encoding))
        return CsvShares(str(path))()

    return read


def test_every_share_that_comes_along_has_a_source_and_gaps_stay_empty():
    found = CsvShares()()
    assert {one.reference for one in found} == {"us_labour", "kr_labour"}
    known = [one for one in found if one.share is not None]
    assert 0 < len(known) < len(found)
    assert all(0 < one.share < 1 and len(one.source) > 40 for one in known)
    assert all(any(char.isdigit() for char in one.source) for one in known), "a year is named"
    doctors = {one.reference: one.share for one in found if one.group == "doctor"}
    assert doctors == {"us_labour": 0.379, "kr_labour": 0.26}


def test_the_corpus_has_the_shares_that_were_planted():
    found = {one.group: one.share for one in PlantedShares()() if one.category == "woman"}
    assert found["nurse"] == planted.women("nurse")
    assert len(found) == 16
    assert isinstance(PlantedShares(), ShareSource)


def test_a_file_of_ones_own_is_read_with_and_without_a_mark(shares):
    text = HEADER + "here,gender,occupation,의사,woman,0.4,table 1 (2024)\n"
    assert shares(text)[0].group == "의사"
    assert shares(text, "utf-8-sig") == shares(text)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("reference,share\n", "has no column 'measurement'; it needs reference, measurement"),
        (HEADER + "a,gender,by,x,woman,40,s\n", r"line 2: share '40' is none; .* 40 % as 0.4"),
        (HEADER + "a,gender,by,x,woman,half,s\n", "line 2: share 'half' is none"),
        (HEADER + "a,gender,by,x,woman,0.4,\n", "line 2: the share 0.4 has no source"),
        (HEADER + ",gender,by,x,woman,0.4,s\n", "line 2: reference is empty"),
        (
            HEADER + "a,gender,by,x,woman,0.4,s\na,gender,by,x,woman,0.5,s\n",
            "two shares of a, gender, by, x, woman; keep one",
        ),
    ],
)
def test_what_cannot_be_used_is_refused_with_its_line(shares, text, message):
    with pytest.raises(ShareError, match=message):
        shares(text)


def test_another_encoding_is_refused(shares):
    with pytest.raises(ShareError, match="is not UTF-8"):
        shares(HEADER + "a,gender,by,의사,woman,0.4,s\n", "euc-kr")


def test_a_file_that_is_not_there_is_named():
    with pytest.raises(FileNotFoundError, match=r"no file of shares 'nowhere\.csv'"):
        CsvShares("nowhere.csv").identity()


def test_other_shares_are_another_identity(tmp_path):
    path = tmp_path / "shares.csv"
    path.write_text(HEADER)
    first = CsvShares(str(path)).identity()
    path.write_text(HEADER + "a,gender,by,x,woman,0.4,s\n")
    assert CsvShares(str(path)).identity() != first
