from ksd_eval.execution import orders
from ksd_eval.execution.orders import Generation
from ksd_eval.records import Arm, PromptPair, noise_seed

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
