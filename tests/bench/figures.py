"""Every figure the bench knows: its unit, its target, and the measurement that gives it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True, slots=True)
class Target:
    sign: Literal[">=", "<=", "<"]
    value: float

    def met(self, value: float) -> bool:
        if self.sign == ">=":
            return value >= self.value
        return value <= self.value if self.sign == "<=" else value < self.value

    def __str__(self) -> str:
        return f"{self.sign} {self.value:g}"


@dataclass(frozen=True, slots=True)
class Figure:
    """`target` None: told for information. `measurement` is a module of `bench.measure`. `by_name_only`: it takes too
    long for a whole bench."""

    name: str
    unit: str
    target: Target | None
    measurement: str
    by_name_only: bool = False


FIGURES = (
    Figure("followup_ttft_ratio_stock", "x", Target(">=", 5), "turns"),
    Figure("followup_ttft_ms", "ms", None, "turns"),
    Figure("followup_ttft_stock_ms", "ms", None, "turns"),
    Figure("attached_ttft_ratio_text", "x", Target("<=", 1.25), "turns"),
    Figure("attached_ttft_ms", "ms", None, "turns"),
    Figure("text_ttft_ms", "ms", None, "turns"),
    Figure("followup_after_panel_ratio", "x", Target("<=", 1.1), "seats"),
    Figure("followup_after_panel_ms", "ms", None, "seats"),
    Figure("decode_ratio_llama_bench", "x", Target(">=", 0.95), "decode"),
    Figure("decode_tokens_per_second", "tokens/s", None, "decode"),
    Figure("llama_bench_tokens_per_second", "tokens/s", None, "decode"),
    Figure("language_prefill_ratio_llama_bench", "x", Target(">=", 0.95), "language"),
    Figure("language_prefill_tokens_per_second", "tokens/s", None, "language"),
    Figure("language_decode_ratio_llama_bench", "x", Target(">=", 0.95), "language"),
    Figure("language_decode_tokens_per_second", "tokens/s", None, "language"),
    Figure("answer_estimate_picture_ratio", "x", None, "estimating"),
    Figure("answer_estimate_text_ratio", "x", None, "estimating"),
    Figure("draft_copy_ratio", "x", Target(">=", 1.3), "drafting"),
    Figure("draft_story_ratio", "x", Target(">=", 0.97), "drafting"),
    Figure("draft_greedy_equal_share", "x", Target(">=", 1), "equality", by_name_only=True),
    Figure("plan_2k_least", "x", Target(">=", 0.9), "planning", by_name_only=True),
    Figure("plan_2k_most", "x", Target("<=", 1.1), "planning", by_name_only=True),
    Figure("plan_8k_least", "x", Target(">=", 0.9), "planning", by_name_only=True),
    Figure("plan_8k_most", "x", Target("<=", 1.1), "planning", by_name_only=True),
    Figure("plan_32k_least", "x", Target(">=", 1), "planning", by_name_only=True),
    Figure("plan_32k_most", "x", None, "planning", by_name_only=True),
    Figure("separate_token_us", "us", Target("<=", 50), "separate"),
    Figure("separate_picture_copies", "x", Target("<=", 1.1), "separate"),
    Figure("server_picture_first_ratio", "x", Target("<=", 1), "serving", by_name_only=True),
    Figure("server_picture_first_ms", "ms", None, "serving", by_name_only=True),
    Figure("server_picture_turn_two_ratio", "x", Target("<=", 0.65), "serving", by_name_only=True),
    Figure("server_picture_turn_two_ms", "ms", None, "serving", by_name_only=True),
    Figure("server_picture_turn_ten_ratio", "x", Target("<=", 1), "serving", by_name_only=True),
    Figure("server_picture_turn_ten_ms", "ms", None, "serving", by_name_only=True),
    Figure("server_picture_at_once_ratio", "x", None, "serving", by_name_only=True),
    Figure("server_picture_at_once_ms", "ms", None, "serving", by_name_only=True),
    Figure("server_picture_ahead_ms", "ms", None, "serving", by_name_only=True),
    Figure("server_picture_reopened_ratio", "x", Target("<=", 1), "serving", by_name_only=True),
    Figure("server_picture_reopened_ms", "ms", None, "serving", by_name_only=True),
    Figure("server_picture_full_ratio", "x", Target("<=", 1), "serving", by_name_only=True),
    Figure("server_picture_full_ms", "ms", None, "serving", by_name_only=True),
    Figure("server_text_first_ratio", "x", Target("<=", 1), "serving", by_name_only=True),
    Figure("server_text_first_ms", "ms", None, "serving", by_name_only=True),
    Figure("server_text_turn_two_ratio", "x", Target("<=", 0.65), "serving", by_name_only=True),
    Figure("server_text_turn_two_ms", "ms", None, "serving", by_name_only=True),
    Figure("server_text_turn_ten_ratio", "x", Target("<=", 1), "serving", by_name_only=True),
    Figure("server_text_turn_ten_ms", "ms", None, "serving", by_name_only=True),
    Figure("server_text_at_once_ratio", "x", None, "serving", by_name_only=True),
    Figure("server_text_at_once_ms", "ms", None, "serving", by_name_only=True),
    Figure("server_text_ahead_ms", "ms", None, "serving", by_name_only=True),
    Figure("server_text_reopened_ratio", "x", Target("<=", 1), "serving", by_name_only=True),
    Figure("server_text_reopened_ms", "ms", None, "serving", by_name_only=True),
    Figure("server_text_full_ratio", "x", Target("<=", 1), "serving", by_name_only=True),
    Figure("server_text_full_ms", "ms", None, "serving", by_name_only=True),
    Figure("stop_ms", "ms", Target("<=", 200), "stopping"),
    Figure("stop_encode_ms", "ms", None, "stopping"),
    Figure("stop_prefill_ms", "ms", None, "stopping"),
    Figure("stop_generate_ms", "ms", None, "stopping"),
    Figure("gui_stall_ms_max", "ms", Target("<", 16), "streaming"),
    Figure("stall_ms", "ms", Target("<", 16), "stalling", by_name_only=True),
    Figure("stalls", "events", Target("<=", 0), "stalling", by_name_only=True),
    Figure("gui_send_ms_max", "ms", None, "streaming"),
    Figure("gui_late_ms_p99", "ms", Target("<=", 16), "streaming"),
    Figure("gui_late_idle_ms_p99", "ms", None, "streaming"),
    Figure("stop_window_ms", "ms", None, "streaming"),
    Figure("start_to_window_ms", "ms", Target("<=", 600), "starting"),
    Figure("start_cpu_ms", "ms", None, "starting"),
    Figure("idle_mb", "MB", Target("<=", 150), "starting"),
    Figure("parsing_more_ms", "ms", Target("<=", 5), "parsing"),
    Figure("parsing_ratio", "x", None, "parsing"),
    Figure("parsing_photo_ms", "ms", None, "parsing"),
    Figure("parsing_screenshot_ms", "ms", None, "parsing"),
    Figure("parsing_first_ms", "ms", None, "parsing"),
    Figure("hotkey_to_overlay_ms_1080p", "ms", Target("<=", 60), "overlay"),
    Figure("hotkey_to_overlay_ms_2160p", "ms", Target("<=", 120), "overlay"),
    Figure("command_to_overlay_ms", "ms", Target("<=", 150), "commanding"),
    Figure("release_to_first_token_ms", "ms", Target("<=", 400), "capturing"),
    Figure("release_to_panel_ms", "ms", None, "capturing"),
    Figure("capture_growth_200_mb", "MB", Target("<=", 20), "captures"),
    Figure("memory_growth_200_questions_mb", "MB", Target("<=", 20), "memory"),
    Figure("first_word_ms", "ms", None, "practice"),
    Figure("encode_ms", "ms", None, "practice"),
    Figure("prefill_ms", "ms", None, "practice"),
    Figure("ocr_character_error_rate_percent", "%", None, "reading"),
    Figure("ocr_read_ms", "ms", None, "reading"),
    Figure("scanned_columns_error_rate_percent", "%", Target("<=", 2), "scanning", by_name_only=True),
    Figure("scanned_table_error_rate_percent", "%", Target("<=", 2), "scanning", by_name_only=True),
    Figure("scanned_form_error_rate_percent", "%", Target("<=", 2), "scanning", by_name_only=True),
    Figure("right_page_percent", "%", Target(">=", 95), "paging"),
    Figure("cited_page_percent", "%", Target(">=", 100), "paging"),
    Figure("words_first_ms", "ms", Target("<=", 1000), "selecting", by_name_only=True),
    Figure("words_right_percent", "%", Target(">=", 98), "selecting", by_name_only=True),
    Figure("translated_in_place_percent", "%", Target(">=", 99), "translating", by_name_only=True),
    Figure("covered_by_mistake", "words", Target("<=", 0), "translating", by_name_only=True),
    Figure("speaking_word_error_rate_percent", "%", Target("<=", 3), "speaking", by_name_only=True),
    Figure("speaking_sentence_ms", "ms", None, "speaking", by_name_only=True),
    Figure("acting_cells_percent", "%", Target(">=", 98), "acting", by_name_only=True),
    Figure("acting_dates_percent", "%", Target(">=", 98), "acting", by_name_only=True),
    Figure("stitched_rows_wrong", "rows", Target("<=", 0), "stitching", by_name_only=True),
    Figure("stitched_rows_missing", "rows", Target("<=", 0), "stitching", by_name_only=True),
    Figure("stitch_frame_ms", "ms", Target("<=", 60), "stitching", by_name_only=True),
    Figure("secrets_found_percent", "%", Target(">=", 99), "redacting", by_name_only=True),
    Figure("secrets_pixels_kept", "pixels", Target("<=", 0), "redacting", by_name_only=True),
    Figure("secrets_false_per_100_screens", "places", Target("<=", 5), "redacting", by_name_only=True),
    Figure("release_to_text_ms", "ms", Target("<=", 400), "dictating"),
    Figure("release_to_text_ms_max", "ms", Target("<=", 1000), "dictating"),
    Figure("first_words_ms", "ms", Target("<=", 1200), "dictating"),
    Figure("wer_live", "%", None, "dictating"),
    Figure("wer_oneshot", "%", None, "dictating"),
    Figure("wer_live_more", "points", Target("<=", 1), "dictating"),
    Figure("wer_synthetic", "%", None, "dictating"),
    Figure("release_wait_ms", "ms", Target("<=", 150), "releasing", by_name_only=True),
    Figure("release_wait_ms_max", "ms", Target("<=", 600), "releasing", by_name_only=True),
    Figure("release_wait_and_decode_ms", "ms", None, "releasing", by_name_only=True),
    Figure("release_last_words_lost", "words", Target("<=", 0), "releasing", by_name_only=True),
    Figure("captions_latency_ms", "ms", Target("<=", 1500), "captioning", by_name_only=True),
    Figure("captions_settled_ms", "ms", None, "captioning", by_name_only=True),
    Figure("captions_wer", "%", Target("<=", 6), "captioning", by_name_only=True),
    Figure("captions_core_percent", "%", None, "captioning", by_name_only=True),
    Figure("names_recall", "%", Target(">=", 80), "naming", by_name_only=True),
    Figure("names_recall_unlisted", "%", None, "naming", by_name_only=True),
    Figure("names_wer_more", "points", Target("<=", 0.5), "naming", by_name_only=True),
    Figure("gui_stall_talking_ms_max", "ms", Target("<", 16), "talking"),
    Figure("first_words_answering_ms", "ms", None, "talking"),
    Figure("answering_tokens_per_second", "tokens/s", None, "talking"),
    Figure("first_words_encoding_ms", "ms", None, "talking"),
    Figure("release_to_text_encoding_ms", "ms", None, "talking"),
    Figure("encode_talking_ratio", "x", None, "talking"),
    Figure("search_ms_max", "ms", Target("<=", 50), "searching", by_name_only=True),
    Figure("search_index_slice_ms", "ms", None, "searching", by_name_only=True),
    Figure("search_right_of_100", "facts", Target(">=", 95), "finding", by_name_only=True),
    Figure("history_window_mb", "MB", Target("<=", 60), "finding", by_name_only=True),
    Figure("conversation_open_ms", "ms", Target("<=", 50), "opening"),
    Figure("conversation_whole_ms", "ms", None, "opening"),
    Figure("picture_search_ms_max", "ms", Target("<=", 100), "picture_searching", by_name_only=True),
    Figure("picture_search_first_ms", "ms", None, "picture_searching", by_name_only=True),
    Figure("wrong_words_ratio_stock", "x", Target("<=", 0.9), "transcribing", by_name_only=True),
    Figure("wrong_words_more_worst", "points", Target("<=", 1), "transcribing", by_name_only=True),
    Figure("word_start_error_s", "s", Target("<=", 0.3), "transcribing", by_name_only=True),
    Figure("word_start_error_s_max", "s", Target("<=", 1), "transcribing", by_name_only=True),
    Figure("invented_words", "words", Target("<=", 0), "hearing"),
    Figure("wer_more_at_20_dbfs", "points", Target("<=", 1), "hearing"),
    Figure("wer_more_at_30_dbfs", "points", Target("<=", 1), "hearing"),
    Figure("wer_more_at_45_dbfs", "points", Target("<=", 1), "hearing"),
)
