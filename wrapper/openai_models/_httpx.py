"""The only `import httpx`: its names, for the rest of the package.

Following httpx to a successor with the same API is a change of this module.
"""

from __future__ import annotations

from httpx import (
    URL as URL,
    AsyncBaseTransport as AsyncBaseTransport,
    AsyncByteStream as AsyncByteStream,
    AsyncClient as AsyncClient,
    AsyncHTTPTransport as AsyncHTTPTransport,
    Auth as Auth,
    BaseTransport as BaseTransport,
    ByteStream as ByteStream,
    Client as Client,
    ConnectError as ConnectError,
    ConnectTimeout as ConnectTimeout,
    Cookies as Cookies,
    Headers as Headers,
    HTTPError as HTTPError,
    HTTPStatusError as HTTPStatusError,
    HTTPTransport as HTTPTransport,
    InvalidURL as InvalidURL,
    Limits as Limits,
    LocalProtocolError as LocalProtocolError,
    NetworkError as NetworkError,
    PoolTimeout as PoolTimeout,
    Proxy as Proxy,
    ProxyError as ProxyError,
    ReadError as ReadError,
    ReadTimeout as ReadTimeout,
    RemoteProtocolError as RemoteProtocolError,
    Request as Request,
    Response as Response,
    StreamError as StreamError,
    SyncByteStream as SyncByteStream,
    Timeout as Timeout,
    TimeoutException as TimeoutException,
    TooManyRedirects as TooManyRedirects,
    UnsupportedProtocol as UnsupportedProtocol,
    WriteError as WriteError,
    WriteTimeout as WriteTimeout,
    create_ssl_context as create_ssl_context,
)
