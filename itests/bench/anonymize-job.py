#!/usr/bin/env python3
"""Times the anonymization of one study as a job: anonymize-job.py URL DIRECTORY [REPEAT]. The server is emptied.

Uploads all files of DIRECTORY, which are one study, anonymizes it REPEAT times (3), deletes each result, and prints
instances per second of the median."""
import http.client
import json
import os
import statistics
import sys
import time
import urllib.parse

url, directory = sys.argv[1], sys.argv[2]
repeat = int(sys.argv[3]) if len(sys.argv) > 3 else 3
connection = http.client.HTTPConnection(urllib.parse.urlparse(url).netloc, timeout=600)


def call(method, path, body=None):
    connection.request(method, path, body)
    response = connection.getresponse()
    answer = response.read()
    if response.status != 200:
        sys.exit("%s %s: %d %s" % (method, path, response.status, answer[:300]))
    return json.loads(answer) if answer else None


for patient in call("GET", "/patients"):
    call("DELETE", "/patients/" + patient)
for name in sorted(os.listdir(directory)):
    if name.endswith(".dcm"):
        with open(os.path.join(directory, name), "rb") as file:
            call("POST", "/instances", file.read())
studies = call("GET", "/studies")
if len(studies) != 1:
    sys.exit("%d studies, not one" % len(studies))
count = call("GET", "/studies/%s/statistics" % studies[0])["CountInstances"]
seconds = []
for _ in range(repeat + 1):
    start = time.time()
    job = call("POST", "/studies/%s/anonymize" % studies[0], json.dumps({"Asynchronous": True}))["ID"]
    while True:
        status = call("GET", "/jobs/" + job)
        if status["State"] not in ("Pending", "Running"):
            break
        time.sleep(0.01)
    seconds.append(time.time() - start)
    if status["State"] != "Success":
        sys.exit(json.dumps(status))
    made = call("GET", "/studies/" + status["Content"]["ID"] + "/statistics")["CountInstances"]
    if int(made) != int(count):
        sys.exit("%s instances of %s" % (made, count))
    call("DELETE", "/studies/" + status["Content"]["ID"])
seconds = seconds[1:]  # the first one warms up
print("anonymize_job %.1f instances/s (%s instances, seconds: %s)"
      % (int(count) / statistics.median(seconds), count, " ".join("%.2f" % s for s in seconds)))
