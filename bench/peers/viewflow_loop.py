"""django-viewflow: StartHandle, Handle, If, End, as its documentation writes flows without views. Every call is a database transaction, so
there is one mode for each database: sqlite (a file, WAL, synchronous FULL) and postgres.

viewflow_loop.py MODE COUNT FOLDER [URL]"""

import json
import os
import resource
import sys
import time
from urllib.parse import unquote

import django
from django.conf import settings

MODE, COUNT, FOLDER = sys.argv[1], int(sys.argv[2]), sys.argv[3]


def database():
    if MODE == "postgres":
        # postgresql://USER@SOCKET/NAME, the socket's folder percent-encoded
        user, rest = sys.argv[4].removeprefix("postgresql://").split("@")
        host, name = rest.split("/")
        return {"ENGINE": "django.db.backends.postgresql", "USER": user, "HOST": unquote(host), "NAME": name}
    os.makedirs(FOLDER, exist_ok=True)
    path = os.path.join(FOLDER, "viewflow.db")
    for suffix in ("", "-wal", "-shm"):
        if os.path.exists(path + suffix):
            os.remove(path + suffix)
    pragmas = "PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL"
    return {"ENGINE": "django.db.backends.sqlite3", "NAME": path, "OPTIONS": {"init_command": pragmas}}


def run():
    apps = ["django.contrib.auth", "django.contrib.contenttypes", "viewflow", "viewflow.workflow", "viewflow_flow"]
    settings.configure(INSTALLED_APPS=apps, DATABASES={"default": database()}, USE_TZ=True, DEFAULT_AUTO_FIELD="django.db.models.AutoField")
    django.setup()
    from django.core.management import call_command
    from viewflow.workflow.models import Task
    from viewflow.workflow.status import STATUS

    from viewflow_flow.flows import ClaimFlow

    call_command("migrate", verbosity=0)
    before = Task.objects.filter(flow_task=ClaimFlow.end_large).count()
    wall, cpu = time.perf_counter(), time.process_time()
    for number in range(COUNT):
        ClaimFlow.start.run(number=number)
        task = Task.objects.filter(flow_task=ClaimFlow.approve, status=STATUS.NEW).latest("id")
        ClaimFlow.approve.run(task, amount=number % 100)
    wall, cpu = time.perf_counter() - wall, time.process_time() - cpu
    large = Task.objects.filter(flow_task=ClaimFlow.end_large, status=STATUS.DONE).count() - before
    rss = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(json.dumps({"count": COUNT, "large": large, "wall_s": wall, "cpu_s": cpu, "rss_mb": rss, "state_bytes": 0}))


run()
