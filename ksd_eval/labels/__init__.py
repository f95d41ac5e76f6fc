"""What people say of a run's pictures: a page to say it on, and the CSV file that comes back.

    python -m ksd_eval label run=results/bias/<id> measurement=gender

writes one page. Whoever opens it sees pictures and no more: no arm, no language, no prompt. The
file that the page saves has a row for each picture that was answered, with the columns
`image_id,measurement,label,labeller,kind`; an empty label is "cannot tell". A run is given it by

    labels: {mine: {_target_: ksd_eval.labels.csv_file.HumanLabels, path: labels.csv}}

Prediction-powered inference needs the labelled pictures to be a simple random subset of each
arm's. `subset` draws them so, and shows them in a random order, so that what a person who stops
early has done is such a subset too. It stays one within any group of prompts, but no longer one
if pictures are left out for how they look: what cannot be told is an answer, not a reason to skip.
"""
