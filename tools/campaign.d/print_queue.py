"""What the printer still holds, asked in IPP without the kiosk: Get-Jobs and Cancel-Job (RFC 8011, 4.2.6 and 4.3.3)."""

import http.client
import struct
import urllib.parse

CANCEL_JOB, GET_JOBS = 0x0008, 0x000A
OPERATION, END = 0x01, 0x03
INTEGER, KEYWORD, URI, CHARSET, LANGUAGE = 0x21, 0x44, 0x45, 0x47, 0x48
NAMES = (0x36, 0x42)        # with and without a language
JOB_GROUP = 0x02


def attribute(tag, name, value):
    return struct.pack(">BH", tag, len(name)) + name.encode() + struct.pack(">H", len(value)) + value


def ask(uri, operation, *more):
    """The reply's [(tag, name, value)]; groups are (tag, "", b"")."""
    at = urllib.parse.urlsplit(uri)
    body = struct.pack(">HHIB", 0x0200, operation, 1, OPERATION)
    body += attribute(CHARSET, "attributes-charset", b"utf-8")
    body += attribute(LANGUAGE, "attributes-natural-language", b"en")
    body += attribute(URI, "printer-uri", uri.encode())
    body += b"".join(more) + bytes([END])
    connection = http.client.HTTPConnection(at.hostname, at.port, timeout=10)
    try:
        connection.request("POST", at.path, body, {"Content-Type": "application/ipp"})
        return list(attributes(connection.getresponse().read()))
    finally:
        connection.close()


def attributes(message):
    position = 8
    while position < len(message) and message[position] != END:
        tag = message[position]
        position += 1
        if tag < 0x10:
            yield tag, "", b""
            continue
        parts = []
        for _ in range(2):
            size = int.from_bytes(message[position:position + 2], "big")
            parts.append(message[position + 2:position + 2 + size])
            position += 2 + size
        yield tag, parts[0].decode("utf-8", "replace"), parts[1]


def unfinished(uri):
    """{id: name} of the jobs that have not ended."""
    jobs = []
    for tag, name, value in ask(uri, GET_JOBS, attribute(KEYWORD, "which-jobs", b"not-completed"),
                                attribute(KEYWORD, "requested-attributes", b"job-id"),
                                attribute(KEYWORD, "", b"job-name")):
        if tag == JOB_GROUP:
            jobs.append([0, ""])
        elif name == "job-id" and jobs:
            jobs[-1][0] = int.from_bytes(value, "big")
        elif name == "job-name" and jobs and tag in NAMES:
            jobs[-1][1] = value.decode("utf-8", "replace")
    return dict(jobs)


def cancel(uri, job):
    ask(uri, CANCEL_JOB, attribute(INTEGER, "job-id", struct.pack(">i", job)))
