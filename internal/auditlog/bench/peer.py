"""DuckDB's part of the benchmark: the same CloudTrail files, the same questions.

Usage: duckdb.py <directory of .json.gz> <scratch directory> <request id> <rounds>
Prints one JSON object of seconds and sizes.
"""
import json
import os
import resource
import statistics
import sys
import time

import duckdb

source, scratch, needle, rounds = sys.argv[1], sys.argv[2], sys.argv[3], int(sys.argv[4])
database = os.path.join(scratch, "events.duckdb")
parquet = os.path.join(scratch, "events.parquet")
for old in (database, parquet):
    if os.path.exists(old):
        os.remove(old)
db = duckdb.connect(database)
db.execute("SET threads = 2")
db.execute("SET memory_limit = '8GB'")
db.execute("SET preserve_insertion_order = false")

RECORD = """STRUCT(
  eventTime TIMESTAMP, eventID VARCHAR, eventSource VARCHAR, eventName VARCHAR,
  awsRegion VARCHAR, sourceIPAddress VARCHAR, userAgent VARCHAR, errorCode VARCHAR,
  errorMessage VARCHAR, requestID VARCHAR, recipientAccountId VARCHAR, readOnly BOOLEAN,
  userIdentity STRUCT(type VARCHAR, arn VARCHAR, accountId VARCHAR, accessKeyId VARCHAR,
    invokedBy VARCHAR, sessionContext STRUCT(sessionIssuer STRUCT(arn VARCHAR))),
  requestParameters JSON, responseElements JSON, resources JSON, additionalEventData JSON)[]"""

result = {"version": duckdb.__version__, "queries": {}}


def load():
    """Makes the table of the files: every column that a query may want, and what the record holds beside them as JSON."""
    db.execute(
        f"""CREATE TABLE events AS
        SELECT r.eventTime AS time, r.eventID AS id, r.recipientAccountId AS system,
          coalesce(r.userIdentity.sessionContext.sessionIssuer.arn, r.userIdentity.arn) AS identity,
          r.userIdentity.arn AS principal, r.userIdentity.type AS identity_type,
          r.userIdentity.accessKeyId AS access_key, r.userIdentity.invokedBy AS invoked_by,
          r.eventSource AS service, r.eventName AS name, r.awsRegion AS region,
          r.sourceIPAddress AS address, r.userAgent AS user_agent, r.errorCode AS error_code,
          r.errorMessage AS error_text, r.requestID AS request_id, r.readOnly AS read_only,
          r.requestParameters AS request, r.responseElements AS response,
          r.resources AS resources, r.additionalEventData AS more
        FROM (SELECT unnest(Records) AS r FROM read_json('{source}/**/*.json.gz',
          columns={{Records: '{RECORD}'}}, format='unstructured', maximum_object_size=134217728))"""
    )




def processor():
    used = resource.getrusage(resource.RUSAGE_SELF)
    return used.ru_utime + used.ru_stime


start, before = time.perf_counter(), processor()
load()
result["load"], result["cpu"] = time.perf_counter() - start, processor() - before
db.execute("CHECKPOINT")
result["durable"] = time.perf_counter() - start
result["events"] = db.execute("SELECT count(*) FROM events").fetchone()[0]
result["bytes"] = os.path.getsize(database)
start = time.perf_counter()
db.execute(f"COPY (SELECT * FROM events ORDER BY time) TO '{parquet}' (FORMAT parquet, COMPRESSION zstd)")
result["sort"] = time.perf_counter() - start
result["parquet_bytes"] = os.path.getsize(parquet)
db.execute(f"CREATE VIEW sorted AS SELECT * FROM '{parquet}'")

DENIED = "(error_code LIKE '%AccessDenied%' OR error_code LIKE '%Unauthorized%')"
QUERIES = {
    "latest": f"""SELECT * EXCLUDE (request, response, resources, more) FROM sorted
        WHERE {DENIED} AND (service = 's3.amazonaws.com' OR name LIKE 'Get%') ORDER BY time DESC LIMIT 100""",
    "top": "SELECT identity, count(*) AS n FROM sorted GROUP BY identity ORDER BY n DESC LIMIT 10",
    "denied": f"SELECT date_trunc('hour', time) AS hour, count(*) FROM sorted WHERE {DENIED} GROUP BY hour ORDER BY hour",
    "needle": f"SELECT * FROM sorted WHERE request_id = '{needle}'",
    "used": f"""SELECT identity, service, name, min(time), max(time), count(*) FROM sorted
        WHERE NOT coalesce({DENIED}, false) GROUP BY identity, service, name""",
}
for name, query in QUERIES.items():
    times, rows = [], 0
    for _ in range(rounds):
        start = time.perf_counter()
        rows = len(db.execute(query).fetchall())
        times.append(time.perf_counter() - start)
    result["queries"][name] = {"first": times[0], "median": statistics.median(times), "rows": rows}
result["peak"] = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024
print(json.dumps(result))
