"""Keeps a copy of what somebody else's printer accepted.

The emulated printer shows its tray. A foreign one does not, so the demo puts a relay in front of it that passes every
byte on unchanged, both ways, and reads along: the document of each Send-Document or Print-Job (RFC 8011, 4.2.1 and
4.3.1) that the printer answered with a success. IPP without TLS only.
"""

import asyncio
import contextlib
import dataclasses
import urllib.parse

IPP_PORT = 631
PRINT_JOB, SEND_DOCUMENT = 0x0002, 0x0006
END_OF_ATTRIBUTES = 0x03


@dataclasses.dataclass
class Conversation:
    """Both directions of one connection, as far as they have come."""
    asked: bytearray = dataclasses.field(default_factory=bytearray)
    answered: bytearray = dataclasses.field(default_factory=bytearray)


class PaperRelay:
    def __init__(self, printer_uri):
        self._printer = urllib.parse.urlsplit(printer_uri)
        self._conversations = []
        self._server = None
        self._connections = set()

    @property
    def uri(self):
        """Where the kiosk finds the printer."""
        port = self._server.sockets[0].getsockname()[1]
        return self._printer._replace(netloc=f"127.0.0.1:{port}").geturl()

    async def start(self):
        self._server = await asyncio.start_server(self._serve, "127.0.0.1", 0)

    async def end(self):
        self._server.close()
        for task in list(self._connections):
            task.cancel()
        await asyncio.gather(*self._connections, return_exceptions=True)

    async def _serve(self, reader, writer):
        self._connections.add(asyncio.current_task())
        try:
            printer_reader, printer_writer = await asyncio.open_connection(
                self._printer.hostname, self._printer.port or IPP_PORT)
        except OSError:
            writer.transport.abort()    # the kiosk shall see what it would see of a printer that is not there
            return
        conversation = Conversation()
        self._conversations.append(conversation)
        try:
            await asyncio.gather(pass_on(reader, printer_writer, conversation.asked),
                                 pass_on(printer_reader, writer, conversation.answered))
        finally:
            printer_writer.close()
            writer.close()
            self._connections.discard(asyncio.current_task())

    def accepted(self):
        """The documents that the printer accepted so far, oldest first."""
        return [document for conversation in self._conversations for document in accepted_documents(conversation)]


async def pass_on(reader, writer, copy):
    with contextlib.suppress(OSError):
        while part := await reader.read(1 << 16):
            copy += part
            writer.write(part)
            await writer.drain()
        writer.write_eof()


def accepted_documents(conversation):
    answers = [body for head, body in http_messages(bytes(conversation.answered)) if b" 100 " not in head[:16]]
    for (_, request), answer in zip(http_messages(bytes(conversation.asked)), answers):
        operation = int.from_bytes(request[2:4], "big")
        status = int.from_bytes(answer[2:4], "big") if len(answer) >= 8 else 0x0500
        document = after_attributes(request)
        if operation in (PRINT_JOB, SEND_DOCUMENT) and status < 0x0100 and document:
            yield document


def http_messages(stream):
    """(head, body) of every complete HTTP message of one direction of a connection."""
    while (end := stream.find(b"\r\n\r\n")) >= 0:
        head, stream = stream[:end], stream[end + 4:]
        fields = {name.strip().lower(): value.strip().lower()
                  for name, _, value in (line.partition(b":") for line in head.split(b"\r\n")[1:])}
        if fields.get(b"transfer-encoding") == b"chunked":
            body, stream = chunked(stream)
        else:
            length = int(fields.get(b"content-length", b"0"))
            body, stream = (stream[:length], stream[length:]) if len(stream) >= length else (None, b"")
        if body is None:
            return
        yield head, body


def chunked(stream):
    """(body, the rest of the stream); body None when it is not complete yet."""
    body = b""
    while True:
        size_line, found, stream = stream.partition(b"\r\n")
        if not found:
            return None, b""
        size = int(size_line.split(b";")[0], 16)
        if len(stream) < size + 2:
            return None, b""
        body, stream = body + stream[:size], stream[size + 2:]
        if size == 0:
            return body, stream


def after_attributes(message):
    """What follows the attributes of an IPP message (RFC 8010, 3.1.1): the document."""
    at = 8
    while at < len(message):
        tag = message[at]
        at += 1
        if tag == END_OF_ATTRIBUTES:
            return message[at:]
        if tag >= 0x10:     # a value tag: name and value follow, each with its length; others begin a group
            for _ in range(2):
                at += 2 + int.from_bytes(message[at:at + 2], "big")
    return b""
