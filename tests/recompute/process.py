"""The sales process recomputed from scratch, in another language and by the plainest means: sort, walk, add.

Nothing here is shared with the server: the rules are those of the documentation, the stages are written out again, and
every figure is a sum over the rows of a file. Times are integers of microseconds since 1970, amounts of minor units.
"""

from collections import defaultdict
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta, timezone

SECOND = 1_000_000
DAY = 86_400 * SECOND
EPOCH = datetime(1970, 1, 1, tzinfo=timezone.utc)


def micros(moment):
    """An aware moment as an integer; no float on the way."""
    return (moment - EPOCH) // timedelta(microseconds=1)


def midnight(day):
    """The first instant of a day in UTC."""
    return micros(datetime(day.year, day.month, day.day, tzinfo=timezone.utc))


@dataclass
class Stage:
    name: str
    kind: str = "OPEN"  # OPEN, WON, LOST
    probability_bp: int = 0
    period_days: int | None = None


class Pipeline:
    def __init__(self, stages):
        self.stages = stages
        self.rank = {stage.name: place for place, stage in enumerate(stages)}

    def stage(self, name):
        return self.stages[self.rank[name]]

    def kind(self, name):
        return self.stage(name).kind


@dataclass
class Entry:
    """A stage entered."""

    stage: str
    at: int
    known: bool = True  # whether the file says when
    amount: int = 0


@dataclass
class Deal:
    key: str
    amount: int
    created: int
    created_known: bool
    owner: str | None
    entries: list = field(default_factory=list)
    contract: date | None = None


@dataclass
class Score:
    metric: str
    at: int
    count: int
    amount: int
    owner: str | None


def clock(entries, stage, until):
    """Time spent in a stage over the whole life, until an instant."""
    total = 0
    for place, entry in enumerate(entries):
        if entry.stage != stage or entry.at >= until:
            continue
        left = entries[place + 1].at if place + 1 < len(entries) else until
        total += min(left, until) - entry.at
    return total


def is_stalled(pipeline, entries, stage, at):
    found = pipeline.stage(stage)
    if found.kind != "OPEN" or found.period_days is None:
        return False
    return clock(entries, stage, at) >= found.period_days * DAY


def credited(pipeline, deal):
    """What a deal's history scores, uncredited facts left out."""
    scores = []
    say = lambda metric, at, amount, count=1: scores.append(Score(metric, at, count, amount, deal.owner))
    reached = 0  # the furthest rank so far; an opportunity first seen lost has reached nothing
    before = None
    won = []  # WON and FLOW of the standing win: what leaving it takes back
    for entry in deal.entries:
        kind, rank = pipeline.kind(entry.stage), pipeline.rank[entry.stage]
        if before is None:
            if deal.created_known or entry.known:
                say("NEW", deal.created, entry.amount)
            if kind == "WON" and entry.known:
                say("WON", entry.at, entry.amount)
                won = [("WON", entry.amount)]
        else:
            from_kind = pipeline.kind(before.stage)
            if from_kind == "WON" and kind != "WON":
                for metric, amount in won:
                    say(metric, entry.at, -amount, -1)
                won = []
            forward = (kind == "WON" and from_kind != "WON") or (
                kind == "OPEN" and from_kind == "OPEN" and rank > pipeline.rank[before.stage]
            )
            higher = rank > reached and pipeline.stages[reached].kind != "WON"
            if forward and entry.known:
                facts = []
                if higher:
                    facts.append("FLOW")
                if kind == "WON":
                    facts.append("WON")
                for metric in facts:
                    say(metric, entry.at, entry.amount)
                if higher and before.known and is_stalled(pipeline, deal.entries, before.stage, entry.at):
                    facts.append("REVIVED")
                    say("REVIVED", entry.at, entry.amount)
                if kind == "WON":
                    won = [(metric, entry.amount) for metric in facts if metric != "REVIVED"]
        if kind != "LOST":
            reached = max(reached, rank)
        before = entry
    return scores


def sums(scores, begin, end, names):
    """Count and amount by metric and name; `names` tells for whom an owner's score counts."""
    totals = defaultdict(lambda: [0, 0])
    for score in scores:
        if begin <= score.at < end:
            for name in names(score.owner):
                total = totals[f"{name}|{score.metric}"]
                total[0] += score.count
                total[1] += score.amount
    return {key: total for key, total in sorted(totals.items()) if total != [0, 0]}


def rounded_share(amount, share_bp):
    """Half up."""
    return (amount * share_bp + 5_000) // 10_000


def median(values):
    values = sorted(values)
    if not values:
        return None
    middle = len(values) // 2
    if len(values) % 2:
        return values[middle]
    low, high = values[middle - 1], values[middle]
    return low + (high - low) // 2


