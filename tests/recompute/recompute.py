"""Prints as JSON what a real sales history must give: recompute.py maven|bpi2012|salesforce FOLDER_OF_DATA.

Read by the black-box test that imports the same files and asks the server the same questions. Standard library only.
"""

import csv
import gzip
import json
import sys
from datetime import date, datetime, timezone
from pathlib import Path

from process import (Deal, Entry, Pipeline, Stage, credited, cycle_lengths, cycles, funnel, micros, midnight, movements, sums)

MINOR = 100


def table(path):
    with open(path, encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


def minor(text):
    """A decimal text in minor units, exactly."""
    whole, _, part = (text or "0").partition(".")
    return int(whole or 0) * MINOR + int((part + "00")[:2] or 0)


def maven(folder):
    pipeline = Pipeline([
        Stage("Prospecting", probability_bp=2_000, period_days=14),
        Stage("Engaging", probability_bp=6_000, period_days=90),
        Stage("Won", "WON", 10_000),
        Stage("Lost", "LOST"),
    ])
    folder = folder / "maven_crm"
    teams = {row["sales_agent"]: row for row in table(folder / "sales_teams.csv")}
    as_of = midnight(date(2018, 1, 1))
    deals = []
    for row in table(folder / "sales_pipeline.csv"):
        amount = minor(row["close_value"])
        stage = row["deal_stage"]
        entries = []
        if row["engage_date"]:
            entries.append(Entry("Engaging", midnight(date.fromisoformat(row["engage_date"])), True, amount))
        if stage in ("Won", "Lost"):
            entries.append(Entry(stage, midnight(date.fromisoformat(row["close_date"])), True, amount))
        if not entries:
            entries.append(Entry(stage, as_of, False, amount))
        contract = date.fromisoformat(row["close_date"]) if row["close_date"] else None
        deals.append(Deal(row["opportunity_id"], amount, entries[0].at, entries[0].known, row["sales_agent"], entries,
                          contract))
    groups = {
        "workspace": lambda owner: ["*"],
        "member": lambda owner: [owner],
        "team": lambda owner: [teams[owner]["manager"], teams[owner]["regional_office"]],
    }
    return pipeline, deals, groups, (date(2016, 10, 1), date(2018, 1, 1))


def bpi2012(folder):
    open_stages = [("A_SUBMITTED", 1_000, None), ("A_PARTLYSUBMITTED", 1_500, None), ("A_PREACCEPTED", 3_000, 7),
                   ("A_ACCEPTED", 4_000, 7), ("A_FINALIZED", 4_500, 30)]
    pipeline = Pipeline(
        [Stage(name, "OPEN", probability, period) for name, probability, period in open_stages]
        + [Stage(name, "WON", 10_000) for name in ("A_APPROVED", "A_REGISTERED", "A_ACTIVATED")]
        + [Stage(name, "LOST") for name in ("A_DECLINED", "A_CANCELLED")]
    )
    deals = {}
    with gzip.open(folder / "bpi2012" / "stage_changes_a.csv.gz", "rt", encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            key = row["opportunity_id"]
            at = micros(datetime.fromisoformat(row["changed_at"]))
            deal = deals.setdefault(key, Deal(key, 0, at, True, None))
            deal.entries.append(Entry(row["to_stage"], at, True, minor(row["amount"])))
    for deal in deals.values():
        # Rows of one instant keep the order of the file.
        deal.entries.sort(key=lambda entry: entry.at)
        deal.created = deal.entries[0].at
        deal.amount = deal.entries[-1].amount
    groups = {"workspace": lambda owner: ["*"]}
    return pipeline, list(deals.values()), groups, (date(2011, 10, 1), date(2012, 4, 1))


def salesforce(folder):
    pipeline = Pipeline([
        Stage("Prospecting", "OPEN", 1_000, 14),
        Stage("Qualification", "OPEN", 1_000, 14),
        Stage("Value Proposition", "OPEN", 5_000, 14),
        Stage("Negotiation/Review", "OPEN", 9_000, 14),
        Stage("Closed Won", "WON", 10_000),
        Stage("Closed Lost", "LOST"),
    ])
    folder = folder / "salesforce_history"

    def day(text):
        return datetime.strptime(text, "%d/%m/%Y").replace(tzinfo=timezone.utc)

    deals = {}
    for row in table(folder / "Opportunity.csv"):
        deals[row["Id"]] = Deal(row["Id"], minor(row["Amount"]), micros(day(row["CreatedDate"])), True, row["OwnerId"],
                                contract=day(row["CloseDate"]).date())
    for row in table(folder / "Opportunity History.csv"):
        deal = deals[row["OppID"]]
        deal.entries.append(Entry(row["StageName"], micros(day(row["CreatedDate"])), True, deal.amount))
    for deal in deals.values():
        deal.entries.sort(key=lambda entry: entry.at)
    groups = {"workspace": lambda owner: ["*"], "member": lambda owner: [owner]}
    return pipeline, list(deals.values()), groups, (date(2022, 1, 1), date(2022, 12, 31))


def main():
    name, folder = sys.argv[1], Path(sys.argv[2])
    pipeline, deals, groups, (first, last) = {"maven": maven, "bpi2012": bpi2012, "salesforce": salesforce}[name](folder)
    scores = [score for deal in deals for score in credited(pipeline, deal)]
    spans = cycles(first, last)
    answer = {"metrics": {}, "funnels": {}, "differences": {}}
    for by, names in groups.items():
        answer["metrics"][by] = {
            cycle: sums(scores, begin, end, names) for cycle, (begin, end) in spans.items()
        }
    months = [cycle for cycle in spans if len(cycle) == 7 and "Q" not in cycle]
    for month in months:
        begin, end = spans[month]
        # Keys are seconds since 1970: the instant asked about, and the month's first and last.
        answer["funnels"][str(begin // 1_000_000)] = funnel(pipeline, deals, begin)
        answer["differences"][f"{begin // 1_000_000} {end // 1_000_000}"] = movements(pipeline, deals, begin, end)
    answer["funnel_of_all_time"] = funnel(pipeline, deals, midnight(date(2100, 1, 1)))
    answer["cycle_lengths"] = cycle_lengths(pipeline, deals)
    json.dump(answer, sys.stdout, indent=1, ensure_ascii=False)


if __name__ == "__main__":
    main()
