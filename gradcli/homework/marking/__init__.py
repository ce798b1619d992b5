"""What does a sheet earn? Each claim gets a status, and the statuses a mark.

Read `answer_key`, `judging` (one claim), `follow_through` (a right step from a wrong number) and `marks`.
For programs of arrays read `array_key`, `array_judging`, `array_steps` and `array_marks`.
"""
