"""How fast the book's engine is, and how much it can bear: `make bench`.

1. `fetch` gets the published micrograd from the package index, `moons` the two moons.
2. `tasks` says what is to be computed, in words that every engine understands.
3. `contestants` says who computes it: `scalars` an engine of single numbers, `compiled` the program
   that is written of its expression, `arrays` and `floats` what a person writes without an engine.
4. `worker` measures one of them at one task, `chain` how long an expression it survives; each in a
   fresh interpreter, where nobody else has left anything behind.
5. `plan` has them all take turns and keeps what was measured; `goals` holds it against what the
   book promises; `table` makes of it a part of a page, which says where and when that was (see
   `literate.commands.machine`).
6. `gpt` measures the training of the book's GPT beside `one_by_one`, which is the same with a node
   for each operation, and `gpt_plan` has its contestants take turns: `python -m bench --gpt`.
"""
