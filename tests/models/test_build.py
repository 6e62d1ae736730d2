from __future__ import annotations

import copy

import numpy as np
import pytest
import torch
import transformers
from torch.testing import assert_close
from transformers import AutoModelForMaskedLM

from isthmus.errors import StudyError
from isthmus.forms.catalogue import FORMS
from isthmus.forms.form import Batch
from isthmus.models.build import (
    add_head,
    empty_head,
    load_pretrained,
    new_model,
    set_dropout,
    split,
)
from isthmus.models.checkpoint import HeadInfo, load_checkpoint, save_checkpoint
from isthmus.models.model import Model
from isthmus.models.sizes import Size
from isthmus.testing.models import tiny_config, tiny_model
from isthmus.testing.tokenizers import FAMILIES, tokenizer_like

LABELS = {"classify": ("a", "b", "c"), "tag": ("x", "y"), "span": (), "choice": (), "mlm": ()}
NANO = Size(num_layers=1, width=16, num_heads=2, feed_forward=24)


def auto_class(form):
    return getattr(transformers, FORMS[form].auto_model)


def full_model(form, family, *, seed=0):
    """The architecture's own model with a head, in evaluation mode."""
    config = tiny_config(family, tokenizer_like(family))
    if LABELS[form]:
        config.id2label = dict(enumerate(LABELS[form]))
        config.label2id = {label: index for index, label in enumerate(LABELS[form])}
    torch.manual_seed(seed)
    return auto_class(form).from_config(config, attn_implementation="eager").eval()


def some_batch(family, num_rows=3, width=11):
    generator = torch.Generator().manual_seed(1)
    fast = tokenizer_like(family)
    ids = torch.randint(5, len(fast), (num_rows, width), generator=generator)
    lengths = np.full(num_rows, width)
    lengths[1] = 7
    ids[1, 7:] = fast.pad_token_id
    has_types = "token_type_ids" in fast.model_input_names
    types = (torch.arange(width) > 5).long().expand(num_rows, width).clone() if has_types else None
    return Batch(input_ids_NT=ids, lengths_N=lengths, type_ids_NT=types, targets={})


def inputs_of(batch, shape=None):
    named = {"input_ids": batch.input_ids_NT, "attention_mask": batch.attention_mask_NT}
    if batch.type_ids_NT is not None:
        named["token_type_ids"] = batch.type_ids_NT
    return {name: tensor if shape is None else tensor.view(shape) for name, tensor in named.items()}


@pytest.mark.parametrize("family", FAMILIES)
@pytest.mark.parametrize("form", LABELS)
@torch.inference_mode()
def test_a_head_over_hidden_states_gives_the_full_model_s_logits(form, family):
    full, batch = full_model(form, family), some_batch(family)
    if form == "choice":
        expected = copy.deepcopy(full)(**inputs_of(batch, (1, 3, -1)))
    else:
        expected = copy.deepcopy(full)(**inputs_of(batch))
    encoder, head = split(full)
    model = Model(encoder, {form: head}).eval()
    hidden_NTD = model.hidden(batch)
    real_NT = batch.attention_mask_NT == 1
    match form:
        case "span":
            found = model.head(form, hidden_NTD)
            assert_close(found.start_logits[real_NT], expected.start_logits[real_NT])
            assert_close(found.end_logits[real_NT], expected.end_logits[real_NT])
        case "tag" | "mlm":
            places = torch.tensor([0, 4, 12, 30])
            found = model.head(form, model.hidden_at(batch, places)).logits[0]
            assert_close(found, expected.logits.flatten(0, 1)[places])
            assert_close(model.head(form, hidden_NTD).logits[real_NT], expected.logits[real_NT])
        case "classify":
            assert_close(model.head(form, model.pooled(batch)).logits, expected.logits)
        case "choice":
            pooled_BC1D = model.pooled(batch).unsqueeze(0)
            assert_close(model.head(form, pooled_BC1D).logits, expected.logits)


