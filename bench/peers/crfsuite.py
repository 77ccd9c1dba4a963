"""The classical peer of the random field: CRFsuite (L-BFGS, L1 and L2) over words, shapes, affixes and surroundings.

Usage: crfsuite.py TRAIN.jsonl TEST.jsonl, rows {"tokens": [[word, spaced, line_start], ...], "tags": ["B-x", "I-x", "O", ...]}
-> one JSON object: fit_s, tags (a list of tags a test row)
"""
import json
import sys
import tempfile
import time

import pycrfsuite


def shape(word):
    return "".join("X" if c.isupper() else "x" if c.isalpha() else "d" if c.isdigit() else c for c in word)


def short(pattern):
    return "".join(c for i, c in enumerate(pattern) if i == 0 or c != pattern[i - 1])


def features(tokens):
    words = [word.lower() for word, _, _ in tokens]
    shapes = [shape(word) for word, _, _ in tokens]
    shorts = [short(s) for s in shapes]
    first = []
    for i, (_, _, line_start) in enumerate(tokens):
        first.append(words[i] if line_start or i == 0 else first[-1])

    def at(values, i):
        return values[i] if 0 <= i < len(values) else "<edge>"

    rows = []
    for i, (_, spaced, line_start) in enumerate(tokens):
        row = ["b", f"h={shorts[i]}", f"spaced={spaced}", f"line={line_start}", f"first={first[i]}"]
        for o in range(-3, 4):
            row.append(f"w{o}={at(words, i + o)}")
            if abs(o) <= 2:
                row.append(f"s{o}={at(shapes, i + o)}")
        for n in range(1, 6):
            if n < len(words[i]):
                row.append(f"p{n}={words[i][:n]}")
                row.append(f"q{n}={words[i][-n:]}")
        for a, b in [(-1, 0), (0, 1), (-2, -1), (1, 2), (-1, 1)]:
            row.append(f"w{a},{b}={at(words, i + a)}|{at(words, i + b)}")
            row.append(f"h{a},{b}={at(shorts, i + a)}|{at(shorts, i + b)}")
        for a in (-2, -1, 0):
            row.append(f"w{a}..={'|'.join(at(words, i + a + k) for k in range(3))}")
            row.append(f"h{a}..={'|'.join(at(shorts, i + a + k) for k in range(3))}")
        rows.append(row)
    return rows


def read(path):
    return [json.loads(line) for line in open(path, encoding="utf-8")]


def main():
    trainer = pycrfsuite.Trainer(algorithm="lbfgs", verbose=False)
    trainer.set_params({"c1": 0.1, "c2": 0.05, "max_iterations": 150, "feature.minfreq": 1})
    for row in read(sys.argv[1]):
        if row["tokens"]:
            trainer.append(features(row["tokens"]), row["tags"])
    with tempfile.NamedTemporaryFile(suffix=".crf") as model:
        began = time.perf_counter()
        trainer.train(model.name)
        fit = time.perf_counter() - began
        tagger = pycrfsuite.Tagger()
        tagger.open(model.name)
        tags = [tagger.tag(features(row["tokens"])) if row["tokens"] else [] for row in read(sys.argv[2])]
        print(json.dumps({"fit_s": fit, "tags": tags}))


main()
