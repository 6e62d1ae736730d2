"""What needs no reading: majority, bag-of-words, overlap and one-sided baselines of the world.

Run ``python bench/world_baselines.py [TASK ...]`` (needs scikit-learn; a few minutes on two cores). It
trains on each task's training set in the source language, scores its test set (development where
a task has no test), and prints the Markdown table that stands in docs/world.md.
"""

from __future__ import annotations

import math
import sys
from collections import Counter, defaultdict
from itertools import islice
from typing import TYPE_CHECKING, TypeAlias

import numpy as np
from sklearn.feature_extraction import FeatureHasher
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.linear_model import LogisticRegression

from isthmus.world.draws import Draw, stream
from isthmus.world.provider import WorldProvider

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from isthmus.examples import Choice, Example, Line, Pair, Question, Sentence
    from isthmus.tasks.task import Split, Task

NUM_TRAIN = 4000
FOREIGN_SHOWN = ("qan", "qlh", "qka")
Row: TypeAlias = "tuple[str, dict[str, float]]"


def main() -> None:
    """Prints one row per task."""
    provider = WorldProvider()
    print("| task | metric | chance | baselines, best first |")
    print("|---|---|---|---|")
    wanted = sys.argv[1:]
    for name, task in provider.tasks().items():
        if task.role != "text" and (not wanted or name in wanted):
            metric, scores = _measure(provider, task)
            chance = scores.pop("chance")
            ranked = sorted(scores.items(), key=lambda item: -item[1])
            shown = "; ".join(f"{what} {100 * value:.1f}" for what, value in ranked)
            print(f"| {name} | {metric} | {100 * chance:.1f} | {shown} |", flush=True)


def _measure(provider: WorldProvider, task: Task) -> Row:
    def read(split: Split, language: str) -> list[Example]:
        examples = provider.read(task, split, language, Counter())
        return list(islice(examples, NUM_TRAIN))

    if task.form == "retrieve":
        return _retrieval({code: read("test", code) for code in FOREIGN_SHOWN})
    source = provider.source_language
    evaluated = "test" if task.role == "target" else "dev"
    measure = {"classify": _pairs, "tag": _tags, "span": _spans, "choice": _choices}[task.form]
    return measure(read("train", source), read(evaluated, source))


def _pairs(train: list[Pair], test: list[Pair]) -> Row:
    gold = [pair.label for pair in test]
    features: dict[str, Callable[[Pair], dict[str, float]]] = {
        "bag of words": _both,
        "first text only": lambda pair: _bag(pair.text, "a"),
        "second text only": lambda pair: _bag(pair.text_b or "", "b"),
        "word overlap": _overlap,
        "negation and overlap": _negation_and_overlap(train),
    }
    scores = {
        name: _fitted_accuracy(
            [feature(p) for p in train],
            [p.label or "" for p in train],
            [feature(p) for p in test],
            gold,
        )
        for name, feature in features.items()
    }
    labels = Counter(gold)
    return "accuracy", {"chance": max(labels.values()) / len(gold), **scores}


def _bag(text: str, side: str) -> dict[str, float]:
    return {f"{side}:{word}": 1.0 for word in text.split()}


def _both(pair: Pair) -> dict[str, float]:
    return _bag(pair.text, "a") | _bag(pair.text_b or "", "b")


def _overlap(pair: Pair) -> dict[str, float]:
    one, two = set(pair.text.split()), set((pair.text_b or "").split())
    return {
        "jaccard": len(one & two) / len(one | two),
        "only_a": float(len(one - two)),
        "only_b": float(len(two - one)),
    }


def _negation_and_overlap(train: list[Pair]) -> Callable[[Pair], dict[str, float]]:
    """Overlap, and for each frequent word whether one side alone has it (negation above all)."""
    counts = Counter(word for pair in train for word in set(pair.text.split()))
    frequent = [word for word, _ in counts.most_common(12)]

    def feature(pair: Pair) -> dict[str, float]:
        one, two = pair.text.split(), (pair.text_b or "").split()
        odd = {f"odd:{w}": 1.0 for w in frequent if (w in one) != (w in two)}
        return _overlap(pair) | odd

    return feature


