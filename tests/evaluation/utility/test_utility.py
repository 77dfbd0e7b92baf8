"""The measures of utility, on texts whose right answers can be computed by hand."""

from math import exp, log

import pytest

from redaction.evaluation.utility import Classifier, WordModel, kept_share, perplexity, words_of


def texts(*lines: str) -> list[list[str]]:
    return [[word.text for word in words_of(line)] for line in lines]


def test_placeholders_of_one_type_are_one_word_whatever_their_number() -> None:
    words = words_of("[PERSON_1] met [PERSON_2], Zoë's friend.")
    assert [word.text for word in words] == ["[PERSON]", "met", "[PERSON]", ",", "zoë's", "friend", "."]
    assert [word.text for word in words if word.is_placeholder] == ["[PERSON]", "[PERSON]"]
    assert [(word.start, word.end) for word in words[:2]] == [(0, 10), (11, 14)]


def test_kept_words_are_those_in_both_texts() -> None:
    assert kept_share(words_of("Zoe met Ada in Oslo"), words_of("[PERSON_1] met [PERSON_2] in [LOCATION_1]")) == 0.4
    assert kept_share([], []) == 1


def test_the_probabilities_of_all_words_in_a_context_add_up_to_one() -> None:
    model = WordModel(texts("the dog ran home", "the dog sat", "a cat ran"))
    known = ["the", "dog", "ran", "home", "sat", "a", "cat", "unheard"]
    for context in (["the", "dog"], ["cat", "ran"], ["never", "seen"], []):
        after = [model.log_probabilities([*context, word])[len(context)] for word in known]
        end = model.log_probabilities(context)[-1]
        assert sum(map(exp, [*after, end])) == pytest.approx(1)


def test_kneser_and_ney_count_contexts_and_not_occurrences() -> None:
    """ "francisco" is frequent and follows one word only, so it is no likelier elsewhere than a rare word."""
    model = WordModel(texts(*["san francisco"] * 20, "the dog", "a dog", "one dog"))
    after_unseen = {word: model.log_probabilities(["unheard", word])[1] for word in ("francisco", "dog")}
    assert after_unseen["dog"] > after_unseen["francisco"]


def test_perplexity_of_a_fair_choice_is_the_number_of_choices() -> None:
    assert perplexity([log(0.25)] * 10) == pytest.approx(4)


def test_a_classifier_learns_words_and_a_class_without_signal_is_not_found() -> None:
    about = texts(*(f"we hire engineers {n}" for n in range(20)), *(f"thank you all {n}" for n in range(20)))
    classes = ["hiring"] * 20 + ["thanks"] * 20
    made = Classifier(about, classes)
    assert made.classify(texts("they hire", "many thank words")) == ["hiring", "thanks"]
    assert Classifier(about, ["a", "b"] * 20).accuracy(about[:20], ["b"] * 20) < 0.75
