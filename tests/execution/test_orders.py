import pytest

from ksd_eval.execution import orders
from ksd_eval.execution.orders import Generation
from ksd_eval.records import Arm, PromptPair, Request, noise_seed

GENERATION = Generation(replicates=3, seed=5, batch_shape=4, threads=1)
ARMS = (Arm("m", "ko", "korean"), Arm("m", "en", "english"), Arm("o", "en", "original"))
PAIRS = (PromptPair("a", "가", "A"), PromptPair("b", "나", "B"))
IDENTITIES = {"m": {"steps": 20}, "o": {"steps": 20, "encoder": "english"}}


def asked(**changes):
    generation = Generation(3, 5, 4, 1)
    for name, value in changes.items():
        generation = Generation(**{**vars_of(generation), name: value})
    return orders.asked(ARMS, PAIRS, IDENTITIES, generation)


def vars_of(generation):
    return {name: getattr(generation, name) for name in Generation.__slots__}


def test_every_arm_is_asked_for_the_same_noise():
    pictures = asked()
    assert len(pictures) == 3 * 2 * 3
    for record, order in pictures:
        assert record.seed == order.request.seed == noise_seed(record.pair_id, record.replicate, 5)
        assert record.prompt == order.request.prompt == order.recipe["prompt"]


def test_more_replicates_leave_the_pictures_of_fewer():
    few, more = ({order.image_id for _, order in asked(replicates=n)} for n in (2, 3))
    assert few < more


def test_everything_that_decides_a_picture_decides_its_id():
    ids = {order.image_id for _, order in asked()}
    assert len(ids) == 18
    for change in ({"seed": 6}, {"batch_shape": 8}, {"threads": 2}):
        assert not ids & {order.image_id for _, order in asked(**change)}


def test_batches_are_of_one_model_and_never_too_large():
    batches = orders.batches(asked(), (), 4)
    assert [(batch.model, len(batch.orders)) for batch in batches] == [
        *[("m", 4)] * 3,
        ("o", 4),
        ("o", 2),
    ]


def test_what_is_there_is_not_painted_again():
    pictures = asked()
    known = [order.image_id for _, order in pictures[:13]]
    [*left] = orders.batches(pictures, known, 4)
    assert [len(batch.orders) for batch in left] == [4, 1]
    assert not {order.image_id for batch in left for order in batch.orders} & set(known)


def test_a_recipe_that_two_arms_share_is_painted_once():
    twice = [*asked(), *asked()]
    assert orders.batches(twice, (), 4) == orders.batches(asked(), (), 4)


def seeded(*seeds):
    return [
        PromptPair(f"p{n}", f"그림 {n}", f"picture {n}", {} if seed is None else {"seed": seed})
        for n, seed in enumerate(seeds)
    ]


def test_pictures_of_own_noise_keep_their_ids():
    """Worked out before there was other noise; a picture in a person's store must stay found."""
    order = orders.order_of(Request("의사 사진", 1), {"steps": 20}, Generation(4, 0, 16, 1))
    assert order.image_id == "c8b80896b8833a8e"
    assert not order.request.on_device


def test_the_cards_noise_is_of_its_seed_and_of_the_models_device():
    card = Generation(1, 5, 1, 1, "card")
    pictures = orders.asked(ARMS, seeded("23957", "0"), IDENTITIES, card)
    assert [record.seed for record, _ in pictures] == [23957, 0] * 3
    assert all(order.request.on_device for _, order in pictures)
    assert {order.recipe["noise"] for _, order in pictures} == {"card"}
    own = Generation(1, 5, 1, 1)
    [(record, order)] = pictures[:1]
    same_seed = orders.order_of(Request(record.prompt, record.seed), IDENTITIES["m"], own)
    assert order.image_id != same_seed.image_id


@pytest.mark.parametrize(
    ("seed", "said"),
    [
        (None, "has no seed"),
        ("23957.0", "has the seed '23957.0'"),
        ("-1", "has the seed '-1'"),
        ("٣", "has the seed '٣'"),
        (str(2**63), "has the seed '9223372036854775808'"),
    ],
)
def test_a_pair_without_a_seed_has_no_card_noise(seed, said):
    with pytest.raises(ValueError, match=rf"the pair 'p1' {said}, and .* a column 'seed'"):
        orders.asked(ARMS, seeded("1", seed), IDENTITIES, Generation(1, 5, 1, 1, "card"))
