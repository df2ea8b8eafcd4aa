"""Judges a replay report by the list of open steps: REPORT LIST [--update] [--partial].

Fails when a step fails that the list does not name, and, on a whole run, when the list names a step that now passes
or that does not exist: the list only ever shrinks. --update removes such steps from the list. --partial judges the
steps of the report alone.
"""

import json
import pathlib
import sys

report_file, list_file = sys.argv[1], pathlib.Path(sys.argv[2])
update, partial = "--update" in sys.argv, "--partial" in sys.argv

with open(report_file) as stream:
    steps = json.load(stream)["steps"]
results = {step["id"]: step["ok"] for step in steps}
lines = list_file.read_text().splitlines() if list_file.exists() else []
listed = [line for line in lines if line and not line.startswith("#")]

failing = [step for step, ok in results.items() if not ok]
unexpected = [step for step in failing if step not in set(listed)]
passing = [step for step in listed if results.get(step)]
unknown = [] if partial else [step for step in listed if step not in results]

print(f"conformance: {len(results)} steps, {len(results) - len(failing)} pass, {len(failing)} fail, {len(listed)} listed as open")
for title, named in (
    ("fails and is not listed as open", unexpected),
    ("is listed as open and passes now", passing),
    ("is listed as open and does not exist", unknown),
):
    for step in named:
        print(f"  {title}: {step}")

if update:
    gone = set(passing) | set(unknown)
    list_file.write_text("".join(line + "\n" for line in lines if line not in gone))
    print(f"conformance: {len(gone)} steps taken off the list")
    passing, unknown = [], []
if passing or unknown:
    print("conformance: run itests/conformance/run --update-list and commit the shorter list")
sys.exit(1 if unexpected else 0)
