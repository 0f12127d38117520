"""Names that try to be more than text."""

# What a file may hold, and what must come out as text and nothing else.
HOSTILE = (
    "<script>window.hacked=1</script>",
    "<img src=x onerror=window.hacked=1>",
    "</script><script>window.hacked=1</script>",
    "</style><svg onload=window.hacked=1>",
    "[x](javascript:window.hacked=1)",
    '"\'><a href="javascript:window.hacked=1">y</a>',
    "{{ 7 * 7 }}{% raw %}",
    "\u202egnirts desrever",
    "bell \x07 and escape \x1b[31m",
)
