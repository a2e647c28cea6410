"""Text lines on stdout, each with the ids of the trace it belongs to."""

import logging
import sys
import time

from pricing.tracing import active_span


class _TraceIds(logging.Filter):
    def filter(self, record):
        span = active_span()
        record.trace_id = span["traceId"] if span else "-"
        record.span_id = span["spanId"] if span else "-"
        return True


def set_up():
    handler = logging.StreamHandler(sys.stdout)
    handler.addFilter(_TraceIds())
    formatter = logging.Formatter(
        "%(asctime)s %(levelname)s [%(name)s] [trace_id=%(trace_id)s span_id=%(span_id)s] %(message)s"
    )
    formatter.converter = time.gmtime
    handler.setFormatter(formatter)
    logging.basicConfig(level=logging.INFO, handlers=[handler])
