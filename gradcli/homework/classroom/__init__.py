"""A class: homework files in, sheets out; what students hand in, and what they all get.

Read `homework_file` (with `toml_reading`, `toml_places` and `descent_key`), `problem_instance` (one problem with one
student's numbers; `parsed` chooses between it and `array_problem`, `problem_errors` are its errors), `variants` and
`array_variants`, `sheet` and `array_sheet`.

What comes in: `roster` and `people` (who is meant), `submissions` with `json_submissions` and `entries`,
`form_tables` with `questions` and `hand_in_columns`, `file_names`, `attempts`, and `submission_store`.

Marking: `prepared` and `array_grading` (one problem), `accepting`, `explanations`, `grading`, `fitting` (whose
numbers answers are to), `lateness` and `adjustments`, `results`, and `class_marking` (by one process or several).
What is said of all: `class_summary`, `statistics`, `copies` and `regrade`. `published_key` with `published_grading`
is a key that students may have.
"""
