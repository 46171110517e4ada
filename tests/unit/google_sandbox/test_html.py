"""HTML that cannot be broken out of."""

from google_sandbox.pages.html import page, tag


def test_text_and_attributes_are_escaped() -> None:
    shown = tag("p", "<script>", title='"><script>').text
    assert shown == '<p title="&quot;&gt;&lt;script&gt;">&lt;script&gt;</p>'


def test_elements_nest_and_flags_stand_alone() -> None:
    shown = tag("label", tag("input", type="checkbox", checked=True, disabled=False), ["a", None, 3], class_="x").text
    assert shown == '<label class="x"><input type="checkbox" checked>a3</label>'


def test_a_page_escapes_its_title() -> None:
    assert "<title>&lt;b&gt; · Sandbox Google</title>" in page("<b>")
