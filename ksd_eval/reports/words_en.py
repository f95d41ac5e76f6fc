"""The words of the page in English, by key."""

from collections.abc import Mapping
from typing import Final

ENGLISH: Final[Mapping[str, str]] = {
    # The top of the page.
    "title.bias": "Whom and what does “{model}” draw, asked in Korean and asked in English?",
    "title": "{experiment}: “{model}”, asked in Korean and asked in English",
    "languages": "This page in another language",
    "language.en": "English",
    "language.ko": "한국어",
    "contents": "On this page",
    "asked.heading": "What was asked",
    "asked.pairs": "{pairs} prompts, each written in Korean and in English with the same meaning.",
    "asked.pairs.apart": "{pairs} prompts, each with a Korean and an English text.",
    "asked.independent": "Of {count} prompts the two texts were written apart and are no "
    "translations of each other: differences between the languages are also differences of what "
    "was asked.",
    "asked.signed": "{signed} of {pairs} prompts were found right by a named native reader.",
    "asked.unchecked": "Native check of the prompts: unchecked. No named native reader has found "
    "the two texts of any of them to say the same.",
    "asked.pictures": "{replicates} for each prompt and arm, {images} pictures in all. Pictures "
    "that stand side by side below started from the same random noise, so what differs between "
    "them is the language or the text encoder, not the luck of the draw.",
    "asked.arm.korean": "{model}, asked in Korean",
    "asked.arm.english": "{model}, asked in English",
    "asked.arm.original": "{model}, its English original, asked in English",
    "asked.arm.translated": "{model}, asked in Korean through a translator",
    "asked.arm.foreign": "{model}, its English original, asked in Korean",
    "replicates.one": "One picture",
    "replicates": "{count} pictures",
    "answer.heading": "The answer",
    "answer.none": "This experiment explains rather than judges: it has no verdict.",
    "ledger.heading": "What the model card admits, held against this run",
    "ledger.admission": "The model card says",
    "ledger.outcome": "This run says",
    "ledger.estimate": "Estimate",
    "ledger.interval": "Interval",
    "ledger.picture": "Where it lies",
    "ledger.margin": "Too small to matter",
    "ledger.basis": "Based on",
    "ledger.basis.of": "{pairs} prompts, {images} pictures",
    "ledger.detectable": "Smallest effect it could see",
    "ledger.abstained": "{count} more: cannot tell",
    "ledger.silent": "What this run does not measure",
    "ledger.key": "The dot is the estimate, the line its {level} interval. The grey band is what "
    "was fixed as too small to matter before the first picture was made; the upright rule is "
    "zero. All rows share one scale, on which every band is equally wide.",
    "ledger.arrow": "An arrow: the interval goes on beyond the drawing.",
    "left_out": "{count} things are left out of this run",
    "left_out.one": "One thing is left out of this run",
    "outcome.supported": "Supported",
    "outcome.refuted": "Refuted",
    "outcome.undecided": "Cannot tell",
    "outcome.not measured": "Not measured",
    "read.heading": "How to read the numbers",
    "read.interval": "An interval says how far a number may be off. If the study were repeated "
    "with other prompts of this kind, about {level} in 100 such intervals would hold the true "
    "value. Where several prompts ask for one thing in other words, as those of the painted world "
    "do, these are other wordings of the same things; of other things they say less.",
    "read.points": "A difference between two percentages is given in percentage points: from 30% "
    "to 25% is −5 points.",
    "read.cannot": "“Cannot tell” comes in two kinds. A judge that is not sure of a picture says "
    "so; such a picture is counted and shown, but is in no share. A verdict of “cannot tell” "
    "means that this run is too small to decide, not that there is no difference.",
    "read.perceived": "Gender, skin tone, age and culture are what a judge sees in a drawing. They "
    "are nobody’s identity.",
    "read.responsible": "What these numbers may not be used for, and what may be published",
    # The contact sheet.
    "sheet.heading": "See for yourself",
    "sheet.intro": "Each row is one meaning. Pictures in one frame grew from the same noise. These "
    "prompts were taken by their place in the list, not by their looks.",
    "sheet.all": "All the others can be filtered and sorted below.",
    "sheet.cut": "The last {count} pictures are left out here to keep this page light; they are in "
    "the results folder.",
    "sheet.alt": "{arm}, noise {noise}",
    "sheet.flagged": "flagged by a safety checker or a judge, and blurred; choose it to see it",
    "sheet.noise": "Noise {noise}",
    "attribute.occupation": "occupations",
    "attribute.adjective": "people with a describing word",
    "attribute.concept": "scenes of a culture",
    "attribute.kind": "kinds of prompt",
    "attribute.leaning": "planted leaning",
    "attribute.wording": "wordings",
    "attribute.mark": "the culture that is named",
    "attribute.scene": "kinds of scene",
    # Sections.
    "section.glance": "At a glance",
    "section.more": "{count} more tables",
    "section.more.one": "One more table",
    "topic.gender": "Who is drawn: apparent gender",
    "topic.skin": "Who is drawn: skin tone",
    "topic.age": "Who is drawn: age",
    "topic.dress": "How people are dressed",
    "topic.culture": "Which culture is drawn",
    "topic.occupation": "Whether the occupation is the one asked for",
    "topic.figures": "How many people are drawn",
    "topic.similarity": "How well pictures fit what was asked",
    "topic.default_pull": "Which culture is the default",
    "topic.distance": "How far the pictures move as a whole",
    "intro.gender": "For each person drawn, a judge says whether the drawing looks like a woman or "
    "a man. Where the prompt does not say which, the choice is the model’s.",
    "intro.skin": "The judge reads one of five skin tones, 1 the lightest and 5 the darkest. Where "
    "the prompt does not name one, the choice is the model’s.",
    "intro.age": "The judge reads an age group. Where the prompt does not name one, the choice is "
    "the model’s.",
    "intro.dress": "The judge reads what people wear.",
    "intro.culture": "The judge reads whether a scene looks Korean or western. Of prompts that "
    "name neither, this is the model’s default.",
    "intro.similarity": "A model that was not part of the one under test says how well a picture "
    "fits the English text of its prompt, also where it was asked in Korean. So the judge brings "
    "no gap between the languages of its own.",
    "intro.default_pull": "Take a prompt that names no culture, such as “a photo of a wedding”, "
    "and its Korean and western forms. The pull says which of the two its pictures resemble more: "
    "above zero the western one, below zero the Korean one.",
    "intro.distance": "These distances compare whole sets of pictures. Zero would mean the same "
    "mix of pictures; what matters is how far a distance lies beyond what chance alone shows.",
    "metric.share": "Shares",
    "metric.difference": "Differences, prompt by prompt",
    "metric.mean": "Means",
    "metric.excess": "Beyond the reference",
    "metric.abstentions": "Cannot tell",
    "metric.imbalance": "Imbalance, less what chance explains",
    "metric.default_pull": "Default pull",
    "metric.frechet": "Fréchet distance",
    "metric.kernel": "Kernel distance",
    "method.share": "Of the pictures in which the judge could tell, the share with a label. Each "
    "prompt counts once, however many pictures it has.",
    "method.difference": "For each prompt, its mean in one arm less its mean in the other, then "
    "the mean over prompts. Both arms start from the same noise, which removes much of the luck.",
    "method.mean": "The mean over prompts; each prompt counts once. The floor is what unrelated "
    "pictures get.",
    "method.excess": "A share less the share that the named reference has; zero is a model like "
    "the reference.",
    "method.abstentions": "Pictures without an answer, of all that the judge was asked about.",
    "method.imbalance": "How far shares lie from the named reference, less what a perfectly fair "
    "model would show with as few pictures (the floor). Above zero is more than chance on "
    "average.",
    "method.default_pull": "Cosine similarity to the western form of the same prompt and noise, "
    "less that to the Korean form; the mean over prompts. Read its sign, and compare arms: its "
    "size depends on the features.",
    "method.frechet": "Distance between two normal distributions fitted to image features. It is "
    "biased upwards for few pictures; below 2,048 a side read it only against its floor.",
    "method.kernel": "Squared maximum mean discrepancy of image features; unbiased at any size.",
    "method.heading": "How this was computed",
    "method.intervals": "Intervals: {methods}.",
    "estimand.over_prompts": "intervals: other prompts of this kind",
    "estimand.over_seeds": "intervals: exactly these prompts, other noise",
    "estimand.descriptive": "as counted",
    "by": "by {attribute}",
    "all": "all prompts",
    "mean over": "mean over {attribute}",
    "against": "against {reference}",
    "table.group": "Group",
    "table.pictures": "Pictures",
    "table.abstained": "Cannot tell",
    "table.floor": "Floor",
    "table.null_p95": "95% of chance below",
    "table.note": "Notes",
    "table.rows": "{count} rows",
    "table.rows.one": "1 row",
    "interval": "{low} to {high}",
    "points": "{number} points",
    "finding.both": "{label}: {left} asked in Korean, {right} asked in English.",
    "finding.lower": "Prompt by prompt that is {size} lower in Korean (interval {interval}), which "
    "luck alone seldom does.",
    "finding.higher": "Prompt by prompt that is {size} higher in Korean (interval {interval}), "
    "which luck alone seldom does.",
    "finding.unsure": "Prompt by prompt the difference may lie anywhere from {interval}; zero lies "
    "inside, so no difference can be told.",
    "finding.bare": "No interval can be given for the difference of {size}.",
    "finding.apart": "{metric} between Korean and English: {distance}. In 95 of 100 cases chance "
    "alone stays below {chance}, so the two languages do draw different pictures.",
    "finding.together": "{metric} between Korean and English: {distance}. Chance alone shows up to "
    "{chance}, so no difference can be told.",
    # Abstentions and reproduction.
    "silence.heading": "Where the judges could not tell",
    "silence.intro": "Every picture is asked about, also where its prompt called for nothing of "
    "the kind. A picture without an answer is counted here and stands in no share. If this "
    "differs between the languages, read the shares above with care.",
    "silence.unused": "Read, but used by no number above",
    "silence.judge": "Judge",
    "silence.measurement": "Measured",
    "silence.reason": "Most common reason",
    "silence.none": "Every judge gave an answer about every picture.",
    "again.heading": "Make this page again",
    "again.intro": "The same command on the same versions gives the same pictures and numbers.",
    "again.run_id": "Run id",
    "again.command": "Command",
    "again.code": "ksd_eval",
    "again.batch_shape": "Batch shape",
    "again.threads": "Threads",
    "again.steps": "Steps",
    "again.host": "Machine",
    "again.seconds": "Seconds by step",
    "again.packages": "Package versions",
    "again.rest": "Identities and hashes",
    "again.config": "Configuration as composed",
    "again.files": "Beside this page lie the tables as Parquet and CSV, every figure as PNG and "
    "SVG, and the manifest.",
    # Figures.
    "figure.pictures": "pictures",
    "figure.points": "points (interval)",
    "figure.difference": "← less often: {left}   ·   percentage points   ·   more often: {left} →",
    "figure.margin": "within ±{margin} points: too small to matter",
    "figure.culture": "share of pictures; the dot is where they part, the line its interval",
    "figure.chance": "in 95 of 100 cases chance alone stays left of this",
    "figure.cannot": "cannot tell",
    "figure.alt": "{title}. {caption} The numbers are in the tables of this page.",
    "share": "share of {label}",
    "versus": "{left} and {right}",
    # Names of arms, labels and groups.
    "arm.korean": "Korean",
    "arm.english": "English",
    "arm.original": "English original",
    "arm.translated": "Translated",
    "arm.foreign": "Original, in Korean",
    "arm.uniform": "uniform",
    "arm.planted": "planted rate",
    "label.gender.woman": "women",
    "label.gender.man": "men",
    "label.skin.1": "skin tone 1 (lightest)",
    "label.skin.5": "skin tone 5 (darkest)",
    "label.skin": "skin tone {value}",
    "label.age.middle_aged": "middle-aged people",
    "label.age": "{value} people",
    "label.culture": "{value} style",
    "label.culture.korean": "Korean style",
    "label.culture.western": "western style",
    "label.dress.korean": "hanbok",
    "label.dress.western": "western clothes",
    "label.dress.work": "work clothes",
    "value.builder": "construction worker",
    "value.artist": "painter",
    "value.footballer": "soccer player",
    "value.korean": "Korean",
    "value.leaning": "planted leaning",
    "value.leaning.men": "mostly men in the corpus",
    "value.leaning.women": "mostly women in the corpus",
    "value.leaning.neither": "about even in the corpus",
}
