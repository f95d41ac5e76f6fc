from dataclasses import dataclass

import numpy as np

from ksd_eval.models.planted import Planted
from ksd_eval.models.translated import GrammarTranslator, TranslatedModel
from ksd_eval.prompts.table import TablePrompts
from ksd_eval.records import Request

PAIRS = TablePrompts(path="package:worlds_people_and_places")()


def test_the_grammar_says_every_prompt_of_the_set_in_english():
    texts = GrammarTranslator()([pair.ko for pair in PAIRS])
    assert texts == [pair.en for pair in PAIRS]


def test_what_the_grammar_cannot_say_stays():
    assert GrammarTranslator()(["화성에서 말을 타고 있는 우주인 사진"]) == [
        "화성에서 말을 타고 있는 우주인 사진"
    ]


def test_a_translated_model_paints_what_it_would_in_english():
    model = Planted(shift={"ko": {"woman": 1.0}, "en": {"woman": -1.0}})
    translated = TranslatedModel(model, GrammarTranslator())
    requests = [Request("의사 사진", seed) for seed in range(8)]
    english = [Request("a photo of a doctor", seed) for seed in range(8)]
    pictures = [np.asarray(one.image) for one in translated.paint(requests, 8)]
    wanted = [np.asarray(one.image) for one in model.paint(english, 8)]
    direct = [np.asarray(one.image) for one in model.paint(requests, 8)]
    assert all((one == other).all() for one, other in zip(pictures, wanted, strict=True))
    assert any((one != other).any() for one, other in zip(pictures, direct, strict=True))


def test_another_translator_is_another_model():
    @dataclass(frozen=True)
    class Other:
        def identity(self):
            return {"translator": "other"}

    one = TranslatedModel(Planted(), GrammarTranslator()).identity()
    assert one != TranslatedModel(Planted(), Other()).identity()
    assert one != Planted().identity()