def _fitted_accuracy(
    train: list[dict[str, float]], labels: list[str], test: list[dict[str, float]], gold: list[str]
) -> float:
    hasher = FeatureHasher(n_features=2**15)
    model = LogisticRegression(max_iter=300).fit(hasher.transform(train), labels)
    return float(np.mean(model.predict(hasher.transform(test)) == np.array(gold)))


def _tags(train: list[Sentence], test: list[Sentence]) -> Row:
    by_word: dict[str, Counter[str]] = defaultdict(Counter)
    for sentence in train:
        for word, tag in zip(sentence.words, sentence.tags or (), strict=True):
            by_word[word][tag] += 1
    most = sum(by_word.values(), Counter()).most_common(1)[0][0]
    lookup = {word: tags.most_common(1)[0][0] for word, tags in by_word.items()}
    majority = [[most] * len(s.words) for s in test]
    looked_up = [[lookup.get(word, most) for word in s.words] for s in test]
    gold = [list(s.tags or ()) for s in test]
    if any(tag.startswith("B-") for tags in gold for tag in tags):
        return "span F1", {
            "chance": _span_f1(gold, majority),
            "commonest tag of each word": _span_f1(gold, looked_up),
        }
    return "accuracy", {
        "chance": _tag_accuracy(gold, majority),
        "commonest tag of each word": _tag_accuracy(gold, looked_up),
    }


def _tag_accuracy(gold: list[list[str]], predicted: list[list[str]]) -> float:
    pairs = [
        (a, b)
        for one, two in zip(gold, predicted, strict=True)
        for a, b in zip(one, two, strict=True)
    ]
    return sum(a == b for a, b in pairs) / len(pairs)


def _span_f1(gold: list[list[str]], predicted: list[list[str]]) -> float:
    one = {(n, *span) for n, tags in enumerate(gold) for span in _entity_spans(tags)}
    two = {(n, *span) for n, tags in enumerate(predicted) for span in _entity_spans(tags)}
    return 2 * len(one & two) / max(1, len(one) + len(two))


def _entity_spans(tags: Sequence[str]) -> Iterator[tuple[int, int, str]]:
    start, kind = 0, ""
    for place, tag in enumerate([*tags, "O"]):
        if kind and tag != f"I-{kind}":
            yield start, place, kind
            kind = ""
        if tag.startswith("B-") or (tag.startswith("I-") and not kind):
            start, kind = place, tag[2:]


def _spans(train: list[Question], test: list[Question]) -> Row:
    """Heuristics over runs of words: the question's wh-word says which run is typical."""
    draw = stream(0, "baselines")
    where = _place_word(train)

    def best_sentence(q: Question) -> str:
        asked = set(q.question.split())
        sentences = draw.shuffled(_sentences(q.context))
        return max(sentences, key=lambda s: len(asked & set(s.split())))

    def overlap(q: Question) -> str:
        return _typical_run(q, best_sentence(q), where)

    def any_sentence(q: Question) -> str:
        return _typical_run(q, draw.pick(_sentences(q.context)), where)

    def question_free(q: Question) -> str:
        words = draw.pick(_sentences(q.context)).split()
        return " ".join(draw.pick((words[:2], words[-2:], words[:1], words[-3:])))

    heuristics = {
        "most overlapping sentence, other words": overlap,
        "any sentence, other words": any_sentence,
        "without the question": question_free,
    }
    scores = {
        name: float(np.mean([_squad_f1(q, guess(q)) for q in test]))
        for name, guess in heuristics.items()
    }
    scores["chance"] = float(np.mean([_squad_f1(q, _random_phrase(draw, q)) for q in test]))
    unanswerable = np.mean([not q.answers for q in test])
    if unanswerable:
        scores["always unanswerable"] = float(unanswerable)
    return "F1", scores


def _place_word(train: list[Question]) -> str:
    """The question word whose answers stand last in their sentence: learnt from training."""
    last: Counter[str] = Counter()
    seen: Counter[str] = Counter()
    for q in train:
        if q.answers:
            first = q.question.split()[0]
            end = q.answers[0].start + len(q.answers[0].text)
            seen[first] += 1
            last[first] += q.context[end : end + 2] == " ."
    common = [word for word, count in seen.items() if count > len(train) / 50]
    return max(common, key=lambda word: last[word] / seen[word])


