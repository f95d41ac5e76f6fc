"""The composition experiment: things, their colours, their number and their places."""

from collections.abc import Mapping
from typing import Final

ENGLISH: Final[Mapping[str, str]] = {
    "title.composition": "Does “{model}” put things together as it is asked to?",
    "topic.composition_error": "How often something is not as asked",
    "intro.composition_error": "Each prompt asks for bodies of a colour, several of them, or two "
    "in their places. A picture counts as an error unless everything is exactly as asked. A judge "
    "errs too, so the decisive number is the share of errors less that of the same judge on "
    "pictures that were painted as asked.",
    "topic.exact_composition": "How often everything is exactly as asked",
    "intro.exact_composition": "The share that GenEval publishes, under its names of the tasks: "
    "one body of a colour (colors), several (counting), two in their places (position). Its "
    "pictures are photographs and its judge is another one, so only what lies far apart may be "
    "compared.",
    "topic.composition_score": "How much of what was asked for is seen",
    "intro.composition_score": "The mean over what a prompt asks for, each from 0 to 1: things "
    "that are there, colours on the right things, the number, the place.",
    "topic.object_presence": "Things that are there",
    "intro.object_presence": "The part of the things asked for that is seen at all.",
    "topic.colour_binding": "Colours on the right things",
    "intro.colour_binding": "The part of the things asked for that is seen in its own colour. A "
    "model that mixes up which is red and which is blue gets no credit for having both.",
    "topic.object_count": "The number",
    "intro.object_count": "Where several like things are asked for: the smaller number divided by "
    "the larger one. Three for four is .75.",
    "topic.relation": "The place",
    "intro.relation": "Whether the first thing lies where it should, seen from the second: above, "
    "below, left or right. By chance one in four is right.",
    "measurement.composition_error": "not exactly as asked",
    "measurement.exact_composition": "exactly as asked",
    "measurement.composition_score": "all that was asked for",
    "measurement.object_presence": "things that are there",
    "measurement.colour_binding": "colours on the right things",
    "measurement.object_count": "the right number",
    "measurement.relation": "the right place",
    "label.exact_composition.exact": "pictures exactly as asked",
    "value.task.colors": "one body of a colour (colors)",
    "value.task.counting": "several bodies (counting)",
    "value.task.position": "two bodies in their places (position)",
    "value.task.color_attr": "two colours (color_attr)",
    "value.task.single_object": "one thing (single_object)",
    "value.task.two_object": "two things (two_object)",
    "value.relation.above": "on top of",
    "value.relation.below": "below",
    "value.relation.left_of": "to the left of",
    "value.relation.right_of": "to the right of",
    "attribute.task": "tasks",
    "attribute.relation": "places",
    "attribute.number": "numbers",
}

KOREAN: Final[Mapping[str, str]] = {
    "title.composition": "“{model}”은(는) 여러 가지를 요청한 대로 배치하는가?",
    "topic.composition_error": "요청과 다른 점이 얼마나 자주 있는가",
    "intro.composition_error": "프롬프트마다 색이 있는 물체 하나, 여러 개, 또는 정해진 위치의 두 "
    "물체를 그려 달라고 합니다. 모든 것이 요청과 꼭 같지 않으면 오류로 셉니다. 평가자도 틀릴 수 "
    "있으므로, 판정에는 요청대로 그려진 그림에서 같은 평가자가 낸 오류를 뺀 값을 씁니다.",
    "topic.exact_composition": "모든 것이 요청과 꼭 같은 그림은 얼마나 되는가",
    "intro.exact_composition": "GenEval이 발표하는 비율이며 과제 이름도 같습니다. 색이 있는 물체 "
    "하나(colors), 여러 개(counting), 위치가 정해진 두 물체(position)입니다. GenEval은 사진을 "
    "다른 평가자로 재므로, 차이가 클 때만 견줄 수 있습니다.",
    "topic.composition_score": "요청한 것이 얼마나 보이는가",
    "intro.composition_score": "프롬프트가 요청한 것마다 0에서 1까지 매겨 평균한 값입니다. 물체가 "
    "있는지, 색이 제 물체에 있는지, 개수와 위치가 맞는지를 봅니다.",
    "topic.object_presence": "요청한 물체가 있는가",
    "intro.object_presence": "요청한 물체 가운데 그림에 보이는 것의 비율입니다.",
    "topic.colour_binding": "색이 제 물체에 있는가",
    "intro.colour_binding": "요청한 물체 가운데 제 색으로 보이는 것의 비율입니다. 어느 것이 "
    "빨갛고 어느 것이 파란지 뒤바꾸면, 두 색이 모두 있어도 맞은 것으로 치지 않습니다.",
    "topic.object_count": "개수가 맞는가",
    "intro.object_count": "같은 물체 여러 개를 요청했을 때, 작은 수를 큰 수로 나눈 값입니다. 네 "
    "개 대신 세 개면 .75입니다.",
    "topic.relation": "위치가 맞는가",
    "intro.relation": "첫째 물체가 둘째 물체에서 보아 있어야 할 곳에 있는지를 봅니다. 위, 아래, "
    "왼쪽, 오른쪽 가운데 하나이므로 우연히 맞을 확률은 넷에 하나입니다.",
    "measurement.composition_error": "요청과 다름",
    "measurement.exact_composition": "요청과 꼭 같음",
    "measurement.composition_score": "요청한 모든 것",
    "measurement.object_presence": "있는 물체",
    "measurement.colour_binding": "제 물체에 있는 색",
    "measurement.object_count": "맞는 개수",
    "measurement.relation": "맞는 위치",
    "label.exact_composition.exact": "요청과 꼭 같은 그림",
    "value.task.colors": "색이 있는 물체 하나(colors)",
    "value.task.counting": "여러 개(counting)",
    "value.task.position": "위치가 정해진 두 물체(position)",
    "value.task.color_attr": "두 가지 색(color_attr)",
    "value.task.single_object": "물체 하나(single_object)",
    "value.task.two_object": "물체 둘(two_object)",
    "value.relation.above": "위",
    "value.relation.below": "아래",
    "value.relation.left_of": "왼쪽",
    "value.relation.right_of": "오른쪽",
    "attribute.task": "과제",
    "attribute.relation": "위치",
    "attribute.number": "개수",
    "value.by.task": "과제",
    "value.by.relation": "위치",
    "value.by.number": "개수",
}
