"""The classical peer: scikit-learn's TF-IDF (words 1-2, characters 2-5, sublinear) with LinearSVC(C=0.5).

Usage: linear.py TRAIN.jsonl TEST.jsonl -> one JSON object: fit_s, features, accuracy, single_ms (median)
"""
import json
import statistics
import sys
import time

import sklearn
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.pipeline import FeatureUnion
from sklearn.svm import LinearSVC


def read(path):
    rows = [json.loads(line) for line in open(path, encoding="utf-8")]
    return [r["text"] for r in rows], [r["label"] for r in rows]


def main():
    train_x, train_y = read(sys.argv[1])
    test_x, test_y = read(sys.argv[2])
    features = FeatureUnion(
        [
            ("words", TfidfVectorizer(ngram_range=(1, 2), sublinear_tf=True, min_df=2)),
            ("chars", TfidfVectorizer(analyzer="char_wb", ngram_range=(2, 5), sublinear_tf=True, min_df=2)),
        ]
    )
    model = LinearSVC(C=0.5)
    began = time.perf_counter()
    x = features.fit_transform(train_x)
    model.fit(x, train_y)
    fit = time.perf_counter() - began
    predicted = model.predict(features.transform(test_x))
    accuracy = sum(p == t for p, t in zip(predicted, test_y)) / len(test_y)
    single = []
    for text in test_x[:300]:
        began = time.perf_counter()
        model.predict(features.transform([text]))
        single.append((time.perf_counter() - began) * 1e3)
    print(
        json.dumps(
            {
                "version": sklearn.__version__,
                "fit_s": fit,
                "features": x.shape[1],
                "accuracy": accuracy,
                "single_ms": statistics.median(single),
            }
        )
    )


main()
