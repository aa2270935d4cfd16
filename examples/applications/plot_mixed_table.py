"""
A mixed table from end to end
=============================

Numbers, categories, missing values and imbalanced classes in one table: from the raw data frame to calibrated
probabilities and a saved model.
"""

# %%
# The table
# ---------
#
# :func:`~sklearn_deep.datasets.load_adult` has 5,000 samples of the census of 1994 and ships with the library. The task
# is to predict who earns more than 50,000 dollars a year. The complete table of 48,842 samples is on OpenML:
# ``fetch_openml("adult", version=2)``.

import matplotlib.pyplot as plt
import numpy as np
from sklearn.calibration import CalibrationDisplay
from sklearn.metrics import average_precision_score, balanced_accuracy_score, brier_score_loss
from sklearn.model_selection import train_test_split

from sklearn_deep import MLPClassifier, load, save, tabular_pipeline
from sklearn_deep.datasets import load_adult

X, income = load_adult(return_X_y=True)
X = X.drop(columns="fnlwgt")  # a weight of the survey, not a property of a person
y = (income == ">50K").astype(int)
X, X_test, y, y_test = train_test_split(X, y, test_size=2000, stratify=y, random_state=0)

print(f"{len(X)} training samples, of which {y.mean():.0%} earn more than 50,000 dollars")
print("missing values:", X.isna().sum()[lambda counts: counts > 0].to_dict())
X.head(3)

# %%
# From the data frame to predictions
# ----------------------------------
#
# A network needs numbers on similar scales. :func:`~sklearn_deep.tabular_pipeline` imputes and scales the numeric columns,
# encodes the categories, and treats a missing category as a category. It returns an ordinary ``Pipeline``.

settings = {"dropout": 0.2, "max_epochs": 15, "early_stopping": False, "random_state": 0}
pipeline = tabular_pipeline(MLPClassifier((64, 64), **settings)).fit(X, y)
print(f"accuracy {pipeline.score(X_test, y_test):.3f}")
print(f"accuracy of always predicting the larger class {1 - y_test.mean():.3f}")

# %%
# Imbalanced classes
# ------------------
#
# The accuracy hides how well the smaller class is found. Two ways to give it more attention: class weights in
# training, or a lower threshold on the probability afterwards.

balanced = MLPClassifier((64, 64), class_weight="balanced", **settings)
weighted = tabular_pipeline(balanced).fit(X, y)
probability = pipeline.predict_proba(X_test)[:, 1]
share = y.mean()
predictions = {
    "plain": probability > 0.5,
    "class_weight": weighted.predict(X_test),
    "lower threshold": probability > share,
}

figure, ax = plt.subplots(figsize=(7, 3.5), layout="constrained")
for place, (name, predicted) in enumerate(predictions.items()):
    recall = [np.mean(predicted[y_test == label] == label) for label in (0, 1)]
    ax.plot(recall[0], place, "o", color="C0", ms=9)
    ax.plot(recall[1], place, "s", color="C1", ms=9)
    ax.plot(balanced_accuracy_score(y_test, predicted), place, "|", color="black", ms=20)
    print(f"{name}: balanced accuracy {balanced_accuracy_score(y_test, predicted):.3f}")
for marker, label in (("oC0", "up to 50,000"), ("sC1", "above 50,000"), ("|k", "mean of both")):
    ax.plot([], [], marker, ms=9, label=label)
ax.set(xlabel="share of the class that is found", xlim=(0.4, 1))
ax.set_yticks(range(3), predictions)
ax.set_ylim(2.5, -0.5)
ax.grid(axis="x", color="0.85")
figure.legend(loc="outside upper center", ncols=3)

# %%
# The plain network finds about nine in ten of the larger class but only two thirds of the smaller one. With class weights or with a
# lower threshold it finds more of the smaller class and fewer of the larger one, and the mean of both rises from about 0.78 to
# 0.81. Both ways are about equally good here.

# %%
# Calibration
# -----------
#
# Probabilities are calibrated if, of all samples with a probability of 0.3, 30 % belong to the class.

figure, ax = plt.subplots(figsize=(6, 4.5), layout="constrained")
for (name, model), marker in zip(
    {"plain": pipeline, "class_weight": weighted}.items(), ("o", "s"), strict=True
):
    CalibrationDisplay.from_estimator(
        model, X_test, y_test, n_bins=8, strategy="quantile", name=name, ax=ax, marker=marker
    )
    positive = model.predict_proba(X_test)[:, 1]
    print(
        f"{name}: Brier score {brier_score_loss(y_test, positive):.3f}, "
        f"average precision {average_precision_score(y_test, positive):.3f}"
    )
ax.set(xlabel="predicted probability", ylabel="share above 50,000")

# sphinx_gallery_thumbnail_number = 2

# %%
# The plain network is better calibrated (Brier score 0.11). Class weights shift all probabilities up, as if both classes
# were equally frequent (Brier score 0.15). So if you need probabilities, train without class weights and move the threshold.
# Both networks are too confident at the upper end. An ensemble is better calibrated, see
# :ref:`sphx_glr_auto_examples_applications_plot_deep_ensemble.py`.

# %%
# Save the model
# --------------
#
# ``save`` writes the fitted pipeline, preprocessing included, into one file. ``load`` reads only types that are known to be
# safe.

save(pipeline, "income.skops")
loaded = load("income.skops")
print("equal probabilities:", np.array_equal(loaded.predict_proba(X_test)[:, 1], probability))

# %%
# See :doc:`/guide/tables` for how columns are recognized, and :doc:`/guide/save_and_load` for other formats.
