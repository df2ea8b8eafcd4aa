"""Anonymizes a study in the background: anonymize.py http://127.0.0.1:8042 STUDY"""
import json
import sys
import time
import urllib.request

server, study = sys.argv[1:]


def call(method, path, body=None):
    data = None if body is None else json.dumps(body).encode()
    request = urllib.request.Request(server + path, data=data, method=method)
    with urllib.request.urlopen(request) as answer:
        return json.load(answer)


submitted = call("POST", f"/studies/{study}/anonymize", {"Asynchronous": True, "Replace": {"PatientName": "TRIAL^042"}})
while True:
    job = call("GET", submitted["Path"])
    print(f"{job['State']}, {job['Progress']} %")
    if job["State"] in ("Success", "Failure"):
        break
    time.sleep(0.2)
if job["State"] == "Failure":
    sys.exit(job["ErrorDetails"] or job["ErrorDescription"])
print("the new study is", job["Content"]["ID"])