def _typical_run(q: Question, sentence: str, where: str) -> str:
    """The first run of words that the question lacks, or the last for a question of place."""
    asked = set(q.question.split())
    determiners = {q.context.split()[0]} if len(q.context.split()) else set()
    runs: list[list[str]] = [[]]
    for word in sentence.split():
        if word in asked and word not in determiners:
            runs.append([])
        else:
            runs[-1].append(word)
    runs = [run for run in runs if run] or [[""]]
    return " ".join(runs[-1] if where in asked else runs[0])


def _random_phrase(draw: Draw, q: Question) -> str:
    words = draw.pick(_sentences(q.context)).split()
    start = draw.below(len(words))
    return " ".join(words[start : start + 2])


def _sentences(context: str) -> list[str]:
    return [part.strip() for part in context.split(" .") if part.strip()]


def _squad_f1(q: Question, guess: str) -> float:
    if not q.answers:
        return float(guess == "")
    gold, words = Counter(q.answers[0].text.split()), Counter(guess.split())
    common = sum((gold & words).values())
    if not common:
        return 0.0
    precision, recall = common / sum(words.values()), common / sum(gold.values())
    return 2 * precision * recall / (precision + recall)


def _choices(train: list[Choice], test: list[Choice]) -> Row:
    features = {
        "choice only": lambda _prompt, choice: [f"b:{word}" for word in choice.split()],
        "bag of word pairs": lambda prompt, choice: [
            f"{a}|{b}" for a in set(prompt.split()) for b in choice.split()
        ],
        "word overlap": lambda prompt, choice: [
            f"shared:{len(set(prompt.split()) & set(choice.split()))}"
        ],
        "place in the prompt": lambda prompt, choice: [f"at:{prompt.find(choice) * 8 // 200}"],
    }
    scores = {name: _choice_accuracy(train, test, feature) for name, feature in features.items()}
    return "accuracy", {"chance": 1 / len(test[0].choices), **scores}


def _choice_accuracy(
    train: list[Choice], test: list[Choice], feature: Callable[[str, str], list[str]]
) -> float:
    """Trains right against wrong choices, then takes the likeliest choice of each prompt."""
    hasher = FeatureHasher(n_features=2**18, input_type="string")
    rows = [feature(c.prompt, choice) for c in train for choice in c.choices]
    right = [place == c.label for c in train for place in range(len(c.choices))]
    model = LogisticRegression(max_iter=200, C=0.3).fit(hasher.transform(rows), right)
    width = len(test[0].choices)
    asked = [feature(c.prompt, choice) for c in test for choice in c.choices]
    scores = model.decision_function(hasher.transform(asked)).reshape(-1, width)
    jitter = np.random.default_rng(0).random(scores.shape) * 1e-9  # ties fall at random
    return float(np.mean((scores + jitter).argmax(1) == [c.label for c in test]))


def _retrieval(lines_by_language: dict[str, list[Line]]) -> Row:
    scores: dict[str, float] = {}
    size = 0
    for code, lines in lines_by_language.items():
        source = [line for line in lines if line.side == "source"]
        foreign = [line for line in lines if line.side == "foreign"]
        size = len(foreign)
        for what, unit in (("words", "word"), ("letters", "char")):
            ngrams = (1, 1) if unit == "word" else (3, 3)
            pattern = r"\S+" if unit == "word" else None
            vectors = TfidfVectorizer(analyzer=unit, ngram_range=ngrams, token_pattern=pattern)
            vectors.fit([line.text for line in lines])
            near = vectors.transform([line.text for line in source]) @ (
                vectors.transform([line.text for line in foreign]).T
            )
            guess = np.asarray(near.todense()).argmax(1)
            hits = [
                foreign[g].uid in (line.match or ())
                for line, g in zip(source, guess, strict=True)
                if line.match
            ]
            scores[f"shared {what}, {code}"] = sum(hits) / len(hits)
    return "accuracy of matched lines", {"chance": 1 / size if size else math.nan, **scores}


if __name__ == "__main__":
    main()
