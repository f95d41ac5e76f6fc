"""The record of what was painted: whether the same model still gives the same pictures.

Each picture is a line of `<experiment>/record.jsonl` under the results, with everything that it was
drawn from but versions and device, which stand beside it. A run whose pictures are painted anew,
by other versions, elsewhere or after the store was emptied, is held against what is there. A
picture that comes from the store was not painted again, and confirms nothing.
"""

from ksd_eval.recording.comparing import record as record
from ksd_eval.recording.visit import begin as begin
from ksd_eval.recording.visit import lacking as lacking
