"""Where bytes go and come from: files that appear whole or not at all, standard output, devices and pipes; arrays.

Every command writes through this room: read `outputs`. `serving` has processes that answer over pipes, with `workers`,
threads for what does not need Python's lock: for tables and for large classes. `spreadsheets` are workbooks,
`json_objects` says where the keys of JSON stand. Arrays are read by `array_files` (which file, which format; `keys`
which array of it), `array_text` (lists and rows, with `pasted_arrays` for what stands round them), `delimited_arrays`,
`numpy_files` and `safetensors_files` (with `binary_numbers`); `array_data` is what they return. Only programs with
arrays load these.
"""
