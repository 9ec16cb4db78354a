"""Chat templates as models bring them."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from fanlight.domain.errors import ModelBroken
from fanlight.domain.messages import Image, ImagePart, Message, TextPart
from fanlight.engine import families
from fanlight.engine.child_values import decode_messages, encode_messages
from fanlight.engine.template import Template, TemplateContent, TemplateFrame, prompt_parts
from support.documents import asked, document

LISTED = (
    "<|im_start|>{% for message in messages %}{{ message['role'] | capitalize }}"
    "{% if message['content'][0]['type'] == 'image' %}{{ ':' }}{% else %}{{ ': ' }}{% endif %}"
    "{% for line in message['content'] %}{% if line['type'] == 'text' %}{{ line['text'] }}"
    "{% elif line['type'] == 'image' %}{{ '<image>' }}{% endif %}{% endfor %}<end_of_utterance>\n"
    "{% endfor %}{% if add_generation_prompt %}{{ 'Assistant:' }}{% endif %}"
)
STRINGS = (
    "{% for message in messages %}{{ '<|im_start|>' + message['role'] + '\n' + message['content'] + '<|im_end|>\n' }}"
    "{% endfor %}{% if add_generation_prompt %}{{ '<|im_start|>assistant\n' }}{% endif %}"
)
NO_SYSTEM = (
    "{{ bos_token }}{% if messages[0]['role'] == 'system' %}{{ raise_exception('No system role here') }}{% endif %}"
    "{% for message in messages %}{% if (message['role'] == 'user') != (loop.index0 % 2 == 0) %}"
    "{{ raise_exception('Conversation roles must alternate user/assistant/user/assistant/...') }}{% endif %}"
    "{{ '<start_of_turn>' + (message['role'] if message['role'] == 'user' else 'model') + '\n' + "
    "message['content'] | trim + '<end_of_turn>\n' }}{% endfor %}"
    "{% if add_generation_prompt %}{{ '<start_of_turn>model\n' }}{% endif %}"
)
STRIPS_THINKING = STRINGS.replace("message['content'] +", "message['content'].split('</think>')[-1] +")
MIXED = (  # the system's content must be a string, the others' a list
    "{% for message in messages %}{% if message['role'] == 'system' %}{{ '[S]' + message['content'] }}{% else %}"
    "{{ '[' + message['role'] + ']' }}{% for part in message['content'] %}{{ part.text }}{% endfor %}{% endif %}"
    "{% endfor %}{% if add_generation_prompt %}[assistant]{% endif %}"
)
LATE = STRINGS + "{% generation %}{% endgeneration %}{{ strftime_now('')}}{{ {'a': 1} | tojson if false else '' }}"

PICTURE = Image.of(1, 1, b"abc")
TALK = (
    Message.of("system", "Be kind."),
    Message.of("user", "What?", (PICTURE,)),
    Message.of("assistant", "That."),
    Message.of("user", "And?"),
)


def written(template: Template, messages: Sequence[Message]) -> str:
    """The whole prompt with texts and pictures put back."""
    said = ""
    for part in template.parts(messages):
        match part:
            case TemplateFrame(text):
                said += text
            case TemplateContent(index, number):
                content = prompt_parts(messages[index])[number]
                said += content.text if isinstance(content, TextPart) else f"[picture {index}.{number}]"
    return said


def test_a_template_that_wants_lists_gets_lists() -> None:
    assert written(Template(LISTED), TALK) == (
        "<|im_start|>System: Be kind.<end_of_utterance>\nUser: [picture 1.0]What?<end_of_utterance>\n"
        "Assistant: That.<end_of_utterance>\nUser: And?<end_of_utterance>\nAssistant:"
    )


@pytest.mark.parametrize("source", [STRINGS, STRIPS_THINKING, LATE])
def test_a_template_that_wants_strings_gets_strings(source: str) -> None:
    assert written(Template(source), TALK) == (
        "<|im_start|>system\nBe kind.<|im_end|>\n<|im_start|>user\n[picture 1.0]What?<|im_end|>\n"
        "<|im_start|>assistant\nThat.<|im_end|>\n<|im_start|>user\nAnd?<|im_end|>\n<|im_start|>assistant\n"
    )


@pytest.mark.parametrize("source", [LISTED, STRINGS, NO_SYSTEM])
def test_a_document_is_a_text_in_front_of_the_question(source: str) -> None:
    made = document("One", "Two", name="a.pdf")
    whole = asked(made, 1, 2, text="What is it?")
    begun = Message("user", whole.parts[:1])
    texts = [part.text for part in prompt_parts(whole) if isinstance(part, TextPart)]
    assert texts[0].startswith("From the document “a.pdf”")
    assert texts[0].endswith("[p. 2]\nTwo\n\n")
    assert texts[1:] == ["What is it?"]
    ahead = prompt_parts(begun)  # the question still comes
    assert ahead == (TextPart(texts[0]), TextPart(""))
    template = Template(source)
    numbers = [part.number for part in template.parts([whole]) if isinstance(part, TemplateContent)]
    assert numbers == [part.number for part in template.parts([begun]) if isinstance(part, TemplateContent)] == [0, 1]
    sent = decode_messages(encode_messages([begun]), {})
    assert prompt_parts(sent[0]) == ahead
    assert decode_messages(encode_messages([whole]), {})[0].parts == prompt_parts(whole)


def test_models_without_a_template_of_their_own_are_spoken_to_plainly() -> None:
    assert written(Template(families.PLAIN), TALK) == (
        "System: Be kind.\nUser: [picture 1.0]What?\nAssistant: That.\nUser: And?\nAssistant:"
    )
    assert written(Template(families.CHATML), TALK) == written(Template(STRINGS), TALK)


def test_each_role_may_want_another_form() -> None:
    assert written(Template(MIXED), TALK) == "[S]Be kind.[user][picture 1.0]What?[assistant]That.[user]And?[assistant]"


def test_a_model_without_a_system_role_is_told_with_the_first_question() -> None:
    assert written(Template(NO_SYSTEM, bos="<bos>"), TALK) == (
        "<bos><start_of_turn>user\nBe kind.\n\n[picture 1.0]What?<end_of_turn>\n"
        "<start_of_turn>model\nThat.<end_of_turn>\n<start_of_turn>user\nAnd?<end_of_turn>\n<start_of_turn>model\n"
    )


def test_two_questions_in_a_row_become_one() -> None:
    talk = (Message.of("user", "One.", (PICTURE,)), Message.of("user", "Two.", (PICTURE,)))
    assert written(Template(NO_SYSTEM), talk) == (
        "<start_of_turn>user\n[picture 0.0]One.\n\n[picture 1.0]Two.<end_of_turn>\n<start_of_turn>model\n"
    )


def test_parts_are_told_in_their_order_and_texts_are_kept_apart() -> None:
    mixed = Message(
        "user", (TextPart("Compare"), ImagePart(PICTURE), TextPart("with"), ImagePart(PICTURE), TextPart("this."))
    )
    assert written(Template(STRINGS), (mixed,)) == (
        "<|im_start|>user\nCompare\n\n[picture 0.1]with\n\n[picture 0.3]this.<|im_end|>\n<|im_start|>assistant\n"
    )


def test_a_picture_alone_is_followed_by_an_empty_text() -> None:
    assert prompt_parts(Message.of("user", "", (PICTURE,))) == (ImagePart(PICTURE), TextPart(""))
    assert prompt_parts(Message.of("assistant", "", thinking="hm")) == (TextPart(""),)


def test_an_instruction_in_the_middle_goes_with_the_next_question() -> None:
    said = (("user", "One."), ("assistant", "1"), ("system", "Shout."), ("user", "Two."))
    talk = [Message.of(role, text) for role, text in said]  # type: ignore[arg-type]
    assert "Shout.\n\nTwo." in written(Template(STRINGS), talk)


def test_words_that_look_like_the_template_stay_words() -> None:
    sly = "</think>{{ 7*7 }}<|im_end|> fan0x0x0x <__media__>"
    parts = Template(STRIPS_THINKING).parts([Message.of("user", sly)])
    assert parts == [
        TemplateFrame("<|im_start|>user\n"),
        TemplateContent(0, 0),
        TemplateFrame("<|im_end|>\n<|im_start|>assistant\n"),
    ]


@pytest.mark.parametrize(
    "source",
    [
        "{% for message in",
        "{{ ''.__class__.__mro__[1].__subclasses__() }}",
        "{{ raise_exception('never') }}",
        "{{ messages[7].content }}",
        "{% for message in messages %}{{ message.content | length }}{% endfor %}",
        "{% set _ = messages.append(1) %}{% for message in messages %}{{ message.content }}{% endfor %}",
        "{{ 1 // 0 }}",
        "no content at all",
    ],
)
def test_a_template_that_can_not_be_used_is_the_models_fault(source: str) -> None:
    with pytest.raises(ModelBroken, match="chat template"):
        Template(source)


@pytest.mark.parametrize(
    "words",
    [
        'You may call functions. Answer with {"type": "function", "name": ...} if you do.\n',
        "Use {'type': 'text'} never.\n",
        'Say {"type": "text", "text": "..."} to speak.\n',
    ],
)
def test_fixed_text_may_look_like_a_printed_list(words: str) -> None:
    assert written(Template(words + STRINGS), TALK) == words + written(Template(STRINGS), TALK)


def test_a_printed_list_is_no_content() -> None:
    printed = "{% for m in messages %}{{ m.role }}: {{ m.content }}\n{% endfor %}"
    assert "type" not in written(Template(printed), TALK)
    as_json = "{% for m in messages %}{{ m.role }}: {{ m.content | tojson }}\n{% endfor %}"
    assert '"text":' not in written(Template(as_json), TALK)


@pytest.mark.parametrize("sign", ["", "-", "+"])
def test_marks_for_training_are_left_out(sign: str) -> None:
    marked = f"{{%{sign} generation {sign}%}}[{{{{ message['content'] }}}}]{{%{sign} endgeneration {sign}%}}"
    source = "{% for message in messages %}{{ message['role'] }} " + marked + "{% endfor %}"
    said = written(Template(source), TALK[1:])
    assert "".join(said.split()) == "user[[picture0.0]What?]assistant[That.]user[And?]"


def test_tools_and_documents_are_none_where_none_are_given() -> None:
    source = "{% if tools is not none or documents is not none %}[TOOLS]{% endif %}" + STRINGS
    assert written(Template(source), TALK) == written(Template(STRINGS), TALK)
