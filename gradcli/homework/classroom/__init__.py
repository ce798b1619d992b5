"""A class: homework files in, sheets out; what students hand in, and what they all get.

Read `homework_file` (with `toml_reading`), `problem_instance` (one problem with one student's numbers) and
`variants`, `sheet`; `roster`, `submissions`, `attempts`, `submission_store`; then `prepared`, `grading`, `fitting`
(whose numbers answers are to), `results`, `class_marking` (by one process or several), `class_summary`, and
`published_key` with `published_grading` for a key that students may have.
"""
