"""Open WebUI's own parse_duration and its panel's pattern, out of the wheel: reads JSON texts, a line each, and answers a line each."""

import ast
import json
import re
import sys
from datetime import timedelta
from zipfile import ZipFile

wheel = ZipFile(sys.argv[1])


def source_of(path):
    return wheel.read(path).decode()


def function(path, name):
    source = source_of(path)
    node = next(node for node in ast.parse(source).body if isinstance(node, ast.FunctionDef) and node.name == name)
    scope = {'re': re, 'timedelta': timedelta}
    exec(ast.get_source_segment(source, node), scope)
    return scope[name]


parse_duration = function('open_webui/utils/misc.py', 'parse_duration')
# What is matched before `auth.jwt_expiry` is taken.
(panel,) = re.findall(r"pattern = r'([^']+)'\n.*\n.*re\.match\(pattern, form_data\.JWT_EXPIRES_IN\)", source_of('open_webui/routers/auths.py').replace('\n\n', '\n'))


def answer(text):
    is_taken = re.match(panel, text) is not None
    try:
        duration = parse_duration(text)
    except (ValueError, OverflowError):
        return [None, is_taken]
    # create_token sets `exp` only where the duration is true.
    return [duration.total_seconds() if duration else 'never', is_taken]


for line in sys.stdin:
    print(json.dumps(answer(json.loads(line))))
