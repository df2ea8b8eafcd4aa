"""Joins the reports of several replays and prints the table of areas: OUT REPORT..."""

import json
import sys

steps = []
for name in sys.argv[2:]:
    with open(name) as stream:
        steps += json.load(stream)["steps"]
steps.sort(key=lambda step: step["id"])
areas = {}
for step in steps:
    areas.setdefault(step["area"], [0, 0])[not step["ok"]] += 1
failed = sum(not step["ok"] for step in steps)
with open(sys.argv[1], "w") as stream:
    json.dump({"passed": len(steps) - failed, "failed": failed, "areas": areas, "steps": steps}, stream, indent=1)
print(f"{'area':16} {'passed':>7} {'failed':>7}")
for name, (good, bad) in sorted(areas.items()):
    print(f"{name:16} {good:7} {bad:7}")
print(f"{len(steps) - failed} passed, {failed} failed")
