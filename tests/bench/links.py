"""HTTP through bad links: requests that are cut, stalled, sent twice, or whose answer is lost."""

from __future__ import annotations

import asyncio
import json
import random
from dataclasses import dataclass, field
from typing import Any


class LinkFailed(OSError):
    """The request or its answer was lost on the way, as far as the tablet can tell."""


@dataclass(frozen=True, slots=True)
class Answer:
    status: int
    body: bytes

    def json(self) -> Any:
        return json.loads(self.body)


@dataclass
class Link:
    """A tablet's way to the office; the shares are of requests."""

    port: int
    token: str
    chance: random.Random
    cut: float = 0.10
    lose_answer: float = 0.10
    stall: float = 0.10
    double: float = 0.05
    longest_stall_s: float = 3.0
    waits: list[float] = field(default_factory=list)
    failures: int = 0

    async def send(self, method: str, path: str, body: bytes, content_type: str) -> Answer:
        """The answer, after whatever the link did; raises LinkFailed."""
        if self.chance.random() < self.double:
            twice = (self._try(method, path, body, content_type) for _n in range(2))
            results = await asyncio.gather(*twice, return_exceptions=True)
            answers = [result for result in results if isinstance(result, Answer)]
            if answers:
                return answers[0]
            raise LinkFailed
        return await self._try(method, path, body, content_type)

    async def _try(self, method: str, path: str, body: bytes, content_type: str) -> Answer:
        begun = asyncio.get_running_loop().time()
        try:
            answer = await asyncio.wait_for(self._request(method, path, body, content_type), 60)
        except (TimeoutError, OSError, asyncio.IncompleteReadError, ValueError, IndexError) as error:
            self.failures += 1
            raise LinkFailed from error
        self.waits.append(asyncio.get_running_loop().time() - begun)
        return answer

    async def _request(self, method: str, path: str, body: bytes, content_type: str) -> Answer:
        reader, writer = await asyncio.open_connection("127.0.0.1", self.port)
        try:
            head = (
                f"{method} {path} HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n"
                f"Authorization: Bearer {self.token}\r\nContent-Type: {content_type}\r\n"
                f"Content-Length: {len(body)}\r\n\r\n"
            )
            await self._write(writer, head.encode() + body)
            if self.chance.random() < self.lose_answer:
                await asyncio.sleep(self.chance.uniform(0, 0.3))
                raise LinkFailed
            status = int((await reader.readline()).split()[1])
            length = 0
            while header := (await reader.readline()).strip().lower():
                if header.startswith(b"content-length:"):
                    length = int(header.split(b":")[1])
            # A server that is killed in the middle of its answer has not answered.
            return Answer(status, await reader.readexactly(length))
        finally:
            writer.transport.abort()

    async def _write(self, writer: asyncio.StreamWriter, data: bytes) -> None:
        broken = self.chance.randrange(len(data)) if self.chance.random() < self.cut else len(data)
        stalled = self.chance.randrange(broken + 1) if self.chance.random() < self.stall else broken
        writer.write(data[:stalled])
        await writer.drain()
        if stalled < broken:
            await asyncio.sleep(self.chance.uniform(0, self.longest_stall_s))
            writer.write(data[stalled:broken])
            await writer.drain()
        if broken < len(data):
            raise LinkFailed
