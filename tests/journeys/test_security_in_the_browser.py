"""Whatever people type, in whatever place it is shown: no script runs, nothing is fetched, nothing obeys it."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from playwright.sync_api import Page, Request, Route
from sqlalchemy import select

from forum.answers.models import Answer
from forum.core.db import db
from forum.departments.models import Department
from forum.people.changing import describe
from forum.people.joining import join
from forum.people.models import Person
from forum.posts.thanks import thank
from forum.posts.writing import write
from forum.questions.asking import edit_question
from forum.questions.models import Question
from tests import factories
from tests.journeys import hostile
from tests.journeys.conftest import Site, Visit, Watch

pytestmark = pytest.mark.browser

EVERY = 48  # of the collected samples: about a hundred, from every collection
TRAP = """for (const name of ["alert", "confirm", "prompt", "print"])
  window[name] = () => console.error(`a script ran and called ${name}`);"""

# What stands in a text and should not: tags that are not for texts, handlers, running addresses, names that others
# look for, and attributes that our own scripts obey; and what should stand nowhere on a page.
TAGS = (
    "P BR HR EM STRONG DEL SUP SUB KBD CODE PRE BLOCKQUOTE UL OL LI H3 H4 H5 H6 A TABLE THEAD TBODY TR TH TD DIV SPAN"
    " INPUT ABBR"
).split()
ATTRIBUTES = "class href title id rel type checked disabled align start tabindex role aria-label".split()
STRANGE = """([tags, names]) => {
  const runs = ({ name, value }) => name === "href" && /^[\\s\\0- ]*(javascript|data|vbscript):/i.test(value);
  const claims = ({ name, value }) => name === "id" && !value.startsWith("fn");
  const strange = (attribute) => !names.includes(attribute.name) || runs(attribute) || claims(attribute);
  const isOurs = (each) => each.matches("pre > .copy-code:first-child") && each.dataset.copy === "";
  const inTexts = [...document.querySelectorAll(".prose :not(.visually-hidden)")].filter((each) => !isOurs(each))
    .filter((each) => !tags.includes(each.tagName) || [...each.attributes].some(strange));
  const anywhere = [...document.body.querySelectorAll("*")]
    .filter((each) => each.matches("iframe, object, embed, base, style, math, script:not([nonce])")
      || each.matches("template:not(#attach-panel, #message)")
      || [...each.attributes].some(({ name }) => name.startsWith("on")));
  return [...inTexts, ...anywhere].map((each) => each.outerHTML);
}"""
TOUCH = """() => {
  for (const each of document.querySelectorAll(".prose, .prose *, .person, .person *, .row *"))
    for (const kind of ["mouseover", "mouseenter", "pointerover", "focus", "focusin", "animationstart"])
      each.dispatchEvent(new Event(kind, { bubbles: true }));
}"""
PLANT = """secret => {
  const planted = document.createElement("button");
  planted.setAttribute("hx-get", "/people/suggest?q=planted");
  planted.setAttribute("hx-trigger", "click");
  planted.setAttribute("hx-swap", "none");
  if (secret === "guessed") planted.setAttribute("hx-nonce", "guessed");
  if (secret === "the page's") planted.setAttribute("hx-nonce", document.querySelector("script[nonce]").nonce);
  document.querySelector("main").append(planted);
  htmx.process(planted);
  planted.click();
}"""


@pytest.fixture(scope="module")
def thread(site: Site) -> Question:
    """A question whose title, text, answers, remarks, thanks and history are hostile, and people with such names."""
    with site.arranging():
        sales = site.person("kim").department
        people = [
            join(name=name, email=f"hostile{n}@northwick.example", department=sales, password=None)
            for n, name in enumerate(hostile.LINES[:12])
        ]
        for person, line in zip(people, hostile.LINES[12:], strict=False):
            describe(person, person, name=person.name, job_title=line, about=line)
        asker = people[0]
        for title in [*hostile.LINES, "<img src=x onerror=alert(1)>"]:
            asked = factories.question(asker, title.ljust(12, "?"), body=title, tags='<img/src=x> "onload=alert(1)')
        for text in hostile.TEXTS:
            answer = factories.answer(people[1], asked, text)
            factories.comment(people[2], answer, text)
        for person, line in zip(people[2:], hostile.LINES, strict=False):
            thank(person, answer, line)
        _rewrite(asked, asker, sales)
        return asked


@pytest.fixture(scope="module")
def practice_of_it(site: Site, thread: Question) -> int:
    """Id of a practice with hostile parts, made from an answer to that question."""
    parts = ("problem", "body", "why_it_works", "when_not", "what_it_takes")
    texts = {part: "\n\n".join(hostile.TEXTS[n::5]) for n, part in enumerate(parts)}
    with site.arranging():
        source = db.session.scalars(select(Answer).where(Answer.question_id == thread.id).limit(1)).one()
        made = factories.practice(site.person("farah"), source, title=hostile.LINES[0], texts=texts)
        return made.id


def _rewrite(question: Question, asker: Person, department: Department) -> None:
    edit_question(
        asker,
        question,
        title=question.title,
        body=write("\n\n".join(hostile.TEXTS)),
        departments=[department.id],
        tags="",
        seen=question.version,
        reason=hostile.LINES[0],
    )


@pytest.fixture
def page(visit: Visit, watch: Watch) -> Page:
    """A browser in which a script that runs, and a request that leaves this site, is a problem of the test."""
    page = visit("farah")
    page.add_init_script(TRAP)
    page.on("request", lambda request: watch.problems.extend(foreign(request)))
    page.on("dialog", lambda dialog: watch.problems.append(f"dialog: {dialog.message}"))
    return page


def foreign(request: Request) -> list[str]:
    """What is wrong with a request: that it leaves the site, or was smuggled in with a text."""
    ours = request.url.startswith(("http://127.0.0.1:", "data:image/svg+xml"))
    return [] if ours and "smuggled" not in request.url else [f"asked for {request.url}"]


def look_around(page: Page) -> None:
    """Let everything happen that a page and its reader can set off: loading, pointing, focusing."""
    page.evaluate(TOUCH)
    page.wait_for_timeout(50)


def strange(page: Page) -> list[str]:
    """What stands in the texts of the page and should not."""
    return list(page.evaluate(STRANGE, [TAGS, ATTRIBUTES]))


def places(thread: Question, practice: int) -> list[str]:
    """Every page that shows what somebody typed."""
    author = thread.author_id
    return [
        f"/questions/{thread.id}",
        f"/posts/{thread.id}/history",
        f"/questions/{thread.id}/edit",
        f"/practices/{practice}",
        f"/posts/{practice}/history",
        "/practices",
        "/questions?tab=new",
        "/tags",
        "/departments/sales",
        "/people",
        f"/people/{author}",
        f"/people/{author}?tab=answers",
        "/search?q=alert&page=1",
        "/search?q=script+is:comment",
        "/search?q=onerror+is:practice",
        *(f"{start}{line}" for start in ("/search?q=", "/people?q=", "/ask?title=") for line in ADDRESSED),
    ]


ADDRESSED = ["%3Cscript%3Ealert(1)%3C/script%3E", "%22%3E%3Cimg+src=x+onerror=alert(1)%3E", "javascript:alert(1)//'"]


def test_the_trap_of_these_tests_bites(visit: Visit, watch: Watch) -> None:
    page = visit()
    page.add_init_script(TRAP)
    page.goto("about:blank")
    page.set_content("<p class=row><a onmouseover=alert(1)>x</a></p>")
    look_around(page)
    assert watch.take() == ["console at : a script ran and called alert"]


def test_nothing_that_people_typed_runs_anywhere(site: Site, page: Page, thread: Question, practice_of_it: int) -> None:
    site.settle()
    for place in places(thread, practice_of_it):
        page.goto(place)
        look_around(page)
        assert strange(page) == [], place


def test_it_does_not_run_without_the_content_security_policy_either(
    site: Site, page: Page, thread: Question, practice_of_it: int
) -> None:
    site.settle()
    page.route("**/*", without_policy)
    for place in places(thread, practice_of_it):
        page.goto(place)
        look_around(page)


def without_policy(route: Route) -> None:
    """The same answer without its policy."""
    if route.request.resource_type != "document":
        route.continue_()
        return
    answer = route.fetch(max_redirects=0)
    headers = {name: value for name, value in answer.headers.items() if name != "content-security-policy"}
    route.fulfill(response=answer, headers=headers)


def test_the_preview_runs_nothing(page: Page) -> None:
    page.goto("/ask")
    field = page.get_by_role("textbox", name="What happened")
    for text in ("\n\n".join(hostile.HTML), "\n\n".join(hostile.MARKDOWN), "\n\n".join(hostile.OF_OUR_SCRIPTS)):
        field.fill(text)
        with page.expect_response("**/preview"):
            page.get_by_role("button", name="Preview").click()
        look_around(page)
        assert strange(page) == []
        page.get_by_role("button", name="Write").click()


def test_samples_collected_elsewhere_run_nothing(shared_data: Path, site: Site, page: Page) -> None:
    samples = [
        json.loads(line)["payload"]
        for file in sorted((shared_data / "security").glob("xss_*.jsonl"))
        for line in file.read_text(encoding="utf-8").splitlines()[::EVERY]
    ]
    assert len(samples) > 50
    with site.arranging():
        asked = factories.question(site.person("kim"), "What do other people's collections do here?")
        for sample in samples:
            factories.comment(site.person("ola"), asked, str(sample)[:5000])
    page.goto(f"/questions/{asked.id}")
    look_around(page)
    assert strange(page) == []


def test_an_answer_that_escaped_every_cleaning_is_stopped_by_the_policy(
    visit: Visit, watch: Watch, thread: Question
) -> None:
    page = visit("farah")
    page.add_init_script(TRAP)
    dirty = (
        "<script>alert(1)</script><img src=x: onerror=alert(1)><p style='color:red'>x</p><iframe src=/help></iframe>"
    )

    def smuggle(route: Route) -> None:
        answer = route.fetch()
        route.fulfill(response=answer, body=answer.text().replace("</main>", f"{dirty}</main>"))

    page.route("**/help", smuggle)
    page.goto("/help")
    look_around(page)
    problems = watch.take()
    assert any("forbidden by the policy" in problem for problem in problems)
    assert not any("a script ran" in problem for problem in problems)


@pytest.mark.parametrize(("secret", "obeyed"), [("none", False), ("guessed", False), ("the page's", True)])
def test_an_element_is_obeyed_only_with_the_secret_of_the_page(
    page: Page, watch: Watch, secret: str, obeyed: bool
) -> None:
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url) if "q=planted" in request.url else None)
    page.goto("/help")
    page.evaluate(PLANT, secret)
    look_around(page)
    assert bool(asked) == obeyed
    assert obeyed or "[hx-csp] blocked <button>" in watch.take()[0]
