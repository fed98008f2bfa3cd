"""Runs programs, each by itself: many.py FOLDER. Beside each NAME.py comes NAME.json: status and body of its last answer, and
what it printed, or its error."""

import contextlib
import io
import json
import sys
import traceback
from pathlib import Path

for program in Path(sys.argv[1]).glob("*.py"):
    names: dict = {}
    printed = io.StringIO()
    try:
        with contextlib.redirect_stdout(printed):
            exec(compile(program.read_text("utf-8"), str(program), "exec"), names)
        answer = names.get("resp") or names["req"]
        result = {"status": answer.status_code, "body": answer.text, "printed": printed.getvalue()}
    except Exception:
        result = {"error": traceback.format_exc()}
    program.with_suffix(".json").write_text(json.dumps(result), "utf-8")