@pytest.mark.parametrize("family", FAMILIES)
@pytest.mark.parametrize("form", LABELS)
def test_a_new_head_is_initialised_as_its_architecture_does(form, family):
    model = tiny_model({}, tokenizer_like(family), family=family)
    del model.heads["mlm"]
    add_head(model, form, auto_model=FORMS[form].auto_model, labels=LABELS[form], seed=3)
    own = split(full_model(form, family))[1]
    found, expected = model.heads[form].state_dict(), own.state_dict()
    assert {n: t.shape for n, t in found.items()} == {n: t.shape for n, t in expected.items()}
    for name, tensor in expected.items():
        if tensor.numel() >= 512:
            mean, std = found[name].mean().item(), found[name].std().item()
            assert std == pytest.approx(tensor.std().item(), rel=0.2), name
            assert abs(mean) < 4 * std / found[name].numel() ** 0.5, name
        elif tensor.std(correction=0) == 0:
            assert torch.equal(found[name], tensor), name
        else:
            assert 0 < found[name].abs().max() < 5 * tensor.abs().max(), name


def test_a_head_without_labels_does_not_inherit_those_of_the_head_before():
    model = tiny_model({}, tokenizer_like("xlm-roberta"))
    model.encoder.config.id2label = {0: "a", 1: "b", 2: "c"}
    for form in ("span", "choice", "mlm"):
        head = empty_head(model.encoder.config, auto_model=FORMS[form].auto_model, labels=())
        assert head.config.id2label == {0: "LABEL_0", 1: "LABEL_1"}
    add_head(model, "span", auto_model=FORMS["span"].auto_model, labels=(), seed=0)
    assert model.heads["span"].qa_outputs.out_features == 2
    assert model.encoder.config.num_labels == 3


@pytest.mark.parametrize("family", FAMILIES)
def test_the_seed_alone_decides_a_new_head_and_the_encoder_is_left_alone(family):
    model = tiny_model({}, tokenizer_like(family), family=family)
    before = copy.deepcopy(model.encoder.state_dict())
    auto_model = FORMS["classify"].auto_model
    for name, seed in (("one", 1), ("same", 1), ("other", 2)):
        torch.rand(3)
        add_head(model, name, auto_model=auto_model, labels=("a", "b"), seed=seed)
    one, same, other = (model.heads[name].state_dict() for name in ("one", "same", "other"))
    assert all(torch.equal(one[name], same[name]) for name in one)
    assert any(not torch.equal(one[name], other[name]) for name in one)
    assert all(torch.equal(before[n], t) for n, t in model.encoder.state_dict().items())
    assert model.heads["one"].config.id2label == {0: "a", 1: "b"}
    assert not any(tensor.is_meta for tensor in model.state_dict().values())


def test_an_architecture_without_such_a_head_is_refused():
    config = tiny_config("xlm-roberta", tokenizer_like("xlm-roberta"))
    assert empty_head(config, auto_model="AutoModelForMultipleChoice", labels=()) is not None
    for wrong in (transformers.CLIPConfig(), transformers.Wav2Vec2Config()):
        with pytest.raises(StudyError, match=f"no AutoModelForMultipleChoice .*{wrong.model_type}"):
            empty_head(wrong, auto_model="AutoModelForMultipleChoice", labels=())


@pytest.mark.parametrize("family", FAMILIES)
def test_the_language_modelling_head_stays_tied(family):
    model = tiny_model({"tag": ("x", "y")}, tokenizer_like(family), family=family)
    embeddings = model.encoder.get_input_embeddings().weight
    assert model.heads["mlm"].get_output_embeddings().weight is embeddings
    with torch.no_grad():
        embeddings[7] += 1.0
    assert torch.equal(model.heads["mlm"].get_output_embeddings().weight[7], embeddings[7])
    names = [name for name, _ in model.named_parameters()]
    assert len(names) == len({id(weight) for weight in model.parameters()})
    add_head(model, "more", auto_model=FORMS["mlm"].auto_model, labels=(), seed=1)
    assert model.heads["more"].get_output_embeddings().weight is embeddings
    bias = getattr(model.heads["more"].get_output_embeddings(), "bias", None)
    assert bias is None or not bias.is_meta


