"""HTTP/1.1 on h11, behind httpx's public transport interface.

pool     which connections are open, idle and waited for
exchange one request on its way
http11   the conversation on a connection
sockets  what a flow does with sockets, and what it waits for
sync     the driver that waits in threads; `aio` the one that waits in tasks of asyncio or trio
"""
