"""What a student is told, as Markdown: the score, the verdict on every claim, the first wrong step."""

from __future__ import annotations

from ...homework.classroom.class_summary import MarkedClass
from ...homework.classroom.results import NOTHING, MarkedItem, StudentResult, points_text
from ...homework.marking.marks import CORRECT, FOLLOW_THROUGH, IMPRECISE, INVALID, MISSING, RULE_ONLY, UNGRADED, WRONG
from ...text import visible
from ..sheet import plain

MOST_RULES = 3
WORDS = {
    CORRECT: "right",
    IMPRECISE: "not precise enough",
    FOLLOW_THROUGH: "right step from a wrong number",
    WRONG: "wrong",
    MISSING: "missing",
    INVALID: "cannot be read",
    UNGRADED: "not marked",
}


def render(marked_class: MarkedClass, result: StudentResult) -> str:
    """Return the feedback of one student."""
    score = f"{points_text(result.earned)} of {points_text(result.possible)} points"
    if result.exempt:
        score = "exempt"
    lines = [f"# {plain(marked_class.title)}: {plain(marked_class.called(result.student))}", "", f"**{score}**", ""]
    reasons = [reason for reason in result.reasons if reason != score]
    lines += [f"- {plain(reason)}" for reason in reasons] + ([""] if reasons else [])
    for id, (earned, possible) in result.problems.items():
        title = f" {plain(marked_class.titles[id])}" if id in marked_class.titles else ""
        lines += [f"## {id}{title}: {points_text(earned)} of {points_text(possible)}", ""]
        lines += _put(marked_class, result, id)
        own = [line for line in result.lines if line.problem == id]
        lines += ["| item | your answer | verdict |", "|---|---|---|"]
        lines += [_row(line) for line in own if line.claim or line.points]
        lines.append("")
        if first := next((line for line in own if line.first_wrong), None):
            lines += [f"The first wrong step is `{first.item}`.", ""]
        rules = dict.fromkeys(line.rule for line in own if line.rule)
        lines += [f"- Rule: {plain(rule)}." for rule in list(rules)[:MOST_RULES]] + ([""] if rules else [])
    lines += ["What counts as right:", ""]
    lines += [f"- {plain(rule)}" for rule in marked_class.rule.splitlines() if rule.strip()] + [""]
    return "\n".join(lines)


def _put(marked_class: MarkedClass, result: StudentResult, id: str) -> list[str]:
    """Return the problem as it was put: its program, and the numbers of the student."""
    program = marked_class.programs.get(id)
    lines = ["```", *(visible(line) for line in program.splitlines()), "```", ""] if program else []
    given = ", ".join(f"`{name} = {visible(text)}`" for name, text in (result.given or {}).get(id, {}).items())
    return lines + ([f"at {given}", ""] if given else [])


def _row(line: MarkedItem) -> str:
    claim = visible(line.claim).replace("`", "'").replace("|", "\\|")
    answer = f"`{claim}`" if claim else ""
    return f"| `{line.item}` | {answer} | {plain(verdict(line))} |"


def in_words(line: MarkedItem) -> str:
    """Return the verdict in a few words; a formula in place of a number is nothing that more figures would mend."""
    is_rule = line.status == IMPRECISE and line.why.startswith(RULE_ONLY)
    return "a formula, not its number" if is_rule else WORDS[line.status]


def changed_to(text: str | None) -> str:
    """Return a status in a few words, or the points that stand in its place; - for what was not there."""
    return "-" if text is None else WORDS.get(text, text)


def verdict(line: MarkedItem) -> str:
    """Return the verdict in one line: right or wrong, what it is where that is revealed, and why."""
    text = in_words(line)
    if line.read_as:
        text += f", read as {line.read_as}"
    if line.expected is not None:
        text += f" (it is {line.expected})"
    return text if line.status == MISSING or not line.message else f"{text}: {line.message}"


def brief(result: StudentResult) -> str:
    """Return the feedback in one line: why the points are so, what is not right, the first wrong step first."""
    if result.exempt:
        return "exempt"
    reasons = "".join(f"{reason}; " for reason in result.reasons)
    if NOTHING in result.remarks or result.is_open:
        return reasons.removesuffix("; ")
    left = sorted(
        (line for line in result.lines if line.points and not line.passed), key=lambda line: not line.first_wrong
    )
    if not left:
        return f"{reasons}all answers right" if reasons else "all right"
    shown = [f"{line.problem} {line.item} {verdict(line)}" for line in left[:3]]
    more = f"; and {len(left) - 3} more" if len(left) > 3 else ""
    return reasons + "; ".join(shown) + more