def test_a_model_from_scratch_has_the_asked_size_and_its_seed_decides():
    fast = tokenizer_like("xlm-roberta")
    one, same, other = (new_model(NANO, fast, dropout=0.1, seed=seed) for seed in (1, 1, 2))
    config = one.encoder.config
    assert (config.num_hidden_layers, config.hidden_size, config.vocab_size) == (1, 16, len(fast))
    assert config.max_position_embeddings == 512 + fast.pad_token_id + 1
    assert all(map(torch.equal, one.state_dict().values(), same.state_dict().values()))
    assert not all(map(torch.equal, one.state_dict().values(), other.state_dict().values()))
    ids = torch.full((1, 512), 5)
    batch = Batch(
        input_ids_NT=ids,
        lengths_N=np.array([ids.shape[1]] * len(ids)),
        type_ids_NT=None,
        targets={},
    )
    assert one.hidden(batch).shape == (1, 512, 16), "the longest input fits"


def test_a_tokenizer_without_a_mask_cannot_pretrain():
    fast = tokenizer_like("xlm-roberta")
    fast.mask_token = None
    with pytest.raises(StudyError, match="needs a pad and a mask token"):
        new_model(NANO, fast, dropout=0.1, seed=0)


@pytest.mark.parametrize("family", FAMILIES)
def test_dropout_is_set_everywhere_and_acts(family):
    model = tiny_model({"classify": ("a", "b")}, tokenizer_like(family), family=family)
    batch = some_batch(family)
    set_dropout(model, 0.5)
    model.train()
    assert not torch.equal(model.hidden(batch), model.hidden(batch))
    rates = {m.p for m in model.modules() if isinstance(m, torch.nn.Dropout)}
    assert rates == {0.5}
    set_dropout(model, 0.0)
    assert torch.equal(model.hidden(batch), model.hidden(batch))
    pooled = model.pooled(batch)
    one, again = (model.head("classify", pooled).logits for _ in range(2))
    assert torch.equal(one, again)


@pytest.mark.parametrize("family", FAMILIES)
@torch.inference_mode()
def test_an_encoder_is_loaded_from_a_folder(family, tmp_path):
    full, batch = full_model("mlm", family), some_batch(family)
    full.save_pretrained(tmp_path)
    model = load_pretrained(str(tmp_path)).eval()
    real_NT = batch.attention_mask_NT == 1
    expected = AutoModelForMaskedLM.from_pretrained(tmp_path).eval()(**inputs_of(batch)).logits
    assert_close(model.head("mlm", model.hidden(batch)).logits[real_NT], expected[real_NT])


def test_a_pretrained_pooler_is_where_new_heads_start(tmp_path):
    fast = tokenizer_like("bert")
    pretrained = transformers.BertForPreTraining(tiny_config("bert", fast))
    pretrained.save_pretrained(tmp_path / "own")
    model = load_pretrained(str(tmp_path / "own"))
    infos = {"mlm": HeadInfo(name="mlm", form="mlm", auto_model=FORMS["mlm"].auto_model)}
    save_checkpoint(tmp_path / "stored", model, infos, fast, card="")
    for start in (model, load_checkpoint(tmp_path / "stored", heads=())):
        add_head(start, "new", auto_model=FORMS["classify"].auto_model, labels=("a", "b"), seed=1)
        weights = start.heads["new"].bert.pooler.state_dict()
        assert weights
        for name, weight in pretrained.bert.pooler.state_dict().items():
            assert torch.equal(weights[name], weight)


def test_without_a_pretrained_pooler_a_head_draws_its_own(tmp_path):
    full_model("mlm", "bert").save_pretrained(tmp_path)
    assert load_pretrained(str(tmp_path)).pooler == {}
    full_model("mlm", "modernbert").save_pretrained(tmp_path / "other")
    assert load_pretrained(str(tmp_path / "other")).pooler == {}


def test_what_is_no_encoder_is_refused(tmp_path):
    with pytest.raises(StudyError, match=r"No masked language model could be loaded from .*empty"):
        load_pretrained(str(tmp_path / "empty"))
    transformers.GPT2Config(n_layer=1, n_embd=8, n_head=1, vocab_size=20).save_pretrained(tmp_path)
    with pytest.raises(StudyError, match="No masked language model"):
        load_pretrained(str(tmp_path))
