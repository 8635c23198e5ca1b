"""HTTP/1.1 on h11, behind httpx's public transport interface.

`http11` is a connection, `pool` knows which are open, idle and waited for, and `exchange` is one request on its
way. None of them waits: `sync` does that in threads, and `aio` in tasks of asyncio or trio.
"""