def nearest_rank(values, percent):
    values = sorted(values)
    return values[-(-len(values) * percent // 100) - 1] if values else None


def whole_seconds(length):
    """Half up."""
    return None if length is None else (length + SECOND // 2) // SECOND


def funnel(pipeline, deals, as_of, window=None):
    """Every stage at an instant; `window` says which first entries count for the conversion."""
    rows = {
        stage.name: {"count": 0, "amount_minor": 0, "weighted_minor": 0, "stalled_count": 0,
                     "stalled_amount_minor": 0, "entered": 0, "advanced": 0}
        for stage in pipeline.stages
    }
    visits = defaultdict(list)
    for deal in deals:
        past = [entry for entry in deal.entries if entry.at <= as_of]
        if not past or deal.created > as_of:
            continue
        last = past[-1]
        amount = deal.amount
        row = rows[last.stage]
        row["count"] += 1
        row["amount_minor"] += amount
        row["weighted_minor"] += rounded_share(amount, pipeline.stage(last.stage).probability_bp)
        if is_stalled(pipeline, past, last.stage, as_of):
            row["stalled_count"] += 1
            row["stalled_amount_minor"] += amount
        begin = past[0]
        for entry in past[1:]:
            if entry.stage == begin.stage:
                continue
            if begin.known and entry.known:
                visits[begin.stage].append(entry.at - begin.at)
            begin = entry
        seen = set()
        for place, entry in enumerate(past):
            if entry.stage in seen:
                continue
            seen.add(entry.stage)
            if window and not window[0] <= entry.at < window[1]:
                continue
            row = rows[entry.stage]
            row["entered"] += 1
            rank = pipeline.rank[entry.stage]
            if pipeline.kind(entry.stage) == "OPEN" and any(
                pipeline.rank[later.stage] > rank and pipeline.kind(later.stage) != "LOST"
                for later in past[place + 1:]
            ):
                row["advanced"] += 1
    for name, row in rows.items():
        row["median_seconds"] = whole_seconds(median(visits[name]))
        row["p90_seconds"] = whole_seconds(nearest_rank(visits[name], 90))
        row["conversion_bp"] = row["advanced"] * 10_000 // row["entered"] if row["entered"] else None
    return rows


def stalled_at(pipeline, deal):
    """When the deal became stalled: in each stay, the instant the stage's clock reached the period, or its beginning where
    earlier stays had used the period up."""
    found = []
    used = defaultdict(int)
    for place, entry in enumerate(deal.entries):
        stage = pipeline.stage(entry.stage)
        last = place + 1 == len(deal.entries)
        left_at = None if last else deal.entries[place + 1].at
        if stage.kind == "OPEN" and stage.period_days is not None:
            continued = place > 0 and deal.entries[place - 1].stage == entry.stage
            left = stage.period_days * DAY - used[stage.name]
            at = entry.at + max(left, 0)
            if not (continued and left <= 0) and (last or at <= left_at):
                found.append(at)
        if not last:
            used[stage.name] += left_at - entry.at
    return found


def movements(pipeline, deals, begin, end):
    """What happened in [begin, end): count and amount of deals, each once for each kind of thing that happened to it.

    A deal is there once it was created and has a stage. Files that contradict themselves date some of it earlier: that
    counts at the instant from which it is there.
    """
    totals = defaultdict(lambda: [0, 0])
    for deal in deals:
        happened = set()
        there = max(deal.created, deal.entries[0].at)
        if begin <= there < end:
            happened.add("CREATED")
        if any(begin <= max(at, there) < end for at in stalled_at(pipeline, deal)):
            happened.add("STALLED")
        for before, entry in zip(deal.entries, deal.entries[1:]):
            if not begin <= max(entry.at, there) < end or entry.stage == before.stage:
                continue
            kind, from_kind = pipeline.kind(entry.stage), pipeline.kind(before.stage)
            if kind == "WON":
                if from_kind != "WON":
                    happened.add("WON")
            elif kind == "LOST":
                happened.add("LOST")
            elif from_kind != "OPEN":
                happened.add("REOPENED")
            elif pipeline.rank[entry.stage] > pipeline.rank[before.stage]:
                happened.add("MOVED_FORWARD")
            else:
                happened.add("MOVED_BACKWARD")
        for what in happened:
            totals[what][0] += 1
            totals[what][1] += deal.amount
    return dict(sorted(totals.items()))


def cycle_lengths(pipeline, deals):
    """Time from creation to being won or lost, of what is closed now and whose times are known."""
    lengths = defaultdict(list)
    for deal in deals:
        kind = pipeline.kind(deal.entries[-1].stage)
        if kind == "OPEN":
            continue
        closed = deal.entries[-1]
        for entry in reversed(deal.entries):
            if pipeline.kind(entry.stage) != kind:
                break
            closed = entry
        if closed.known and (deal.created_known or deal.entries[0].known) and closed.at >= deal.created:
            lengths[kind].append(closed.at - deal.created)
    return {
        kind: {"count": len(found), "median_seconds": whole_seconds(median(found)),
               "p90_seconds": whole_seconds(nearest_rank(found, 90))}
        for kind, found in sorted(lengths.items())
    }


def cycles(first, last):
    """Names and bounds of the cycles asked about: years, quarters, months, ISO weeks between two days."""
    found = {}
    day = date(first.year, 1, 1)
    while day <= last:
        year, week, weekday = day.isocalendar()
        if weekday == 1:
            found[f"{year}-W{week:02}"] = (day, day + timedelta(days=7))
        if day.day == 1:
            after = date(day.year + day.month // 12, day.month % 12 + 1, 1)
            found[f"{day.year}-{day.month:02}"] = (day, after)
            if day.month % 3 == 1:
                later = day.month + 3
                end = date(day.year + (later > 12), later - 12 if later > 12 else later, 1)
                found[f"{day.year}-Q{(day.month + 2) // 3}"] = (day, end)
            if day.month == 1:
                found[f"{day.year}"] = (day, date(day.year + 1, 1, 1))
        day += timedelta(days=1)
    return {name: (midnight(begin), midnight(end)) for name, (begin, end) in found.items()}
