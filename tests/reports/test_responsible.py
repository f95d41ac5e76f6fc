import re

from ksd_eval.reports import responsible


def test_the_page_leads_to_what_its_numbers_may_not_be_used_for(written):
    for name in ("report.html", "report.md"):
        text = (written.folder / name).read_text(encoding="utf-8")
        assert "RESPONSIBLE_USE.md" in text
    for name in responsible.TEXTS.values():
        assert (written.folder / name).read_bytes() == responsible.source(name).read_bytes()


def test_beside_a_page_its_own_links_lead_somewhere(written):
    for name in responsible.TEXTS.values():
        text = (written.folder / name).read_text(encoding="utf-8")
        links = [link for link in re.findall(r"\]\(([^)]+)\)", text) if "://" not in link]
        assert links
        assert all((written.folder / link).is_file() for link in links)


def test_a_wheel_brings_the_texts(tmp_path, monkeypatch):
    (tmp_path / "RESPONSIBLE_USE.md").write_text("here")
    monkeypatch.setattr(responsible, "PACKAGE", tmp_path)
    assert responsible.source("RESPONSIBLE_USE.md") == tmp_path / "RESPONSIBLE_USE.md"
