"""SpiffWorkflow: parse once, then start, user task, gateway, end. The loop is that of its documentation (BpmnParser, BpmnWorkflow,
do_engine_steps, BpmnWorkflowSerializer). Modes: memory; json (state written and read back at the user task); sqlite (the same, stored in
SQLite, WAL, synchronous FULL, two commits an instance).

spiff.py MODE COUNT FOLDER"""

import json
import os
import resource
import sqlite3
import sys
import time

from SpiffWorkflow.bpmn.parser.BpmnParser import BpmnParser
from SpiffWorkflow.bpmn.serializer import BpmnWorkflowSerializer
from SpiffWorkflow.bpmn.workflow import BpmnWorkflow
from SpiffWorkflow.util.task import TaskState

MODE, COUNT, FOLDER = sys.argv[1], int(sys.argv[2]), sys.argv[3]
MODEL = os.path.join(os.path.dirname(os.path.abspath(__file__)), "app", "claim.bpmn")


def specification():
    with open(MODEL, encoding="utf-8") as file:
        # Its expressions are Python.
        text = file.read().replace("=record.amount &gt; 50", "amount &gt; 50")
    parser = BpmnParser()
    parser.add_bpmn_str(text.encode())
    return parser.get_spec("claim")


def database():
    os.makedirs(FOLDER, exist_ok=True)
    path = os.path.join(FOLDER, "spiff.db")
    for suffix in ("", "-wal", "-shm"):
        if os.path.exists(path + suffix):
            os.remove(path + suffix)
    connection = sqlite3.connect(path)
    connection.execute("PRAGMA journal_mode = WAL")
    connection.execute("PRAGMA synchronous = FULL")
    connection.execute("CREATE TABLE instance (id INTEGER PRIMARY KEY, state TEXT NOT NULL)")
    connection.commit()
    return connection


def run():
    spec, serializer = specification(), BpmnWorkflowSerializer()
    connection = database() if MODE == "sqlite" else None
    large = size = 0
    wall, cpu = time.perf_counter(), time.process_time()
    for number in range(COUNT):
        workflow = BpmnWorkflow(spec)
        workflow.do_engine_steps()
        if MODE != "memory":
            state = serializer.serialize_json(workflow)
            size += len(state)
            if connection:
                connection.execute("INSERT INTO instance VALUES (?, ?)", (number, state))
                connection.commit()
                state = connection.execute("SELECT state FROM instance WHERE id = ?", (number,)).fetchone()[0]
            workflow = serializer.deserialize_json(state)
        task = workflow.get_tasks(state=TaskState.READY, manual=True)[0]
        task.data["amount"] = number % 100
        task.run()
        workflow.do_engine_steps()
        assert workflow.is_completed()
        large += bool(workflow.get_tasks(state=TaskState.COMPLETED, spec_name="end_large"))
        if connection:
            connection.execute("UPDATE instance SET state = ? WHERE id = ?", (serializer.serialize_json(workflow), number))
            connection.commit()
    wall, cpu = time.perf_counter() - wall, time.process_time() - cpu
    rss = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(json.dumps({"count": COUNT, "large": large, "wall_s": wall, "cpu_s": cpu, "rss_mb": rss, "state_bytes": size / COUNT}))


run()
